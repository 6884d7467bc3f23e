#include "rh_min.h"

#include <pthread.h>

static void body(void *arg)
{
    if (!arg)
        rh_panic(1, "no argument");
}

static void *worker(void *arg)
{
    struct rh_record record;
    return rh_try(body, arg, &record) ? arg : 0;
}

static void *direct(void *arg)
{
    body(arg);
    return 0;
}

int main(void)
{
    pthread_t one, two;
    if (pthread_create(&one, 0, worker, 0) || rh_pthread_create(&two, 0, direct, 0))
        return 1;
    pthread_join(two, 0);
    return pthread_join(one, 0);
}
