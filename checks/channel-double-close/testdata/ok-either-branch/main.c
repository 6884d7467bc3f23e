#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int load(const char *path, int binary)
{
    int fd = open(path, O_RDONLY);
    if (fd < 0)
        return -1;
    if (binary) {
        close(fd);
    } else {
        FILE *file = fdopen(fd, "r");
        if (file)
            fclose(file);
        else
            close(fd);
    }
    return 0;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        load(argv[i], i & 1);
    return 0;
}
