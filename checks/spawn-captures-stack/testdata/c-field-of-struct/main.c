#include <pthread.h>
#include <stdlib.h>

struct request {
    const int *deadline;
};

static void *handle(void *arg)
{
    struct request *request = arg;
    int late = *request->deadline > 3;
    free(request);
    return late ? arg : 0;
}

static void submit(void)
{
    int deadline = 5;
    struct request *request = malloc(sizeof *request);
    pthread_t thread;
    if (!request)
        return;
    request->deadline = &deadline;
    if (!pthread_create(&thread, 0, handle, request)) // expect: spawn-captures-stack
        pthread_detach(thread);
}

int main(void)
{
    submit();
    pthread_exit(0);
}
