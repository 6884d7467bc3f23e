#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/time.h>

static atomic_bool stop;

void request_stop(void)
{
    atomic_store(&stop, true);
}

int main(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct timeval patience = {.tv_sec = 1};
    char buffer[64];
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    while (!atomic_load(&stop))
        (void)recv(fd, buffer, sizeof buffer, 0);
    return 0;
}
