// A task hears of the end through its argument, a flag, or a closed descriptor; or it ends by itself.
#include <pthread.h>
#include <rh/io.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static volatile bool quit;

struct reader {
    rh_ctx *ctx;
    int fd;
};

static void *by_argument(void *arg)
{
    struct reader *reader = arg;
    char buffer[64];
    size_t got;
    while (rh_read(reader->ctx, reader->fd, buffer, sizeof buffer, &got) == RH_OK)
        ;
    return NULL;
}

static void *by_flag(void *arg)
{
    while (!quit) {
        fputs(arg, stderr);
        sleep(1);
    }
    return NULL;
}

static void *ends_by_itself(void *arg)
{
    long *sum = arg;
    for (int i = 0; i < 1000000; i++)
        *sum += i;
    return NULL;
}

struct pump {
    int fd;
};

static void *by_shutdown(void *arg)
{
    struct pump *pump = arg;
    char buffer[64];
    while (recv(pump->fd, buffer, sizeof buffer, 0) > 0)
        ;
    return NULL;
}

int start(rh_ctx *server, struct reader *reader, struct pump *pump, long *sum)
{
    pthread_t threads[4];
    reader->ctx = server;
    return pthread_create(&threads[0], NULL, by_argument, reader) || pthread_create(&threads[1], NULL, by_flag, "tick\n") ||
           pthread_create(&threads[2], NULL, ends_by_itself, sum) || pthread_create(&threads[3], NULL, by_shutdown, pump);
}

void stop(rh_ctx *server, struct pump *pump)
{
    quit = true;
    rh_ctx_cancel(server, 0, NULL);
    shutdown(pump->fd, SHUT_RDWR);
}
