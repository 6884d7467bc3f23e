#include <pthread.h>

static void give_up(void *why)
{
    pthread_exit(why);
}

static void *worker(void *arg)
{
    pthread_cleanup_push(give_up, arg);
    if (!arg)
        give_up(arg);
    pthread_cleanup_pop(0);
    return arg;
}

int main(void)
{
    pthread_t thread;
    if (pthread_create(&thread, 0, worker, 0))
        return 1;
    return pthread_join(thread, 0);
}
