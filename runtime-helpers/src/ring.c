/* ring.c: the array channel, Vyukov's bounded MPMC queue with laps (after crossbeam-channel's array flavour).
 *
 * Every swap of head or tail and every look at the other one that decides "full" or "empty" is seq_cst: with
 * the waiters' count it makes the two halves of the agreement in wait.h.  On x86-64 that costs nothing over
 * the swap. */
#include "chan.h"

#include "probe.h"

/* Somebody is between the swap and the stamp: nearly always a few cycles, rarely descheduled. */
static inline void backoff(unsigned *round)
{
    if (++*round < 64)
        cpu_relax();
    else
        sched_yield();
}

/* The slot at `tail` still holds last lap's message; full only if the head has not moved past it either. */
static inline bool is_full(struct rh_chan *chan, uint64_t tail)
{
    return atomic_load(&chan->head) + chan->one_lap == tail;
}

static inline rh_status publish(struct rh_chan *chan, struct chan_slot *slot, uint64_t tail, const void *elem)
{
    RH_PROBE1(chan_send, chan);
    chan_copy(slot->elem, elem, chan->elem_size);
    atomic_store_explicit(&slot->stamp, tail + 1, memory_order_release);
    wait_queue_notify(&chan->receivers);
    return RH_OK;
}

rh_status ring_try_send(struct rh_chan *chan, const void *elem)
{
    uint64_t tail = atomic_load_explicit(&chan->tail, memory_order_acquire);
    for (unsigned round = 0;;) {
        if (__builtin_expect((tail & chan->closed_bit) != 0, 0))
            return RH_CLOSED;
        struct chan_slot *slot = chan_slot_at(chan, tail);
        uint64_t stamp = atomic_load_explicit(&slot->stamp, memory_order_acquire);
        if (stamp == tail) {
            if (atomic_compare_exchange_weak_explicit(&chan->tail, &tail, chan_next(chan, tail),
                                                      memory_order_seq_cst, memory_order_acquire))
                return publish(chan, slot, tail, elem);
            continue;
        }
        if (stamp + chan->one_lap == tail + 1 && is_full(chan, tail))
            return RH_FULL;
        backoff(&round);
        tail = atomic_load_explicit(&chan->tail, memory_order_acquire);
    }
}

static inline rh_status consume(struct rh_chan *chan, struct chan_slot *slot, uint64_t head, void *elem)
{
    RH_PROBE1(chan_recv, chan);
    chan_copy(elem, slot->elem, chan->elem_size);
    atomic_store_explicit(&slot->stamp, head + chan->one_lap, memory_order_release);
    wait_queue_notify(&chan->senders);
    return RH_OK;
}

rh_status ring_try_recv(struct rh_chan *chan, void *elem)
{
    uint64_t head = atomic_load_explicit(&chan->head, memory_order_relaxed);
    for (unsigned round = 0;;) {
        struct chan_slot *slot = chan_slot_at(chan, head);
        uint64_t stamp = atomic_load_explicit(&slot->stamp, memory_order_acquire);
        if (stamp == head + 1) {
            if (atomic_compare_exchange_weak_explicit(&chan->head, &head, chan_next(chan, head),
                                                      memory_order_seq_cst, memory_order_relaxed))
                return consume(chan, slot, head, elem);
            continue;
        }
        if (stamp == head) {
            uint64_t tail = atomic_load(&chan->tail);
            if ((tail & ~chan->closed_bit) == head)
                return tail & chan->closed_bit ? RH_CLOSED : RH_EMPTY;
        }
        backoff(&round);
        head = atomic_load_explicit(&chan->head, memory_order_relaxed);
    }
}

/* Would a try do anything but RH_FULL, RH_EMPTY?  Asked after queueing up, before sleeping. */
bool ring_send_ready(struct rh_chan *chan)
{
    uint64_t tail = atomic_load(&chan->tail);
    return (tail & chan->closed_bit) || !is_full(chan, tail);
}

bool ring_recv_ready(struct rh_chan *chan)
{
    uint64_t head = atomic_load(&chan->head);
    uint64_t tail = atomic_load(&chan->tail);
    return tail != head; /* differs by messages or by the closed bit */
}

/* The slot alone, so that a spinning thread does not pull the other side's position out of its cache. */
bool ring_looks_ready(struct rh_chan *chan, bool send)
{
    uint64_t at = atomic_load_explicit(send ? &chan->tail : &chan->head, memory_order_relaxed);
    uint64_t stamp = atomic_load_explicit(&chan_slot_at(chan, at)->stamp, memory_order_relaxed);
    return stamp == at + !send || (send && (at & chan->closed_bit));
}
