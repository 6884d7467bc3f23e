#ifndef SAMPLER_H
#define SAMPLER_H

#include <pthread.h>

struct sampler {
    const char *sensors[8];
    int count;
    int done; /* read after sampler_stop() */
    pthread_t thread;
};

int sampler_start(struct sampler *sampler);
void sampler_stop(struct sampler *sampler);

#endif
