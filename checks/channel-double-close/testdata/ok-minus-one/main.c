#include <sys/socket.h>
#include <unistd.h>

struct conn {
    int fd;
};

static void conn_close(struct conn *conn)
{
    if (conn->fd >= 0)
        close(conn->fd);
    conn->fd = -1;
}

int main(void)
{
    struct conn conn = {.fd = socket(AF_INET, SOCK_STREAM, 0)};
    conn_close(&conn);
    conn_close(&conn);
    return 0;
}
