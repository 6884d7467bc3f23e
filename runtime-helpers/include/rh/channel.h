/* rh/channel.h: bounded channels between threads, and waiting on several at once.
 *
 * A channel carries messages of one size, by copy, from any number of senders to any number of receivers, in
 * order of sending.  Capacity 0 is a rendezvous: a send and a receive meet, and neither goes on without the
 * other.
 *
 * What always holds
 *   - Every send that returned RH_OK is received exactly once, or dropped (see rh_chan_on_drop) exactly once
 * when the channel goes.  A send that returned anything else gave nothing away: the message is still the
 * caller's.
 *   - After rh_chan_close, sends return RH_CLOSED and harm nothing; so does a second close.  Receivers drain
 * what was sent before they see RH_CLOSED.  No send slips past a close: the close bit is in the very word a
 * send has to swap.
 *   - An operation that could be done at once is done, even when its deadline has passed; a context that has
 *     ended refuses even so.
 *
 * Ownership: reference-counted; the maker has one reference.  Messages are bytes: who owns what they point to
 * is the programs' affair, and passes with the message. NULL: a NULL channel is RH_EINVAL, but in a select a
 * case that is never ready.  A NULL element with size 0 is fine. Threads: every function from any thread,
 * none from a signal handler.  What blocks says so. Order: what a sender did before a send happens before
 * what its receiver does after the receive; likewise a close and a receive of RH_CLOSED.
 *
 * Cost: a send or receive that need not wait is one compare-and-swap, one store and two loads.  Waiting spins
 * briefly, then gives the processor away, then parks on a futex; a notifier wakes one waiter, never the herd.
 *
 * The ring is Vyukov's bounded MPMC queue with laps as in Rust's crossbeam, so that capacities need not be
 * powers of two; select follows crossbeam and nsync's wait_n: one waiter in n queues, the winner by
 * compare-and-swap.
 *
 * Fault points (rh/fail.h): chan.new, chan.send, chan.recv, chan.select; and chan.queue, for delays only.
 * Probes (rh/observe.h): chan_send(chan), chan_recv(chan), chan_close(chan).
 */
#ifndef RH_CHANNEL_H
#define RH_CHANNEL_H

#include <rh/context.h>
#include <rh/status.h>

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rh_chan rh_chan;

/* A channel of `capacity` messages of `elem_size` bytes.  NULL, with errno, when there is no memory or the
 * sizes overflow. */
RH_API rh_chan *rh_chan_new(size_t capacity, size_t elem_size);

/* One more, one fewer reference.  The last release drops what nobody received; it does not need a close
 * first. Nobody may be inside an operation then. */
RH_API rh_chan *rh_chan_retain(rh_chan *chan);
RH_API void rh_chan_release(rh_chan *chan);

/* Calls `drop` for every message left when the channel goes.  Set it before the channel is shared. */
RH_API void rh_chan_on_drop(rh_chan *chan, void (*drop)(void *elem, void *arg), void *arg);

/* Calls `closed` once, on the thread that closes first, after the close is seen by all.  Set it before
 * sharing. */
RH_API void rh_chan_on_close(rh_chan *chan, void (*closed)(rh_chan *chan, void *arg), void *arg);

/* Block until done: RH_OK or RH_CLOSED. */
RH_API RH_NODISCARD rh_status rh_chan_send(rh_chan *chan, const void *elem);
RH_API RH_NODISCARD rh_status rh_chan_recv(rh_chan *chan, void *elem);

/* Never block: also RH_FULL, RH_EMPTY. */
RH_API RH_NODISCARD rh_status rh_chan_try_send(rh_chan *chan, const void *elem);
RH_API RH_NODISCARD rh_status rh_chan_try_recv(rh_chan *chan, void *elem);

/* Block until the absolute time at most (rh_now() + ...): also RH_TIMEOUT. */
RH_API RH_NODISCARD rh_status rh_chan_send_until(rh_chan *chan, const void *elem, rh_ns until);
RH_API RH_NODISCARD rh_status rh_chan_recv_until(rh_chan *chan, void *elem, rh_ns until);

/* Block until the context ends at most: also RH_CANCELLED, RH_TIMEOUT. */
RH_API RH_NODISCARD rh_status rh_chan_send_ctx(rh_chan *chan, const void *elem, rh_ctx *ctx);
RH_API RH_NODISCARD rh_status rh_chan_recv_ctx(rh_chan *chan, void *elem, rh_ctx *ctx);

/* RH_OK for the first, RH_CLOSED for every later one.  Never blocks. */
RH_API rh_status rh_chan_close(rh_chan *chan);

/* `for (T v; rh_chan_recv(chan, &v) == RH_OK;)`: the body runs for each message until closed and drained. */
#define RH_CHAN_EACH(type, var, chan) for (type var; rh_chan_recv((chan), &var) == RH_OK;)

/* State.  A snapshot: by the time it is read it may be old. */
RH_API size_t rh_chan_capacity(const rh_chan *chan);
RH_API size_t rh_chan_length(const rh_chan *chan);
RH_API bool rh_chan_is_closed(const rh_chan *chan);

struct rh_chan_stats {
    uint64_t sent, received;         /* since the channel was made; cost nothing to keep */
    uint64_t send_parks, recv_parks; /* times an operation had to queue up and wait */
    uint64_t timeouts, cancels;      /* waits that ended so */
    size_t length, capacity;
    unsigned waiting_senders, waiting_receivers;
    bool closed;
};
RH_API void rh_chan_stats_read(const rh_chan *chan, struct rh_chan_stats *out);

