#include "trace.h"

#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static FILE *sink;

int trace_open(const char *path)
{
    pthread_mutex_lock(&guard);
    sink = fopen(path, "w");
    pthread_mutex_unlock(&guard);
    return sink ? 0 : -1;
}

void trace_close(void)
{
    pthread_mutex_lock(&guard);
    if (sink) {
        fclose(sink);
        sink = NULL;
    }
    pthread_mutex_unlock(&guard);
}
