#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_t helper;

static void *work(void *arg)
{
    return arg;
}

static void init(void)
{
    pthread_create(&helper, 0, work, 0);
}

static void ensure(void)
{
    pthread_once(&once, init);
}

int main(void)
{
    ensure();
    ensure();
    return pthread_join(helper, 0);
}
