#include <pthread.h>

#include "job.h"

static void *worker(void *arg)
{
    job_run(arg);
    return 0;
}

int main(void)
{
    pthread_t thread;
    if (pthread_create(&thread, 0, worker, "7")) // expect: spawn-without-recover(fatal)
        return 1;
    return pthread_join(thread, 0);
}
