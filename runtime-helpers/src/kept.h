/* kept.h (internal): the records of threads that panicked, until somebody takes them. */
#ifndef RH_SRC_KEPT_H
#define RH_SRC_KEPT_H

#include <pthread.h>

#include <rh/record.h>

/* Keeps a copy; when all places are taken, the oldest goes. */
void rh_kept_add(pthread_t thread, const rh_panic_record *record);

/* A new thread with this identity begins: what its predecessor left is no longer asked for. */
void rh_kept_forget(pthread_t thread);

#endif
