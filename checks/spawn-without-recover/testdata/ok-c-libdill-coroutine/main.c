#include "libdill_min.h"

#include <stdio.h>
#include <stdlib.h>

coroutine static void count(int results, int from, int to)
{
    int sum = 0;
    for (int i = from; i < to; i++)
        sum += i;
    if (chsend(results, &sum, sizeof sum, -1))
        fprintf(stderr, "nobody waits for %d\n", sum);
}

/* Called by main alone: in the task of main exit is the program's own decision. */
static int take(int results)
{
    int sum;
    if (chrecv(results, &sum, sizeof sum, -1) != 0)
        exit(1);
    return sum;
}

#define TASKS 4

int main(void)
{
    int channel[2], tasks[TASKS];
    if (chmake(channel))
        exit(1);
    for (int i = 0; i < TASKS; i++)
        tasks[i] = go(count(channel[0], i * 100, i * 100 + 100));
    int total = 0;
    for (int i = 0; i < TASKS; i++)
        total += take(channel[1]);
    for (int i = 0; i < TASKS; i++)
        hclose(tasks[i]);
    hclose(channel[0]);
    hclose(channel[1]);
    return total == 0;
}
