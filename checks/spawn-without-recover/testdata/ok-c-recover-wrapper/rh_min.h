/* The part of runtime-helpers that the test needs. */
#include <pthread.h>
struct rh_record {
    int code;
};
int rh_try(void (*fn)(void *), void *arg, struct rh_record *record);
void rh_panic(int code, const char *format, ...);
int rh_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*entry)(void *), void *arg);
