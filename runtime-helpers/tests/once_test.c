/* rh/once.h: done once, retried or failed for good, and never hanging on itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <rh/group.h>
#include <rh/once.h>
#include <rh/panic.h>
#include <rh/spawn.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <threads.h>

#include "quiet.h"

static _Atomic int runs;

static void nap(int milliseconds)
{
    poll(NULL, 0, milliseconds);
}

static int reset(void **state)
{
    (void)state;
    runs = 0;
    log_capture();
    return 0;
}

static void initialise(void *arg)
{
    nap(arg ? *(int *)arg : 0);
    runs++;
}

static void done_once(void **state)
{
    (void)state;
    rh_once once = RH_ONCE_INIT;
    for (int i = 0; i < 3; i++)
        assert_int_equal(rh_once_do(&once, initialise, NULL), RH_OK);
    assert_int_equal(runs, 1);
}

static void *contend(void *arg)
{
    static int slowly = 20;
    if (rh_once_do(arg, initialise, &slowly) != RH_OK || runs != 1)
        abort();
    return NULL;
}

static void all_callers_wait_for_it(void **state)
{
    (void)state;
    rh_once once = RH_ONCE_INIT;
    pthread_t threads[6];
    for (int i = 0; i < 6; i++)
        pthread_create(&threads[i], NULL, contend, &once);
    for (int i = 0; i < 6; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(runs, 1);
}

static void fail_twice(void *arg)
{
    (void)arg;
    if (++runs < 3)
        rh_panic(runs, "not yet");
}

static void a_panic_is_retried(void **state)
{
    (void)state;
    rh_once once = RH_ONCE_INIT;
    assert_int_equal(rh_once_do(&once, fail_twice, NULL), RH_PANIC);
    assert_int_equal(rh_once_do(&once, fail_twice, NULL), RH_PANIC);
    rh_panic_record record;
    assert_true(rh_recovered(&record));
    assert_int_equal(record.code, 2);
    assert_int_equal(rh_once_do(&once, fail_twice, NULL), RH_OK);
    assert_int_equal(rh_once_do(&once, fail_twice, NULL), RH_OK);
    assert_int_equal(runs, 3);
}

static void a_sticky_panic_stays(void **state)
{
    (void)state;
    rh_once once = RH_ONCE_STICKY_INIT;
    assert_int_equal(rh_once_do(&once, fail_twice, NULL), RH_PANIC);
    assert_int_equal(rh_once_do(&once, fail_twice, NULL), RH_PANIC);
    assert_int_equal(rh_once_pass(&once, fail_twice, NULL), RH_PANIC);
    assert_int_equal(runs, 1);
}

static void slow_failure(void *arg)
{
    (void)arg;
    runs = -1; /* inside */
    nap(30);
    runs = 0;
    rh_panic(1, "slowly");
}

static void *run_slow_failure(void *arg)
{
    if (rh_once_do(arg, slow_failure, NULL) != RH_PANIC)
        abort();
    return NULL;
}

static void a_waiter_takes_over_from_a_panic(void **state)
{
    (void)state;
    rh_once once = RH_ONCE_INIT;
    pthread_t thread;
    pthread_create(&thread, NULL, run_slow_failure, &once);
    while (runs != -1)
        nap(1);
    assert_int_equal(rh_once_do(&once, initialise, NULL), RH_OK);
    assert_int_equal(runs, 1);
    pthread_join(thread, NULL);
}

static void exit_thread(void *arg)
{
    (void)arg;
    pthread_exit(NULL);
}

static void *exit_inside(void *once)
{
    (void)!rh_once_do(once, exit_thread, NULL);
    abort();
}

static void a_thread_that_exits_inside_leaves_it_undone(void **state)
{
    (void)state;
    rh_once once = RH_ONCE_INIT;
    pthread_t thread;
    pthread_create(&thread, NULL, exit_inside, &once);
    pthread_join(thread, NULL);
    assert_int_equal(rh_once_do(&once, initialise, NULL), RH_OK);
    assert_int_equal(runs, 1);
}

static void pass_it(void *once)
{
    (void)!rh_once_pass(once, fail_twice, NULL);
    abort();
}

