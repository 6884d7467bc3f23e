#include "conn.h"

#include <sys/socket.h>

static int serve(struct conn *conn)
{
    if (conn->errors > 3)
        conn_drop(conn);
    return conn_reply(conn, "ok\n", 3); // expect: send-on-closed-channel
}

int main(void)
{
    struct conn conn = {.fd = socket(AF_INET, SOCK_STREAM, 0)};
    return serve(&conn);
}
