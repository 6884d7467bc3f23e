#include <pthread.h>
#include <stdio.h>

static void *work(void *arg)
{
    printf("%d\n", *(int *)arg);
    return 0;
}

int main(void)
{
    pthread_t threads[4];
    int i;
    for (i = 0; i < 4; i++)
        pthread_create(&threads[i], 0, work, &i); // expect: spawn-captures-stack
    for (int k = 0; k < 4; k++)
        pthread_join(threads[k], 0);
    return 0;
}
