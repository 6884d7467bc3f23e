/* rendezvous.c: the channel of capacity 0.
 *
 * One lock guards both queues, so a try either finds a counterpart or, in rendezvous_wait, joins its own
 * queue before anyone else can look.  The two sides never wait at once: whoever comes second finds the first.
 * The copy is made by the second, straight between the two stacks, while the first is CLAIMED and cannot
 * leave. */
#include "chan.h"

#include "probe.h"

static struct small_lock *lock_of(struct rh_chan *chan)
{
    return &chan->receivers.lock;
}

static bool is_closed(struct rh_chan *chan)
{
    return atomic_load_explicit(&chan->tail, memory_order_relaxed) & chan->closed_bit;
}

/* Claims the oldest waiter of `queue` and takes it out; NULL when there is none to be had. */
static struct wait_entry *take(struct wait_queue *queue, uint32_t *was)
{
    for (struct wait_entry *entry = queue->ends.next; entry != &queue->ends; entry = entry->next)
        if (waiter_claim(entry->waiter, was)) {
            wait_queue_unlink(queue, entry);
            return entry;
        }
    return NULL;
}

static void hand_over(struct rh_chan *chan, bool send, void *elem, void *theirs)
{
    RH_PROBE1(chan_send, chan);
    RH_PROBE1(chan_recv, chan);
    chan_copy(send ? theirs : elem, send ? elem : theirs, chan->elem_size);
    atomic_fetch_add_explicit(&chan->met, 1, memory_order_relaxed);
}

rh_status rendezvous_try(struct rh_chan *chan, bool send, void *elem)
{
    uint32_t was;
    _Atomic uint32_t *word = NULL;
    rh_status status = send ? RH_FULL : RH_EMPTY;
    small_lock(lock_of(chan));
    if (is_closed(chan)) {
        status = RH_CLOSED;
    } else {
        struct wait_entry *other = take(send ? &chan->receivers : &chan->senders, &was);
        if (other) {
            hand_over(chan, send, elem, other->elem);
            word = waiter_settle(other->waiter, was, waiter_picked(other->index, true));
            status = RH_OK;
        }
    }
    small_unlock(lock_of(chan));
    if (word)
        futex_wake(word, 1);
    return status;
}

static bool counterpart_waits(struct wait_queue *queue, const struct waiter *mine)
{
    for (struct wait_entry *entry = queue->ends.next; entry != &queue->ends; entry = entry->next)
        if (entry->waiter != mine && waiter_claimable(entry->waiter))
            return true;
    return false;
}

bool rendezvous_wait(struct rh_chan *chan, bool send, struct wait_entry *entry)
{
    small_lock(lock_of(chan));
    bool wait =
        !is_closed(chan) && !counterpart_waits(send ? &chan->receivers : &chan->senders, entry->waiter);
    if (wait)
        wait_queue_link(send ? &chan->senders : &chan->receivers, entry);
    small_unlock(lock_of(chan));
    return wait;
}

void rendezvous_leave(struct rh_chan *chan, bool send, struct wait_entry *entry)
{
    small_lock(lock_of(chan));
    if (entry->linked)
        wait_queue_unlink(send ? &chan->senders : &chan->receivers, entry);
    small_unlock(lock_of(chan));
}

/* Picks everyone, with nothing handed over; each looks again and finds it closed. */
static void dismiss(struct rh_chan *chan, struct wait_queue *queue)
{
    uint32_t was;
    _Atomic uint32_t *word;
    struct wait_entry *entry;
    do {
        word = NULL;
        small_lock(lock_of(chan));
        entry = take(queue, &was);
        if (entry)
            word = waiter_settle(entry->waiter, was, waiter_picked(entry->index, false));
        small_unlock(lock_of(chan));
        if (word)
            futex_wake(word, 1);
    } while (entry);
}

bool rendezvous_close(struct rh_chan *chan)
{
    small_lock(lock_of(chan));
    bool first = !is_closed(chan);
    atomic_fetch_or(&chan->tail, chan->closed_bit);
    small_unlock(lock_of(chan));
    if (first) {
        dismiss(chan, &chan->receivers);
        dismiss(chan, &chan->senders);
    }
    return first;
}
