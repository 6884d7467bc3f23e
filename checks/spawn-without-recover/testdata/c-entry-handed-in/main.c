#include <pthread.h>
#include <stdlib.h>

static int start(void *(*entry)(void *), void *arg)
{
    pthread_t thread;
    int error = pthread_create(&thread, 0, entry, arg);
    return error ? error : pthread_detach(thread);
}

static void *good(void *arg)
{
    return arg;
}

static void *bad(void *arg)
{
    if (!arg)
        exit(3);
    return arg;
}

int main(void)
{
    int error = start(good, 0);
    return error ? error : start(bad, 0); // expect: spawn-without-recover(fatal)
}
