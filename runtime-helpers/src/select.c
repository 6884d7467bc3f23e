/* select.c: waiting for one of several cases.
 *
 * Look at all of them; spin a little; then queue up in each, looking at each once more after having queued
 * up, and sleep until one picks this waiter.  Then leave the other queues and try the case that picked. */
#define _GNU_SOURCE /* ppoll */
#include "select.h"

#include "chan.h"
#include "ctx.h"
#include "fail.h"
#include "wakefd.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>

enum { spin_most = 32, spin_least = 2, few_cases = 6, not_ready = -1 };
enum { first_pause = 24, later_pause = 6, yield_for = 15000 /* ns */ };

struct slot {
    struct wait_entry entry;
    rh_ctx_hook hook;
};

struct sel {
    rh_case *cases;
    size_t n, n_fds;
    rh_ns until; /* the earliest of the caller's and the contexts' */
    struct waiter waiter;
    struct slot *slots;
    struct pollfd *fds; /* one for each case of a descriptor, in order, and the wake descriptor */
};

static uint32_t random_below(uint32_t n)
{
    static _Thread_local uint32_t seed;
    if (seed == 0)
        seed = (uint32_t)rh_now() | 1;
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return (uint32_t)((uint64_t)seed * n >> 32);
}

static bool is_chan(const rh_case *c)
{
    return (c->kind == RH_CASE_SEND || c->kind == RH_CASE_RECV) && c->chan;
}

/* The case's status, done, or not_ready. */
static int try_case(rh_case *c)
{
    int status = not_ready;
    if (is_chan(c))
        status = (int)chan_try(c->chan, c->kind == RH_CASE_SEND, c->elem);
    else if (c->kind == RH_CASE_DONE)
        status = rh_ctx_status(c->ctx) == RH_OK ? not_ready : (int)rh_ctx_status(c->ctx);
    else if (c->kind == RH_CASE_FD)
        status = c->revents ? RH_OK : not_ready;
    return status == RH_FULL || status == RH_EMPTY ? not_ready : status;
}

static int try_all(struct sel *sel, size_t *chosen)
{
    size_t start = sel->n > 1 ? random_below((uint32_t)sel->n) : 0;
    for (size_t i = 0; i < sel->n; i++) {
        size_t at = start + i < sel->n ? start + i : start + i - sel->n;
        int status = try_case(&sel->cases[at]);
        if (status != not_ready) {
            *chosen = at;
            return status;
        }
    }
    return not_ready;
}

/* --- descriptors --- */

static struct timespec time_left(rh_ns until)
{
    rh_ns left = until - rh_now();
    if (left < 0)
        left = 0;
    return (struct timespec){left / 1000000000, left % 1000000000};
}

/* Fills in revents of every case of a descriptor.  A thread cancelled in here would leave its waiter behind.
 */
static void poll_fds(struct sel *sel, size_t count, rh_ns until)
{
    int cancel_state;
    struct timespec ts = time_left(until);
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    if (ppoll(sel->fds, count, until == RH_FOREVER ? NULL : &ts, NULL) < 0)
        for (size_t i = 0; i < count; i++)
            sel->fds[i].revents = 0;
    pthread_setcancelstate(cancel_state, NULL);
    for (size_t i = 0, fd = 0; i < sel->n; i++)
        if (sel->cases[i].kind == RH_CASE_FD)
            sel->cases[i].revents = sel->fds[fd++].revents;
}

static void prepare_fds(struct sel *sel)
{
    size_t fd = 0;
    for (size_t i = 0; i < sel->n; i++)
        if (sel->cases[i].kind == RH_CASE_FD) {
            sel->fds[fd++] = (struct pollfd){.fd = sel->cases[i].fd, .events = sel->cases[i].events};
            sel->cases[i].revents = 0;
        }
    sel->fds[fd] = (struct pollfd){.fd = sel->waiter.wake_fd, .events = POLLIN};
}

static uint32_t sleep_in_poll(struct sel *sel)
{
    uint32_t is = WAITER_WAITING;
    if (!atomic_compare_exchange_strong(&sel->waiter.state, &is, WAITER_POLLING))
        return waiter_abort(&sel->waiter);
    poll_fds(sel, sel->n_fds + 1, sel->until);
    uint32_t state = waiter_abort(&sel->waiter);
    if (state != WAITER_ABORTED)
        wake_fd_drain(sel->waiter.wake_fd);
    return state;
}

/* --- queueing up --- */

static void context_ended(void *arg)
{
    struct wait_entry *entry = arg;
    waiter_pick(entry->waiter, waiter_picked(entry->index, false));
}

/* False: the case is ready, or may be. */
static bool queue_up_chan(struct rh_chan *chan, bool send, struct wait_entry *entry)
{
    atomic_fetch_add_explicit(send ? &chan->send_parks : &chan->recv_parks, 1, memory_order_relaxed);
    if (chan->capacity == 0)
        return rendezvous_wait(chan, send, entry);
    wait_queue_add(send ? &chan->senders : &chan->receivers, entry);
    return send ? !ring_send_ready(chan) : !ring_recv_ready(chan);
}

