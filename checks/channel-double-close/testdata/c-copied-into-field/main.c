/* Reduced from a replication handshake: the error path closes the local and then the field it was copied into. */
#include <fcntl.h>
#include <unistd.h>

struct server {
    int transfer_fd;
};

static struct server server = {-1};

static int start(int handler)
{
    int fd = open("transfer.tmp", O_CREAT | O_WRONLY, 0600);
    if (fd < 0)
        goto error;
    server.transfer_fd = fd;
    if (handler < 0)
        goto error;
    return 0;
error:
    if (fd != -1)
        close(fd);
    if (server.transfer_fd != -1)
        close(server.transfer_fd); // expect: channel-double-close
    server.transfer_fd = -1;
    return -1;
}

int main(int argc, char **argv)
{
    (void)argv;
    return start(argc - 2);
}
