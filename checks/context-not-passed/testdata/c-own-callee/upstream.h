#ifndef UPSTREAM_H
#define UPSTREAM_H
#include <rh/context.h>

struct upstream {
    int fd;
    unsigned retries;
};

int upstream_fetch(rh_ctx *ctx, struct upstream *upstream, const char *key, char *value, size_t size);
int upstream_ping(struct upstream *upstream, rh_ctx *ctx);
#endif
