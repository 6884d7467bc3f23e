/* One shape of channel traffic, once, for one implementation; prints nanoseconds per message.
 *
 *     channel_bench rh|gasync|condvar SENDERS RECEIVERS CAPACITY MESSAGES
 *
 * Messages are 8 bytes.  The clock starts when all threads stand at a barrier and stops when the last
 * receiver has its last message.  GAsyncQueue is unbounded, so it is given no capacity to wait for, which
 * favours it. */
#include <rh/channel.h>

#include <glib.h>

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- mutex and condition variable, the way it is usually written --- */

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t not_empty, not_full;
    size_t head, count, capacity;
    uint64_t ring[];
};

static void *condvar_new(size_t capacity)
{
    struct queue *q = calloc(1, sizeof *q + capacity * sizeof(uint64_t));
    q->capacity = capacity;
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->not_empty, NULL);
    pthread_cond_init(&q->not_full, NULL);
    return q;
}

static void condvar_send(void *arg, uint64_t value)
{
    struct queue *q = arg;
    pthread_mutex_lock(&q->lock);
    while (q->count == q->capacity)
        pthread_cond_wait(&q->not_full, &q->lock);
    q->ring[(q->head + q->count++) % q->capacity] = value;
    pthread_cond_signal(&q->not_empty);
    pthread_mutex_unlock(&q->lock);
}

static uint64_t condvar_recv(void *arg)
{
    struct queue *q = arg;
    pthread_mutex_lock(&q->lock);
    while (q->count == 0)
        pthread_cond_wait(&q->not_empty, &q->lock);
    uint64_t value = q->ring[q->head];
    q->head = (q->head + 1) % q->capacity;
    q->count--;
    pthread_cond_signal(&q->not_full);
    pthread_mutex_unlock(&q->lock);
    return value;
}

/* --- GAsyncQueue --- */

static void *gasync_new(size_t capacity)
{
    (void)capacity;
    return g_async_queue_new();
}

static void gasync_send(void *q, uint64_t value)
{
    g_async_queue_push(q, (void *)(uintptr_t)(value + 1));
}

static uint64_t gasync_recv(void *q)
{
    return (uint64_t)(uintptr_t)g_async_queue_pop(q) - 1;
}

/* --- ours --- */

static void *rh_new(size_t capacity)
{
    return rh_chan_new(capacity, sizeof(uint64_t));
}

static void rh_send(void *chan, uint64_t value)
{
    if (rh_chan_send(chan, &value) != RH_OK)
        abort();
}

static uint64_t rh_recv(void *chan)
{
    uint64_t value;
    if (rh_chan_recv(chan, &value) != RH_OK)
        abort();
    return value;
}

static const struct kind {
    const char *name;
    void *(*make)(size_t);
    void (*send)(void *, uint64_t);
    uint64_t (*recv)(void *);
} kinds[] = {
    {"rh", rh_new, rh_send, rh_recv},
    {"gasync", gasync_new, gasync_send, gasync_recv},
    {"condvar", condvar_new, condvar_send, condvar_recv},
};

struct job {
    const struct kind *kind;
    void *queue;
    long messages;
    uint64_t sum;
};

static pthread_barrier_t barrier;

static void *send_job(void *arg)
{
    struct job *job = arg;
    pthread_barrier_wait(&barrier);
    for (long i = 0; i < job->messages; i++)
        job->kind->send(job->queue, (uint64_t)i);
    return NULL;
}

static void *recv_job(void *arg)
{
    struct job *job = arg;
    pthread_barrier_wait(&barrier);
    for (long i = 0; i < job->messages; i++)
        job->sum += job->kind->recv(job->queue);
    return NULL;
}

static void start(pthread_t *threads, struct job *jobs, int n, struct job like, void *(*fn)(void *))
{
    long all = like.messages;
    for (int i = 0; i < n; i++) {
        jobs[i] = like;
        jobs[i].messages = all / n + (i < all % n);
        pthread_create(&threads[i], NULL, fn, &jobs[i]);
    }
}

int main(int argc, char **argv)
{
    if (argc != 6)
        return 2;
    struct job like = {.messages = atol(argv[5])};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, argv[1]) == 0)
            like.kind = &kinds[i];
    int senders = atoi(argv[2]), receivers = atoi(argv[3]), all = senders + receivers;
    pthread_t threads[64];
    struct job jobs[64];
    if (!like.kind || all > 64)
        return 2;
    like.queue = like.kind->make((size_t)atol(argv[4]));
    pthread_barrier_init(&barrier, NULL, (unsigned)all + 1);
    start(threads, jobs, senders, like, send_job);
    start(threads + senders, jobs + senders, receivers, like, recv_job);
    pthread_barrier_wait(&barrier);
    rh_ns began = rh_now();
    for (int i = 0; i < all; i++)
        pthread_join(threads[i], NULL);
    printf("%.1f\n", (double)(rh_now() - began) / (double)like.messages);
    return 0;
}
