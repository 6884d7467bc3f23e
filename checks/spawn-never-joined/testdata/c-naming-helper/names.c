#define _GNU_SOURCE
#include "names.h"

#include <assert.h>
#include <string.h>

void name_thread(pthread_t thread, const char *name)
{
    assert(strlen(name) < 16);
    pthread_setname_np(thread, name);
}

int stop_thread(pthread_t *thread)
{
    return pthread_join(*thread, 0);
}
