#include "jobs.h"

#include <stdlib.h>
#include <string.h>

#include "chan_min.h"

struct jobs {
    chan_t *queue;
    unsigned added;
};

struct jobs *jobs_open(unsigned most)
{
    struct jobs *jobs = calloc(1, sizeof *jobs);
    if (jobs && !(jobs->queue = chan_init(most))) {
        free(jobs);
        return NULL;
    }
    return jobs;
}

int jobs_add(struct jobs *jobs, const char *path)
{
    char *copy = strdup(path);
    jobs->added++;
    chan_send(jobs->queue, copy);
    return copy ? 0 : -1;
}

void jobs_stop(struct jobs *jobs)
{
    chan_close(jobs->queue);
}

void jobs_free(struct jobs *jobs)
{
    chan_close(jobs->queue); /* jobs_stop may have: a second close answers -1 */
    chan_dispose(jobs->queue);
    free(jobs);
}
