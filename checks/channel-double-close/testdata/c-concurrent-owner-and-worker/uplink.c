#include "uplink.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static void on_lost(struct uplink *uplink)
{
    fprintf(stderr, "uplink lost\n");
    close(uplink->sock); // expect: channel-double-close
}

static void *receive(void *arg)
{
    struct uplink *uplink = arg;
    char buffer[512];
    for (;;) {
        ssize_t n = recv(uplink->sock, buffer, sizeof buffer, 0);
        if (n == 0 || (n < 0 && errno != EINTR)) {
            on_lost(uplink);
            return NULL;
        }
    }
}

int uplink_start(struct uplink *uplink)
{
    return pthread_create(&uplink->receiver, NULL, receive, uplink);
}
