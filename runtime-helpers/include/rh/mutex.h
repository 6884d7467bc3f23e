/* rh/mutex.h: a mutex that a panic poisons instead of leaving it locked, or its data half-changed unnoticed.
 *
 * A panic that passes while the thread holds an rh_mutex poisons it, the way the death of its owner does to a
 * robust pthread mutex: the next lock gives EOWNERDEAD and the lock; who gets it repairs the data and says so
 * by rh_mutex_consistent, or else unlocks, after which nobody gets the lock any more (ENOTRECOVERABLE). It
 * makes no difference whether a cleanup on the way unlocked the mutex or nobody did: then the frame does.
 *
 * The memory is the caller's; all zero bytes are a valid mutex, so RH_MUTEX_INIT is for readers.  Not
 * recursive, not for use across processes or in signal handlers.  It must not move while locked.
 */
#ifndef RH_MUTEX_H
#define RH_MUTEX_H

#include <pthread.h>

#include <rh/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Fields are private. */
typedef struct rh_mutex {
    struct {
        void *next;
    } held; /* the holder's list */
    pthread_mutex_t lock;
    int state;
    uint64_t owner;
} rh_mutex;

#define RH_MUTEX_INIT {{NULL}, PTHREAD_MUTEX_INITIALIZER, 0, 0}

/* Locks; blocks until it can.  0: locked.  EOWNERDEAD: locked, and poisoned: see above.  ENOTRECOVERABLE: not
 * locked, now or ever.  EDEADLK: not locked, this task holds it.  (rh/io.h has a form that a context can
 * end.) */
/* EINTR comes only from fault injection (rh/fail.h, point mutex.lock): not locked. */
RH_API RH_NODISCARD int rh_mutex_acquire(rh_mutex *mutex);

/* The same without blocking; also EBUSY: somebody holds it. */
RH_API RH_NODISCARD int rh_mutex_try(rh_mutex *mutex);

/* 0, or EPERM: this task does not hold it, nothing was done. */
RH_API int rh_mutex_release(rh_mutex *mutex);

/* Its holder says that the data are whole again: 0; EINVAL: it is not poisoned, or not held by this task. */
RH_API int rh_mutex_consistent(rh_mutex *mutex);

/* Gives back what it holds, if anything; nobody may hold it.  All zero afterwards: it can be used again. */
RH_API void rh_mutex_destroy(rh_mutex *mutex);

#ifdef __cplusplus
}
#endif
#endif
