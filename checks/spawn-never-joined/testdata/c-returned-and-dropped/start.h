#pragma once
#include <pthread.h>
pthread_t start_worker(void *arg);
pthread_t start_helper(void *arg);
