// The loop gives the peer so long to greet, and then waits for it without bound.
#include <string.h>
#include <sys/socket.h>

#include "clock.h"

int read_greeting(int fd, char *line, size_t size, int64_t timeout_ms)
{
    int64_t deadline = now_ms() + timeout_ms;
    size_t used = 0;
    while (used < size && now_ms() < deadline) {
        ssize_t got = recv(fd, line + used, size - used, 0); // expect: blocking-ignores-context
        if (got <= 0)
            return -1;
        used += (size_t)got;
        if (memchr(line, '\n', used))
            return 0;
    }
    return -1;
}
