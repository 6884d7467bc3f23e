#include <pthread.h>
#include <stdio.h>

#include <rh/channel.h>

enum { WORKERS = 8, ROOM = 4 };

struct part {
    const double *values;
    size_t count;
    rh_chan *sums;
};

static void *sum(void *arg)
{
    const struct part *part = arg;
    double total = 0;
    for (size_t i = 0; i < part->count; i++)
        total += part->values[i];
    if (rh_chan_send(part->sums, &total) != RH_OK)
        perror("send");
    return NULL;
}

double sum_all(const double *values, size_t count)
{
    struct part parts[WORKERS];
    pthread_t threads[WORKERS];
    double total = 0;
    rh_chan *sums = rh_chan_new(ROOM, sizeof(double)); // expect: channel-undersized
    for (int i = 0; i < WORKERS; i++) {
        parts[i].values = values + (size_t)i * (count / WORKERS);
        parts[i].count = count / WORKERS;
        parts[i].sums = sums;
        pthread_create(&threads[i], NULL, sum, &parts[i]);
    }
    for (int i = 0; i < WORKERS; i++)
        pthread_join(threads[i], NULL); // related: channel-undersized
    for (int i = 0; i < WORKERS; i++) {
        double one;
        if (rh_chan_recv(sums, &one) == RH_OK)
            total += one;
    }
    rh_chan_release(sums);
    return total;
}

int main(void)
{
    static double values[800];
    printf("%f\n", sum_all(values, 800));
    return 0;
}
