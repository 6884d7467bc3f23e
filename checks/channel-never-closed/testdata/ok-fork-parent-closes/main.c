#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static int count_lines(const char *path)
{
    int fds[2], lines = 0;
    if (pipe(fds) != 0)
        return -1;
    switch (fork()) {
    case -1:
        close(fds[0]);
        close(fds[1]);
        return -1;
    case 0:
        close(fds[0]);
        dup2(fds[1], STDOUT_FILENO);
        execlp("cat", "cat", path, (char *)NULL);
        _exit(127);
    default:
        close(fds[1]);
    }
    FILE *in = fdopen(fds[0], "r");
    char line[1024];
    while (fgets(line, sizeof line, in))
        lines++;
    fclose(in);
    wait(NULL);
    return lines;
}

int main(int argc, char **argv)
{
    return argc > 1 && count_lines(argv[1]) >= 0 ? 0 : 1;
}
