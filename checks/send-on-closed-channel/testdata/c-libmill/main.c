#include "libmill_min.h"

#include <stdlib.h>

static coroutine void produce(chan out, int count)
{
    for (int i = 0; i < count; i++)
        chs(out, int, i);
    chclose(out);
}

static int sum(chan in, int count)
{
    int total = 0;
    for (int i = 0; i < count; i++)
        total += chr(in, int);
    return total;
}

/* The last value says "no more", and a count follows it all the same. */
static void finish(chan out, int count)
{
    chdone(out, int, -1);
    chs(out, int, count); // expect: send-on-closed-channel
}

int main(int argc, char **argv)
{
    (void)argv;
    chan numbers = chmake(int, 0), ends = chmake(int, 1);
    go(produce(chdup(numbers), argc)); /* what it closes is a name of its own */
    int total = sum(numbers, argc);
    finish(ends, argc);
    chclose(ends);
    chclose(numbers);
    return total;
}
