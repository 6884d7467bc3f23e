#include "job.h"

#include <stdio.h>
#include <stdlib.h>

static void parse(const char *text)
{
    if (!*text) {
        fprintf(stderr, "empty job\n");
        exit(2);
    }
}

void job_run(const char *text)
{
    parse(text);
}
