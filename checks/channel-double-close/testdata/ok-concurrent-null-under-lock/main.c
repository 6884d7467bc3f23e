#include <pthread.h>
#include <unistd.h>

#include "trace.h"

static void *on_timeout(void *arg)
{
    sleep(10);
    trace_close();
    return arg;
}

int main(void)
{
    pthread_t timer;
    if (trace_open("trace") || pthread_create(&timer, NULL, on_timeout, NULL))
        return 1;
    trace_close();
    return pthread_join(timer, NULL);
}
