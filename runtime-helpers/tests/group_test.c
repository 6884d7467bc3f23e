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
#include <rh/group.h>
#include <rh/panic.h>

#include "quiet.h"

static int setup(void **state)
{
    (void)state;
    log_capture();
    return 0;
}

static atomic_int counted, highest, now;

static rh_error *counts(rh_ctx *ctx, void *arg)
{
    (void)ctx, (void)arg;
    int here = atomic_fetch_add(&now, 1) + 1, seen = highest;
    while (here > seen && !atomic_compare_exchange_weak(&highest, &seen, here))
        continue;
    usleep(200);
    atomic_fetch_sub(&now, 1);
    atomic_fetch_add(&counted, 1);
    return NULL;
}

static rh_error *fails(rh_ctx *ctx, void *arg)
{
    (void)ctx;
    return RH_ERROR((int)(intptr_t)arg, RH_PERSISTENT, "task failed");
}

static rh_error *panics(rh_ctx *ctx, void *arg)
{
    (void)ctx;
    rh_panic((int)(intptr_t)arg, "group panic");
}

static rh_error *until_cancelled(rh_ctx *ctx, void *arg)
{
    atomic_int *ended = arg;
    while (rh_ctx_status(ctx) == RH_OK)
        usleep(500);
    atomic_fetch_add(ended, 1);
    return NULL;
}

static void all_run_within_the_limit(void **state)
{
    (void)state;
    rh_group *group = rh_group_new(NULL, 3);
    counted = highest = now = 0;
    for (int i = 0; i < 100; i++)
        assert_int_equal(rh_group_go(group, counts, NULL), RH_OK);
    assert_int_equal(rh_group_wait(group), RH_OK);
    assert_int_equal(counted, 100);
    assert_in_range(highest, 1, 3);
    rh_group_destroy(group);
}

static void the_first_error_cancels_and_all_are_kept(void **state)
{
    (void)state;
    atomic_int ended = 0;
    rh_error *error;
    rh_group *group = rh_group_new(NULL, 0);
    assert_int_equal(rh_group_go(group, until_cancelled, &ended), RH_OK);
    rh_group_fail(group, RH_ERROR(1, RH_PERSISTENT, "from outside"));
    assert_int_equal(rh_group_go(group, fails, (void *)2), RH_CANCELLED);
    rh_group_fail(group, RH_ERROR(3, RH_PERSISTENT, "again"));
    assert_int_equal(rh_group_wait(group), RH_FAILED);
    assert_int_equal(ended, 1);
    assert_int_equal(rh_group_error_count(group), 2);
    assert_true(rh_group_error(group, 0, &error));
    assert_int_equal(rh_error_code(error), 1);
    assert_true(rh_group_error(group, 1, &error));
    assert_int_equal(rh_error_code(error), 3);
    assert_false(rh_group_error(group, 2, &error));
    rh_group_destroy(group);
}

