// One way out, whatever happened before it; the background needs no end; a context that could not be made is none.
#include <rh/io.h>
#include <stdlib.h>
#include <unistd.h>

int copy_line(rh_ctx *parent, int from, int to)
{
    int status = -1;
    char *line = NULL;
    rh_ctx *ctx = rh_ctx_new(parent ? parent : rh_ctx_background());
    if (ctx == NULL)
        goto out;
    line = malloc(4096);
    if (!line)
        goto out;
    size_t got;
    if (rh_read(ctx, from, line, 4096, &got) != RH_OK)
        goto out;
    if (rh_write(rh_ctx_background(), to, line, got, NULL) == RH_OK)
        status = 0;
out:
    free(line);
    rh_ctx_release(ctx);
    return status;
}

void race(rh_ctx *parent, int a, int b)
{
    rh_ctx *ctx = rh_ctx_new(parent);
    if (!ctx)
        return;
    if (copy_line(ctx, a, b) < 0) {
        rh_ctx_cancel(ctx, 1, "the line did not come");
        return;
    }
    rh_ctx_release(ctx);
}
