#include "glib_min.h"

#include <string.h>
#include <unistd.h>

static int tell(const char *name)
{
    int ends[2];
    GError *error = 0;
    if (!g_unix_open_pipe(ends, 0, &error)) {
        g_error_free(error);
        return write(ends[1], "", 0) < 0; /* never opened: another mistake than a late send */
    }
    close(ends[0]);
    close(ends[1]);
    return write(ends[1], name, strlen(name)) < 0; // expect: send-on-closed-channel
}

int main(int argc, char **argv)
{
    return tell(argv[argc - 1]);
}
