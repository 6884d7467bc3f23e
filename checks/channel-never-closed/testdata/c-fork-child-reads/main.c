#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct job {
    uint32_t id, size;
};

static void serve(int fd)
{
    struct job job;
    while (read(fd, &job, sizeof job) == sizeof job) // expect: channel-never-closed
        printf("%u: %u bytes\n", job.id, job.size);
}

int main(void)
{
    int jobs[2];
    if (pipe(jobs))
        return 1;
    pid_t child = fork();
    if (child == 0) {
        serve(jobs[0]);
        exit(0);
    }
    close(jobs[0]);
    for (uint32_t i = 0; i < 10; i++) {
        struct job job = {i, i * 100};
        if (write(jobs[1], &job, sizeof job) < 0)
            perror("write");
    }
    close(jobs[1]);
    waitpid(child, NULL, 0);
    return 0;
}
