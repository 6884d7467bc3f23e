/* channel.c: the life of a channel, and its operations on one channel at a time. */
#include "chan.h"

#include "ctx.h"
#include "fail.h"
#include "probe.h"
#include "select.h"

#include <errno.h>
#include <stdlib.h>

static bool make_ring(struct rh_chan *chan)
{
    if (chan->capacity == 0)
        return true;
    size_t bytes;
    if (__builtin_mul_overflow(chan->capacity, chan->stride, &bytes))
        return errno = ENOMEM, false;
    chan->slots = rh_alloc(bytes);
    for (uint64_t i = 0; chan->slots && i < chan->capacity; i++)
        atomic_init(&chan_slot_at(chan, i)->stamp, i);
    return chan->slots != NULL;
}

static bool sizes_fit(size_t capacity, size_t elem_size)
{
    return capacity < (size_t)1 << 40 && elem_size < (size_t)1 << 40;
}

rh_chan *rh_chan_new(size_t capacity, size_t elem_size)
{
    errno = rh_fail_point("chan.new", ENOMEM);
    if (!errno && !sizes_fit(capacity, elem_size))
        errno = ENOMEM;
    struct rh_chan *chan = errno ? NULL : aligned_alloc(CACHE_LINES, sizeof *chan);
    if (!chan)
        return NULL;
    memset(chan, 0, sizeof *chan);
    chan->capacity = capacity;
    chan->elem_size = elem_size;
    chan->stride = sizeof(struct chan_slot) + (elem_size + 7) / 8 * 8;
    for (chan->closed_bit = 1; chan->closed_bit < capacity + 1;)
        chan->closed_bit *= 2;
    chan->one_lap = chan->closed_bit * 2;
    chan->refs = 1;
    chan->spin = 16;
    wait_queue_init(&chan->receivers);
    wait_queue_init(&chan->senders);
    if (make_ring(chan))
        return chan;
    free(chan);
    return NULL;
}

rh_chan *rh_chan_retain(rh_chan *chan)
{
    if (chan)
        atomic_fetch_add_explicit(&chan->refs, 1, memory_order_relaxed);
    return chan;
}

static void drop_rest(struct rh_chan *chan)
{
    uint64_t tail = chan->tail & ~chan->closed_bit;
    for (uint64_t head = chan->head; chan->drop && head != tail; head = chan_next(chan, head))
        chan->drop(chan_slot_at(chan, head)->elem, chan->drop_arg);
}

void rh_chan_release(rh_chan *chan)
{
    if (!chan || atomic_fetch_sub_explicit(&chan->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (chan->capacity)
        drop_rest(chan);
    free(chan->slots);
    free(chan);
}

void rh_chan_on_drop(rh_chan *chan, void (*drop)(void *elem, void *arg), void *arg)
{
    chan->drop = drop;
    chan->drop_arg = arg;
}

void rh_chan_on_close(rh_chan *chan, void (*closed)(rh_chan *chan, void *arg), void *arg)
{
    chan->on_close = closed;
    chan->close_arg = arg;
}

static bool ring_close(struct rh_chan *chan)
{
    if (atomic_fetch_or(&chan->tail, chan->closed_bit) & chan->closed_bit)
        return false;
    wait_queue_wake_all(&chan->receivers);
    wait_queue_wake_all(&chan->senders);
    return true;
}

rh_status rh_chan_close(rh_chan *chan)
{
    if (!chan)
        return RH_EINVAL;
    if (!(chan->capacity ? ring_close(chan) : rendezvous_close(chan)))
        return RH_CLOSED;
    RH_PROBE1(chan_close, chan);
    if (chan->on_close)
        chan->on_close(chan, chan->close_arg);
    return RH_OK;
}

static inline rh_status try_op(rh_chan *chan, bool send, void *elem)
{
    if (!chan)
        return RH_EINVAL;
    int fault = send ? rh_fail_point("chan.send", RH_CLOSED) : rh_fail_point("chan.recv", RH_CLOSED);
    if (__builtin_expect(fault, 0))
        return (rh_status)fault;
    return chan_try(chan, send, elem);
}

rh_status rh_chan_try_send(rh_chan *chan, const void *elem)
{
    return try_op(chan, true, (void *)elem);
}

rh_status rh_chan_try_recv(rh_chan *chan, void *elem)
{
    return try_op(chan, false, elem);
}

static inline rh_status blocking_op(rh_chan *chan, bool send, void *elem, rh_ns until, rh_ctx *ctx)
{
    rh_status status = try_op(chan, send, elem);
    if (__builtin_expect(status != RH_FULL && status != RH_EMPTY, 1))
        return status;
    return select_one(chan, send, elem, until, ctx);
}

rh_status rh_chan_send(rh_chan *chan, const void *elem)
{
    return blocking_op(chan, true, (void *)elem, RH_FOREVER, NULL);
}

rh_status rh_chan_recv(rh_chan *chan, void *elem)
{
    return blocking_op(chan, false, elem, RH_FOREVER, NULL);
}

rh_status rh_chan_send_until(rh_chan *chan, const void *elem, rh_ns until)
{
    return blocking_op(chan, true, (void *)elem, until, NULL);
}

rh_status rh_chan_recv_until(rh_chan *chan, void *elem, rh_ns until)
{
    return blocking_op(chan, false, elem, until, NULL);
}

rh_status rh_chan_send_ctx(rh_chan *chan, const void *elem, rh_ctx *ctx)
{
    rh_status ended = rh_ctx_status(ctx);
    return ended ? ended : blocking_op(chan, true, (void *)elem, RH_FOREVER, ctx);
}

rh_status rh_chan_recv_ctx(rh_chan *chan, void *elem, rh_ctx *ctx)
{
    rh_status ended = rh_ctx_status(ctx);
    return ended ? ended : blocking_op(chan, false, elem, RH_FOREVER, ctx);
}

/* How many messages have passed a position since the beginning. */
static uint64_t passed(const struct rh_chan *chan, uint64_t position)
{
    return position / chan->one_lap * chan->capacity + (position & (chan->closed_bit - 1));
}

size_t rh_chan_capacity(const rh_chan *chan)
{
    return chan ? chan->capacity : 0;
}

size_t rh_chan_length(const rh_chan *chan)
{
    if (!chan || chan->capacity == 0)
        return 0;
    for (;;) {
        uint64_t tail = atomic_load(&chan->tail);
        uint64_t head = atomic_load(&chan->head);
        if (atomic_load(&chan->tail) == tail)
            return passed(chan, tail) - passed(chan, head);
    }
}

bool rh_chan_is_closed(const rh_chan *chan)
{
    return chan && (atomic_load(&chan->tail) & chan->closed_bit);
}

void rh_chan_stats_read(const rh_chan *chan, struct rh_chan_stats *out)
{
    bool ring = chan->capacity != 0;
    *out = (struct rh_chan_stats){
        .received = ring ? passed(chan, atomic_load(&chan->head)) : atomic_load(&chan->met),
        .sent = ring ? passed(chan, atomic_load(&chan->tail)) : atomic_load(&chan->met),
        .send_parks = atomic_load(&chan->send_parks),
        .recv_parks = atomic_load(&chan->recv_parks),
        .timeouts = atomic_load(&chan->timeouts),
        .cancels = atomic_load(&chan->cancels),
        .length = rh_chan_length(chan),
        .capacity = chan->capacity,
        .waiting_senders = atomic_load(&chan->senders.count),
        .waiting_receivers = atomic_load(&chan->receivers.count),
        .closed = rh_chan_is_closed(chan),
    };
}
