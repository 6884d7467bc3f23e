#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct conn {
    int fd;
};

static void conn_free(struct conn *conn)
{
    close(conn->fd);
    free(conn);
}

static int handshake(struct conn *conn)
{
    if (send(conn->fd, "hi", 2, 0) != 2) {
        close(conn->fd);
        return -1;
    }
    return 0;
}

int main(void)
{
    struct conn *conn = calloc(1, sizeof *conn);
    if (!conn)
        return 1;
    conn->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (handshake(conn) < 0) {
        conn_free(conn); // expect: channel-double-close
        return 1;
    }
    conn_free(conn);
    return 0;
}
