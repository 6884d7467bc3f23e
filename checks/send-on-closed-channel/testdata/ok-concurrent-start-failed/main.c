#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct relay {
    int out;
    pthread_t thread;
};

static void *run(void *arg)
{
    struct relay *relay = arg;
    for (;;)
        if (send(relay->out, "x", 1, MSG_NOSIGNAL) != 1)
            return NULL;
}

static int relay_start(struct relay *relay)
{
    int failed = pthread_create(&relay->thread, NULL, run, relay);
    if (failed) {
        fprintf(stderr, "no thread: %d\n", failed);
        return -1;
    }
    return 0;
}

struct relay *relay_new(int out)
{
    struct relay *relay = calloc(1, sizeof *relay);
    if (!relay)
        return NULL;
    relay->out = out;
    if (relay_start(relay) < 0) {
        close(relay->out);
        free(relay);
        return NULL;
    }
    return relay;
}
