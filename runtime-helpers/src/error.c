#include <rh/error.h>

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "fail.h"

struct rh_error {
    atomic_uint references; /* 0: static, lives for ever */
    int code, sys_errno;
    rh_error_class how;
    unsigned line;
    const char *file;
    rh_error *cause;
    char message[256];
};

static rh_error no_memory = {
    .code = ENOMEM, .sys_errno = ENOMEM, .how = RH_TRANSIENT, .file = "", .message = "out of memory"};

static rh_error *make(rh_error *cause, const char *file, unsigned line, const char *format, va_list args)
{
    rh_error *error = rh_alloc(sizeof *error);
    if (!error) {
        rh_error_release(cause);
        return &no_memory;
    }
    atomic_init(&error->references, 1);
    error->cause = cause;
    error->file = file;
    error->line = line;
    vsnprintf(error->message, sizeof error->message, format, args);
    return error;
}

rh_error *rh_error_make(int code, rh_error_class how, int sys_errno, rh_error *cause, const char *file,
                        unsigned line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    rh_error *error = make(cause, file, line, format, args);
    va_end(args);
    if (error == &no_memory)
        return error;
    error->code = code;
    error->how = how;
    error->sys_errno = sys_errno;
    return error;
}

rh_error *rh_error_wrap(rh_error *cause, const char *file, unsigned line, const char *format, ...)
{
    va_list args;
    if (!cause)
        return NULL;
    va_start(args, format);
    rh_error *error = make(cause, file, line, format, args);
    va_end(args);
    if (error == &no_memory)
        return error;
    error->code = cause->code;
    error->how = cause->how;
    error->sys_errno = cause->sys_errno;
    return error;
}

rh_error_class rh_errno_class(int sys_errno)
{
    static const int transient[] = {EAGAIN,       EINTR,        EBUSY,     ENOMEM,      ENOBUFS,
                                    EMFILE,       ENFILE,       ETIMEDOUT, ECONNRESET,  ECONNREFUSED,
                                    ECONNABORTED, EHOSTUNREACH, EALREADY,  ENETUNREACH, ENETDOWN,
                                    ENETRESET,    ETXTBSY,      EDEADLK};
    static const int corruption[] = {EBADMSG, EILSEQ, EUCLEAN, EPROTO, ENOTRECOVERABLE, EOWNERDEAD};
    for (size_t i = 0; i < sizeof transient / sizeof *transient; i++)
        if (transient[i] == sys_errno)
            return RH_TRANSIENT;
    for (size_t i = 0; i < sizeof corruption / sizeof *corruption; i++)
        if (corruption[i] == sys_errno)
            return RH_CORRUPTION;
    return RH_PERSISTENT;
}

rh_error *rh_error_retain(rh_error *error)
{
    if (error && atomic_load_explicit(&error->references, memory_order_relaxed) > 0)
        atomic_fetch_add_explicit(&error->references, 1, memory_order_relaxed);
    return error;
}

/* A loop, not recursion: chains may be long. */
void rh_error_release(rh_error *error)
{
    while (error && atomic_load_explicit(&error->references, memory_order_relaxed) > 0) {
        if (atomic_fetch_sub_explicit(&error->references, 1, memory_order_acq_rel) > 1)
            return;
        rh_error *cause = error->cause;
        free(error);
        error = cause;
    }
}

int rh_error_code(const rh_error *error)
{
    return error->code;
}

rh_error_class rh_error_how(const rh_error *error)
{
    return error->how;
}

int rh_error_errno(const rh_error *error)
{
    return error->sys_errno;
}

const char *rh_error_message(const rh_error *error)
{
    return error->message;
}

const rh_error *rh_error_cause(const rh_error *error)
{
    return error->cause;
}

const char *rh_error_origin(const rh_error *error, unsigned *line)
{
    if (line)
        *line = error->line;
    return error->file;
}

bool rh_error_is(const rh_error *error, int code)
{
    for (; error; error = error->cause)
        if (error->code == code)
            return true;
    return false;
}

size_t rh_error_format(const rh_error *error, char *text, size_t size)
{
    size_t length = 0;
    if (!error)
        return (size_t)snprintf(text, size, "ok");
    for (const rh_error *at = error; at; at = at->cause) {
        size_t room = length < size ? size - length : 0;
        length +=
            (size_t)snprintf(room ? text + length : NULL, room, at == error ? "%s" : ": %s", at->message);
    }
    return length;
}

const char *rh_error_class_name(rh_error_class how)
{
    return how == RH_TRANSIENT    ? "transient"
           : how == RH_PERSISTENT ? "persistent"
           : how == RH_CORRUPTION ? "corruption"
                                  : "unknown";
}
