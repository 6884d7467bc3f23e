// Stopping is noticed after the next job; where none comes, worker_stop() waits for ever.
#include "queue.h"

static void *work(void *arg)
{
    struct worker *worker = arg;
    for (;;) {
        struct job *job = queue_pop(&worker->queue);
        pthread_mutex_lock(&worker->queue.mutex);
        bool stopping = worker->stopping;
        pthread_mutex_unlock(&worker->queue.mutex);
        if (stopping)
            return NULL;
        job->run(job);
    }
}

int worker_start(struct worker *worker)
{
    worker->stopping = false;
    return pthread_create(&worker->thread, NULL, work, worker);
}

void worker_stop(struct worker *worker)
{
    pthread_mutex_lock(&worker->queue.mutex);
    worker->stopping = true;
    pthread_mutex_unlock(&worker->queue.mutex);
    pthread_join(worker->thread, NULL); // related: blocking-ignores-context
}
