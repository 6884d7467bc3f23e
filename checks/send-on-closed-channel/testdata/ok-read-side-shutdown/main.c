#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    shutdown(fd, SHUT_RD);
    ssize_t n = send(fd, "bye", 3, 0);
    shutdown(fd, SHUT_WR);
    close(fd);
    return n == 3;
}
