#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum { WORK, STOP };

struct message {
    int kind, value;
};

static int wakeup[2];

static void *listen_for(void *arg)
{
    struct message message;
    (void)arg;
    while (read(wakeup[0], &message, sizeof message) == sizeof message) {
        if (message.kind == STOP)
            break;
        printf("%d\n", message.value);
    }
    return NULL;
}

int main(void)
{
    pthread_t thread;
    if (pipe(wakeup) || pthread_create(&thread, NULL, listen_for, NULL))
        return 1;
    struct message message = {WORK, 3};
    if (write(wakeup[1], &message, sizeof message) < 0)
        return 1;
    message.kind = STOP;
    if (write(wakeup[1], &message, sizeof message) < 0)
        return 1;
    pthread_join(thread, NULL);
    return 0;
}
