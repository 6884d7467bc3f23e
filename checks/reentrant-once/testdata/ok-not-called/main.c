#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int (*getter)(void);
static int value;

static void init(void);

static int get(void)
{
    pthread_once(&once, init);
    return value;
}

static void init(void)
{
    getter = get;
    value = 7;
}

int main(void)
{
    return get() + getter();
}
