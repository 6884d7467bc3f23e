/* Reduced from a cookie writer: fdopen failed, so the descriptor is closed and there is no stream. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int make(FILE **out)
{
    int fd = open("jar.tmp", O_CREAT | O_WRONLY, 0600);
    if (fd == -1)
        return 1;
    *out = fdopen(fd, "w");
    if (!*out) {
        close(fd);
        return 1;
    }
    return 0;
}

int main(void)
{
    FILE *out = 0;
    int error = make(&out);
    if (out)
        fclose(out);
    return error;
}
