#include "pool.h"

static void *work(void *arg)
{
    return arg;
}

int pool_start(struct pool *pool)
{
    for (int i = 0; i < 4; i++)
        if (pthread_create(&pool->threads[i], 0, work, pool)) // expect: spawn-never-joined
            return -1;
    return 0;
}
