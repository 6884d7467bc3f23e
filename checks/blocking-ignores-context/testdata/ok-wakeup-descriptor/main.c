#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

struct loop {
    atomic_bool stop;
    int wakeup, socket;
};

void loop_stop(struct loop *loop)
{
    uint64_t one = 1;
    atomic_store(&loop->stop, true);
    if (write(loop->wakeup, &one, sizeof one) < 0)
        return;
}

static void loop_run(struct loop *loop)
{
    char buffer[512];
    while (!atomic_load(&loop->stop)) {
        struct pollfd set[2] = {{.fd = loop->socket, .events = POLLIN}, {.fd = loop->wakeup, .events = POLLIN}};
        if (poll(set, 2, -1) < 0)
            break;
        if (set[0].revents && recv(loop->socket, buffer, sizeof buffer, 0) <= 0)
            break;
    }
}

int main(void)
{
    struct loop loop = {.wakeup = eventfd(0, 0), .socket = socket(AF_INET, SOCK_STREAM, 0)};
    loop_run(&loop);
    return 0;
}
