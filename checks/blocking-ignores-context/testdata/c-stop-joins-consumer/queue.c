#include "queue.h"

void queue_push(struct queue *queue, struct job *job)
{
    pthread_mutex_lock(&queue->mutex);
    job->next = queue->first;
    queue->first = job;
    pthread_cond_signal(&queue->filled);
    pthread_mutex_unlock(&queue->mutex);
}

struct job *queue_pop(struct queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    while (!queue->first)
        pthread_cond_wait(&queue->filled, &queue->mutex); // expect: blocking-ignores-context(joined)
    struct job *job = queue->first;
    queue->first = job->next;
    pthread_mutex_unlock(&queue->mutex);
    return job;
}
