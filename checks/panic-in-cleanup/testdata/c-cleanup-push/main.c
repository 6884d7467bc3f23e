#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static void release(void *arg)
{
    if (close(*(int *)arg))
        exit(3);
}

static void *work(void *arg)
{
    char byte;
    ssize_t n;
    pthread_cleanup_push(release, arg); // expect: panic-in-cleanup
    n = read(*(int *)arg, &byte, 1);
    pthread_cleanup_pop(1);
    return n ? arg : 0;
}

int main(void)
{
    int zero = 0;
    return work(&zero) != 0;
}
