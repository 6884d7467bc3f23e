#include <pthread.h>
#include <stdlib.h>

struct pool {
    pthread_t *threads;
    int count;
};

static void *work(void *arg)
{
    return arg;
}

static int pool_start(struct pool *pool, int count)
{
    pool->threads = calloc((size_t)count, sizeof *pool->threads);
    if (!pool->threads)
        return -1;
    for (pool->count = 0; pool->count < count; pool->count++)
        if (pthread_create(&pool->threads[pool->count], 0, work, 0))
            return -1;
    return 0;
}

static void pool_stop(struct pool *pool)
{
    for (int i = 0; i < pool->count; i++)
        pthread_join(pool->threads[i], 0);
    free(pool->threads);
}

int main(void)
{
    struct pool pool = {0};
    pool_start(&pool, 4);
    pool_stop(&pool);
    return 0;
}
