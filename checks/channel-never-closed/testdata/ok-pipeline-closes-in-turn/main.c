#include <pthread.h>
#include <stdio.h>

#include <rh/channel.h>

struct stage {
    rh_chan *in, *out;
    pthread_t thread;
};

static void *square(void *arg)
{
    struct stage *stage = arg;
    long value;
    while (rh_chan_recv(stage->in, &value) == RH_OK) {
        value *= value;
        if (rh_chan_send(stage->out, &value) != RH_OK)
            break;
    }
    rh_chan_close(stage->out);
    return NULL;
}

int main(void)
{
    struct stage stages[2];
    rh_chan *first = rh_chan_new(8, sizeof(long)), *next = first;
    for (int i = 0; i < 2; i++) {
        stages[i].in = next;
        stages[i].out = next = rh_chan_new(8, sizeof(long));
        if (pthread_create(&stages[i].thread, NULL, square, &stages[i]) != 0)
            return 1;
    }
    for (long i = 0; i < 8; i++)
        if (rh_chan_send(first, &i) != RH_OK)
            return 1;
    rh_chan_close(first);
    long value;
    while (rh_chan_recv(next, &value) == RH_OK)
        printf("%ld\n", value);
    for (int i = 0; i < 2; i++)
        pthread_join(stages[i].thread, NULL);
    return 0;
}
