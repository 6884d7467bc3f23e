#include <pthread.h>

#include "die.h"

static void *worker(void *arg)
{
    if (!arg)
        die("no argument");
    return arg;
}

int main(void)
{
    pthread_t thread;
    if (pthread_create(&thread, 0, worker, 0)) // expect: spawn-without-recover(fatal)
        return 1;
    return pthread_join(thread, 0);
}
