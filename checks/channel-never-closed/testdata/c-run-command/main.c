#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

struct child {
    pid_t pid;
    int in, out;
};

static int start(struct child *child, char *const argv[])
{
    int in[2], out[2];
    if (pipe(in) != 0)
        return -1;
    if (pipe(out) != 0) {
        close(in[0]);
        close(in[1]);
        return -1;
    }
    child->pid = fork();
    if (child->pid < 0)
        return -1;
    if (!child->pid) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        close(in[0]);
        close(in[1]);
        close(out[0]);
        close(out[1]);
        execvp(argv[0], argv);
        _exit(127);
    }
    close(in[0]);
    child->in = in[1];
    child->out = out[0];
    return 0;
}

static void close_once(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

int main(int argc, char **argv)
{
    struct child child;
    char chunk[512];
    ssize_t n;
    if (argc < 2 || start(&child, argv + 1) != 0)
        return 1;
    if (write(child.in, "3\n1\n2\n", 6) != 6)
        perror(argv[1]);
    close_once(&child.in);
    while ((n = read(child.out, chunk, sizeof chunk)) > 0) // expect: channel-never-closed
        fwrite(chunk, 1, (size_t)n, stdout);
    close_once(&child.out);
    return waitpid(child.pid, NULL, 0) < 0;
}
