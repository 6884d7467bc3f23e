#include <rh/io.h>
#include <stdlib.h>

#include "pool.h"

static int probe(struct pool *pool, rh_ctx *ctx)
{
    char byte;
    size_t got;
    return rh_read(ctx, pool->fds[0], &byte, 1, &got) == RH_OK;
}

/* It has no context yet while it is being made. */
int pool_start(struct pool *pool)
{
    if (!probe(pool, NULL))
        return -1;
    pool->ctx = rh_ctx_new(NULL);
    return pool->ctx && probe(pool, pool->ctx) ? 0 : -1;
}

struct pool *pool_create(rh_ctx *server)
{
    struct pool *pool = malloc(sizeof *pool);
    if (pool)
        pool_init(pool, NULL);
    return rh_ctx_status(server) == RH_OK ? pool : NULL;
}

int pool_first(struct pool *pool, rh_ctx *server)
{
    return rh_ctx_status(server) == RH_OK ? pool_take(pool, NULL) : -1;
}
