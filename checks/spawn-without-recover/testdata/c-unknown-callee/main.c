#include <pthread.h>

int mystery(void *arg);

static void *worker(void *arg)
{
    mystery(arg);
    return arg;
}

int main(void)
{
    pthread_t thread;
    if (pthread_create(&thread, 0, worker, 0)) // expect: spawn-without-recover(not-proven)
        return 1;
    return pthread_join(thread, 0);
}
