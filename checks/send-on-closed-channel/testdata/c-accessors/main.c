// A descriptor that an accessor returns is the field that it came from, closed or sent on.
#include "conn.h"

#include <sys/socket.h>
#include <unistd.h>

int say_goodbye(struct conn *conn)
{
    close(conn_fd(conn));
    return (int)send(conn->fd, "bye", 3, 0); // expect: send-on-closed-channel
}

int log_after_close(struct conn *conn)
{
    conn_close(conn);
    write(conn_log_fd(conn), "closed\n", 7); /* another descriptor */
    return (int)send(conn_fd(conn), "x", 1, 0); // expect: send-on-closed-channel
}

int log_to_closed(struct conn *conn)
{
    close(conn->log_fd);
    return (int)write(conn_log_fd(conn), "x", 1); // expect: send-on-closed-channel
}

int reopen(struct conn *conn, int fresh)
{
    conn_close(conn);
    conn->fd = fresh;
    return (int)send(conn_fd(conn), "x", 1, 0);
}

int two(struct conn *a, struct conn *b)
{
    conn_close(a);
    return (int)send(conn_fd(b), "x", 1, 0);
}

int main(void)
{
    struct conn conn = {3, 4}, other = {5, 6};
    say_goodbye(&conn);
    log_after_close(&conn);
    log_to_closed(&conn);
    reopen(&conn, 7);
    return two(&conn, &other);
}
