#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>

static atomic_bool stop;

void request_stop(void)
{
    atomic_store(&stop, true);
}

static void serve(int fd)
{
    char buffer[512];
    while (!atomic_load(&stop)) {
        struct pollfd waiting = {.fd = fd, .events = POLLIN};
        if (poll(&waiting, 1, 200) <= 0)
            continue;
        if (recv(fd, buffer, sizeof buffer, 0) <= 0)
            break;
    }
}

int main(void)
{
    serve(socket(AF_INET, SOCK_DGRAM, 0));
    return 0;
}
