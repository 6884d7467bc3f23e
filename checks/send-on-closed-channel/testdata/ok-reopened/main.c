#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int rotate(const char *path, int fd)
{
    close(fd);
    fd = open(path, O_WRONLY);
    if (fd < 0)
        return -1;
    return write(fd, "new\n", 4) == 4 ? fd : -1;
}

static int rotate_file(FILE **log, const char *path)
{
    fclose(*log);
    *log = fopen(path, "a");
    return *log ? fputs("new\n", *log) : -1;
}

int main(int argc, char **argv)
{
    FILE *log = fopen(argv[argc - 1], "a");
    if (!log)
        return 1;
    return rotate(argv[argc - 1], 3) + rotate_file(&log, argv[argc - 1]);
}
