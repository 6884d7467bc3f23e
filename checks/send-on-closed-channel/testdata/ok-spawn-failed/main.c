#include <pthread.h>
#include <unistd.h>

static int log_fd = -1;

static void *logger(void *arg)
{
    return write(log_fd, "tick\n", 5) == 5 ? arg : 0;
}

int main(void)
{
    int ends[2];
    pthread_t thread;
    if (pipe(ends))
        return 1;
    log_fd = ends[1];
    if (pthread_create(&thread, 0, logger, 0) != 0) {
        close(log_fd); /* there is no task */
        return 1;
    }
    pthread_join(thread, 0);
    return close(log_fd);
}
