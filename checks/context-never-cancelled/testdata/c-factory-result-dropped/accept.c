// The factory hands the context over, and this caller never gives it back.
#include <unistd.h>

#include "session.h"

void serve_connection(rh_ctx *server, int fd, const struct limits *limits)
{
    rh_ctx *ctx = session_context(server, limits);
    session_serve(ctx, fd);
    close(fd); // related: context-never-cancelled
}
