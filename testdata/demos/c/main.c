/* A control loop that must not stop, and a sampler beside it that may fail. */
#include "sampler.h"

#include <stdio.h>
#include <time.h>

static void control(int round)
{
    printf("control: round %d\n", round);
    fflush(stdout);
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
}

int main(void)
{
    struct sampler sampler = {.sensors = {"21.5", "19.0", "2#.1", "20.5"}, .count = 4};

    if (sampler_start(&sampler) != 0)
        return 1;
    for (int round = 1; round <= 5; round++)
        control(round);
    sampler_stop(&sampler);
    printf("control: alive after %d rounds, %d sensors read\n", 5, sampler.done);
    return 0;
}
