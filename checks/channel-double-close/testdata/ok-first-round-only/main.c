/* Reduced from a listener: the first worker gets the descriptor itself, the others copies. */
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void hand_out(int fd)
{
    char *item = malloc(16);
    if (!item) {
        close(fd);
        return;
    }
    free(item);
}

static void serve(int fd, int workers)
{
    for (int i = 0; i < workers; i++) {
        int own;
        if (i == 0) {
            own = fd;
        } else {
            own = dup(fd);
            if (own < 0)
                exit(1);
        }
        hand_out(own);
    }
}

int main(int argc, char **argv)
{
    (void)argv;
    serve(socket(AF_INET, SOCK_STREAM, 0), argc);
    return 0;
}
