/* waits.h: who waits for whom, as far as onces and joins go.
 *
 * A note lies on the stack of a thread for as long as it runs an initialiser, waits for one, or waits for a
 * thread or task to end.  Every thread waits for at most one thing, so the notes make chains, not graphs, and
 * whoever is about to close one into a circle sees it by walking: its own notes stand already, and all
 * looking and noting is under one lock.  Only slow paths come here. */
#ifndef RH_SRC_WAITS_H
#define RH_SRC_WAITS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum wait_kind { WAIT_RUNS_ONCE, WAIT_FOR_ONCE, WAIT_FOR_THREAD, WAIT_FOR_WORK };

/* What a thread works on, jobs and groups by their address, innermost first; on its stack while it does. */
struct waits_work {
    const void *object;
    struct waits_work *outer;
};
void waits_work_begin(struct waits_work *work, const void *object);
void waits_work_end(struct waits_work *work);

struct wait_note {
    struct wait_note *next, *prev;
    enum wait_kind kind;
    pthread_t thread;              /* whose note this is */
    const struct waits_work *work; /* what it works on; readable while it waits */
    _Atomic uint32_t *once;
    pthread_t target_thread;
    const void *target_work;
    atomic_bool doomed; /* this wait for a once would never end */
};

/* This thread runs the initialiser of `once`. */
void waits_run_begin(struct wait_note *note, _Atomic uint32_t *once);

/* This thread is about to wait for `once`; false, with nothing noted, if that wait would never end. */
bool waits_once_begin(struct wait_note *note, _Atomic uint32_t *once);

/* This thread is about to wait for a thread, or for all who work on an object, to end.  If that closes a
 * circle, the wait for a once that is part of it is doomed and woken, so that the one waited for gets on. */
void waits_thread_begin(struct wait_note *note, pthread_t target);
void waits_work_wait_begin(struct wait_note *note, const void *target);

/* Each of the above ends with this. */
void waits_end(struct wait_note *note);

#endif
