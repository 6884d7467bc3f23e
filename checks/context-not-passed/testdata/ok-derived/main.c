// What hangs below the context at hand hears of its end; a value that comes from elsewhere is not judged.
#include <rh/io.h>
#include <stdbool.h>

rh_ctx *current_context(void);

rh_status read_header(rh_ctx *request, int fd, char *header, size_t size)
{
    size_t got;
    rh_ctx *deadline = rh_ctx_with_timeout(request, 30000000000);
    rh_status status = rh_read(deadline, fd, header, size, &got);
    rh_ctx_release(deadline);
    return status;
}

rh_status read_two(rh_ctx *request, int fd, char *a, char *b)
{
    size_t got;
    rh_ctx *outer = rh_ctx_new(request), *inner = rh_ctx_with_timeout(outer, 1000000000);
    rh_status status = rh_read(inner, fd, a, 1, &got);
    if (status == RH_OK)
        status = rh_read(current_context(), fd, b, 1, &got);
    rh_ctx_release(inner);
    rh_ctx_release(outer);
    return status;
}

rh_status read_any(rh_ctx *request, int fd, char *byte, bool quickly)
{
    size_t got;
    rh_ctx *ctx = quickly ? rh_ctx_with_timeout(request, 1000000) : rh_ctx_retain(request);
    rh_status status = rh_read(ctx, fd, byte, 1, &got);
    rh_ctx_release(ctx);
    return status;
}
