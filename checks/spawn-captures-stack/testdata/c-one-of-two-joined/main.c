#include <pthread.h>
#include <stdio.h>

struct half {
    const int *values;
    int count;
    long sum;
};

static void *add(void *arg)
{
    struct half *half = arg;
    for (int i = 0; i < half->count; i++)
        half->sum += half->values[i];
    return NULL;
}

/* The left thread is joined twice, the right one never. */
static long sum(const int *values, int count)
{
    pthread_t left_thread, right_thread;
    struct half left = {values, count / 2, 0}, right = {values + count / 2, count - count / 2, 0};
    if (pthread_create(&left_thread, NULL, add, &left))
        return -1;
    if (pthread_create(&right_thread, NULL, add, &right)) { // expect: spawn-captures-stack
        pthread_join(left_thread, NULL);
        return -1;
    }
    pthread_join(left_thread, NULL);
    return left.sum + right.sum;
}

static long sum_properly(const int *values, int count)
{
    pthread_t threads[2];
    struct half halves[2] = {{values, count / 2, 0}, {values + count / 2, count - count / 2, 0}};
    int started = 0;
    long total = 0;
    while (started < 2 && !pthread_create(&threads[started], NULL, add, &halves[started]))
        started++;
    for (int i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
        total += halves[i].sum;
    }
    return started == 2 ? total : -1;
}

int main(void)
{
    static const int values[] = {1, 2, 3, 4, 5};
    printf("%ld %ld\n", sum(values, 5), sum_properly(values, 5));
    return 0;
}
