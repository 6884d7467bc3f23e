#include <pthread.h>
#include <setjmp.h>

static jmp_buf recovery;

static void *worker(void *arg)
{
    if (!arg)
        longjmp(recovery, 1);
    return arg;
}

int main(void)
{
    pthread_t thread;
    if (setjmp(recovery)) // related: spawn-without-recover
        return 1;
    if (pthread_create(&thread, 0, worker, 0)) // expect: spawn-without-recover(jump)
        return 1;
    return pthread_join(thread, 0);
}
