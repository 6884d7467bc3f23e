#include <pthread.h>
#include <setjmp.h>

static jmp_buf recover_point;

static void fail(void)
{
    longjmp(recover_point, 1); // expect: recover-in-wrong-task
}

static void *work(void *arg)
{
    fail();
    return arg;
}

int main(void)
{
    pthread_t thread;
    if (setjmp(recover_point))
        return 1;
    if (pthread_create(&thread, 0, work, 0)) // expect: spawn-without-recover
        return 2;
    return pthread_join(thread, 0);
}
