/* quiet.h (tests): the record log into a pipe-like temporary file, to be read back. */
#ifndef RH_TESTS_QUIET_H
#define RH_TESTS_QUIET_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <rh/record.h>

static FILE *log_file;

static inline void log_capture(void)
{
    if (!log_file)
        log_file = tmpfile();
    rewind(log_file);
    if (ftruncate(fileno(log_file), 0) == 0)
        rh_panic_log_set(fileno(log_file));
}

/* What was logged since log_capture, at most 64 kB. */
static inline const char *log_text(void)
{
    static char text[65536];
    ssize_t count = pread(fileno(log_file), text, sizeof text - 1, 0);
    text[count > 0 ? count : 0] = '\0';
    return text;
}

static inline int log_lines(void)
{
    int count = 0;
    for (const char *at = log_text(); (at = strchr(at, '\n')); at++)
        count++;
    return count;
}

#endif
