#ifndef QUEUE_H
#define QUEUE_H
#include <pthread.h>
#include <stdbool.h>

struct job {
    struct job *next;
    void (*run)(struct job *);
};

struct queue {
    pthread_mutex_t mutex;
    pthread_cond_t filled;
    struct job *first;
};

void queue_push(struct queue *queue, struct job *job);
struct job *queue_pop(struct queue *queue);

struct worker {
    pthread_t thread;
    struct queue queue;
    bool stopping;
};

int worker_start(struct worker *worker);
void worker_stop(struct worker *worker);
#endif
