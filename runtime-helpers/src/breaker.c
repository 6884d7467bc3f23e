/* breaker.c: the circuit breaker.
 *
 * Every change of state begins a new generation, and a ticket carries the one it was given in: a call that
 * was let through before a change can't be counted after it (after sony/gobreaker).  One lock; no callback
 * under it. */
#include <rh/guard.h>

#include "fail.h"
#include "probe.h"

#include <pthread.h>

struct rh_breaker {
    _Atomic unsigned refs;
    pthread_mutex_t lock;
    rh_breaker_rules rules;
    rh_breaker_state state;
    uint64_t generation;
    rh_ns until; /* CLOSED: end of the window; OPEN: when it turns half-open */
    unsigned calls, failures, failures_in_row, successes_in_row, inside;
};

static void defaults(rh_breaker_rules *rules)
{
    rules->rate_least = rules->rate_least ? rules->rate_least : 10;
    rules->window = rules->window ? rules->window : 10 * (rh_ns)1000000000;
    rules->open_for = rules->open_for ? rules->open_for : 5 * (rh_ns)1000000000;
    rules->probes = rules->probes ? rules->probes : 1;
    rules->recover = rules->recover ? rules->recover : 1;
}

rh_breaker *rh_breaker_new(const rh_breaker_rules *rules)
{
    struct rh_breaker *breaker = rh_alloc(sizeof *breaker);
    if (!breaker)
        return NULL;
    breaker->refs = 1;
    breaker->rules = *rules;
    defaults(&breaker->rules);
    breaker->until = rh_now() + breaker->rules.window;
    pthread_mutex_init(&breaker->lock, NULL);
    return breaker;
}

rh_breaker *rh_breaker_retain(rh_breaker *breaker)
{
    atomic_fetch_add_explicit(&breaker->refs, 1, memory_order_relaxed);
    return breaker;
}

void rh_breaker_release(rh_breaker *breaker)
{
    if (!breaker || atomic_fetch_sub_explicit(&breaker->refs, 1, memory_order_acq_rel) != 1)
        return;
    pthread_mutex_destroy(&breaker->lock);
    free(breaker);
}

rh_outcome rh_outcome_of(rh_status status)
{
    return status == RH_OK          ? RH_OUTCOME_OK
           : status == RH_CANCELLED ? RH_OUTCOME_CANCELLED
                                    : RH_OUTCOME_FAILED;
}

static void start_afresh(struct rh_breaker *breaker)
{
    breaker->calls = breaker->failures = 0;
    breaker->failures_in_row = breaker->successes_in_row = 0;
}

/* With the lock held. */
static void change(struct rh_breaker *breaker, rh_breaker_state to)
{
    if (breaker->state == to && to != RH_BREAKER_OPEN)
        return;
    RH_PROBE2(breaker, breaker, to);
    breaker->state = to;
    breaker->generation++;
    breaker->inside = 0;
    breaker->until = rh_now() + (to == RH_BREAKER_OPEN ? breaker->rules.open_for : breaker->rules.window);
    start_afresh(breaker);
}

/* What time alone changes: windows end, and an open breaker is ready to try. */
static void tick(struct rh_breaker *breaker)
{
    rh_ns now = rh_now();
    if (breaker->state == RH_BREAKER_OPEN && now >= breaker->until)
        change(breaker, RH_BREAKER_HALF_OPEN);
    if (breaker->state == RH_BREAKER_CLOSED && now >= breaker->until) {
        breaker->until = now + breaker->rules.window;
        breaker->calls = breaker->failures = 0;
    }
}

static rh_breaker_state begin(struct rh_breaker *breaker)
{
    pthread_mutex_lock(&breaker->lock);
    rh_breaker_state before = breaker->state;
    tick(breaker);
    return before;
}

static void end(struct rh_breaker *breaker, rh_breaker_state before)
{
    rh_breaker_state after = breaker->state;
    pthread_mutex_unlock(&breaker->lock);
    if (before != after && breaker->rules.changed)
        breaker->rules.changed(breaker, before, after, breaker->rules.arg);
}

rh_status rh_breaker_enter(rh_breaker *breaker, uint64_t *ticket)
{
    rh_breaker_state before = begin(breaker);
    bool probing = breaker->state == RH_BREAKER_HALF_OPEN;
    bool refuse = breaker->state == RH_BREAKER_OPEN || (probing && breaker->inside >= breaker->rules.probes);
    if (!refuse)
        breaker->inside++;
    *ticket = breaker->generation;
    end(breaker, before);
    return refuse ? RH_DEGRADED : RH_OK;
}

static bool rate_reached(const struct rh_breaker *breaker)
{
    const rh_breaker_rules *rules = &breaker->rules;
    return rules->rate_percent && breaker->calls >= rules->rate_least &&
           (uint64_t)breaker->failures * 100 >= (uint64_t)breaker->calls * rules->rate_percent;
}

static void count_failure(struct rh_breaker *breaker)
{
    unsigned most = breaker->rules.consecutive;
    breaker->calls++;
    breaker->failures++;
    breaker->failures_in_row++;
    breaker->successes_in_row = 0;
    bool in_a_row = most && breaker->failures_in_row >= most;
    if (breaker->state == RH_BREAKER_HALF_OPEN || in_a_row || rate_reached(breaker))
        change(breaker, RH_BREAKER_OPEN);
}

static void count_success(struct rh_breaker *breaker)
{
    breaker->calls++;
    breaker->failures_in_row = 0;
    breaker->successes_in_row++;
    if (breaker->state == RH_BREAKER_HALF_OPEN && breaker->successes_in_row >= breaker->rules.recover)
        change(breaker, RH_BREAKER_CLOSED);
    else if (rate_reached(breaker))
        change(breaker, RH_BREAKER_OPEN);
}

void rh_breaker_leave(rh_breaker *breaker, uint64_t ticket, rh_outcome outcome)
{
    rh_breaker_state before = begin(breaker);
    if (ticket == breaker->generation) {
        breaker->inside--;
        if (outcome == RH_OUTCOME_OK)
            count_success(breaker);
        else if (outcome == RH_OUTCOME_FAILED)
            count_failure(breaker);
    }
    end(breaker, before);
}

void rh_breaker_trip(rh_breaker *breaker)
{
    rh_breaker_state before = begin(breaker);
    change(breaker, RH_BREAKER_OPEN);
    end(breaker, before);
}

void rh_breaker_trip_for(rh_breaker *breaker, rh_ns how_long)
{
    rh_breaker_state before = begin(breaker);
    rh_ns now = rh_now();
    change(breaker, RH_BREAKER_OPEN);
    breaker->until = how_long < RH_FOREVER - now ? now + how_long : RH_FOREVER;
    end(breaker, before);
}

void rh_breaker_reset(rh_breaker *breaker)
{
    rh_breaker_state before = begin(breaker);
    change(breaker, RH_BREAKER_CLOSED);
    end(breaker, before);
}

rh_breaker_state rh_breaker_state_read(rh_breaker *breaker)
{
    rh_breaker_state before = begin(breaker), state = breaker->state;
    end(breaker, before);
    return state;
}
