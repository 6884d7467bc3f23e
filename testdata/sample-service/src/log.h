/* Log lines on stderr. */
#ifndef JOBD_LOG_H
#define JOBD_LOG_H

#ifdef __cplusplus
extern "C" {
#endif

void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* For errors at start-up that leave nothing to do. */
void log_fatal(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#ifdef __cplusplus
}
#endif
#endif
