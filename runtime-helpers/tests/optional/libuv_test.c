#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rh/fail.h>
#include <rh/panic.h>
#include <rh/uv.h>

#include "../quiet.h"

static int worked, after_status;

static void works(void *arg)
{
    worked += *(int *)arg;
}

static void panics(void *arg)
{
    rh_panic(1, "uv %p", arg);
}

static void threads_run_and_may_panic(void **state)
{
    (void)state;
    uv_thread_t thread;
    int five = 5;
    log_capture();
    worked = 0;
    assert_int_equal(rh_uv_thread_create(&thread, works, &five), 0);
    uv_thread_join(&thread);
    assert_int_equal(worked, 5);
    assert_int_equal(rh_uv_thread_create(&thread, panics, NULL), 0);
    uv_thread_join(&thread);
    assert_int_equal(log_lines(), 1);
    assert_int_equal(rh_fail_configure("alloc=return(ENOMEM)"), RH_OK);
    assert_int_equal(rh_uv_thread_create(&thread, works, &five), UV_ENOMEM);
    rh_fail_configure(NULL);
}

static void work(uv_work_t *request)
{
    works(request->data);
}

static void panicking_work(uv_work_t *request)
{
    panics(request->data);
}

static void after(uv_work_t *request, int status)
{
    (void)request;
    after_status = status;
}

static void queued_work_runs_and_may_panic(void **state)
{
    (void)state;
    uv_loop_t loop;
    int two = 2;
    uv_work_t request = {.data = &two};
    log_capture();
    worked = 0;
    assert_int_equal(uv_loop_init(&loop), 0);
    after_status = 77;
    assert_int_equal(rh_uv_queue_work(&loop, &request, work, after), 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(after_status, 0);
    assert_int_equal(worked, 2);
    assert_int_equal(rh_uv_queue_work(&loop, &request, panicking_work, after), 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(after_status, UV_ECANCELED);
    assert_int_equal(log_lines(), 1);
    assert_int_equal(rh_uv_queue_work(&loop, &request, work, NULL), 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(worked, 4);
    assert_int_equal(rh_uv_queue_work(&loop, &request, NULL, after), UV_EINVAL);
    assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_run_and_may_panic),
        cmocka_unit_test(queued_work_runs_and_may_panic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
