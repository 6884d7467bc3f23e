#include "nng_min.h"

#include <stdio.h>
#include <string.h>

static int push(const char *url, char **lines, int count)
{
    nng_socket socket;
    int error = nng_push0_open(&socket);
    if (error)
        return error;
    error = nng_dial(socket, url, NULL, 0);
    if (error) {
        fprintf(stderr, "%s: %s\n", url, nng_strerror(error));
        nng_close(socket);
    }
    for (int i = 0; i < count; i++)
        nng_send(socket, lines[i], strlen(lines[i]), 0); // expect: send-on-closed-channel
    if (!error)
        nng_close(socket);
    return error;
}

int main(int argc, char **argv)
{
    return argc < 2 ? 2 : push(argv[1], argv + 2, argc - 2);
}
