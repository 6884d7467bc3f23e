#include <pthread.h>

static pthread_once_t first = PTHREAD_ONCE_INIT, second = PTHREAD_ONCE_INIT;
static int a, b;

static void init_second(void)
{
    b = 2;
}

static void init_first(void)
{
    pthread_once(&second, init_second);
    a = b + 1;
}

int main(void)
{
    pthread_once(&first, init_first);
    pthread_once(&second, init_second);
    return a;
}
