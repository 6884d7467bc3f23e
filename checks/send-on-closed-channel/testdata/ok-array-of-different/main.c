#include <unistd.h>

int main(void)
{
    int fds[3][2];
    for (int i = 0; i < 3; i++)
        if (pipe(fds[i]))
            return 1;
    for (int i = 0; i < 3; i++) {
        close(fds[i][0]);
        if (write(fds[i][1], "x", 1) != 1)
            return 1;
    }
    close(fds[0][1]);
    return write(fds[1][1], "x", 1) == 1;
}
