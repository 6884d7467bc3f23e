#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static int feed[2];

static void *watch(void *arg)
{
    unsigned char value;
    (void)arg;
    while (read(feed[0], &value, 1) == 1)
        printf("%u\n", value);
    return NULL;
}

int main(void)
{
    pthread_t watcher;
    if (pipe(feed) || pthread_create(&watcher, NULL, watch, NULL))
        return 1;
    if (write(feed[1], "a", 1) != 1)
        perror("write");
    sleep(1);
    pthread_cancel(watcher);
    pthread_join(watcher, NULL);
    return 0;
}
