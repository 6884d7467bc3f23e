#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct channel {
    pthread_mutex_t lock;
    bool closed;
    int sock;
};

static bool channel_put(struct channel *channel, const void *data, size_t size)
{
    bool sent = false;
    pthread_mutex_lock(&channel->lock);
    if (!channel->closed)
        sent = send(channel->sock, data, size, MSG_NOSIGNAL) == (ssize_t)size;
    pthread_mutex_unlock(&channel->lock);
    return sent;
}

/* Nobody gets past the flag from here on, and who was past it has let go of the lock. */
static void channel_close(struct channel *channel)
{
    pthread_mutex_lock(&channel->lock);
    channel->closed = true;
    pthread_mutex_unlock(&channel->lock);
    close(channel->sock);
}

static void *produce(void *arg)
{
    struct channel *channel = arg;
    while (channel_put(channel, "x", 1))
        usleep(100);
    return NULL;
}

int run(int sock)
{
    pthread_t thread;
    struct channel *channel = calloc(1, sizeof *channel);
    if (!channel)
        return -1;
    pthread_mutex_init(&channel->lock, NULL);
    channel->sock = sock;
    if (pthread_create(&thread, NULL, produce, channel) != 0) {
        free(channel);
        return -1;
    }
    sleep(1);
    channel_close(channel);
    pthread_join(thread, NULL);
    free(channel);
    return 0;
}
