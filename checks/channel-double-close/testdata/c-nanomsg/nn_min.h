/* The part of nanomsg/nn.h that the test needs. */
#include <stddef.h>
#define AF_SP 1
#define NN_PAIR 16
int nn_socket(int domain, int protocol);
int nn_connect(int s, const char *address);
int nn_send(int s, const void *buffer, size_t length, int flags);
int nn_close(int s);
