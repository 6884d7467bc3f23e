#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static int wake[2];

static void on_signal(int number)
{
    char byte = (char)number;
    int saved = errno;
    (void)!write(wake[1], &byte, 1);
    errno = saved;
}

static int set_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL, 0);
    return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

static int drain(void)
{
    char byte;
    int seen = 0;
    while (read(wake[0], &byte, 1) == 1)
        seen++;
    return seen;
}

int main(void)
{
    if (pipe(wake) != 0 || set_nonblocking(wake[0]) || set_nonblocking(wake[1]))
        return 1;
    signal(SIGCHLD, on_signal);
    for (;;) {
        struct pollfd fd = {.fd = wake[0], .events = POLLIN};
        if (poll(&fd, 1, -1) > 0)
            printf("%d\n", drain());
    }
}