/* --- select --- */

enum rh_case_kind { RH_CASE_NONE, RH_CASE_SEND, RH_CASE_RECV, RH_CASE_DONE, RH_CASE_FD };

/* One thing to wait for; make them with the macros below. */
typedef struct rh_case {
    enum rh_case_kind kind;
    rh_chan *chan;
    void *elem;
    rh_ctx *ctx;
    int fd;
    short events;  /* POLLIN, POLLOUT, ... */
    short revents; /* out: what poll said */
} rh_case;

#ifdef __cplusplus
#define RH_CASE_(...) (rh_case __VA_ARGS__)
#else
#define RH_CASE_(...) ((rh_case)__VA_ARGS__)
#endif
/* The element of a send is read, that of a receive written, only if the case is chosen. */
#define RH_SEND(chan, elem) RH_CASE_({RH_CASE_SEND, (chan), (void *)(elem), NULL, -1, 0, 0})
#define RH_RECV(chan, elem) RH_CASE_({RH_CASE_RECV, (chan), (elem), NULL, -1, 0, 0})
/* Ready when the context has ended. */
#define RH_DONE(ctx) RH_CASE_({RH_CASE_DONE, NULL, NULL, (ctx), -1, 0, 0})
/* Ready when the descriptor is; nothing is read or written. */
#define RH_FD(fd, events) RH_CASE_({RH_CASE_FD, NULL, NULL, NULL, (fd), (events), 0})

/* Waits until one of the cases can be done, does it, and returns its status: RH_OK or RH_CLOSED for a
 * channel, RH_CANCELLED or RH_TIMEOUT for a context, RH_OK for a descriptor.  *chosen is its index.  Of
 * several that are ready one is taken at random.  When none became ready before `until` (0: do not wait;
 * RH_FOREVER), returns RH_TIMEOUT with *chosen == n.  RH_ENOMEM, RH_ESYS and RH_EINVAL (an unknown kind),
 * with *chosen == n, did nothing.  With no case that can ever be ready and RH_FOREVER it blocks for good, as
 * Go's does. */
RH_API RH_NODISCARD rh_status rh_select(rh_case *cases, size_t n, rh_ns until, size_t *chosen);

/* --- types --- */

#define RH_MADE_ __attribute__((unused))

/* RH_CHAN_DEFINE(jobs, struct job) makes `struct jobs` and functions jobs_new(capacity), jobs_send(&c, job),
 * jobs_recv(&c, &job), jobs_close(&c), ... that the compiler checks.  The struct holds only `rh_chan *chan`.
 */
#define RH_CHAN_DEFINE(name, type)                                                                           \
    struct name {                                                                                            \
        rh_chan *chan;                                                                                       \
    };                                                                                                       \
    RH_MADE_ static inline struct name name##_new(size_t capacity)                                           \
    {                                                                                                        \
        struct name made = {rh_chan_new(capacity, sizeof(type))};                                            \
        return made;                                                                                         \
    }                                                                                                        \
    RH_MADE_ static inline rh_status name##_send(struct name c, type value)                                  \
    {                                                                                                        \
        return rh_chan_send(c.chan, &value);                                                                 \
    }                                                                                                        \
    RH_MADE_ static inline rh_status name##_recv(struct name c, type *value)                                 \
    {                                                                                                        \
        return rh_chan_recv(c.chan, value);                                                                  \
    }                                                                                                        \
    RH_MADE_ static inline rh_status name##_try_send(struct name c, type value)                              \
    {                                                                                                        \
        return rh_chan_try_send(c.chan, &value);                                                             \
    }                                                                                                        \
    RH_MADE_ static inline rh_status name##_try_recv(struct name c, type *value)                             \
    {                                                                                                        \
        return rh_chan_try_recv(c.chan, value);                                                              \
    }                                                                                                        \
    RH_MADE_ static inline rh_status name##_send_until(struct name c, type value, rh_ns until)               \
    {                                                                                                        \
        return rh_chan_send_until(c.chan, &value, until);                                                    \
    }                                                                                                        \
    RH_MADE_ static inline rh_status name##_recv_until(struct name c, type *value, rh_ns until)              \
    {                                                                                                        \
        return rh_chan_recv_until(c.chan, value, until);                                                     \
    }                                                                                                        \
    RH_MADE_ static inline rh_status name##_send_ctx(struct name c, type value, rh_ctx *ctx)                 \
    {                                                                                                        \
        return rh_chan_send_ctx(c.chan, &value, ctx);                                                        \
    }                                                                                                        \
    RH_MADE_ static inline rh_status name##_recv_ctx(struct name c, type *value, rh_ctx *ctx)                \
    {                                                                                                        \
        return rh_chan_recv_ctx(c.chan, value, ctx);                                                         \
    }                                                                                                        \
    RH_MADE_ static inline rh_status name##_close(struct name c)                                             \
    {                                                                                                        \
        return rh_chan_close(c.chan);                                                                        \
    }                                                                                                        \
    RH_MADE_ static inline void name##_release(struct name c)                                                \
    {                                                                                                        \
        rh_chan_release(c.chan);                                                                             \
    }                                                                                                        \
    struct name

#ifdef __cplusplus
}
#endif
#endif
