/* wait.c: see wait.h. */
#include "wait.h"

#include <sys/eventfd.h>

enum { spin_rounds = 16, yield_rounds = 16 };

bool waiter_claim(struct waiter *waiter, uint32_t *was)
{
    *was = atomic_load_explicit(&waiter->state, memory_order_relaxed);
    while (*was <= WAITER_POLLING)
        if (atomic_compare_exchange_weak_explicit(&waiter->state, was, WAITER_CLAIMED, memory_order_acq_rel,
                                                  memory_order_relaxed))
            return true;
    return false;
}

_Atomic uint32_t *waiter_settle(struct waiter *waiter, uint32_t was, uint32_t picked)
{
    if (was == WAITER_POLLING)
        eventfd_write(waiter->wake_fd, 1);
    _Atomic uint32_t *word = &waiter->state;
    atomic_store_explicit(word, picked, memory_order_release);
    return was == WAITER_PARKED ? word : NULL;
}

void waiter_pick(struct waiter *waiter, uint32_t picked)
{
    uint32_t was;
    if (!waiter_claim(waiter, &was))
        return;
    _Atomic uint32_t *word = waiter_settle(waiter, was, picked);
    if (word)
        futex_wake(word, 1);
}

/* The claimer is between two stores; it needs no lock of ours to get on. */
static uint32_t await_settled(struct waiter *waiter)
{
    uint32_t state;
    for (int i = 0; (state = atomic_load_explicit(&waiter->state, memory_order_acquire)) == WAITER_CLAIMED;
         i++)
        i < 100 ? cpu_relax() : (void)sched_yield();
    return state;
}

uint32_t waiter_abort(struct waiter *waiter)
{
    uint32_t is = atomic_load_explicit(&waiter->state, memory_order_relaxed);
    while (is <= WAITER_POLLING)
        if (atomic_compare_exchange_weak_explicit(&waiter->state, &is, WAITER_ABORTED, memory_order_acquire,
                                                  memory_order_relaxed))
            return WAITER_ABORTED;
    return await_settled(waiter);
}

/* In the queues already, so whoever comes next picks us: a short look before the futex spares both sides a
 * call. */
static bool picked_soon(struct waiter *waiter)
{
    for (int i = 0; i < spin_rounds + yield_rounds; i++) {
        if (!waiter_claimable(waiter))
            return true;
        i < spin_rounds ? cpu_relax() : (void)sched_yield();
    }
    return false;
}

uint32_t waiter_sleep(struct waiter *waiter, rh_ns until, bool linger)
{
    if (linger && picked_soon(waiter))
        return await_settled(waiter);
    uint32_t is = WAITER_WAITING;
    bool in_time = true;
    if (atomic_compare_exchange_strong(&waiter->state, &is, WAITER_PARKED))
        while (in_time && atomic_load_explicit(&waiter->state, memory_order_acquire) == WAITER_PARKED)
            in_time = futex_wait(&waiter->state, WAITER_PARKED, until);
    return in_time ? await_settled(waiter) : waiter_abort(waiter);
}

void wait_queue_init(struct wait_queue *queue)
{
    queue->ends.next = queue->ends.prev = &queue->ends;
}

void wait_queue_link(struct wait_queue *queue, struct wait_entry *entry)
{
    entry->next = &queue->ends;
    entry->prev = queue->ends.prev;
    entry->prev->next = entry->next->prev = entry;
    entry->linked = true;
    atomic_store(&queue->count, atomic_load_explicit(&queue->count, memory_order_relaxed) + 1);
}

void wait_queue_unlink(struct wait_queue *queue, struct wait_entry *entry)
{
    entry->prev->next = entry->next;
    entry->next->prev = entry->prev;
    entry->linked = false;
    atomic_store(&queue->count, atomic_load_explicit(&queue->count, memory_order_relaxed) - 1);
}

void wait_queue_add(struct wait_queue *queue, struct wait_entry *entry)
{
    small_lock(&queue->lock);
    wait_queue_link(queue, entry);
    small_unlock(&queue->lock);
}

void wait_queue_remove(struct wait_queue *queue, struct wait_entry *entry)
{
    small_lock(&queue->lock);
    if (entry->linked)
        wait_queue_unlink(queue, entry);
    small_unlock(&queue->lock);
}

/* Picks the oldest that can be had; entries of waiters picked elsewhere are passed over and leave by
 * themselves. Called with the lock held. */
static bool pick_one(struct wait_queue *queue, _Atomic uint32_t **word)
{
    uint32_t was;
    struct wait_entry *entry = queue->ends.next;
    while (entry != &queue->ends && !waiter_claim(entry->waiter, &was))
        entry = entry->next;
    if (entry == &queue->ends)
        return false;
    wait_queue_unlink(queue, entry);
    *word = waiter_settle(entry->waiter, was, waiter_picked(entry->index, false));
    return true;
}

bool wait_queue_wake_one(struct wait_queue *queue)
{
    _Atomic uint32_t *word = NULL;
    small_lock(&queue->lock);
    bool picked = pick_one(queue, &word);
    small_unlock(&queue->lock);
    if (word)
        futex_wake(word, 1);
    return picked;
}

void wait_queue_wake_all(struct wait_queue *queue)
{
    while (wait_queue_wake_one(queue))
        continue;
}
