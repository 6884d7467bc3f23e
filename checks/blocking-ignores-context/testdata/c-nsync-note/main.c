#include "nsync_min.h"

#include <stddef.h>

struct job {
    struct job *next;
    void (*run)(struct job *job);
};

struct queue {
    nsync_mu mu;
    nsync_cv ready;
    struct job *first;
};

static struct job *take(struct queue *queue, nsync_note stop)
{
    nsync_mu_lock(&queue->mu);
    while (!queue->first && !nsync_note_is_notified(stop))
        nsync_cv_wait(&queue->ready, &queue->mu); // expect: blocking-ignores-context
    struct job *job = queue->first;
    if (job)
        queue->first = job->next;
    nsync_mu_unlock(&queue->mu);
    return job;
}

/* The wait that the note ends. */
static struct job *take_well(struct queue *queue, nsync_note stop)
{
    nsync_mu_lock(&queue->mu);
    int ended = 0;
    while (!queue->first && !ended)
        ended = nsync_cv_wait_with_deadline(&queue->ready, &queue->mu, nsync_time_no_deadline, stop);
    struct job *job = queue->first;
    if (job)
        queue->first = job->next;
    nsync_mu_unlock(&queue->mu);
    return job;
}

void work(struct queue *queue, struct queue *urgent, nsync_note stop)
{
    while (!nsync_note_is_notified(stop)) {
        struct job *job = take(queue, stop), *first = take_well(urgent, stop);
        if (first)
            first->run(first);
        if (job)
            job->run(job);
    }
}
