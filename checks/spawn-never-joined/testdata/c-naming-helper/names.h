#pragma once
#include <pthread.h>
void name_thread(pthread_t thread, const char *name);
int stop_thread(pthread_t *thread);
