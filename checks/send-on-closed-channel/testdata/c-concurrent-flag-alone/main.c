#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

struct feed {
    int sock;
    atomic_bool closed;
    pthread_t pump;
};

static void *pump(void *arg)
{
    struct feed *feed = arg;
    char sample[32] = "sample";
    while (!feed->closed)
        send(feed->sock, sample, sizeof sample, 0); // expect: send-on-closed-channel
    return NULL;
}

/* The flag is told, but the task may be between its test and its send. */
void feed_stop(struct feed *feed)
{
    feed->closed = true;
    close(feed->sock);
    pthread_join(feed->pump, NULL);
}

int feed_start(struct feed *feed, int sock)
{
    feed->sock = sock;
    feed->closed = false;
    return pthread_create(&feed->pump, NULL, pump, feed);
}
