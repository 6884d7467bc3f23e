/* guard.c: calls behind a breaker, with their panics contained. */
#include <rh/guard.h>

#include "fail.h"

#include <rh/panic.h>

struct call {
    rh_breaker *breaker;
    uint64_t ticket;
    rh_outcome outcome; /* FAILED until the callee has returned */
    rh_status (*fn)(void *arg);
    void *arg;
    rh_status status;
};

static void leave(struct call **inside)
{
    struct call *call = *inside;
    if (call->breaker)
        rh_breaker_leave(call->breaker, call->ticket, call->outcome);
}

static void invoke(void *arg)
{
    struct call *call = arg;
    call->status = (rh_status)rh_fail_point("guard.call", RH_ESYS);
    if (call->status == RH_OK)
        call->status = call->fn(call->arg);
    call->outcome = rh_outcome_of(call->status);
}

/* The cleanup gives the slot back when an exception or pthread_exit passes; a panic is caught on its way, for
 * where code without unwind tables would jump over the cleanup. */
static rh_status call_inside(struct call *call, unsigned flags, rh_panic_record *record)
{
    struct call *inside __attribute__((cleanup(leave))) = call;
    const rh_try_options options = {.flags = flags};
    rh_status status = rh_try_with(&options, invoke, inside, record);
    return status == RH_OK ? call->status : status;
}

rh_status rh_breaker_call(rh_breaker *breaker, rh_status (*fn)(void *arg), void *arg)
{
    struct call call = {.breaker = breaker, .outcome = RH_OUTCOME_FAILED, .fn = fn, .arg = arg};
    rh_panic_record record = {.kind = 0};
    rh_status status = rh_breaker_enter(breaker, &call.ticket);
    if (status != RH_OK)
        return status;
    status = call_inside(&call, RH_PASS_EXCEPTIONS, &record);
    if (status == RH_PANIC && record.kind != 0)
        rh_repanic(&record);
    return status;
}

static rh_status fall_back(const rh_guard *guard, rh_status why)
{
    if (!guard->fallback || why == RH_CANCELLED)
        return why;
    rh_status status = guard->fallback(why, guard->arg);
    return status == RH_OK ? RH_DEGRADED : status;
}

rh_status rh_guard_call(const rh_guard *guard, rh_status (*fn)(void *arg), void *arg)
{
    struct call call = {.breaker = guard->breaker, .outcome = RH_OUTCOME_FAILED, .fn = fn, .arg = arg};
    rh_panic_record record = {.kind = 0};
    rh_status status = guard->breaker ? rh_breaker_enter(guard->breaker, &call.ticket) : RH_OK;
    if (status != RH_OK) {
        if (guard->refused)
            guard->refused(guard, guard->arg);
        return fall_back(guard, status);
    }
    status = call_inside(&call, 0, &record);
    if (status == RH_PANIC && record.kind != 0 && guard->panicked)
        guard->panicked(&record, guard->arg);
    return status == RH_OK ? RH_OK : fall_back(guard, status);
}

static void close_and_release(void *chan)
{
    rh_chan_close(chan);
    rh_chan_release(chan);
}

rh_status rh_guard_close(rh_chan *chan)
{
    if (!chan)
        return RH_EINVAL;
    rh_status status = rh_defer(close_and_release, rh_chan_retain(chan));
    if (status != RH_OK)
        rh_chan_release(chan);
    return status;
}
