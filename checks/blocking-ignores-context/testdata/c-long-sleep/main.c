#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

static atomic_bool running = true;

static void *housekeeping(void *arg)
{
    (void)arg;
    while (atomic_load(&running)) {
        sleep(60); // expect: blocking-ignores-context
    }
    return 0;
}

int main(void)
{
    pthread_t thread;
    if (pthread_create(&thread, 0, housekeeping, 0))
        return 1;
    atomic_store(&running, false);
    return pthread_join(thread, 0);
}
