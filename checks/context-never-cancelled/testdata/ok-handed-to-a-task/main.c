// The task owns what it is handed, directly or inside its argument.
#include <pthread.h>
#include <rh/io.h>
#include <stdlib.h>

struct job {
    rh_ctx *ctx;
    int fd;
};

static void *drain(void *arg)
{
    struct job *job = arg;
    char buffer[512];
    size_t got;
    while (rh_read(job->ctx, job->fd, buffer, sizeof buffer, &got) == RH_OK)
        ;
    rh_ctx_release(job->ctx);
    free(job);
    return NULL;
}

static void *wait_for_end(void *arg)
{
    rh_ctx *ctx = arg;
    rh_sleep(ctx, 60000000000);
    rh_ctx_release(ctx);
    return NULL;
}

int start(rh_ctx *parent, int fd)
{
    struct job *job = malloc(sizeof *job);
    if (!job)
        return -1;
    job->fd = fd;
    job->ctx = rh_ctx_new(parent);
    pthread_t thread;
    if (pthread_create(&thread, NULL, drain, job)) {
        rh_ctx_release(job->ctx);
        free(job);
        return -1;
    }
    return pthread_detach(thread);
}

int start_timer(rh_ctx *parent)
{
    rh_ctx *ctx = rh_ctx_new(parent);
    pthread_t thread;
    if (pthread_create(&thread, NULL, wait_for_end, ctx)) {
        rh_ctx_release(ctx);
        return -1;
    }
    return pthread_detach(thread);
}
