#include <pthread.h>
#include <stdbool.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool closed;
static int log_fd = -1;

static void *logger(void *arg)
{
    bool more = true;
    while (more) {
        pthread_mutex_lock(&lock);
        more = !closed && write(log_fd, "tick\n", 5) == 5;
        pthread_mutex_unlock(&lock);
    }
    return arg;
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
    pthread_mutex_lock(&lock);
    close(log_fd);
    closed = true;
    pthread_mutex_unlock(&lock);
    return pthread_join(thread, 0);
}
