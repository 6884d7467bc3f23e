#include <pthread.h>
#include <stdio.h>

struct job {
    int id;
};

static void *work(void *arg)
{
    struct job *job = arg;
    printf("%d\n", job->id);
    return 0;
}

static int start(int id)
{
    struct job job = {.id = id};
    pthread_t thread;
    if (pthread_create(&thread, 0, work, &job)) // expect: spawn-captures-stack
        return -1;
    return pthread_detach(thread);
}

int main(void)
{
    start(1);
    pthread_exit(0);
}
