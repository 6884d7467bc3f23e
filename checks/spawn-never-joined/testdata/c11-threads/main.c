#include <stdatomic.h>
#include <threads.h>

static atomic_int done;

static int count(void *arg)
{
    for (int i = 0; i < *(int *)arg; i++)
        done++;
    return 0;
}

static int amounts[2] = {10, 20};

static int both(void)
{
    thrd_t first, second;
    if (thrd_create(&first, count, &amounts[0]) != thrd_success) // expect: spawn-never-joined
        return -1;
    if (thrd_create(&second, count, &amounts[1]) != thrd_success)
        return -1; /* the first goes on, and nobody waits for it */
    thrd_join(first, NULL);
    thrd_join(second, NULL);
    return done;
}

static int both_well(void)
{
    thrd_t first, second;
    if (thrd_create(&first, count, &amounts[0]) != thrd_success)
        return -1;
    if (thrd_create(&second, count, &amounts[1]) != thrd_success)
        thrd_detach(first);
    else {
        thrd_join(first, NULL);
        thrd_join(second, NULL);
    }
    return done;
}

int main(void)
{
    return both() + both_well();
}
