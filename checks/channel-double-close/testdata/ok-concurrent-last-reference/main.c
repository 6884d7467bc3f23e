#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

struct shared {
    int fd;
    atomic_int references;
};

static void shared_release(struct shared *shared)
{
    if (atomic_fetch_sub(&shared->references, 1) != 1)
        return;
    close(shared->fd);
    free(shared);
}

static void *copy(void *arg)
{
    struct shared *shared = arg;
    (void)!write(shared->fd, "copy\n", 5);
    shared_release(shared);
    return NULL;
}

int spread(int fd)
{
    pthread_t thread;
    struct shared *shared = malloc(sizeof *shared);
    if (!shared)
        return -1;
    shared->fd = fd;
    shared->references = 1;
    for (int i = 0; i < 4; i++) {
        atomic_fetch_add(&shared->references, 1);
        if (pthread_create(&thread, NULL, copy, shared) != 0)
            shared_release(shared);
        else
            pthread_detach(thread);
    }
    (void)!write(shared->fd, "mine\n", 5);
    shared_release(shared);
    return 0;
}
