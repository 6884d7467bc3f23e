#include <stdlib.h>

#include "server.h"

static rh_ctx *shutdown_ctx;

/* The deadline of the whole shutdown, for whoever asks later. */
rh_ctx *begin_shutdown(void)
{
    if (!shutdown_ctx)
        shutdown_ctx = rh_ctx_with_timeout(NULL, 5000000000);
    return shutdown_ctx;
}

void server_free(struct server *server)
{
    for (unsigned i = 0; i < server->used; i++)
        rh_ctx_release(server->slots[i].ctx);
    rh_ctx_cancel(server->ctx, 0, NULL);
    rh_ctx_release(server->ctx);
    free(server);
}
