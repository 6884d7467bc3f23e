#include "session.h"

#include <rh/io.h>

rh_ctx *session_context(rh_ctx *parent, const struct limits *limits)
{
    if (!limits->request)
        return rh_ctx_retain(parent);
    return rh_ctx_with_timeout(parent, limits->request); // expect: context-never-cancelled
}

int session_serve(rh_ctx *ctx, int fd)
{
    char line[256];
    size_t got;
    while (rh_read(ctx, fd, line, sizeof line, &got) == RH_OK)
        if (rh_write(ctx, fd, line, got, NULL) != RH_OK)
            return -1;
    return 0;
}
