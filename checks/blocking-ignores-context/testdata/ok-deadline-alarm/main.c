// A timer's signal interrupts the call, and EINTR leads back to the clock.
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void wake(int signal)
{
    (void)signal;
}

long receive(int fd, char *buffer, size_t size, unsigned seconds)
{
    struct sigaction action = {.sa_handler = wake};
    sigaction(SIGALRM, &action, NULL);
    time_t end = time(NULL) + seconds;
    long got = -1;
    alarm(seconds);
    while (time(NULL) < end) {
        got = recv(fd, buffer, size, 0);
        if (got >= 0 || errno != EINTR)
            break;
    }
    alarm(0);
    return got;
}
