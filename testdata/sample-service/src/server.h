/* The listener and its connections: one line in, one line out, a thread each. */
#ifndef JOBD_SERVER_H
#define JOBD_SERVER_H

#include "queue.h"

struct server {
    int listen_fd;
    int wake[2]; /* a pipe that interrupts the listener's poll */
    atomic_bool stopping;
    atomic_int active; /* connections */
    struct queue *queue;
    pthread_t listener;
};

bool server_start(struct server *server, struct queue *queue, int port);
void server_stop(struct server *server);
/* Logs the state of the server from a thread of its own. */
void server_dump(struct server *server);

#endif
