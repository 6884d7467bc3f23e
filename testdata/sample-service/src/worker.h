/* Threads that do jobs. */
#ifndef JOBD_WORKER_H
#define JOBD_WORKER_H

#include "queue.h"

#define WORKERS_MAX 16

struct worker_pool {
    pthread_t threads[WORKERS_MAX];
    int count;
    struct queue *queue;
};

void worker_pool_start(struct worker_pool *pool, struct queue *queue, int count);
/* The queue is closed by then; waits for the last job. */
void worker_pool_join(struct worker_pool *pool);

#endif
