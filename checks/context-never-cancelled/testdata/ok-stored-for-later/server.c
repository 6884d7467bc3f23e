#include "server.h"

#include <stdlib.h>

struct server *server_new(rh_ctx *parent)
{
    struct server *server = calloc(1, sizeof *server);
    if (!server)
        return NULL;
    server->ctx = rh_ctx_new(parent);
    if (!server->ctx) {
        free(server);
        return NULL;
    }
    return server;
}

int server_add(struct server *server, int fd)
{
    if (server->used == sizeof server->slots / sizeof *server->slots)
        return -1;
    rh_ctx *ctx = rh_ctx_new(server->ctx);
    server->slots[server->used].fd = fd;
    server->slots[server->used].ctx = ctx;
    return (int)server->used++;
}
