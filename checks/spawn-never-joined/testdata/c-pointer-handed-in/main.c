#include <pthread.h>
#include <signal.h>
#include <stdio.h>

struct monitor {
    pthread_t watcher, logger;
};

static void *work(void *arg)
{
    return arg;
}

static int start(pthread_t *thread, const char *what)
{
    int error = pthread_create(thread, 0, work, 0);
    if (error)
        fprintf(stderr, "%s does not start: %d\n", what, error);
    return error;
}

static int monitor_open(struct monitor *monitor)
{
    if (start(&monitor->watcher, "watcher"))
        return -1;
    return start(&monitor->logger, "logger"); // expect: spawn-never-joined
}

static void monitor_close(struct monitor *monitor)
{
    pthread_kill(monitor->logger, SIGUSR1);
    pthread_join(monitor->watcher, 0);
}

static int probe(void)
{
    pthread_t thread;
    return start(&thread, "probe"); // expect: spawn-never-joined
}

int main(void)
{
    struct monitor monitor;
    if (probe() || monitor_open(&monitor))
        return 1;
    monitor_close(&monitor);
    return 0;
}
