// The accept loop tests the flag; the tasks that it starts read for as long as their peers like.
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

static atomic_bool stopping;

static void *converse(void *arg)
{
    int fd = (int)(intptr_t)arg;
    char line[256];
    for (;;) {
        ssize_t got = recv(fd, line, sizeof line, 0);
        if (got <= 0 || send(fd, line, (size_t)got, MSG_NOSIGNAL) < 0)
            break;
    }
    close(fd);
    return NULL;
}

void serve(int listener)
{
    struct pollfd waiting = {.fd = listener, .events = POLLIN};
    while (!atomic_load(&stopping)) {
        pthread_t thread;
        if (poll(&waiting, 1, 500) <= 0)
            continue;
        int fd = accept(listener, NULL, NULL);
        if (fd < 0)
            continue;
        if (pthread_create(&thread, NULL, converse, (void *)(intptr_t)fd) == 0) // expect: context-not-passed
            pthread_detach(thread);
        else
            close(fd);
    }
}

void stop(void)
{
    atomic_store(&stopping, true);
}
