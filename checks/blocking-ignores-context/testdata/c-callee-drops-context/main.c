#include "net.h"

#include <stdatomic.h>
#include <sys/socket.h>

static atomic_int quit;

void request_quit(void)
{
    atomic_store(&quit, 1);
}

static int pump(int fd)
{
    char buffer[64];
    int total = 0;
    while (!atomic_load(&quit))
        total += net_receive(fd, buffer, sizeof buffer); // expect: blocking-ignores-context
    return total;
}

int main(void)
{
    return pump(socket(AF_INET, SOCK_STREAM, 0));
}
