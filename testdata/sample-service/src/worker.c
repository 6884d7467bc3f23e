#include "worker.h"

#include "handlers.h"
#include "log.h"

#include <stdio.h>
#include <string.h>

static void worker_do(struct job *job)
{
    const struct verb *verb = verb_find(job->verb);

    if (verb != NULL)
        verb->handle(job);
    else
        snprintf(job->answer, sizeof job->answer, "unknown verb %s", job->verb);
    job_finish(job);
}

static void *worker_main(void *arg)
{
    struct queue *queue = arg;
    struct job *job;

    while ((job = queue_pop(queue)) != NULL) {
        worker_do(job);
        job_release(job);
    }
    return NULL;
}

/* A worker that cannot write the journal ends the process, five calls further down:
 * worker_do, handle_store, journal_append, journal_flush, log_fatal. */
void worker_pool_start(struct worker_pool *pool, struct queue *queue, int count)
{
    pool->queue = queue;
    pool->count = 0;
    if (count > WORKERS_MAX)
        count = WORKERS_MAX;
    while (pool->count < count) {
        int error = pthread_create(&pool->threads[pool->count], NULL, worker_main, queue); // expect: spawn-without-recover
        if (error != 0)
            log_fatal("cannot start worker %d: %s", pool->count, strerror(error));
        pool->count++;
    }
}

void worker_pool_join(struct worker_pool *pool)
{
    for (int i = 0; i < pool->count; i++)
        pthread_join(pool->threads[i], NULL);
    pool->count = 0;
}
