#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <rh/fail.h>
#include <rh/go.h>
#include <rh/panic.h>
#include <rh/spawn.h>

#include "quiet.h"

static int setup(void **state)
{
    (void)state;
    log_capture();
    return 0;
}

static rh_error *counts(rh_ctx *ctx, void *arg)
{
    (void)ctx;
    atomic_fetch_add((atomic_int *)arg, 1);
    return NULL;
}

static rh_error *fails(rh_ctx *ctx, void *arg)
{
    (void)ctx;
    return RH_ERROR(42, RH_PERSISTENT, "failed %s", (const char *)arg);
}

static rh_error *panics(rh_ctx *ctx, void *arg)
{
    (void)ctx;
    rh_panic(5, "pooled %s", (const char *)arg);
}

static void tasks_run_and_end(void **state)
{
    (void)state;
    atomic_int count = 0;
    for (int i = 0; i < 1000; i++) {
        rh_job *job;
        assert_int_equal(rh_go(NULL, counts, &count, &job), RH_OK);
        assert_int_equal(rh_job_wait(job, NULL, NULL), RH_OK);
        rh_job_release(job);
    }
    assert_int_equal(count, 1000);
}

static void detached_tasks_run(void **state)
{
    (void)state;
    atomic_int count = 0;
    for (int i = 0; i < 100; i++)
        assert_int_equal(rh_go(NULL, counts, &count, NULL), RH_OK);
    for (int i = 0; i < 5000 && count < 100; i++)
        usleep(1000);
    assert_int_equal(count, 100);
}

static void errors_are_handed_over(void **state)
{
    (void)state;
    rh_job *job;
    rh_error *error = NULL;
    assert_int_equal(rh_go(NULL, fails, "here", &job), RH_OK);
    assert_int_equal(rh_job_wait(job, NULL, &error), RH_FAILED);
    assert_int_equal(rh_error_code(error), 42);
    rh_error_release(error);
    assert_int_equal(rh_job_wait(job, NULL, NULL), RH_FAILED);
    rh_job_release(job);
}

static void panics_end_the_task(void **state)
{
    (void)state;
    rh_job *job;
    rh_panic_record record;
    assert_int_equal(rh_go(NULL, panics, "x", &job), RH_OK);
    assert_int_equal(rh_job_wait(job, NULL, NULL), RH_PANIC);
    assert_int_equal(rh_job_record(job, &record), RH_OK);
    assert_string_equal(record.message, "pooled x");
    assert_non_null(record.spawn_sites[0]);
    assert_int_equal(log_lines(), 1);
    rh_job_release(job);
}

struct gate {
    atomic_int arrived, open;
};

static rh_error *waits_for_gate(rh_ctx *ctx, void *arg)
{
    struct gate *gate = arg;
    atomic_fetch_add(&gate->arrived, 1);
    while (!gate->open && rh_ctx_status(ctx) == RH_OK)
        usleep(500);
    return NULL;
}

static void blocking_tasks_all_have_threads(void **state)
{
    (void)state;
    enum { TASKS = 40 };
    struct gate gate = {0, 0};
    rh_job *jobs[TASKS];
    for (int i = 0; i < TASKS; i++)
        assert_int_equal(rh_go(NULL, waits_for_gate, &gate, &jobs[i]), RH_OK);
    for (int i = 0; i < 10000 && gate.arrived < TASKS; i++)
        usleep(1000);
    assert_int_equal(gate.arrived, TASKS);
    gate.open = 1;
    for (int i = 0; i < TASKS; i++) {
        assert_int_equal(rh_job_wait(jobs[i], NULL, NULL), RH_OK);
        rh_job_release(jobs[i]);
    }
    unsigned threads, idle;
    rh_pool_count(&threads, &idle);
    assert_true(threads >= TASKS);
}

static void a_wait_ends_with_its_context(void **state)
{
    (void)state;
    struct gate gate = {0, 0};
    rh_job *job;
    rh_ctx *work = rh_ctx_new(NULL), *patience = rh_ctx_with_timeout(NULL, 20000000);
    assert_int_equal(rh_go(work, waits_for_gate, &gate, &job), RH_OK);
    assert_int_equal(rh_job_wait(job, patience, NULL), RH_TIMEOUT);
    rh_ctx_release(patience);
    rh_ctx_cancel(work, 1, "enough");
    assert_int_equal(rh_job_wait(job, NULL, NULL), RH_OK);
    rh_job_release(job);
    rh_ctx_release(work);
}

static rh_error *sees_its_context(rh_ctx *ctx, void *arg)
{
    atomic_store((_Atomic(uint64_t) *)arg, rh_task_id());
    return rh_task_ctx() == ctx ? NULL : RH_ERROR(1, RH_PERSISTENT, "another context");
}

static void a_task_knows_its_context_and_identity(void **state)
{
    (void)state;
    _Atomic(uint64_t) id = 0;
    rh_job *job;
    rh_ctx *ctx = rh_ctx_new(NULL);
    assert_int_equal(rh_go(ctx, sees_its_context, (void *)&id, &job), RH_OK);
    assert_int_equal(rh_job_wait(job, NULL, NULL), RH_OK);
    assert_int_not_equal(id, rh_task_id());
    assert_ptr_equal(rh_task_ctx(), rh_ctx_background());
    rh_job_release(job);
    rh_ctx_release(ctx);
}

static void failures_start_nothing(void **state)
{
    (void)state;
    atomic_int count = 0;
    rh_job *job = NULL;
    assert_int_equal(rh_fail_configure("go=return(EAGAIN)"), RH_OK);
    assert_int_equal(rh_go(NULL, counts, &count, &job), RH_ESYS);
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(rh_fail_configure("alloc=return(ENOMEM)"), RH_OK);
    assert_int_equal(rh_go(NULL, counts, &count, &job), RH_ENOMEM);
    assert_int_equal(rh_fail_configure(NULL), RH_OK);
    assert_int_equal(count, 0);
    assert_null(job);
}

#if !defined(__SANITIZE_THREAD__) /* which refuses threads after such a fork */
static void a_forked_child_has_its_own_pool(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        atomic_int count = 0;
        rh_job *job;
        if (rh_go(NULL, counts, &count, &job) != RH_OK || rh_job_wait(job, NULL, NULL) != RH_OK)
            _exit(1);
        if (count == 1)
            execlp("true", "true",
                   (char *)NULL); /* not by exit: the parent's threads left memory behind here */
        _exit(2);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(tasks_run_and_end, setup),
        cmocka_unit_test_setup(detached_tasks_run, setup),
        cmocka_unit_test_setup(errors_are_handed_over, setup),
        cmocka_unit_test_setup(panics_end_the_task, setup),
        cmocka_unit_test_setup(blocking_tasks_all_have_threads, setup),
        cmocka_unit_test_setup(a_wait_ends_with_its_context, setup),
        cmocka_unit_test_setup(a_task_knows_its_context_and_identity, setup),
        cmocka_unit_test_setup(failures_start_nothing, setup),
#if !defined(__SANITIZE_THREAD__)
        cmocka_unit_test_setup(a_forked_child_has_its_own_pool, setup),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
