#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

static atomic_bool stopping;

void request_stop(void)
{
    atomic_store(&stopping, true);
}

static void pause_briefly(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
}

int main(void)
{
    while (!atomic_load(&stopping))
        pause_briefly();
    return 0;
}
