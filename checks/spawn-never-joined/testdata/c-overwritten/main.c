#include <pthread.h>

static void *work(void *arg)
{
    return arg;
}

static int run(void)
{
    pthread_t thread;
    pthread_create(&thread, 0, work, 0); // expect: spawn-never-joined
    pthread_create(&thread, 0, work, 0);
    return pthread_join(thread, 0);
}

int main(void)
{
    while (!run())
        ;
    return 0;
}
