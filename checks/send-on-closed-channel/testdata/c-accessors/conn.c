#include "conn.h"

#include <unistd.h>

int conn_fd(const struct conn *conn)
{
    int fd = conn->fd;
    return fd;
}

static int checked(const struct conn *conn)
{
    return conn->log_fd;
}

int conn_log_fd(const struct conn *conn)
{
    return checked(conn);
}

void conn_close(struct conn *conn)
{
    close(conn_fd(conn));
}
