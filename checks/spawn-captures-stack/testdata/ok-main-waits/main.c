#include <pthread.h>

static void *work(void *arg)
{
    return arg;
}

static int with_error_path(void)
{
    int value = 3;
    pthread_t thread;
    if (pthread_create(&thread, 0, work, &value))
        return -1;
    int failed = pthread_join(thread, 0);
    return failed ? -1 : value;
}

int main(void)
{
    return with_error_path();
}
