#include <string.h>
#include <unistd.h>

static void close_end(int *end)
{
    close(*end);
}

/* `ends + 1` and `&ends[1]` are one place. */
static int tell(const char *text)
{
    int ends[2];
    if (pipe(ends))
        return -1;
    long sent = write(ends[1], text, strlen(text));
    close_end(ends + 1);
    close(ends[1]); // expect: channel-double-close
    close_end(ends + 0);
    return sent < 0;
}

static int tell_well(const char *text)
{
    int ends[2];
    if (pipe(ends))
        return -1;
    long sent = write(ends[1], text, strlen(text));
    close_end(ends + 1);
    close_end(ends);
    return sent < 0;
}

int main(int argc, char **argv)
{
    return tell(argv[argc - 1]) + tell_well(argv[argc - 1]);
}
