/* rh/once.h: initialise once, and never hang doing it.
 *
 * pthread_once hangs for good when the initialiser comes back to its own once, by itself, through a second
 * once, or through a thread that it waits for.  Here that is RH_EREENTRANT, and a record says where.
 *
 * What always holds
 *   - RH_OK: the initialiser has returned, once, and what it did happens before this return.
 *   - Nobody who waits, waits for himself: a call that would close a circle of onces and joins returns
 *     RH_EREENTRANT instead.  Joins are seen when they go through this library: rh_join, rh_pthread_join and
 * the waits of tasks and groups; a plain pthread_join is not.
 *   - An initialiser that does not return (a panic, an exception, pthread_exit, cancellation) leaves the once
 * as if never begun, and the next caller tries again; or, made with RH_ONCE_STICKY_INIT, failed for good.
 *
 * Ownership: a once is plain memory, static or part of a struct of yours; nothing to destroy, when nobody is
 * in it. NULL: not allowed.  Threads: any; waits while another thread initialises.  Not for signal handlers.
 * Probe: join(thread), by rh_pthread_join and rh_join.
 * Cost when done: one load.  Do not call across fork() while an initialiser runs.
 */
#ifndef RH_ONCE_H
#define RH_ONCE_H

#include <rh/status.h>

#include <pthread.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Zero is not begun and may be retried; fields are private. */
typedef struct rh_once {
    unsigned state, sticky;
} rh_once;

#define RH_ONCE_INIT        {0, 0}
#define RH_ONCE_STICKY_INIT {0, 1}

/* Calls fn(arg) unless that was done; waits if it is being done.
 * RH_OK: done.  RH_PANIC: this call's initialiser panicked or threw, and was contained (rh_recovered() has
 * the record), or an earlier one of a sticky once did.  RH_EREENTRANT: it would have waited for itself;
 * nothing was called and a record was written. */
RH_API rh_status rh_once_do(rh_once *once, void (*fn)(void *arg), void *arg);

/* The same, but a panic or exception of the initialiser goes on to the caller's frames instead of ending
 * here. */
RH_API rh_status rh_once_pass(rh_once *once, void (*fn)(void *arg), void *arg);

/* Drop-ins.  They share the once object with their namesakes, which see it done when these have done it (not
 * under ThreadSanitizer, which puts states of its own into the object: don't mix there). rh_pthread_once
 * returns 0 or EDEADLK; rh_call_once, which cannot return one, panics with RH_EREENTRANT.  A panic of the
 * initialiser goes on to the caller's frames, and the next caller tries again. */
RH_API int rh_pthread_once(pthread_once_t *once, void (*fn)(void));
RH_API void rh_call_once(void *flag, void (*fn)(void)); /* a once_flag *; <threads.h> is not included here,
                                                           because many programs have one of their own */

/* Drop-in for pthread_join that the circles above are seen through. */
RH_API int rh_pthread_join(pthread_t thread, void **result);

#ifdef __cplusplus
}
#endif
#endif
