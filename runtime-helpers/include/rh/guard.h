/* rh/guard.h: what keeps one failing part from taking the rest with it.
 *
 * A breaker refuses calls to something that keeps failing.  A guard runs a call behind a breaker, contains
 * its panic, and answers with a fallback.  A stall probe tells when a channel that has something to do does
 * nothing. For channels' own hooks see rh_chan_on_close and rh_chan_on_drop in rh/channel.h.
 *
 * Ownership: breakers are reference-counted; probes are the caller's from watch to unwatch.  Threads: any.
 * Callbacks run with no lock held.
 * Probe: breaker(breaker, new state).
 * Fault points: guard.call (as if the call had failed with RH_ESYS), guard.stall.
 */
#ifndef RH_GUARD_H
#define RH_GUARD_H

#include <rh/channel.h>
#include <rh/record.h>
#include <rh/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- breaker --- */

typedef struct rh_breaker rh_breaker;

/* CLOSED lets calls through and counts; OPEN refuses; HALF_OPEN lets a few through to find out. */
typedef enum rh_breaker_state { RH_BREAKER_CLOSED, RH_BREAKER_OPEN, RH_BREAKER_HALF_OPEN } rh_breaker_state;

/* Zero in a field that is needed takes the default in brackets. */
typedef struct rh_breaker_rules {
    unsigned consecutive; /* opens after so many failures in a row; 0: not by this rule */
    unsigned
        rate_percent; /* opens when so many per cent of the calls of the window failed; 0: not by this rule */
    unsigned rate_least; /* ... but only out of so many calls at least [10] */
    rh_ns window;        /* how long a count lasts before it starts afresh [10 s] */
    rh_ns open_for;      /* how long it stays open before it tries again [5 s] */
    unsigned probes;     /* calls at a time while half-open [1] */
    unsigned recover;    /* successes in a row that close it again [1] */
    void (*changed)(rh_breaker *breaker, rh_breaker_state from, rh_breaker_state to, void *arg); /* or NULL */
    void *arg;
} rh_breaker_rules;

/* NULL when there is no memory.  With no rule set it never opens by itself. */
RH_API rh_breaker *rh_breaker_new(const rh_breaker_rules *rules);
RH_API rh_breaker *rh_breaker_retain(rh_breaker *breaker);
RH_API void rh_breaker_release(rh_breaker *breaker);

/* What became of a call.  CANCELLED says nothing about the callee and is not counted. */
typedef enum rh_outcome { RH_OUTCOME_OK, RH_OUTCOME_FAILED, RH_OUTCOME_CANCELLED } rh_outcome;

/* RH_OK -> good, RH_CANCELLED -> not counted, everything else, RH_TIMEOUT too -> failed. */
RH_API rh_outcome rh_outcome_of(rh_status status);

/* Asks to be let through: RH_OK and a ticket, which must be given back by rh_breaker_leave, or RH_DEGRADED.
 * A ticket from before the last change of state gives its slot back and is not counted: it tells of another
 * time. */
RH_API RH_NODISCARD rh_status rh_breaker_enter(rh_breaker *breaker, uint64_t *ticket);
RH_API void rh_breaker_leave(rh_breaker *breaker, uint64_t ticket, rh_outcome outcome);

/* fn between enter and leave; its status, or RH_DEGRADED without calling it.  A panic, an exception or
 * pthread_exit counts as a failure, gives the slot back, and goes on. */
RH_API RH_NODISCARD rh_status rh_breaker_call(rh_breaker *breaker, rh_status (*fn)(void *arg), void *arg);

/* Opens it now, for open_for or for as long as is said; closes it now. */
RH_API void rh_breaker_trip(rh_breaker *breaker);
RH_API void rh_breaker_trip_for(rh_breaker *breaker, rh_ns how_long);
RH_API void rh_breaker_reset(rh_breaker *breaker);

RH_API rh_breaker_state rh_breaker_state_read(rh_breaker *breaker);

/* --- guard --- */

/* All but the name may be NULL.  Plain memory of the caller's. */
typedef struct rh_guard {
    const char *name;
    rh_breaker *breaker;
    rh_status (*fallback)(rh_status why,
                          void *arg); /* answers in place of a call that was refused or failed */
    void (*panicked)(const rh_panic_record *record, void *arg);
    void (*refused)(const struct rh_guard *guard, void *arg);
    void *arg;
} rh_guard;

/* Calls fn behind the breaker and contains its panic.
 * RH_OK: it succeeded.  RH_DEGRADED: it did not, but the fallback answered RH_OK; or the breaker refused and
 * there is no fallback.  Else the status of the call (RH_PANIC: it panicked), or of the fallback where that
 * failed as well. RH_CANCELLED goes straight back: nobody wants an answer any more. */
RH_API RH_NODISCARD rh_status rh_guard_call(const rh_guard *guard, rh_status (*fn)(void *arg), void *arg);

/* Closes the channel when the innermost frame of this task (rh_try, or the task's root) ends, however it
 * ends, so that nobody waits for a task that panicked.  Statuses of rh_defer. */
RH_API RH_NODISCARD rh_status rh_guard_close(rh_chan *chan);

/* --- stall probe --- */

/* What was seen: messages or senders wait, and for `for_ns` nothing was sent or received. */
typedef struct rh_stall {
    rh_chan *chan;
    rh_ns for_ns;
    struct rh_chan_stats stats;
} rh_stall;

/* Fields are private. */
typedef struct rh_stall_probe {
    rh_chan *chan;
    rh_ns patience, since;
    uint64_t progress;
    bool told;
    void (*stalled)(const rh_stall *stall, void *arg);
    void *arg;
    struct rh_stall_probe *next, *prev;
} rh_stall_probe;

/* Watches a channel, which it keeps alive, on a thread of the library: `stalled` is called, on that thread,
 * once for each time the channel stands still for `patience`.  RH_EINVAL, or RH_ESYS when the thread could
 * not be had. */
RH_API RH_NODISCARD rh_status rh_stall_watch(rh_stall_probe *probe, rh_chan *chan, rh_ns patience,
                                             void (*stalled)(const rh_stall *stall, void *arg), void *arg);

/* After this the callback does not run and the probe's memory is the caller's.  Not from the callback itself.
 */
RH_API void rh_stall_unwatch(rh_stall_probe *probe);

/* The same look without the thread, for a probe set up by rh_stall_init: true, and *stall filled, once a
 * stall. */
RH_API void rh_stall_init(rh_stall_probe *probe, rh_chan *chan, rh_ns patience);
RH_API bool rh_stall_check(rh_stall_probe *probe, rh_stall *stall);

#ifdef __cplusplus
}
#endif
#endif
