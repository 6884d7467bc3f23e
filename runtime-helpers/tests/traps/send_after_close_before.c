/* A pipe as a channel between threads: a sender that comes after the receiver closed gets a signal that ends the
 * whole process. */
#include <pthread.h>
#include <unistd.h>

static int channel[2];

static void *sends_late(void *arg)
{
    usleep(20000);
    return write(channel[1], "late", 4) == 4 ? arg : NULL;
}

int main(void)
{
    pthread_t sender;
    alarm(2);
    if (pipe(channel) != 0 || pthread_create(&sender, NULL, sends_late, NULL) != 0)
        return 1;
    close(channel[0]); /* had enough */
    pthread_join(sender, NULL);
    return 0;
}
