#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

struct server {
    int fd;
    atomic_bool stop;
};

static void *serve(void *arg)
{
    struct server *server = arg;
    char buffer[512];
    while (!atomic_load(&server->stop)) {
        ssize_t n = recv(server->fd, buffer, sizeof buffer, 0); // expect: blocking-ignores-context
        if (n <= 0)
            break;
    }
    return 0;
}

int main(void)
{
    struct server server = {.fd = socket(AF_INET, SOCK_DGRAM, 0)};
    pthread_t thread;
    if (pthread_create(&thread, 0, serve, &server))
        return 1;
    sleep(1);
    atomic_store(&server.stop, true);
    return pthread_join(thread, 0);
}