static bool queue_up(struct sel *sel, size_t i)
{
    const rh_case *c = &sel->cases[i];
    struct slot *slot = &sel->slots[i];
    slot->entry = (struct wait_entry){.waiter = &sel->waiter, .elem = c->elem, .index = (uint32_t)i};
    if (is_chan(c))
        return queue_up_chan(c->chan, c->kind == RH_CASE_SEND, &slot->entry);
    if (c->kind == RH_CASE_DONE)
        return ctx_watch(c->ctx, &slot->hook, context_ended, &slot->entry);
    return true;
}

static void leave(struct sel *sel, size_t i)
{
    const rh_case *c = &sel->cases[i];
    struct slot *slot = &sel->slots[i];
    bool send = c->kind == RH_CASE_SEND;
    if (c->kind == RH_CASE_DONE)
        rh_ctx_hook_stop_wait(&slot->hook);
    else if (is_chan(c) && c->chan->capacity == 0)
        rendezvous_leave(c->chan, send, &slot->entry);
    else if (is_chan(c))
        wait_queue_remove(send ? &c->chan->senders : &c->chan->receivers, &slot->entry);
}

/* Whoever picked a channel's case took it out of its queue; a context's hook is stopped in any case. */
static void leave_all(struct sel *sel, size_t queued, uint32_t state)
{
    for (size_t i = 0; i < queued; i++)
        if (sel->cases[i].kind == RH_CASE_DONE || state == WAITER_ABORTED || waiter_index(state) != i)
            leave(sel, i);
}

/* --- patience --- */

/* How long to spin before giving the processor away: a message is often a moment away and a sleep costs
 * thousands of cycles, but where the other side waits for this very processor spinning only delays it.  The
 * channel remembers which it was: the budget doubles when spinning helped and halves when it did not. */
static unsigned spin_budget(const struct sel *sel)
{
    const rh_case *c = sel->cases;
    if (sel->n == 0 || !is_chan(c))
        return spin_least;
    return c->chan->capacity ? atomic_load_explicit(&c->chan->spin, memory_order_relaxed) : 0;
}

static void learn(const struct sel *sel, unsigned budget, unsigned round)
{
    unsigned next = round <= budget ? budget * 2 : budget / 2;
    next = next > spin_most ? spin_most : next < spin_least ? spin_least : next;
    if (round > 0 && budget > 0 && next != budget && is_chan(sel->cases))
        atomic_store_explicit(&sel->cases->chan->spin, next, memory_order_relaxed);
}

/* Queues up and sleeps.  Returns the waiter's final state. */
static uint32_t wait_once(struct sel *sel)
{
    size_t queued = 0;
    bool wait = true;
    atomic_store_explicit(&sel->waiter.state, WAITER_WAITING, memory_order_relaxed);
    rh_fail_point("chan.queue", 0); /* where a wake-up could be lost: for schedule noise */
    while (wait && queued < sel->n)
        wait = queue_up(sel, queued++);
    uint32_t state;
    if (!wait)
        state = waiter_abort(&sel->waiter);
    else
        state =
            sel->n_fds ? sleep_in_poll(sel) : waiter_sleep(&sel->waiter, sel->until, spin_budget(sel) == 0);
    leave_all(sel, queued, state);
    return state;
}

/* --- the loop --- */

static int after_sleep(struct sel *sel, uint32_t state, size_t *chosen)
{
    if (state == WAITER_ABORTED)
        return not_ready;
    *chosen = waiter_index(state);
    return waiter_complete(state) ? RH_OK : try_case(&sel->cases[*chosen]);
}

static bool time_is_up(const struct sel *sel)
{
    return sel->until == 0 || (sel->until != RH_FOREVER && rh_now() >= sel->until);
}

/* Worth a real look?  While spinning only the slots are watched. */
static bool looks_ready(const struct sel *sel)
{
    for (size_t i = 0; i < sel->n; i++) {
        const rh_case *c = &sel->cases[i];
        if (is_chan(c) && c->chan->capacity && ring_looks_ready(c->chan, c->kind == RH_CASE_SEND))
            return true;
    }
    return false;
}

static void pause_for(unsigned times)
{
    while (times--)
        cpu_relax();
}

/* The first look comes late on purpose: a stream that is followed message by message moves its cache lines
 * for every one of them, one that is left alone for a moment moves them once a batch. */
static int spin(struct sel *sel, size_t *chosen, unsigned budget, unsigned *round)
{
    int status = not_ready;
    for (; status == not_ready && *round < budget && !time_is_up(sel); ++*round) {
        pause_for(*round ? later_pause : first_pause);
        if (looks_ready(sel))
            status = try_all(sel, chosen);
    }
    return status;
}

