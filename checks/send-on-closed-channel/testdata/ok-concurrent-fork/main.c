#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int status_fd;

static void *report(void *arg)
{
    for (;;) {
        if (write(status_fd, ".", 1) != 1)
            return arg;
        sleep(1);
    }
}

static void run_child(void)
{
    close(status_fd); /* the child's own copy */
    execl("/bin/true", "true", (char *)0);
    _exit(127);
}

int main(void)
{
    pthread_t thread;
    status_fd = dup(1);
    if (pthread_create(&thread, 0, report, 0))
        return 1;
    pid_t pid = fork();
    if (pid == 0)
        run_child();
    waitpid(pid, 0, 0);
    return pthread_join(thread, 0);
}
