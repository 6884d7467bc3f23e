#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

struct logger {
    int fds[2];
    pthread_t thread;
};

static void *drain(void *arg)
{
    struct logger *logger = arg;
    char line[512];
    ssize_t n;
    while ((n = read(logger->fds[0], line, sizeof line)) > 0) // expect: channel-never-closed
        fwrite(line, 1, (size_t)n, stderr);
    close(logger->fds[0]);
    return NULL;
}

static int logger_start(struct logger *logger)
{
    if (pipe(logger->fds) != 0) // related: channel-never-closed
        return -1;
    return pthread_create(&logger->thread, NULL, drain, logger);
}

static void logger_stop(struct logger *logger)
{
    pthread_join(logger->thread, NULL); // related: channel-never-closed
    close(logger->fds[1]); // related: channel-never-closed
}

int main(void)
{
    struct logger logger;
    if (logger_start(&logger) != 0)
        return 1;
    dprintf(logger.fds[1], "started\n");
    logger_stop(&logger);
    return 0;
}
