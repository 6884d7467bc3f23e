/* The part of nng.h that the test needs: sockets are structs, handed over by value. */
#include <stddef.h>
#include <stdint.h>
typedef struct nng_socket_s {
    uint32_t id;
} nng_socket;
#define NNG_FLAG_NONBLOCK 2u
int nng_push0_open(nng_socket *socket);
int nng_dial(nng_socket socket, const char *url, void *dialer, int flags);
int nng_send(nng_socket socket, void *data, size_t size, int flags);
int nng_close(nng_socket socket);
const char *nng_strerror(int error);
