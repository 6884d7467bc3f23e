/* pthread_cleanup_push in code that was compiled without -fexceptions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rh/panic.h>
#include <rh/spawn.h>

#include "quiet.h"

void plain_cleanup(void (*handler)(void *), void *arg, void (*leave)(void));

static int runs;

static void count(void *arg)
{
    runs += *(int *)arg;
}

static void leave(void)
{
    rh_panic(1, "over a plain cleanup");
}

static void inner(void *arg)
{
    plain_cleanup(count, arg, leave);
}

static void *panics_then_exits(void *arg)
{
    static int one = 1;
    if (rh_try(inner, &one, NULL) != RH_PANIC)
        return NULL;
    pthread_exit(arg); /* must not jump into the stack that is gone */
}

static void a_later_pthread_exit_is_safe(void **state)
{
    (void)state;
    pthread_t thread;
    void *result = NULL;
    log_capture();
    runs = 0;
    assert_int_equal(rh_pthread_create(&thread, NULL, panics_then_exits, "safe"), 0);
    assert_int_equal(pthread_join(thread, &result), 0);
    assert_string_equal((char *)result, "safe");
    assert_int_equal(runs, 0); /* glibc's buffers can't be run; musl's would be */
}

static void exits(void)
{
    pthread_exit("outer");
}

static void panic_inside(void)
{
    static int ten = 10;
    (void)rh_try(inner, &ten, NULL);
    exits();
}

static void *has_an_outer_cleanup(void *arg)
{
    plain_cleanup(count, arg, panic_inside);
    return NULL;
}

static void outer_cleanups_stay(void **state)
{
    (void)state;
    pthread_t thread;
    void *result = NULL;
    int hundred = 100;
    runs = 0;
    assert_int_equal(rh_pthread_create(&thread, NULL, has_an_outer_cleanup, &hundred), 0);
    assert_int_equal(pthread_join(thread, &result), 0);
    assert_string_equal((char *)result, "outer");
    assert_int_equal(runs, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_later_pthread_exit_is_safe),
        cmocka_unit_test(outer_cleanups_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
