#pragma once
#include <pthread.h>
struct pool {
    pthread_t threads[4];
};
int pool_start(struct pool *pool);
