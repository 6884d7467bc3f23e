/* Reduced from a pipe helper that closes both ends when it fails, and a caller that does so again. */
#include <fcntl.h>
#include <unistd.h>

static int ends[2] = {-1, -1};

static int make_pipe(int fds[2])
{
    if (pipe(fds))
        return -1;
    if (fcntl(fds[0], F_SETFL, O_NONBLOCK) == -1) {
        close(fds[0]);
        close(fds[1]);
        return -1;
    }
    return 0;
}

static void close_pipe(void)
{
    if (ends[0] != -1)
        close(ends[0]);
    ends[0] = -1;
}

int main(void)
{
    if (make_pipe(ends) == -1) {
        close_pipe(); // expect: channel-double-close
        return 1;
    }
    return 0;
}
