#include <sys/socket.h>
#include <unistd.h>

static int echo_once(int fd)
{
    char buffer[64];
    ssize_t n = recv(fd, buffer, sizeof buffer, 0);
    return n > 0 ? (int)send(fd, buffer, (size_t)n, 0) : -1;
}

int main(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int failed = echo_once(fd);
    close(fd);
    return failed;
}
