// Waits that know of the deadline: by poll, by a timed wait, by the descriptor's own timeout; and pauses.
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

long by_poll(int fd, char *buffer, size_t size, time_t patience)
{
    time_t end = time(NULL) + patience, now;
    while ((now = time(NULL)) < end) {
        struct pollfd waiting = {.fd = fd, .events = POLLIN};
        if (poll(&waiting, 1, (int)(end - now) * 1000) > 0)
            return recv(fd, buffer, size, 0);
    }
    return -1;
}

struct gate {
    pthread_mutex_t mutex;
    pthread_cond_t opened;
    bool is_open;
};

bool by_timed_wait(struct gate *gate, const struct timespec *deadline)
{
    pthread_mutex_lock(&gate->mutex);
    while (!gate->is_open) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        if (now.tv_sec >= deadline->tv_sec)
            break;
        pthread_cond_timedwait(&gate->opened, &gate->mutex, deadline);
    }
    bool is_open = gate->is_open;
    pthread_mutex_unlock(&gate->mutex);
    return is_open;
}

long by_socket(int fd, char *buffer, size_t size)
{
    struct timeval second = {.tv_sec = 1};
    time_t end = time(NULL) + 30;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
    while (time(NULL) < end) {
        long got = recv(fd, buffer, size, 0);
        if (got >= 0)
            return got;
    }
    return -1;
}

bool by_pauses(bool (*is_ready)(void))
{
    time_t end = time(NULL) + 60;
    while (time(NULL) < end) {
        if (is_ready())
            return true;
        sleep(10);
    }
    return false;
}
