#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int control = -1;

static void *listen_control(void *arg)
{
    char byte;
    while (recv(control, &byte, 1, 0) == 1)
        if (byte == 'q')
            break;
    close(control); // related: channel-double-close
    return arg;
}

static void *give_up(void *arg)
{
    sleep(30);
    close(control); // expect: channel-double-close
    return arg;
}

int main(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/run/control"};
    pthread_t one, two;
    control = socket(AF_UNIX, SOCK_STREAM, 0);
    if (control < 0 || connect(control, (struct sockaddr *)&address, sizeof address) != 0)
        return 1;
    if (pthread_create(&one, NULL, listen_control, NULL) || pthread_create(&two, NULL, give_up, NULL))
        return 1;
    pthread_join(one, NULL);
    pthread_join(two, NULL);
    return 0;
}
