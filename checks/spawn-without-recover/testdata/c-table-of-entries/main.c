#include <pthread.h>
#include <stdlib.h>

struct service {
    const char *name;
    void *(*run)(void *);
};

static void *calm(void *arg)
{
    return arg;
}

static void *hasty(void *arg)
{
    if (!arg)
        abort();
    return arg;
}

static const struct service services[] = {{"calm", calm}, {"hasty", hasty}};

int main(void)
{
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        if (pthread_create(&threads[i], 0, services[i].run, 0)) // expect: spawn-without-recover(fatal)
            return 1;
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], 0);
    return 0;
}
