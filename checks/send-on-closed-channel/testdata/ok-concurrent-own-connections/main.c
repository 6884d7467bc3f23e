#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct client {
    int sfd;
    char greeting[32];
};

static void client_free(struct client *client)
{
    close(client->sfd);
    free(client);
}

static void *serve(void *arg)
{
    struct client *client = arg;
    send(client->sfd, client->greeting, sizeof client->greeting, MSG_NOSIGNAL);
    client_free(client);
    return NULL;
}

static struct client *client_new(int sfd)
{
    struct client *client = calloc(1, sizeof *client);
    if (!client)
        return NULL;
    client->sfd = sfd;
    strcpy(client->greeting, "220 ready");
    return client;
}

/* Each task owns the connection that it is handed; what could not be started is closed here. */
int accept_all(int listener)
{
    for (;;) {
        pthread_t thread;
        int sfd = accept(listener, NULL, NULL);
        if (sfd < 0)
            return -1;
        struct client *client = client_new(sfd);
        if (!client) {
            close(sfd);
            continue;
        }
        if (pthread_create(&thread, NULL, serve, client) != 0) {
            client_free(client);
            continue;
        }
        pthread_detach(thread);
    }
}
