#include "queue.h"

#include <stdio.h>

void run_task(const struct task *task)
{
    printf("task %d\n", task->kind);
}

int main(void)
{
    struct pool pool;
    if (pool_start(&pool, 4))
        return 1;
    for (int i = 0; i < 100; i++) {
        struct task task = {i, NULL};
        if (pool_submit(&pool, &task))
            break;
    }
    pool_wait(&pool);
    return 0;
}
