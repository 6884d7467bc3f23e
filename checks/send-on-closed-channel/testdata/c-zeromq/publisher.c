#include "publisher.h"

#include <string.h>

#include "zmq_min.h"

int publisher_open(struct publisher *publisher, const char *address)
{
    publisher->sent = 0;
    publisher->context = zmq_ctx_new();
    publisher->socket = publisher->context ? zmq_socket(publisher->context, ZMQ_PUB) : NULL;
    return publisher->socket ? zmq_bind(publisher->socket, address) : -1;
}

int publisher_say(struct publisher *publisher, const char *text)
{
    publisher->sent++;
    return zmq_send(publisher->socket, text, strlen(text), ZMQ_DONTWAIT);
}

void publisher_close(struct publisher *publisher)
{
    zmq_close(publisher->socket);
    zmq_ctx_term(publisher->context);
}
