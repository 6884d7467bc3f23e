/* The fail-nth sweep: each scenario is run with its first failing point, its second, ... until none is left.
 * Whatever fails, nothing may hang, leak (contexts are counted here, memory under ASan) or lose an error
 * without saying so. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <rh/fail.h>
#include <rh/group.h>
#include <rh/mutex.h>
#include <rh/observe.h>
#include <rh/panic.h>
#include <rh/policy.h>
#include <rh/spawn.h>

static atomic_int calls;

/* True when the scenario did all it does without failures. */
typedef bool (*scenario)(void);

static void sweep(scenario run)
{
    size_t live = rh_ctx_live();
    alarm(60);
    for (uint64_t n = 1;; n++) {
        rh_fail_nth(n);
        bool whole = run();
        bool fired = rh_fail_fired() > 0;
        rh_fail_nth(0);
        for (int i = 0; i < 2000 && rh_ctx_live() != live; i++)
            usleep(1000); /* pool threads let go a moment after the waiter is told */
        assert_int_equal(rh_ctx_live(), live);
        if (!fired) {
            assert_true(whole);
            assert_true(n > 1);
            break;
        }
        assert_true(n < 1000);
    }
    alarm(0);
}

static void *thread_body(void *arg)
{
    atomic_fetch_add(&calls, 1);
    return arg;
}

static bool spawns(void)
{
    pthread_t thread;
    void *result = NULL;
    calls = 0;
    int error = rh_pthread_create(&thread, NULL, thread_body, "x");
    if (error)
        return error == EAGAIN && calls == 0 ? false : (fail(), false);
    pthread_join(thread, &result);
    return calls == 1 && result != NULL;
}

static rh_error *work(rh_ctx *ctx, void *arg)
{
    (void)ctx;
    atomic_fetch_add(&calls, 1);
    return arg ? RH_ERROR_WRAP(RH_ERROR(1, RH_PERSISTENT, "inner"), "outer") : NULL;
}

static bool goes(void)
{
    rh_job *job = NULL;
    rh_error *error = NULL;
    calls = 0;
    rh_status status = rh_go(NULL, work, "error", &job);
    if (status != RH_OK) {
        assert_true(status == RH_ENOMEM || status == RH_ESYS);
        assert_int_equal(calls, 0);
        return false;
    }
    assert_int_equal(rh_job_wait(job, NULL, &error), RH_FAILED);
    assert_non_null(error);
    bool whole = rh_error_code(error) == 1;
    assert_true(whole || rh_error_code(error) == ENOMEM);
    rh_error_release(error);
    rh_job_release(job);
    return whole;
}

static rh_error *panics(rh_ctx *ctx, void *arg)
{
    (void)ctx;
    rh_panic(1, "swept %p", arg);
}

static bool panics_in_the_pool(void)
{
    rh_job *job = NULL;
    rh_panic_record record;
    if (rh_go(NULL, panics, NULL, &job) != RH_OK)
        return false;
    assert_int_equal(rh_job_wait(job, NULL, NULL), RH_PANIC);
    rh_status status = rh_job_record(job, &record);
    assert_true(status == RH_OK || status == RH_ENOMEM);
    rh_job_release(job);
    return status == RH_OK;
}

static bool groups(void)
{
    rh_group *group = rh_group_new(NULL, 2);
    int started = 0;
    if (!group)
        return false;
    calls = 0;
    for (int i = 0; i < 3; i++)
        started += rh_group_go(group, work, NULL) == RH_OK;
    assert_int_equal(rh_group_wait(group), RH_OK);
    assert_int_equal(calls, started);
    int panicking = rh_group_go(group, panics, NULL) == RH_OK;
    assert_int_equal(rh_group_wait(group), panicking ? RH_PANIC : RH_OK);
    assert_int_equal(rh_group_panic_count(group), panicking);
    rh_group_destroy(group);
    return started == 3 && panicking;
}

static void count(void *arg)
{
    ++*(int *)arg;
}

struct deferral {
    int accepted, run;
};

static void defers(void *arg)
{
    struct deferral *deferral = arg;
    for (int i = 0; i < 20; i++)
        deferral->accepted += rh_defer(count, &deferral->run) == RH_OK;
}

static bool tries(void)
{
    struct deferral deferral = {0, 0};
    assert_int_equal(rh_try(defers, &deferral, NULL), RH_OK);
    assert_int_equal(deferral.run, deferral.accepted);
    return deferral.accepted == 20;
}

static bool tries_with_faults(void)
{
    const rh_try_options options = {.flags = RH_RECOVER_FAULTS};
    int called = 0;
    rh_status status = rh_try_with(&options, count, &called, NULL);
    assert_int_equal(called, status == RH_OK);
    return status == RH_OK;
}

static rh_error *flaky(rh_ctx *ctx, void *arg)
{
    (void)ctx;
    return ++*(int *)arg < 3 ? RH_ERROR(EAGAIN, RH_TRANSIENT, "flaky") : NULL;
}

static bool retries(void)
{
    const rh_retry_policy quick = {.attempts = 3, .first_pause = 1000};
    int tried = 0;
    rh_ctx *ctx = rh_ctx_new(NULL);
    if (!ctx)
        return false;
    rh_error *error = rh_retry(ctx, &quick, flaky, &tried);
    bool whole = !error && tried == 3;
    rh_error_release(error);
    rh_ctx_release(ctx);
    return whole;
}

static bool loads_policies(void)
{
    char path[] = "/tmp/rh_sweep_XXXXXX";
    int fd = mkstemp(path);
    rh_error *error = NULL;
    assert_int_equal(write(fd, "- when: {}\n  then: {}\n", 22), 22);
    close(fd);
    rh_policy *policy = rh_policy_load(path, &error);
    unlink(path);
    assert_true((policy != NULL) != (error != NULL));
    rh_policy_free(policy);
    rh_error_release(error);
    return policy != NULL;
}

static bool traces(void)
{
    rh_trace trace;
    assert_true(rh_trace_parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", &trace));
    rh_ctx *ctx = rh_ctx_with_trace(NULL, &trace);
    rh_ctx_release(ctx ? ctx : rh_ctx_background());
    return ctx != NULL;
}

static bool locks(void)
{
    rh_mutex mutex = RH_MUTEX_INIT;
    int error = rh_mutex_acquire(&mutex);
    assert_true(error == 0 || error == EINTR);
    if (!error)
        assert_int_equal(rh_mutex_release(&mutex), 0);
    rh_mutex_destroy(&mutex);
    return !error;
}

static void run(void **state)
{
    sweep((scenario)*state);
}

#define SWEEP(name) {#name, run, NULL, NULL, (void *)name}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SWEEP(spawns),  SWEEP(goes),           SWEEP(panics_in_the_pool),
        SWEEP(groups),  SWEEP(tries),          SWEEP(tries_with_faults),
        SWEEP(retries), SWEEP(loads_policies), SWEEP(traces),
        SWEEP(locks),
    };
    rh_panic_log_set(-1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
