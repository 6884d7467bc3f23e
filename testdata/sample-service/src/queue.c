#include "queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static atomic_ulong next_id = 1;

struct job *job_make(const char *verb, const char *text)
{
    struct job *job = calloc(1, sizeof *job);

    if (job == NULL)
        return NULL;
    job->id = atomic_fetch_add(&next_id, 1);
    snprintf(job->verb, sizeof job->verb, "%s", verb);
    snprintf(job->text, sizeof job->text, "%s", text);
    atomic_init(&job->references, 1);
    pthread_mutex_init(&job->mutex, NULL);
    pthread_cond_init(&job->finished, NULL);
    return job;
}

void job_retain(struct job *job)
{
    atomic_fetch_add(&job->references, 1);
}

void job_release(struct job *job)
{
    if (atomic_fetch_sub(&job->references, 1) != 1)
        return;
    pthread_cond_destroy(&job->finished);
    pthread_mutex_destroy(&job->mutex);
    free(job);
}

void job_finish(struct job *job)
{
    pthread_mutex_lock(&job->mutex);
    job->is_finished = true;
    pthread_cond_signal(&job->finished);
    pthread_mutex_unlock(&job->mutex);
}

bool job_wait(struct job *job)
{
    struct timespec deadline;
    bool finished;
    int error = 0;

    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 2;
    pthread_mutex_lock(&job->mutex);
    while (!job->is_finished && error == 0)
        error = pthread_cond_timedwait(&job->finished, &job->mutex, &deadline);
    finished = job->is_finished;
    pthread_mutex_unlock(&job->mutex);
    return finished;
}

void queue_init(struct queue *queue)
{
    queue->first = 0;
    queue->count = 0;
    queue->closed = false;
    pthread_mutex_init(&queue->mutex, NULL);
    pthread_cond_init(&queue->not_empty, NULL);
}

bool queue_push(struct queue *queue, struct job *job)
{
    bool accepted = false;

    pthread_mutex_lock(&queue->mutex);
    if (!queue->closed && queue->count < QUEUE_MAX) {
        queue->jobs[(queue->first + queue->count) % QUEUE_MAX] = job;
        queue->count++;
        accepted = true;
        pthread_cond_signal(&queue->not_empty);
    }
    pthread_mutex_unlock(&queue->mutex);
    return accepted;
}

struct job *queue_pop(struct queue *queue)
{
    struct job *job = NULL;

    pthread_mutex_lock(&queue->mutex);
    while (queue->count == 0 && !queue->closed)
        pthread_cond_wait(&queue->not_empty, &queue->mutex);
    if (queue->count > 0) {
        job = queue->jobs[queue->first];
        queue->first = (queue->first + 1) % QUEUE_MAX;
        queue->count--;
    }
    pthread_mutex_unlock(&queue->mutex);
    return job;
}

void queue_close(struct queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    queue->closed = true;
    pthread_cond_broadcast(&queue->not_empty);
    pthread_mutex_unlock(&queue->mutex);
}

size_t queue_length(struct queue *queue)
{
    size_t length;

    pthread_mutex_lock(&queue->mutex);
    length = queue->count;
    pthread_mutex_unlock(&queue->mutex);
    return length;
}
