#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct session {
    int fd;
};

static void *pump(void *arg)
{
    struct session *session = arg;
    while (send(session->fd, "ping", 4, 0) == 4) // expect: send-on-closed-channel
        sleep(1);
    return 0;
}

int main(void)
{
    struct session session = {.fd = socket(AF_INET, SOCK_STREAM, 0)};
    pthread_t thread;
    if (pthread_create(&thread, 0, pump, &session))
        return 1;
    sleep(10);
    close(session.fd);
    pthread_join(thread, 0);
    return 0;
}
