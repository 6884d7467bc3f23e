#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>

static atomic_bool done;

void finish(void)
{
    atomic_store(&done, true);
}

int main(void)
{
    int plain = socket(AF_INET, SOCK_STREAM, 0), quick = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    char buffer[64];
    while (!atomic_load(&done)) {
        if (recv(quick, buffer, sizeof buffer, 0) < 0 && errno != EAGAIN)
            break;
        if (recv(plain, buffer, sizeof buffer, MSG_DONTWAIT) < 0 && errno != EAGAIN)
            break;
        sched_yield();
    }
    return 0;
}
