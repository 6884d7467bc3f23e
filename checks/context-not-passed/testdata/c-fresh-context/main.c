#include <rh/context.h>
#include <rh/io.h>

int handle(rh_ctx *ctx, int fd)
{
    char byte;
    size_t got = 0;
    (void)ctx;
    return rh_read(NULL, fd, &byte, 1, &got); // expect: context-not-passed
}
