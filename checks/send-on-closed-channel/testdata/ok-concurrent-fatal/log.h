#ifndef LOG_H
#define LOG_H

void log_open(const char *path);
void log_add(const char *text);
void log_fatal(const char *text);

#endif
