// The request's context ends at the handler: its callees accept one.
#include <rh/io.h>

#include "upstream.h"

int handle(rh_ctx *request, struct upstream *upstream, const char *key, char *value, size_t size)
{
    if (rh_ctx_status(request) != RH_OK)
        return -1;
    if (upstream_ping(upstream, rh_ctx_background()) < 0) // expect: context-not-passed
        return -1;
    return upstream_fetch(NULL, upstream, key, value, size); // expect: context-not-passed
}

int warm_up(struct upstream *upstream, char *value, size_t size)
{
    return upstream_fetch(NULL, upstream, "warm", value, size);
}
