#include <pthread.h>
#include <stdio.h>

struct slice {
    int from, to;
    long sum;
};

static void *add(void *arg)
{
    struct slice *slice = arg;
    for (int i = slice->from; i < slice->to; i++)
        slice->sum += i;
    return 0;
}

int main(void)
{
    struct slice slices[4];
    pthread_t threads[4];
    long total = 0;
    for (int i = 0; i < 4; i++) {
        slices[i] = (struct slice){.from = i * 10, .to = i * 10 + 10};
        pthread_create(&threads[i], 0, add, &slices[i]);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], 0);
        total += slices[i].sum;
    }
    printf("%ld\n", total);
    return 0;
}
