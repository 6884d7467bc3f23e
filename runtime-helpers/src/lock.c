/* rh_mutex, and what becomes of those held when a panic passes. */
#include "lock.h"

#include <errno.h>

#include <rh/mutex.h>
#include <rh/spawn.h>

#include "fail.h"
#include "frame.h"

enum { SOUND, POISONED, LOST, TAKEN_UNWINDING = 4 };

static struct rh_lock *entry_of(rh_mutex *mutex)
{
    return (struct rh_lock *)&mutex->held;
}

static bool unwinding(void)
{
    return rh_self.top && rh_self.top->state == RH_FRAME_UNWINDING;
}

static bool is_mine(rh_mutex *mutex)
{
    return __atomic_load_n(&mutex->owner, __ATOMIC_RELAXED) == rh_task_id();
}

/* The pthread mutex is ours: note it, or give it back if nobody may have it any more. */
static int taken(rh_mutex *mutex)
{
    if (mutex->state == LOST) {
        pthread_mutex_unlock(&mutex->lock);
        return ENOTRECOVERABLE;
    }
    __atomic_store_n(&mutex->owner, rh_task_id(), __ATOMIC_RELAXED);
    entry_of(mutex)->next = rh_self.locks;
    rh_self.locks = entry_of(mutex);
    int result = mutex->state == POISONED ? EOWNERDEAD : 0;
    if (unwinding())
        mutex->state |= TAKEN_UNWINDING;
    return result;
}

static void given_back(rh_mutex *mutex, int state)
{
    mutex->state = state;
    __atomic_store_n(&mutex->owner, 0, __ATOMIC_RELAXED);
    pthread_mutex_unlock(&mutex->lock);
}

int rh_mutex_acquire(rh_mutex *mutex)
{
    int error = rh_fail_point("mutex.lock", EINTR);
    if (error)
        return error;
    if (is_mine(mutex))
        return EDEADLK;
    error = pthread_mutex_lock(&mutex->lock);
    return error ? error : taken(mutex);
}

int rh_mutex_try(rh_mutex *mutex)
{
    int error = pthread_mutex_trylock(&mutex->lock);
    return error ? error : taken(mutex);
}

static void unlink_held(rh_mutex *mutex)
{
    struct rh_lock **link = &rh_self.locks;
    while (*link && *link != entry_of(mutex))
        link = &(*link)->next;
    if (*link)
        *link = entry_of(mutex)->next;
}

int rh_mutex_release(rh_mutex *mutex)
{
    if (!is_mine(mutex))
        return EPERM;
    unlink_held(mutex);
    int state = mutex->state & ~TAKEN_UNWINDING;
    if (unwinding() && !(mutex->state & TAKEN_UNWINDING))
        given_back(mutex, POISONED);
    else
        given_back(mutex, state == SOUND ? SOUND : LOST);
    return 0;
}

int rh_mutex_consistent(rh_mutex *mutex)
{
    if (!is_mine(mutex) || (mutex->state & ~TAKEN_UNWINDING) != POISONED)
        return EINVAL;
    mutex->state &= TAKEN_UNWINDING;
    return 0;
}

void rh_mutex_destroy(rh_mutex *mutex)
{
    pthread_mutex_destroy(&mutex->lock);
    *mutex = (rh_mutex)RH_MUTEX_INIT;
}

void rh_locks_poison(struct rh_lock *until)
{
    while (rh_self.locks != until && rh_self.locks) {
        rh_mutex *mutex = (rh_mutex *)(void *)rh_self.locks;
        rh_self.locks = rh_self.locks->next;
        given_back(mutex, POISONED);
    }
}