static void a_panic_cancels_and_is_kept(void **state)
{
    (void)state;
    atomic_int ended = 0;
    int code = 0;
    rh_panic_record record;
    rh_group *group = rh_group_new(NULL, 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(rh_group_go(group, until_cancelled, &ended), RH_OK);
    assert_int_equal(rh_group_go(group, panics, (void *)7), RH_OK);
    assert_int_equal(rh_group_wait(group), RH_PANIC);
    assert_int_equal(ended, 5);
    assert_string_equal(rh_ctx_cause(rh_group_ctx(group), &code), "group panic");
    assert_int_equal(code, RH_PANIC);
    assert_int_equal(rh_group_panic_count(group), 1);
    assert_true(rh_group_panic(group, 0, &record));
    assert_int_equal(record.code, 7);
    assert_non_null(record.spawn_sites[0]);
    assert_int_equal(log_lines(), 1);
    assert_int_equal(rh_panics_unseen(), 0);
    rh_group_destroy(group);
}

static void a_group_can_be_used_again(void **state)
{
    (void)state;
    rh_group *group = rh_group_new(NULL, 0);
    assert_int_equal(rh_group_go(group, fails, (void *)1), RH_OK);
    assert_int_equal(rh_group_wait(group), RH_FAILED);
    counted = 0;
    assert_int_equal(rh_group_go(group, counts, NULL), RH_OK);
    assert_int_equal(rh_group_wait(group), RH_OK);
    assert_int_equal(counted, 1);
    assert_int_equal(rh_group_error_count(group), 0);
    rh_group_destroy(group);
}

static void try_go_is_full_at_the_limit(void **state)
{
    (void)state;
    atomic_int ended = 0;
    rh_group *group = rh_group_new(NULL, 1);
    assert_int_equal(rh_group_try_go(group, until_cancelled, &ended), RH_OK);
    assert_int_equal(rh_group_try_go(group, counts, NULL), RH_FULL);
    assert_int_equal(rh_group_wait_until(group, rh_now() + 5000000), RH_TIMEOUT);
    rh_ctx_cancel(rh_group_ctx(group), 1, "stop");
    assert_int_equal(rh_group_wait(group), RH_OK);
    rh_group_destroy(group);
}

static void destroy_cancels_and_joins(void **state)
{
    (void)state;
    atomic_int ended = 0;
    rh_group *group = rh_group_new(NULL, 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(rh_group_go(group, until_cancelled, &ended), RH_OK);
    rh_group_destroy(group);
    assert_int_equal(ended, 4);
    rh_group_destroy(NULL);
}

static void a_parent_that_ends_ends_the_group(void **state)
{
    (void)state;
    atomic_int ended = 0;
    rh_ctx *parent = rh_ctx_with_timeout(NULL, 10000000);
    rh_group *group = rh_group_new(parent, 0);
    assert_int_equal(rh_group_go(group, until_cancelled, &ended), RH_OK);
    assert_int_equal(rh_group_wait(group), RH_OK);
    assert_int_equal(ended, 1);
    assert_int_equal(rh_group_go(group, counts, NULL), RH_TIMEOUT);
    rh_group_destroy(group);
    rh_ctx_release(parent);
}

static rh_error *starts_more(rh_ctx *ctx, void *arg)
{
    (void)ctx;
    for (int i = 0; i < 3; i++)
        if (rh_group_go(arg, counts, NULL) != RH_OK)
            return RH_ERROR(1, RH_PERSISTENT, "could not start");
    return NULL;
}

static void tasks_may_start_tasks(void **state)
{
    (void)state;
    rh_group *group = rh_group_new(NULL, 0);
    counted = 0;
    for (int i = 0; i < 5; i++)
        assert_int_equal(rh_group_go(group, starts_more, group), RH_OK);
    assert_int_equal(rh_group_wait(group), RH_OK);
    assert_int_equal(counted, 15);
    rh_group_destroy(group);
}

static void panics_unseen_are_reported_at_exit(void **state)
{
    (void)state;
#if !defined(__SANITIZE_THREAD__)
    pid_t child = fork();
    if (child == 0) {
        rh_group *group = rh_group_new(NULL, 0);
        if (rh_group_go(group, panics, (void *)1) != RH_OK)
            _exit(1);
        while (rh_panics_unseen() == 0)
            usleep(1000);
        exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(log_lines(), 2);
    assert_non_null(strstr(log_text(), "1 panic(s) in groups that nobody waited for"));
#endif
}

static void failures_leave_nothing_behind(void **state)
{
    (void)state;
    assert_int_equal(rh_fail_configure("alloc=return(ENOMEM)"), RH_OK);
    assert_null(rh_group_new(NULL, 0));
    assert_int_equal(rh_fail_configure(NULL), RH_OK);
    rh_group *group = rh_group_new(NULL, 1);
    assert_int_equal(rh_fail_configure("go=return(EAGAIN)"), RH_OK);
    assert_int_equal(rh_group_go(group, counts, NULL), RH_ESYS);
    assert_int_equal(rh_fail_configure("group.go=return(ENOMEM)"), RH_OK);
    assert_int_equal(rh_group_go(group, counts, NULL), RH_ENOMEM);
    assert_int_equal(rh_fail_configure(NULL), RH_OK);
    assert_int_equal(rh_group_try_go(group, counts, NULL), RH_OK);
    assert_int_equal(rh_group_wait(group), RH_OK);
    rh_group_destroy(group);
}

static rh_error *sends_an_error(rh_ctx *ctx, void *arg)
{
    rh_error *error = RH_ERROR(1, RH_PERSISTENT, "sent");
    (void)ctx;
    return rh_chan_send(arg, &error) == RH_OK ? NULL : error;
}

static void an_error_channel_joins(void **state)
{
    (void)state;
    enum { SENDERS = 50 };
    rh_chan *errors = rh_chan_new(1, sizeof(rh_error *)), *bytes = rh_chan_new(1, 1);
    rh_group *group = rh_group_new(NULL, 0), *senders = rh_group_new(NULL, 0);
    assert_int_equal(rh_group_collect(group, bytes), RH_EINVAL);
    assert_int_equal(rh_group_collect(group, errors), RH_OK);
    for (int i = 0; i < SENDERS; i++)
        assert_int_equal(rh_group_go(senders, sends_an_error, errors), RH_OK);
    assert_int_equal(rh_group_wait(senders), RH_OK);
    rh_chan_close(errors);
    assert_int_equal(rh_group_wait(group), RH_FAILED);
    assert_int_equal(rh_group_error_count(group), SENDERS);
    rh_group_destroy(group);
    rh_group_destroy(senders);
    rh_chan_release(errors);
    rh_chan_release(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(all_run_within_the_limit, setup),
        cmocka_unit_test_setup(the_first_error_cancels_and_all_are_kept, setup),
        cmocka_unit_test_setup(a_panic_cancels_and_is_kept, setup),
        cmocka_unit_test_setup(a_group_can_be_used_again, setup),
        cmocka_unit_test_setup(try_go_is_full_at_the_limit, setup),
        cmocka_unit_test_setup(destroy_cancels_and_joins, setup),
        cmocka_unit_test_setup(a_parent_that_ends_ends_the_group, setup),
        cmocka_unit_test_setup(tasks_may_start_tasks, setup),
        cmocka_unit_test_setup(panics_unseen_are_reported_at_exit, setup),
        cmocka_unit_test_setup(an_error_channel_joins, setup),
        cmocka_unit_test_setup(failures_leave_nothing_behind, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
