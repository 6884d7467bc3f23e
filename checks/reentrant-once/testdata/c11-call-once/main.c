#include <threads.h>

static once_flag flag = ONCE_FLAG_INIT;
static int value;

static void init(void);

static int get(int depth)
{
    call_once(&flag, init);
    return value + depth;
}

static int deeper(int depth)
{
    return depth > 2 ? get(depth) : deeper(depth + 1);
}

static void init(void)
{
    value = deeper(0); // expect: reentrant-once
}

int main(void)
{
    return get(0);
}