/* Where the other side waits for this processor it gets it; where nobody does, a yield is a longer pause.
 * Bounded by the clock: on a machine busy with other programs one yield can take their whole time slice. */
static int yield_awhile(struct sel *sel, size_t *chosen)
{
    int status = not_ready;
    rh_ns enough = rh_now() + yield_for;
    do {
        sched_yield();
        status = try_all(sel, chosen);
    } while (status == not_ready && !time_is_up(sel) && rh_now() < enough);
    return status;
}

/* Looks, pausing between looks, until something is done or it is time to sleep. */
static int look_around(struct sel *sel, size_t *chosen)
{
    unsigned budget = spin_budget(sel), round = 0;
    int status = try_all(sel, chosen);
    if (status != not_ready || budget == 0)
        return status;
    status = spin(sel, chosen, budget, &round);
    if (status == not_ready && !time_is_up(sel)) {
        status = yield_awhile(sel, chosen);
        round = budget + 1;
    }
    learn(sel, budget, round);
    return status;
}

static rh_status run(struct sel *sel, size_t *chosen)
{
    if (sel->n_fds)
        poll_fds(sel, sel->n_fds, 0);
    for (;;) {
        int status = look_around(sel, chosen);
        if (status == not_ready && time_is_up(sel)) {
            *chosen = sel->n;
            return RH_TIMEOUT;
        }
        if (status == not_ready)
            status = after_sleep(sel, wait_once(sel), chosen);
        if (status != not_ready)
            return (rh_status)status;
    }
}

static bool scan(struct sel *sel)
{
    for (size_t i = 0; i < sel->n; i++) {
        if ((unsigned)sel->cases[i].kind > RH_CASE_FD)
            return false;
        if (sel->cases[i].kind == RH_CASE_DONE)
            sel->until = ctx_earliest(sel->cases[i].ctx, sel->until);
        sel->n_fds += sel->cases[i].kind == RH_CASE_FD;
    }
    return true;
}

static rh_status run_with(struct sel *sel, struct slot *slots, struct pollfd *fds, size_t *chosen)
{
    sel->slots = slots;
    sel->fds = fds;
    if (sel->n_fds) {
        sel->waiter.wake_fd = wake_fd();
        if (sel->waiter.wake_fd < 0)
            return RH_ESYS;
        prepare_fds(sel);
    }
    return run(sel, chosen);
}

static rh_status run_many(struct sel *sel, size_t *chosen)
{
    struct slot *slots = rh_alloc(sel->n * sizeof *slots);
    struct pollfd *fds = rh_alloc((sel->n_fds + 1) * sizeof *fds);
    rh_status status = slots && fds ? run_with(sel, slots, fds, chosen) : RH_ENOMEM;
    free(slots);
    free(fds);
    return status;
}

/* A context's deadline was among those that set `until`: it is that case which ended then. */
static rh_status name_the_context(struct sel *sel, size_t *chosen)
{
    for (size_t i = 0; i < sel->n; i++)
        if (sel->cases[i].kind == RH_CASE_DONE && rh_ctx_status(sel->cases[i].ctx) != RH_OK) {
            *chosen = i;
            return rh_ctx_status(sel->cases[i].ctx);
        }
    return RH_TIMEOUT;
}

rh_status rh_select(rh_case *cases, size_t n, rh_ns until, size_t *chosen)
{
    struct sel sel = {.cases = cases, .n = n, .until = until};
    *chosen = n;
    int fault = rh_fail_point("chan.select", RH_ENOMEM);
    if (fault || !scan(&sel))
        return fault ? (rh_status)fault : RH_EINVAL;
    rh_status status;
    if (n <= few_cases) {
        struct slot slots[few_cases];
        struct pollfd fds[few_cases + 1];
        status = run_with(&sel, slots, fds, chosen);
    } else {
        status = run_many(&sel, chosen);
    }
    return status == RH_TIMEOUT && *chosen == n ? name_the_context(&sel, chosen) : status;
}

rh_status select_one(rh_chan *chan, bool send, void *elem, rh_ns until, rh_ctx *ctx)
{
    rh_case cases[2] = {send ? RH_SEND(chan, elem) : RH_RECV(chan, elem), RH_DONE(ctx)};
    struct slot slots[2];
    struct sel sel = {.cases = cases, .n = ctx ? 2 : 1, .until = ctx_earliest(ctx, until), .slots = slots};
    size_t chosen;
    rh_status status = run(&sel, &chosen);
    if (status == RH_TIMEOUT && ctx && rh_ctx_status(ctx) != RH_OK)
        status = rh_ctx_status(ctx);
    if (status == RH_TIMEOUT)
        atomic_fetch_add_explicit(&chan->timeouts, 1, memory_order_relaxed);
    if (status == RH_CANCELLED)
        atomic_fetch_add_explicit(&chan->cancels, 1, memory_order_relaxed);
    return status;
}
