#include <pthread.h>
#include <stdlib.h>

static int counter;

static void *work(void *arg)
{
    int *value = arg;
    counter += *value;
    if (value != &counter)
        free(value);
    return 0;
}

static int start(int id)
{
    int *copy = malloc(sizeof *copy);
    pthread_t thread;
    if (!copy)
        return -1;
    *copy = id;
    if (pthread_create(&thread, 0, work, copy)) {
        free(copy);
        return -1;
    }
    pthread_detach(thread);
    if (pthread_create(&thread, 0, work, &counter))
        return -1;
    return pthread_detach(thread);
}

int main(void)
{
    start(1);
    pthread_exit(0);
}
