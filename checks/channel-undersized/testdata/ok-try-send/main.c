#include <pthread.h>
#include <stdio.h>

#include <rh/channel.h>

static rh_chan *samples;
static unsigned dropped;

static void *sample(void *arg)
{
    int value = *(int *)arg;
    if (rh_chan_try_send(samples, &value) == RH_FULL)
        dropped++;
    return NULL;
}

/* One sample of many is enough. */
int measure(void)
{
    static int inputs[16];
    int value = 0;
    samples = rh_chan_new(1, sizeof(int));
    for (int i = 0; i < 16; i++) {
        pthread_t thread;
        inputs[i] = i;
        if (pthread_create(&thread, NULL, sample, &inputs[i]) == 0)
            pthread_detach(thread);
    }
    if (rh_chan_recv(samples, &value) != RH_OK)
        return -1;
    return value;
}

int main(void)
{
    printf("%d\n", measure());
    return 0;
}
