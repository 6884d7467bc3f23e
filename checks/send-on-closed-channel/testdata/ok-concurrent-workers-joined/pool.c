#include "pool.h"

static void *work(void *arg)
{
    struct pool *pool = arg;
    for (int i = 0; i < 100; i++)
        fprintf(pool->results, "%d\n", i);
    return NULL;
}

int pool_start(struct pool *pool, FILE *results)
{
    pool->results = results;
    for (pool->started = 0; pool->started < WORKERS; pool->started++)
        if (pthread_create(&pool->threads[pool->started], NULL, work, pool) != 0)
            break;
    return pool->started ? 0 : -1;
}

void pool_wait(struct pool *pool)
{
    for (int i = 0; i < pool->started; i++)
        pthread_join(pool->threads[i], NULL);
    pool->started = 0;
}
