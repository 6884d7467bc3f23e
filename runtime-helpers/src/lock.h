/* lock.h (internal): the rh_mutexes that a thread holds, so that a panic can poison them. */
#ifndef RH_SRC_LOCK_H
#define RH_SRC_LOCK_H

#include "self.h"

/* One rh_mutex's entry in its holder's list; lives inside the mutex. */
struct rh_lock {
    struct rh_lock *next;
};

/* Poisons and releases every lock of this thread that is newer than `until`. */
void rh_locks_poison(struct rh_lock *until);

#endif
