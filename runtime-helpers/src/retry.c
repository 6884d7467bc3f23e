#include <rh/policy.h>

#include "fail.h"
#include "futex.h"

enum { DEFAULT_ATTEMPTS = 5, DEFAULT_JITTER = 50 };

static rh_retry_policy filled(const rh_retry_policy *policy)
{
    rh_retry_policy full = policy ? *policy : (rh_retry_policy){.attempts = 0};
    full.attempts = full.attempts ? full.attempts : DEFAULT_ATTEMPTS;
    full.first_pause = full.first_pause > 0 ? full.first_pause : 10000000;
    full.longest_pause = full.longest_pause > 0 ? full.longest_pause : 2000000000;
    full.jitter = full.jitter == 0 ? DEFAULT_JITTER : full.jitter > 100 ? 0 : full.jitter;
    return full;
}

/* Somewhere between the pause less its jitter and the pause. */
static rh_ns jittered(rh_ns pause, unsigned percent)
{
    static _Atomic(uint64_t) dice = 0x2545f4914f6cdd1du;
    uint64_t roll = atomic_fetch_add(&dice, 0x9e3779b97f4a7c15u) ^ (uint64_t)rh_now();
    roll = (roll ^ (roll >> 30)) * 0xbf58476d1ce4e5b9u;
    rh_ns spread = pause / 100 * (rh_ns)percent;
    return spread > 0 ? pause - (rh_ns)((roll ^ (roll >> 31)) % (uint64_t)spread) : pause;
}

struct sleeper {
    _Atomic uint32_t ended;
};

static void wake(void *arg)
{
    struct sleeper *sleeper = arg;
    atomic_store(&sleeper->ended, 1);
    futex_wake(&sleeper->ended, 1);
}

static rh_status pause_for(rh_ctx *ctx, rh_ns length)
{
    struct sleeper sleeper = {0};
    rh_ctx_hook hook;
    rh_ns until = rh_now() + length;
    rh_status status = rh_ctx_on_cancel(ctx, &hook, wake, &sleeper);
    if (status != RH_OK)
        return status;
    while (!atomic_load(&sleeper.ended) && futex_wait(&sleeper.ended, 0, until))
        continue;
    rh_ctx_hook_stop_wait(&hook);
    return rh_ctx_status(ctx);
}

rh_error *rh_retry(rh_ctx *ctx, const rh_retry_policy *policy, rh_work fn, void *arg)
{
    rh_retry_policy how = filled(policy);
    rh_ns pause = how.first_pause < how.longest_pause ? how.first_pause : how.longest_pause;
    if (!ctx)
        ctx = rh_ctx_background();
    for (unsigned attempt = 1;; attempt++) {
        int injected = rh_fail_point("retry", EAGAIN);
        rh_error *error = injected ? RH_ERROR_ERRNO(injected, "injected") : fn(ctx, arg);
        if (!error || rh_error_how(error) != RH_TRANSIENT || attempt >= how.attempts)
            return error;
        rh_status status = pause_for(ctx, jittered(pause, how.jitter));
        if (status != RH_OK)
            return rh_error_make((int)status, RH_PERSISTENT, rh_error_errno(error), error, __FILE__, __LINE__,
                                 "gave up after %u tries: %s", attempt, rh_status_name(status));
        rh_error_release(error);
        pause = pause > how.longest_pause / 2 ? how.longest_pause : pause * 2;
    }
}
