#include <pthread.h>
#include <setjmp.h>

struct task {
    jmp_buf recover_point;
};

static void fail(struct task *task)
{
    longjmp(task->recover_point, 1);
}

static void *work(void *arg)
{
    struct task task;
    if (setjmp(task.recover_point))
        return 0;
    fail(&task);
    return arg;
}

int main(void)
{
    pthread_t thread;
    if (pthread_create(&thread, 0, work, 0))
        return 2;
    return pthread_join(thread, 0);
}
