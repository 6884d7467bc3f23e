#include <pthread.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

static void *answer(void *arg)
{
    int client = (int)(intptr_t)arg;
    char byte;
    while (recv(client, &byte, 1, 0) == 1)
        send(client, &byte, 1, MSG_NOSIGNAL);
    close(client); // expect: channel-double-close
    return NULL;
}

/* As it was with fork: the parent closed its copy.  A thread has no copy. */
int serve(int listener)
{
    for (;;) {
        pthread_t thread;
        int client = accept(listener, NULL, NULL);
        if (client < 0)
            return -1;
        if (pthread_create(&thread, NULL, answer, (void *)(intptr_t)client) == 0)
            pthread_detach(thread);
        close(client); // related: channel-double-close
    }
}
