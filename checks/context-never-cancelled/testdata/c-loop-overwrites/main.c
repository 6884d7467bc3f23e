// Each attempt gets its own deadline, and only the last one's is given back.
#include <rh/io.h>
#include <stdbool.h>

bool attempt(rh_ctx *ctx, int fd)
{
    char hello[16];
    size_t got;
    return rh_read(ctx, fd, hello, sizeof hello, &got) == RH_OK && got > 0;
}

bool greet(rh_ctx *parent, int fd, int attempts)
{
    rh_ctx *ctx = NULL;
    bool greeted = false;
    for (int i = 0; i < attempts && !greeted; i++) {
        ctx = rh_ctx_with_timeout(parent, 1000000000LL << i); // expect: context-never-cancelled
        greeted = ctx && attempt(ctx, fd);
    }
    if (ctx)
        rh_ctx_release(ctx);
    return greeted;
}
