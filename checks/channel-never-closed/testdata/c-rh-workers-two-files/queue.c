#include "queue.h"

static void *work(void *arg)
{
    struct pool *pool = arg;
    struct task task;
    while (rh_chan_recv(pool->tasks, &task) == RH_OK) // expect: channel-never-closed
        run_task(&task);
    return NULL;
}

int pool_start(struct pool *pool, unsigned count)
{
    pool->tasks = rh_chan_new(64, sizeof(struct task)); // related: channel-never-closed
    if (!pool->tasks)
        return -1;
    for (pool->count = 0; pool->count < count && pool->count < 8; pool->count++)
        if (pthread_create(&pool->threads[pool->count], NULL, work, pool) != 0)
            break;
    return pool->count ? 0 : -1;
}

int pool_submit(struct pool *pool, const struct task *task)
{
    return rh_chan_send(pool->tasks, task) == RH_OK ? 0 : -1;
}

void pool_wait(struct pool *pool)
{
    for (unsigned i = 0; i < pool->count; i++)
        pthread_join(pool->threads[i], NULL); // related: channel-never-closed
    rh_chan_release(pool->tasks);
}
