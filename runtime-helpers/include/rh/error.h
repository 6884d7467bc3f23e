/* rh/error.h: an error as a value that says what to do about it.
 *
 * An rh_error has a code of the caller's, a class, an errno, a message, the place it was made, and what
 * caused it. The class is what a program acts on: transient errors may be tried again, persistent ones may
 * not, and after a corruption nothing that was read or written may be trusted.  NULL is "no error".
 *
 * Ownership: reference-counted.  Whoever makes or retains one releases it once.  Wrapping takes over the
 * cause. Making one never fails: without memory it gives a shared "out of memory" error, which needs no
 * release (but bears it). Errors do not change once made; any thread may read them.  Nothing here blocks.
 */
#ifndef RH_ERROR_H
#define RH_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#include <rh/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rh_error_class {
    RH_TRANSIENT = 1, /* the same call may succeed later: EAGAIN, ETIMEDOUT, ECONNRESET, ... */
    RH_PERSISTENT,    /* it will fail again: ENOENT, EACCES, EINVAL, ... */
    RH_CORRUPTION     /* data are damaged: EBADMSG, EILSEQ, EUCLEAN, ...; never retried */
} rh_error_class;

typedef struct rh_error rh_error;

/* Makes an error.  `cause` is taken over and may be NULL; the message is copied, cut at 255 bytes; `file`
 * must be static.  Use the macros, which fill in the origin. */
RH_API rh_error *rh_error_make(int code, rh_error_class how, int sys_errno, rh_error *cause, const char *file,
                               unsigned line, const char *format, ...) RH_PRINTF(7, 8);

#define RH_ERROR(code, how, ...)                                                                             \
    rh_error_make((code), (how), 0, NULL, __FILE__, (unsigned)__LINE__, __VA_ARGS__)

/* From an errno value, which is also its code; the class is the errno's. */
#define RH_ERROR_ERRNO(sys_errno, ...)                                                                       \
    rh_error_make((sys_errno), rh_errno_class(sys_errno), (sys_errno), NULL, __FILE__, (unsigned)__LINE__,   \
                  __VA_ARGS__)

/* Around another: its code, class and errno, a new message and origin.  NULL stays NULL. */
#define RH_ERROR_WRAP(cause, ...) rh_error_wrap((cause), __FILE__, (unsigned)__LINE__, __VA_ARGS__)
RH_API rh_error *rh_error_wrap(rh_error *cause, const char *file, unsigned line, const char *format, ...)
    RH_PRINTF(4, 5);

/* How an errno value is to be taken. */
RH_API rh_error_class rh_errno_class(int sys_errno);

/* One more, one fewer reference; NULL is allowed.  rh_error_retain returns its argument. */
RH_API rh_error *rh_error_retain(rh_error *error);
RH_API void rh_error_release(rh_error *error);

/* The parts; `error` may not be NULL.  The cause and the texts live as long as the error. */
RH_API int rh_error_code(const rh_error *error);
RH_API rh_error_class rh_error_how(const rh_error *error);
RH_API int rh_error_errno(const rh_error *error);
RH_API const char *rh_error_message(const rh_error *error);
RH_API const rh_error *rh_error_cause(const rh_error *error);
RH_API const char *rh_error_origin(const rh_error *error, unsigned *line);

/* Whether the error or one of its causes has the code; false for NULL. */
RH_API bool rh_error_is(const rh_error *error, int code);

/* "message: cause's message: ..." into text, NUL-terminated, cut to fit; "ok" for NULL.  Returns what
 * snprintf would. */
RH_API size_t rh_error_format(const rh_error *error, char *text, size_t size);

/* "transient", "persistent", "corruption"; never NULL. */
RH_API const char *rh_error_class_name(rh_error_class how);

#ifdef __cplusplus
}
#endif
#endif
