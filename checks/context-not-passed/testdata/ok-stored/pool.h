#ifndef POOL_H
#define POOL_H
#include <rh/context.h>

struct pool {
    rh_ctx *ctx;
    int fds[8];
};

/* Keeps `ctx` for its members; NULL: the pool lives as long as the process. */
void pool_init(struct pool *pool, rh_ctx *ctx);
struct pool *pool_create(rh_ctx *server);
int pool_take(struct pool *pool, rh_ctx *ctx);
#endif
