// A clock that the loop asks for its statistics ends nothing; nor does one asked before the loop.
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>

void serve(int fd)
{
    char buffer[512];
    unsigned long total = 0;
    time_t last = time(NULL);
    for (;;) {
        ssize_t got = recv(fd, buffer, sizeof buffer, 0);
        if (got <= 0)
            return;
        total += (unsigned long)got;
        time_t now = time(NULL);
        if (now - last > 10) {
            printf("%lu bytes\n", total);
            last = now;
        }
    }
}

int count(int fd, int limit)
{
    time_t started = time(NULL);
    int got = 0;
    char byte;
    while (got < limit && recv(fd, &byte, 1, 0) == 1)
        got++;
    printf("%ld s\n", (long)(time(NULL) - started));
    return got;
}
