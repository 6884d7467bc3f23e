#include "start.h"

#include <stdlib.h>

static void *work(void *arg)
{
    return arg;
}

pthread_t start_worker(void *arg)
{
    pthread_t thread;
    if (pthread_create(&thread, 0, work, arg)) // expect: spawn-never-joined
        abort();
    return thread;
}

pthread_t start_helper(void *arg)
{
    pthread_t thread;
    if (pthread_create(&thread, 0, work, arg))
        abort();
    return thread;
}
