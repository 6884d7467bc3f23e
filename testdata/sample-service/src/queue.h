/* Jobs, and the bounded queue between connections and workers. */
#ifndef JOBD_QUEUE_H
#define JOBD_QUEUE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define JOB_TEXT_MAX 512
#define QUEUE_MAX 256

/* Shared by the connection that waits for it and the worker that does it: the last
 * one to release it frees it. */
struct job {
    unsigned long id;
    char verb[16];
    char text[JOB_TEXT_MAX];
    char answer[JOB_TEXT_MAX];
    atomic_int references;
    pthread_mutex_t mutex;
    pthread_cond_t finished;
    bool is_finished;
};

/* NULL when out of memory. The caller owns one reference. */
struct job *job_make(const char *verb, const char *text);
void job_retain(struct job *job);
void job_release(struct job *job);
void job_finish(struct job *job);
/* Waits at most two seconds; false when the job is not finished by then. */
bool job_wait(struct job *job);

struct queue {
    struct job *jobs[QUEUE_MAX];
    size_t first, count;
    bool closed;
    pthread_mutex_t mutex;
    pthread_cond_t not_empty;
};

void queue_init(struct queue *queue);
/* False when the queue is full or closed; then the caller keeps its reference. */
bool queue_push(struct queue *queue, struct job *job);
/* Blocks; NULL once the queue is closed and drained. */
struct job *queue_pop(struct queue *queue);
void queue_close(struct queue *queue);
size_t queue_length(struct queue *queue);

#endif
