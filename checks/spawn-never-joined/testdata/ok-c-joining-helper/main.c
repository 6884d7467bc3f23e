#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* One helper starts, one names, one joins: each thread goes through all of them. */
static int start(pthread_t *thread, void *(*run)(void *), const char *name)
{
    int error = pthread_create(thread, 0, run, 0);
    if (!error)
        pthread_setname_np(*thread, name);
    return error;
}

static void finish(pthread_t thread)
{
    int error = pthread_join(thread, 0);
    if (error)
        fprintf(stderr, "join: %d\n", error);
}

static void *work(void *arg)
{
    return arg;
}

struct server {
    pthread_t acceptor, reaper;
};

static int serve(struct server *server)
{
    if (start(&server->acceptor, work, "acceptor"))
        return -1;
    if (start(&server->reaper, work, "reaper")) {
        finish(server->acceptor);
        return -1;
    }
    return 0;
}

static void stop(struct server *server)
{
    finish(server->acceptor);
    finish(server->reaper);
}

static int measure(int count)
{
    pthread_t *threads = malloc((size_t)count * sizeof *threads);
    int started = 0;
    if (!threads)
        return -1;
    while (started < count && !start(threads + started, work, "probe"))
        started++;
    for (int i = 0; i < started; i++)
        finish(threads[i]);
    free(threads);
    return started;
}

int main(void)
{
    struct server server;
    if (measure(4) < 0 || serve(&server))
        return 1;
    stop(&server);
    return 0;
}
