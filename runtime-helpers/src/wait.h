/* wait.h: how a thread waits for one of several things, and how one of them picks it.
 *
 * A `waiter` is one blocked operation of one thread; it lives on that thread's stack.  It hangs in the queues
 * of everything it waits for by `wait_entry`s.  Whoever has something for a waiter claims it:
 *
 *     WAITING, PARKED or POLLING  --claim-->  CLAIMED  --settle-->  picked(index)
 *
 * Only one claimer wins, by compare-and-swap.  While CLAIMED the waiter does not leave, so the claimer may
 * touch its entry and its element; after settle it touches nothing of it but the address of the futex word,
 * where a wake-up that comes late is a spurious one for somebody else, which every sleeper here and in libc
 * bears. A waiter that gives up goes to ABORTED the same way; claimers then pass over it to the next in the
 * queue, so no wake-up is ever spent on one that has left.  A waiter that was picked first tries what it was
 * picked for, even if its time has come meanwhile.
 *
 * The order that makes no wake-up be lost: a waiter enters the queue (count becomes seen, seq_cst), then
 * looks once more, then sleeps; a notifier changes the state (seq_cst), then looks at the count (seq_cst).
 * One of the two sees the other.  spin/channel.pml checks this with each half left out.
 *
 * Locks: a queue's lock is held for a few instructions, never two at a time, never across user code.
 */
#ifndef RH_SRC_WAIT_H
#define RH_SRC_WAIT_H

#include "futex.h"

enum {
    WAITER_WAITING, /* in the queues, awake */
    WAITER_PARKED,  /* asleep on the futex */
    WAITER_POLLING, /* asleep in poll, with the wake descriptor */
    WAITER_CLAIMED, /* somebody is handing over right now */
    WAITER_ABORTED, /* gave up, or never began */
    WAITER_PICKED   /* this and above: picked */
};

struct waiter {
    _Atomic uint32_t state;
    int wake_fd; /* valid while POLLING */
};

struct wait_entry {
    struct wait_entry *next, *prev;
    struct waiter *waiter;
    void *elem;     /* rendezvous only: where the message is or goes */
    uint32_t index; /* of the case in its select */
    bool linked;
};

struct wait_queue {
    struct small_lock lock;
    _Atomic uint32_t count;
    struct wait_entry ends; /* sentinel: next is the oldest, prev the newest */
};

/* What a waiter was picked for; `complete` says that the claimer did the whole operation. */
static inline uint32_t waiter_picked(uint32_t index, bool complete)
{
    return WAITER_PICKED + (index << 1 | complete);
}

static inline uint32_t waiter_index(uint32_t state)
{
    return (state - WAITER_PICKED) >> 1;
}

static inline bool waiter_complete(uint32_t state)
{
    return (state - WAITER_PICKED) & 1;
}

static inline bool waiter_claimable(struct waiter *waiter)
{
    return atomic_load_explicit(&waiter->state, memory_order_relaxed) <= WAITER_POLLING;
}

/* True: the waiter is the caller's to settle, and *was is how it waited. */
bool waiter_claim(struct waiter *waiter, uint32_t *was);

/* Ends a claim.  Returns the futex word to wake once no lock is held, or NULL. */
_Atomic uint32_t *waiter_settle(struct waiter *waiter, uint32_t was, uint32_t picked);

/* The waiter's own side.  Sleeps until picked or `until`; returns the final state, >= PICKED or ABORTED.
 * `linger` looks a little while before it sleeps: right where nothing could be seen before queueing up. */
uint32_t waiter_sleep(struct waiter *waiter, rh_ns until, bool linger);

/* Gives up unless picked; returns the final state, >= PICKED or ABORTED. */
uint32_t waiter_abort(struct waiter *waiter);

/* Claims and settles from outside any queue: a cancellation. */
void waiter_pick(struct waiter *waiter, uint32_t picked);

void wait_queue_init(struct wait_queue *queue);
void wait_queue_add(struct wait_queue *queue, struct wait_entry *entry);
void wait_queue_remove(struct wait_queue *queue, struct wait_entry *entry);
bool wait_queue_wake_one(struct wait_queue *queue);
void wait_queue_wake_all(struct wait_queue *queue);

/* For queues that guard more than themselves: the caller holds queue->lock or one that stands for it. */
void wait_queue_link(struct wait_queue *queue, struct wait_entry *entry);
void wait_queue_unlink(struct wait_queue *queue, struct wait_entry *entry);

static inline void wait_queue_notify(struct wait_queue *queue)
{
    if (__builtin_expect(atomic_load(&queue->count) != 0, 0))
        wait_queue_wake_one(queue);
}

#endif
