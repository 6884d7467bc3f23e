#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int ready;

static void init(void);

static int is_ready(void)
{
    pthread_once(&once, init);
    return ready;
}

static void *warm(void *arg)
{
    (void)arg;
    is_ready();
    return 0;
}

static void init(void)
{
    pthread_t warmer;
    pthread_create(&warmer, 0, warm, 0); // expect: reentrant-once
    pthread_join(warmer, 0);
    ready = 1;
}

int main(void)
{
    return is_ready();
}