static void a_panic_passes_where_asked(void **state)
{
    (void)state;
    rh_once once = RH_ONCE_INIT;
    rh_panic_record record;
    assert_int_equal(rh_try(pass_it, &once, &record), RH_PANIC);
    assert_int_equal(record.code, 1);
    assert_int_equal(log_lines(), 1); /* recorded where it happened, not again on its way */
    runs = 5;
    assert_int_equal(rh_once_pass(&once, fail_twice, NULL), RH_OK);
}

/* --- circles --- */

static rh_once self_once = RH_ONCE_INIT;
static rh_status inner_status;

static void reenter(void *arg)
{
    inner_status = rh_once_do(&self_once, reenter, arg);
    runs++;
}

static void re_entry_is_refused(void **state)
{
    (void)state;
    assert_int_equal(rh_once_do(&self_once, reenter, NULL), RH_OK);
    assert_int_equal(inner_status, RH_EREENTRANT);
    assert_int_equal(runs, 1);
    assert_non_null(strstr(log_text(), "waited for by its own initialiser"));
}

/* A initialises by way of B and B by way of A, on two threads at once. */
static rh_once once_a = RH_ONCE_INIT, once_b = RH_ONCE_INIT;
static rh_status crossing[2];
static pthread_barrier_t both_inside;

static void need_b(void *arg)
{
    (void)arg;
    pthread_barrier_wait(&both_inside);
    crossing[0] = rh_once_do(&once_b, initialise, NULL);
}

static void need_a(void *arg)
{
    (void)arg;
    pthread_barrier_wait(&both_inside);
    crossing[1] = rh_once_do(&once_a, initialise, NULL);
}

static void *run_b(void *arg)
{
    (void)arg;
    return rh_once_do(&once_b, need_a, NULL) == RH_OK ? NULL : &once_b;
}

static void a_circle_through_two_onces_is_refused_once(void **state)
{
    (void)state;
    pthread_t thread;
    pthread_barrier_init(&both_inside, NULL, 2);
    pthread_create(&thread, NULL, run_b, NULL);
    assert_int_equal(rh_once_do(&once_a, need_b, NULL), RH_OK);
    pthread_join(thread, NULL);
    assert_true((crossing[0] == RH_EREENTRANT) != (crossing[1] == RH_EREENTRANT));
    assert_true((crossing[0] == RH_OK) != (crossing[1] == RH_OK));
    pthread_barrier_destroy(&both_inside);
}

/* The initialiser waits for a thread that needs the once: whichever of the two comes first to wait. */
static rh_once joined_once;
static int child_delay, parent_delay;

static void *child_needs_it(void *arg)
{
    nap(child_delay);
    rh_status status = rh_once_do(&joined_once, initialise, arg);
    return (void *)(intptr_t)status;
}

static void join_child(void *arg)
{
    (void)arg;
    pthread_t child;
    void *result;
    pthread_create(&child, NULL, child_needs_it, NULL);
    nap(parent_delay);
    assert_int_equal(rh_pthread_join(child, &result), 0);
    inner_status = (rh_status)(intptr_t)result;
}

static void a_circle_through_a_join_is_refused(void **state)
{
    (void)state;
    for (int child_first = 0; child_first < 2; child_first++) {
        joined_once = (rh_once)RH_ONCE_INIT;
        child_delay = child_first ? 0 : 20;
        parent_delay = child_first ? 20 : 0;
        assert_int_equal(rh_once_do(&joined_once, join_child, NULL), RH_OK);
        assert_int_equal(inner_status, RH_EREENTRANT);
        assert_int_equal(runs, 0);
    }
}

/* The same through a job of the pool, and through one member of a group among others that do no harm. */
static rh_error *work_needs_it(rh_ctx *ctx, void *arg)
{
    (void)ctx;
    nap(child_delay);
    inner_status = rh_once_do(&joined_once, initialise, NULL);
    return arg;
}

static rh_error *work_naps(rh_ctx *ctx, void *arg)
{
    (void)ctx;
    nap(5);
    return arg;
}

static void wait_for_job(void *arg)
{
    rh_job *job = arg;
    assert_int_equal(rh_go(NULL, work_needs_it, NULL, &job), RH_OK);
    nap(parent_delay);
    assert_int_equal(rh_job_wait(job, NULL, NULL), RH_OK);
    rh_job_release(job);
}

static void wait_for_group(void *arg)
{
    (void)arg;
    rh_group *group = rh_group_new(NULL, 0);
    assert_int_equal(rh_group_go(group, work_naps, NULL), RH_OK);
    assert_int_equal(rh_group_go(group, work_needs_it, NULL), RH_OK);
    nap(parent_delay);
    assert_int_equal(rh_group_wait(group), RH_OK);
    rh_group_destroy(group);
}

