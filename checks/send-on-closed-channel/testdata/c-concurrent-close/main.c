#include <pthread.h>
#include <unistd.h>

static int log_fd = -1;

static void *logger(void *arg)
{
    (void)arg;
    for (int i = 0; i < 100; i++)
        if (write(log_fd, "tick\n", 5) != 5) // expect: send-on-closed-channel
            break;
    return 0;
}

int main(void)
{
    int ends[2];
    pthread_t thread;
    if (pipe(ends))
        return 1;
    log_fd = ends[1];
    if (pthread_create(&thread, 0, logger, 0))
        return 1;
    close(log_fd);
    return pthread_join(thread, 0);
}
