// A lookup under a deadline: the error path of the socket forgets the context that was made before it.
#include <netinet/in.h>
#include <rh/io.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct reply {
    unsigned char bytes[512];
    size_t count;
};

int resolve(rh_ctx *parent, const struct sockaddr_in *server, const void *query, size_t length, struct reply *reply)
{
    rh_ctx *ctx = rh_ctx_with_timeout(parent, 2000000000); // expect: context-never-cancelled
    if (!ctx)
        return -1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        return -1; // related: context-never-cancelled
    int result = -1;
    if (rh_connect(ctx, fd, (const struct sockaddr *)server, sizeof *server) == RH_OK &&
        rh_write(ctx, fd, query, length, NULL) == RH_OK &&
        rh_read(ctx, fd, reply->bytes, sizeof reply->bytes, &reply->count) == RH_OK)
        result = 0;
    close(fd);
    rh_ctx_release(ctx);
    return result;
}
