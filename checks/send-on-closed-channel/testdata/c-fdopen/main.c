#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int fd = open(argv[argc - 1], O_WRONLY);
    if (fd < 0)
        return 1;
    FILE *file = fdopen(fd, "w");
    if (!file) {
        close(fd);
        return 1;
    }
    fputs("header\n", file);
    fclose(file);
    return write(fd, "x", 1) != 1; // expect: send-on-closed-channel
}
