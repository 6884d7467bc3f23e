#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

static sem_t written;
static int pipe_fd;

static void *writer(void *arg)
{
    (void)!write(pipe_fd, "done\n", 5);
    sem_post(&written);
    for (;;)
        pause();
    return arg;
}

int main(void)
{
    int ends[2];
    pthread_t thread;
    if (pipe(ends) || sem_init(&written, 0, 0))
        return 1;
    pipe_fd = ends[1];
    if (pthread_create(&thread, 0, writer, 0))
        return 1;
    pthread_detach(thread);
    while (sem_wait(&written) != 0)
        continue;
    close(pipe_fd);
    return 0;
}
