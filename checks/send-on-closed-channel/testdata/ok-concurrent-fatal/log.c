#include "log.h"

#include <stdio.h>
#include <stdlib.h>

static FILE *stream;

void log_open(const char *path)
{
    stream = fopen(path, "a");
    if (!stream)
        stream = stderr;
}

void log_add(const char *text)
{
    fprintf(stream, "%s\n", text);
}

/* The process ends here: whom the others write to no longer matters. */
void log_fatal(const char *text)
{
    fprintf(stream, "fatal: %s\n", text);
    fclose(stream);
    exit(EXIT_FAILURE);
}
