#include <pthread.h>
#include <setjmp.h>

static _Thread_local jmp_buf recover_point;

static int guarded(int (*run)(void))
{
    if (setjmp(recover_point))
        return -1;
    return run();
}

static int run(void)
{
    longjmp(recover_point, 1);
}

static void *work(void *arg)
{
    guarded(run);
    return arg;
}

int main(void)
{
    pthread_t thread;
    if (pthread_create(&thread, 0, work, 0))
        return 2;
    guarded(run);
    return pthread_join(thread, 0);
}
