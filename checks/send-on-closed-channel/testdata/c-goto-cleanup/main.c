#include <fcntl.h>
#include <unistd.h>

static int copy(const char *from, const char *to)
{
    char buffer[256];
    int result = -1, out = -1, in = open(from, O_RDONLY);
    if (in < 0)
        return -1;
    out = open(to, O_WRONLY | O_CREAT, 0600);
    if (out < 0)
        goto done;
    ssize_t n = read(in, buffer, sizeof buffer);
    if (n < 0) {
        close(out);
        goto trailer;
    }
    if (write(out, buffer, (size_t)n) != n) {
        close(out);
        goto done;
    }
trailer:
    result = write(out, "\n", 1) == 1 ? 0 : -1; // expect: send-on-closed-channel
    close(out); // expect: channel-double-close
done:
    close(in);
    return result;
}

int main(int argc, char **argv)
{
    return argc > 2 ? copy(argv[1], argv[2]) : 0;
}
