#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct mirror {
    struct mirror *next;
    int fd;
};

static void *drain(void *arg)
{
    struct mirror *mirror = arg;
    char buffer[512];
    while (read(mirror->fd, buffer, sizeof buffer) > 0)
        continue;
    close(mirror->fd);
    return NULL;
}

static struct mirror *take(struct mirror **list)
{
    struct mirror *first = *list;
    if (first)
        *list = first->next;
    return first;
}

/* A task for each, all of them at once: none shares its mirror with another. */
void drain_all(struct mirror *list, struct mirror **queue)
{
    pthread_t thread;
    for (struct mirror *mirror = list; mirror; mirror = mirror->next)
        if (pthread_create(&thread, NULL, drain, mirror) == 0)
            pthread_detach(thread);
    for (struct mirror *mirror; (mirror = take(queue)) != NULL;)
        if (pthread_create(&thread, NULL, drain, mirror) == 0)
            pthread_detach(thread);
}
