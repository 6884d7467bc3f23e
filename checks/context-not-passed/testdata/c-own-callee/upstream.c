#include "upstream.h"

#include <rh/io.h>
#include <string.h>

static int exchange(rh_ctx *ctx, int fd, const char *text, char *answer, size_t size)
{
    size_t got;
    if (rh_write(ctx, fd, text, strlen(text), NULL) != RH_OK)
        return -1;
    return rh_read(ctx, fd, answer, size, &got) == RH_OK ? (int)got : -1;
}

int upstream_fetch(rh_ctx *ctx, struct upstream *upstream, const char *key, char *value, size_t size)
{
    for (unsigned i = 0; i <= upstream->retries; i++) {
        int got = exchange(ctx, upstream->fd, key, value, size);
        if (got >= 0)
            return got;
    }
    return -1;
}

int upstream_ping(struct upstream *upstream, rh_ctx *ctx)
{
    char pong[8];
    return exchange(ctx, upstream->fd, "PING\r\n", pong, sizeof pong);
}
