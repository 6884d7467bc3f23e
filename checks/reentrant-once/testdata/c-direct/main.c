#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int table[16];

static void init(void);

static void ensure(void)
{
    pthread_once(&once, init);
}

static int lookup(int i)
{
    ensure();
    return table[i & 15];
}

static void init(void)
{
    table[0] = lookup(1) + 1; // expect: reentrant-once
}

int main(void)
{
    return lookup(0);
}
