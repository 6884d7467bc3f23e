#ifndef SERVER_H
#define SERVER_H
#include <rh/context.h>

struct server {
    rh_ctx *ctx;
    int listener;
    struct {
        rh_ctx *ctx;
        int fd;
    } slots[16];
    unsigned used;
};

struct server *server_new(rh_ctx *parent);
int server_add(struct server *server, int fd);
void server_free(struct server *server);
#endif
