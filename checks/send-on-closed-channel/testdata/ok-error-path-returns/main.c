#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int write_all(int fd, const char *text, size_t size)
{
    while (size) {
        ssize_t n = write(fd, text, size);
        if (n < 0) {
            close(fd);
            return -1;
        }
        text += n;
        size -= (size_t)n;
    }
    return 0;
}

static int save(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    if (fd < 0)
        return -1;
    if (write_all(fd, "abc", 3) < 0)
        return -1;
    if (write_all(fd, "def", 3) < 0)
        return -1;
    return close(fd);
}

int main(int argc, char **argv)
{
    return save(argv[argc - 1]);
}
