/* The part of zmq.h that the test needs. */
#include <stddef.h>
#define ZMQ_PUB 1
#define ZMQ_DONTWAIT 1
void *zmq_ctx_new(void);
int zmq_ctx_term(void *context);
void *zmq_socket(void *context, int type);
int zmq_close(void *socket);
int zmq_bind(void *socket, const char *address);
int zmq_send(void *socket, const void *buffer, size_t length, int flags);
