#include <pthread.h>

static void *by_self(void *arg)
{
    pthread_detach(pthread_self());
    return arg;
}

static void *work(void *arg)
{
    return arg;
}

int main(void)
{
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_create(&thread, 0, by_self, 0);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_create(&thread, &attributes, work, 0);
    pthread_attr_destroy(&attributes);
    if (!pthread_create(&thread, 0, work, 0))
        pthread_detach(thread);
    pthread_exit(0);
}
