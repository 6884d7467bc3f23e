#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <threads.h>
#include <unistd.h>

#include <cmocka.h>

#include <rh/fail.h>
#include <rh/panic.h>
#include <rh/spawn.h>

#include "quiet.h"

static int setup(void **state)
{
    (void)state;
    log_capture();
    return 0;
}

static void *echo(void *arg)
{
    return arg;
}

static void *dies(void *arg)
{
    rh_panic(4, "task %s", (const char *)arg);
}

static void result_passes_through(void **state)
{
    (void)state;
    pthread_t thread;
    void *result = NULL;
    rh_panic_record record;
    assert_int_equal(rh_pthread_create(&thread, NULL, echo, "hello"), 0);
    assert_int_equal(pthread_join(thread, &result), 0);
    assert_string_equal((char *)result, "hello");
    assert_int_equal(rh_thread_record(thread, &record), RH_EMPTY);
}

static void panic_ends_the_thread_only(void **state)
{
    (void)state;
    pthread_t thread;
    void *result = NULL;
    rh_panic_record record;
    assert_int_equal(rh_pthread_create(&thread, NULL, dies, "one"), 0);
    assert_int_equal(pthread_join(thread, &result), 0);
    assert_ptr_equal(result, RH_PANICKED);
    assert_int_equal(rh_thread_record(thread, &record), RH_OK);
    assert_string_equal(record.message, "task one");
    assert_non_null(record.spawn_sites[0]);
    assert_int_not_equal(record.task, rh_task_id());
    assert_int_equal(rh_thread_record(thread, &record), RH_EMPTY);
    assert_int_equal(log_lines(), 1);
    assert_non_null(strstr(log_text(), "rh.spawn.sites"));
}

static void *exits(void *arg)
{
    rh_exit((int)(intptr_t)arg);
}

static void exit_in_a_task_ends_the_task(void **state)
{
    (void)state;
    pthread_t thread;
    void *result = NULL;
    rh_panic_record record;
    assert_int_equal(rh_pthread_create(&thread, NULL, exits, (void *)5), 0);
    assert_int_equal(pthread_join(thread, &result), 0);
    assert_ptr_equal(result, RH_PANICKED);
    assert_int_equal(rh_thread_record(thread, &record), RH_OK);
    assert_int_equal(record.kind, RH_KIND_EXIT);
    assert_int_equal(record.code, 5);
}

static int defers_run;

static void count(void *arg)
{
    (void)arg;
    defers_run++;
}

static void *leaves(void *arg)
{
    assert_int_equal(rh_defer(count, NULL), RH_OK);
    pthread_exit(arg);
}

static void pthread_exit_passes_and_defers_run(void **state)
{
    (void)state;
    pthread_t thread;
    void *result = NULL;
    defers_run = 0;
    assert_int_equal(rh_pthread_create(&thread, NULL, leaves, "left"), 0);
    assert_int_equal(pthread_join(thread, &result), 0);
    assert_string_equal((char *)result, "left");
#if defined(__GLIBC__)
    assert_int_equal(defers_run, 1);
#endif
    assert_int_equal(log_lines(), 0);
}

static void *sleeps(void *arg)
{
    (void)arg;
    if (rh_defer(count, NULL) == RH_OK)
        for (;;)
            pause();
    return NULL;
}

static void cancel_passes_and_defers_run(void **state)
{
    (void)state;
    pthread_t thread;
    void *result = NULL;
    defers_run = 0;
    assert_int_equal(rh_pthread_create(&thread, NULL, sleeps, NULL), 0);
    usleep(20000);
    assert_int_equal(pthread_cancel(thread), 0);
    assert_int_equal(pthread_join(thread, &result), 0);
    assert_ptr_equal(result, PTHREAD_CANCELED);
#if defined(__GLIBC__)
    assert_int_equal(defers_run, 1);
#endif
    assert_int_equal(log_lines(), 0);
}

static void *cancelled_in_nested_frame(void *arg)
{
    (void)rh_try((void (*)(void *))(void *)sleeps, arg, NULL);
    return NULL;
}

static void cancel_passes_nested_frames(void **state)
{
    (void)state;
    pthread_t thread;
    void *result = NULL;
    assert_int_equal(rh_pthread_create(&thread, NULL, cancelled_in_nested_frame, NULL), 0);
    usleep(20000);
    assert_int_equal(pthread_cancel(thread), 0);
    assert_int_equal(pthread_join(thread, &result), 0);
    assert_ptr_equal(result, PTHREAD_CANCELED);
}

static void *spawns_one_that_dies(void *arg)
{
    pthread_t thread;
    void *result = NULL;
    if (rh_pthread_create(&thread, NULL, dies, arg) == 0)
        pthread_join(thread, &result);
    rh_panic_record *record = arg;
    (void)rh_thread_record(thread, record);
    return result;
}

