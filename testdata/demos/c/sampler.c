#include "sampler.h"

#include "sensor.h"

#include <stdio.h>

static void sample_all(struct sampler *sampler)
{
    for (int i = 0; i < sampler->count; i++) {
        printf("sampler: sensor %d is at %d tenths\n", i, sensor_read(sampler->sensors[i]));
        sampler->done++;
    }
}

static void *sampler_main(void *arg)
{
    sample_all(arg);
    return NULL;
}

int sampler_start(struct sampler *sampler)
{
    return pthread_create(&sampler->thread, NULL, sampler_main, sampler); // expect: spawn-without-recover
}

void sampler_stop(struct sampler *sampler)
{
    pthread_join(sampler->thread, NULL);
}
