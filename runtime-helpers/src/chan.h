/* chan.h: the inside of a channel.
 *
 * Head and tail are positions: `lap | closed bit | index`.  The index has as many bits as the capacity needs;
 * the closed bit, used in the tail alone, stands above it; the laps above that.  A slot's stamp says whose
 * turn it is: `tail` to be written by the send at that position, `tail + 1` to be read, `head + one_lap` to
 * be written again. A message is in the channel from the swap of the tail on, and visible from the stamp on;
 * "empty" is decided by head and tail, never by a stamp, so that one in between is waited for and not
 * overlooked.
 *
 * A rendezvous channel has no ring: one lock (that of `receivers`) guards both queues and the closed bit.
 */
#ifndef RH_SRC_CHAN_H
#define RH_SRC_CHAN_H

#include <rh/channel.h>

#include "wait.h"

#include <stdatomic.h>
#include <string.h>

enum { CACHE_LINES = 128 }; /* two lines: adjacent-line prefetch */

struct rh_chan {
    _Alignas(CACHE_LINES) _Atomic uint64_t head;
    _Alignas(CACHE_LINES) _Atomic uint64_t tail;
    _Alignas(CACHE_LINES) struct wait_queue receivers;
    _Alignas(CACHE_LINES) struct wait_queue senders;

    _Alignas(CACHE_LINES) char *slots; /* read-mostly from here */
    size_t elem_size, stride;
    uint64_t capacity, closed_bit, one_lap;
    void (*drop)(void *elem, void *arg);
    void *drop_arg;
    void (*on_close)(rh_chan *chan, void *arg);
    void *close_arg;

    _Alignas(CACHE_LINES) _Atomic unsigned refs; /* slow paths only from here */
    _Atomic unsigned spin;                       /* what waiting has learnt, see select.c */
    _Atomic uint64_t met;                        /* rendezvous: messages handed over */
    _Atomic uint64_t send_parks, recv_parks, timeouts, cancels;
};

struct chan_slot {
    _Atomic uint64_t stamp;
    char elem[];
};

static inline struct chan_slot *chan_slot_at(const struct rh_chan *chan, uint64_t position)
{
    return (struct chan_slot *)(void *)(chan->slots + (position & (chan->closed_bit - 1)) * chan->stride);
}

static inline void chan_copy(void *to, const void *from, size_t size)
{
    if (size == 8)
        memcpy(to, from, 8);
    else if (size)
        memcpy(to, from, size);
}

static inline uint64_t chan_next(const struct rh_chan *chan, uint64_t position)
{
    uint64_t index = position & (chan->closed_bit - 1);
    return index + 1 < chan->capacity ? position + 1 : (position & ~(chan->one_lap - 1)) + chan->one_lap;
}

/* ring.c: RH_OK, RH_CLOSED, RH_FULL or RH_EMPTY; they notify the other side. */
rh_status ring_try_send(struct rh_chan *chan, const void *elem);
rh_status ring_try_recv(struct rh_chan *chan, void *elem);
bool ring_send_ready(struct rh_chan *chan);
bool ring_recv_ready(struct rh_chan *chan);
bool ring_looks_ready(struct rh_chan *chan, bool send); /* a hint only */

/* rendezvous.c: the same, and queueing up.  `mine` is passed over, so that a select does not meet itself.
 * rendezvous_wait returns false, and queues nothing, when a counterpart waits or the channel is closed. */
rh_status rendezvous_try(struct rh_chan *chan, bool send, void *elem);
bool rendezvous_wait(struct rh_chan *chan, bool send, struct wait_entry *entry);
void rendezvous_leave(struct rh_chan *chan, bool send, struct wait_entry *entry);
bool rendezvous_close(struct rh_chan *chan);

/* Either kind. */
static inline rh_status chan_try(struct rh_chan *chan, bool send, void *elem)
{
    if (chan->capacity == 0)
        return rendezvous_try(chan, send, elem);
    return send ? ring_try_send(chan, elem) : ring_try_recv(chan, elem);
}

#endif
