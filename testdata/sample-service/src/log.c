#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void log_line(const char *level, const char *format, va_list args)
{
    char text[512];
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    vsnprintf(text, sizeof text, format, args);
    fprintf(stderr, "%lld.%03ld %s %s\n", (long long)now.tv_sec, now.tv_nsec / 1000000, level, text);
}

void log_info(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    log_line("info", format, args);
    va_end(args);
}

void log_error(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    log_line("error", format, args);
    va_end(args);
}

void log_fatal(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    log_line("fatal", format, args);
    va_end(args);
    exit(EXIT_FAILURE);
}
