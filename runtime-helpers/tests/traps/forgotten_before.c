/* A task whose starter forgot it never ends, and what it counts on goes away under it: it reads freed memory,
 * or, as here, somebody waits for it at the end, for ever.  alarm() ends what would hang. */
#include <pthread.h>
#include <unistd.h>

static void *polls(void *arg)
{
    for (;;)
        usleep(1000);
    return arg;
}

int main(void)
{
    pthread_t forgotten;
    alarm(2);
    if (pthread_create(&forgotten, NULL, polls, NULL) != 0)
        return 1;
    pthread_join(forgotten, NULL); /* an orderly end wants all threads joined */
    return 0;
}