static void ancestors_are_recorded(void **state)
{
    (void)state;
    pthread_t thread;
    rh_panic_record record = {.code = 0};
    assert_int_equal(rh_pthread_create(&thread, NULL, spawns_one_that_dies, &record), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(record.code, 4);
    assert_non_null(record.spawn_sites[0]);
    assert_non_null(record.spawn_sites[1]);
    assert_null(record.spawn_sites[2]);
    assert_ptr_not_equal(record.spawn_sites[0], record.spawn_sites[1]);
}

static void errors_are_pthread_creates(void **state)
{
    (void)state;
    pthread_t thread;
    assert_int_equal(rh_fail_configure("spawn=return(EPERM)"), RH_OK);
    assert_int_equal(rh_pthread_create(&thread, NULL, echo, NULL), EPERM);
    assert_int_equal(rh_fail_configure("alloc=return(ENOMEM)"), RH_OK);
    assert_int_equal(rh_pthread_create(&thread, NULL, echo, NULL), EAGAIN);
    assert_int_equal(rh_fail_configure(NULL), RH_OK);
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    if (pthread_attr_setstacksize(&attr, (size_t)1 << 46) == 0) {
        assert_int_not_equal(rh_pthread_create(&thread, &attr, echo, NULL), 0);
    }
    pthread_attr_destroy(&attr);
}

static void *own_id(void *arg)
{
    *(uint64_t *)arg = rh_task_id();
    return rh_task_id() == *(uint64_t *)arg ? arg : NULL;
}

static void every_task_has_its_identity(void **state)
{
    (void)state;
    uint64_t ids[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        pthread_t thread;
        void *result = NULL;
        assert_int_equal(rh_pthread_create(&thread, NULL, own_id, &ids[i]), 0);
        assert_int_equal(pthread_join(thread, &result), 0);
        assert_ptr_equal(result, &ids[i]);
    }
    assert_int_not_equal(ids[0], ids[1]);
    assert_int_not_equal(ids[0], rh_task_id());
}

static void small_stacks_suffice(void **state)
{
    (void)state;
    pthread_t thread;
    void *result = NULL;
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    assert_int_equal(pthread_attr_setstacksize(&attr, 32768), 0);
    assert_int_equal(rh_pthread_create(&thread, &attr, dies, "small"), 0);
    assert_int_equal(pthread_join(thread, &result), 0);
    assert_ptr_equal(result, RH_PANICKED);
    pthread_attr_destroy(&attr);
}

static void a_record_is_not_inherited_by_the_next_thread(void **state)
{
    (void)state;
    pthread_t first, next;
    rh_panic_record record;
    assert_int_equal(rh_pthread_create(&first, NULL, dies, "first"), 0);
    assert_int_equal(pthread_join(first, NULL), 0);
    for (int i = 0; i < 100; i++) { /* glibc gives the identity away again at once */
        assert_int_equal(rh_pthread_create(&next, NULL, echo, NULL), 0);
        assert_int_equal(pthread_join(next, NULL), 0);
        if (pthread_equal(first, next))
            assert_int_equal(rh_thread_record(next, &record), RH_EMPTY);
    }
}

static void detached_panics_are_bounded(void **state)
{
    (void)state;
    enum { THREADS = 200 };
    int panicked = 0;
    for (int i = 0; i < THREADS; i++) {
        pthread_t thread;
        void *result = NULL;
        assert_int_equal(rh_pthread_create(&thread, NULL, dies, "many"), 0);
        assert_int_equal(pthread_join(thread, &result), 0);
        panicked += result == RH_PANICKED;
    }
    assert_int_equal(panicked, THREADS);
}

#if !defined(__SANITIZE_THREAD__)
static int returns_six(void *arg)
{
    return arg ? 6 : 0;
}

static int c11_dies(void *arg)
{
    rh_panic(4, "c11 %s", (const char *)arg);
}

static void c11_threads_likewise(void **state)
{
    (void)state;
    thrd_t thread;
    int result = 0;
    assert_int_equal(rh_thrd_create(&thread, returns_six, ""), thrd_success);
    assert_int_equal(thrd_join(thread, &result), thrd_success);
    assert_int_equal(result, 6);
    assert_int_equal(rh_thrd_create(&thread, c11_dies, "x"), thrd_success);
    assert_int_equal(thrd_join(thread, &result), thrd_success);
    assert_int_equal(result, RH_THRD_PANICKED);
    assert_int_equal(rh_fail_configure("spawn=return(EAGAIN)"), RH_OK);
    assert_int_equal(rh_thrd_create(&thread, returns_six, ""), thrd_nomem);
    assert_int_equal(rh_fail_configure(NULL), RH_OK);
}
#endif

static void task_body(void *arg)
{
    uint64_t *ids = arg;
    ids[1] = rh_task_id();
    rh_panic(1, "in task");
}

static void any_thread_can_run_a_task(void **state)
{
    (void)state;
    uint64_t ids[2] = {rh_task_id(), 0};
    rh_panic_record record;
    rh_spawn_info info;
    rh_spawn_capture(&info, __builtin_return_address(0));
    assert_int_equal(rh_task_run(&info, task_body, ids, &record), RH_PANIC);
    assert_int_not_equal(ids[0], ids[1]);
    assert_int_equal(record.task, ids[1]);
    assert_int_equal(rh_task_id(), ids[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(result_passes_through, setup),
        cmocka_unit_test_setup(panic_ends_the_thread_only, setup),
        cmocka_unit_test_setup(exit_in_a_task_ends_the_task, setup),
        cmocka_unit_test_setup(pthread_exit_passes_and_defers_run, setup),
        cmocka_unit_test_setup(cancel_passes_and_defers_run, setup),
        cmocka_unit_test_setup(cancel_passes_nested_frames, setup),
        cmocka_unit_test_setup(ancestors_are_recorded, setup),
        cmocka_unit_test_setup(errors_are_pthread_creates, setup),
        cmocka_unit_test_setup(every_task_has_its_identity, setup),
        cmocka_unit_test_setup(small_stacks_suffice, setup),
        cmocka_unit_test_setup(a_record_is_not_inherited_by_the_next_thread, setup),
        cmocka_unit_test_setup(detached_panics_are_bounded, setup),
#if !defined(__SANITIZE_THREAD__)
        cmocka_unit_test_setup(c11_threads_likewise, setup),
#endif
        cmocka_unit_test_setup(any_thread_can_run_a_task, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
