#include <stdbool.h>
#include <unistd.h>

static int talk(int fd, int errors)
{
    bool closed = false;
    if (errors > 3) {
        close(fd);
        closed = true;
    }
    if (closed)
        return -1;
    return write(fd, "x", 1) == 1 ? 0 : -1;
}

static int reset(int fd, int errors)
{
    if (errors > 3) {
        close(fd);
        fd = -1;
    }
    if (fd >= 0 && write(fd, "y", 1) != 1)
        return -1;
    return fd;
}

int main(int argc, char **argv)
{
    (void)argv;
    return talk(dup(1), argc) + reset(dup(1), argc);
}
