#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

struct server {
    int fd;
    atomic_bool stop;
    pthread_t thread;
};

static void *serve(void *arg)
{
    struct server *server = arg;
    char buffer[512];
    while (!atomic_load(&server->stop))
        if (recv(server->fd, buffer, sizeof buffer, 0) <= 0)
            break;
    return 0;
}

static void server_stop(struct server *server)
{
    atomic_store(&server->stop, true);
    shutdown(server->fd, SHUT_RDWR);
    pthread_join(server->thread, 0);
    close(server->fd);
}

int main(void)
{
    static struct server server;
    server.fd = socket(AF_INET, SOCK_STREAM, 0);
    if (pthread_create(&server.thread, 0, serve, &server))
        return 1;
    server_stop(&server);
    return 0;
}
