#include <assert.h>
#include <threads.h>

static int worker(void *arg)
{
    assert(arg != 0);
    return 0;
}

int main(void)
{
    thrd_t thread;
    int argument = 0;
    if (thrd_create(&thread, worker, &argument) != thrd_success) // expect: spawn-without-recover(assert)
        return 1;
    return thrd_join(thread, 0);
}
