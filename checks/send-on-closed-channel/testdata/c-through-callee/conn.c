#include "conn.h"

#include <unistd.h>

void conn_drop(struct conn *conn)
{
    close(conn->fd);
}

int conn_reply(struct conn *conn, const char *text, unsigned long size)
{
    return (int)write(conn->fd, text, size);
}
