#include <pthread.h>
#include <stdlib.h>

static void usage(void)
{
    exit(64);
}

static void *worker(void *arg)
{
    return arg;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    if (argc < 2)
        usage();
    if (pthread_create(&thread, 0, worker, argv))
        abort();
    return pthread_join(thread, 0);
}
