#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    shutdown(fd, SHUT_WR);
    return close(fd);
}
