#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static void close_retry(int fd)
{
    while (close(fd) < 0 && errno == EINTR) // expect: channel-double-close
        ;
}

int main(void)
{
    close_retry(socket(AF_INET, SOCK_STREAM, 0));
    return 0;
}
