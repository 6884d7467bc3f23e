#include <pthread.h>
#include <stdlib.h>

#define CHECKING 0

static void *worker(void *arg)
{
    if (CHECKING && !arg)
        abort();
    switch (sizeof(void *)) {
    case 8:
    case 4:
        break;
    default:
        abort();
    }
    return arg;
}

int main(void)
{
    pthread_t thread;
    if (pthread_create(&thread, 0, worker, 0))
        return 1;
    return pthread_join(thread, 0);
}