static void a_circle_through_tasks_is_refused(void **state)
{
    (void)state;
    for (int way = 0; way < 4; way++) {
        joined_once = (rh_once)RH_ONCE_INIT;
        child_delay = way % 2 ? 0 : 20;
        parent_delay = way % 2 ? 20 : 0;
        assert_int_equal(rh_once_do(&joined_once, way < 2 ? wait_for_job : wait_for_group, NULL), RH_OK);
        assert_int_equal(inner_status, RH_EREENTRANT);
        assert_int_equal(runs, 0);
    }
}

static void waiting_for_somebody_else_is_no_circle(void **state)
{
    (void)state;
    joined_once = (rh_once)RH_ONCE_INIT;
    rh_once other = RH_ONCE_INIT;
    pthread_t thread;
    child_delay = 0;
    static int slowly = 20;
    pthread_create(&thread, NULL, child_needs_it, &slowly);
    nap(5);
    assert_int_equal(rh_once_do(&other, initialise, NULL), RH_OK);
    assert_int_equal(rh_once_do(&joined_once, initialise, NULL), RH_OK);
    void *result;
    assert_int_equal(rh_pthread_join(thread, &result), 0);
    assert_int_equal((intptr_t)result, RH_OK);
    assert_int_equal(runs, 2);
}

/* --- drop-ins --- */

static pthread_once_t posix_once = PTHREAD_ONCE_INIT;
static int inner_error;

static void count(void)
{
    runs++;
}

static void posix_reenter(void)
{
    inner_error = rh_pthread_once(&posix_once, posix_reenter);
    runs++;
}

static void pthread_once_drop_in(void **state)
{
    (void)state;
    assert_int_equal(rh_pthread_once(&posix_once, posix_reenter), 0);
    assert_int_equal(inner_error, EDEADLK);
    assert_int_equal(rh_pthread_once(&posix_once, count), 0);
    assert_int_equal(runs, 1);
#ifndef __SANITIZE_THREAD__ /* whose pthread_once keeps other states in the object */
    assert_int_equal(pthread_once(&posix_once, count), 0); /* the original sees it done */
    pthread_once_t other = PTHREAD_ONCE_INIT;
    assert_int_equal(pthread_once(&other, count), 0);
    assert_int_equal(rh_pthread_once(&other, count), 0); /* and the other way round */
    assert_int_equal(runs, 2);
#endif
}

static once_flag c11_flag = ONCE_FLAG_INIT;

static void c11_reenter(void)
{
    rh_call_once(&c11_flag, c11_reenter);
    runs++;
}

static void call_it(void *fn)
{
    rh_call_once(&c11_flag, *(void (**)(void))fn);
}

static void call_once_drop_in(void **state)
{
    (void)state;
    void (*fn)(void) = c11_reenter;
    rh_panic_record record;
    assert_int_equal(rh_try(call_it, &fn, &record), RH_PANIC);
    assert_int_equal(record.code, RH_EREENTRANT);
    rh_call_once(&c11_flag, count);
    rh_call_once(&c11_flag, count);
#ifndef __SANITIZE_THREAD__
    call_once(&c11_flag, count);
#endif
    assert_int_equal(runs, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(done_once, reset),
        cmocka_unit_test_setup(all_callers_wait_for_it, reset),
        cmocka_unit_test_setup(a_panic_is_retried, reset),
        cmocka_unit_test_setup(a_sticky_panic_stays, reset),
        cmocka_unit_test_setup(a_waiter_takes_over_from_a_panic, reset),
        cmocka_unit_test_setup(a_thread_that_exits_inside_leaves_it_undone, reset),
        cmocka_unit_test_setup(a_panic_passes_where_asked, reset),
        cmocka_unit_test_setup(re_entry_is_refused, reset),
        cmocka_unit_test_setup(a_circle_through_two_onces_is_refused_once, reset),
        cmocka_unit_test_setup(a_circle_through_a_join_is_refused, reset),
        cmocka_unit_test_setup(a_circle_through_tasks_is_refused, reset),
        cmocka_unit_test_setup(waiting_for_somebody_else_is_no_circle, reset),
        cmocka_unit_test_setup(pthread_once_drop_in, reset),
        cmocka_unit_test_setup(call_once_drop_in, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
