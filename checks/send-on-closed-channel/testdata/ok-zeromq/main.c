#include "zmq_min.h"

#include <stdio.h>
#include <string.h>

/* A new socket after each failure: the name is the same, the socket is not. */
static void *reconnect(void *context, void *socket, const char *address)
{
    zmq_close(socket);
    socket = zmq_socket(context, ZMQ_PUB);
    if (socket && zmq_bind(socket, address)) {
        zmq_close(socket);
        return NULL;
    }
    return socket;
}

int main(int argc, char **argv)
{
    void *context = zmq_ctx_new();
    void *socket = context ? zmq_socket(context, ZMQ_PUB) : NULL;
    for (int i = 1; socket && i < argc; i++) {
        while (socket && zmq_send(socket, argv[i], strlen(argv[i]), 0) < 0)
            socket = reconnect(context, socket, argv[1]);
    }
    if (socket)
        zmq_close(socket);
    return context ? zmq_ctx_term(context) : 1;
}
