#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        return 1;
    shutdown(fd, SHUT_WR);
    send(fd, "late", 4, 0); // expect: send-on-closed-channel(shut)
    return close(fd);
}
