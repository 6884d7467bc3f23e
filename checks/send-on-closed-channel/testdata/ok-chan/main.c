#include "chan_min.h"

#include <pthread.h>
#include <stdio.h>

static void *worker(void *arg)
{
    chan_t *numbers = arg;
    int32_t number;
    while (chan_recv_int(numbers, &number) == 0)
        printf("%d\n", number);
    return NULL;
}

int main(void)
{
    pthread_t thread;
    chan_t *numbers = chan_init(8);
    if (!numbers || pthread_create(&thread, NULL, worker, numbers))
        return 1;
    for (int i = 0; i < 100; i++)
        chan_send_int(numbers, i);
    chan_close(numbers);
    if (chan_send_int(numbers, 100) == 0) /* asked, and told that it is closed */
        puts("still open?");
    chan_close(numbers);
    pthread_join(thread, NULL);
    chan_dispose(numbers);
    return 0;
}
