#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum err_code err_set(struct err *err, enum err_code code, const char *format, ...)
{
    if (!err)
        return code;
    va_list ap;
    va_start(ap, format);
    vsnprintf(err->text, sizeof err->text, format, ap);
    va_end(ap);
    err->code = code;
    return code;
}

void err_prefix(struct err *err, const char *format, ...)
{
    char old[sizeof err->text];
    memcpy(old, err->text, sizeof old);
    va_list ap;
    va_start(ap, format);
    vsnprintf(err->text, sizeof err->text, format, ap);
    va_end(ap);
    size_t used = strlen(err->text), room = sizeof err->text - used - 1;
    strncat(err->text, ": ", room);
    strncat(err->text, old, room > 2 ? room - 2 : 0);
}

_Noreturn void err_bug(const char *file, int line, const char *format, ...)
{
    fprintf(stderr, "spawnlint: internal error at %s:%d: ", file, line);
    va_list ap;
    va_start(ap, format);
    vfprintf(stderr, format, ap);
    va_end(ap);
    fputs("\nspawnlint: please report this with the command line and, if you can, the source file\n", stderr);
    abort();
}
