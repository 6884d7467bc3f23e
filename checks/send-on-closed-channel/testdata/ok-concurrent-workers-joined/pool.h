#ifndef POOL_H
#define POOL_H

#include <pthread.h>
#include <stdio.h>

enum { WORKERS = 8 };

struct pool {
    pthread_t threads[WORKERS];
    int started;
    FILE *results;
};

int pool_start(struct pool *pool, FILE *results);
void pool_wait(struct pool *pool);

#endif
