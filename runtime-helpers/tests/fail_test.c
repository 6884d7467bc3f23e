#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <rh/fail.h>
#include <rh/spawn.h>

#include "fail.h"

static void unarmed_points_are_silent(void **state)
{
    (void)state;
    assert_int_equal(rh_fail_configure(NULL), RH_OK);
    assert_int_equal(rh_fail_point("chan.send", RH_CLOSED), 0);
    assert_int_equal(rh_fail_fired(), 0);
}

static void rules_match_by_name_and_prefix(void **state)
{
    (void)state;
    assert_int_equal(rh_fail_configure("chan.send=return(CLOSED);io.*=return(EPIPE);x=return(77)"), RH_OK);
    assert_int_equal(rh_fail_point("chan.send", 0), RH_CLOSED);
    assert_int_equal(rh_fail_point("chan.recv", 0), 0);
    assert_int_equal(rh_fail_point("io.read", 0), EPIPE);
    assert_int_equal(rh_fail_point("x", 0), 77);
    assert_int_equal(rh_fail_fired(), 3);
}

static void percentages_are_roughly_kept(void **state)
{
    (void)state;
    assert_int_equal(rh_fail_configure("p=20%return(EAGAIN);*=yield"), RH_OK);
    int hits = 0;
    for (int i = 0; i < 10000; i++)
        hits += rh_fail_point("p", 0) == EAGAIN;
    assert_in_range(hits, 1500, 2500);
}

static void nonsense_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    const char *const bad[] = {"x",           "=yield", "x=return()",   "x=return(0)",
                               "x=101%yield", "x=jump", "x=return(FOO)"};
    assert_int_equal(rh_fail_configure("keep=return(EIO)"), RH_OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(rh_fail_configure(bad[i]), RH_EINVAL);
    assert_int_equal(rh_fail_point("keep", 0), EIO);
}

static void nth_fails_once_at_the_nth_point(void **state)
{
    (void)state;
    assert_int_equal(rh_fail_configure(NULL), RH_OK);
    rh_fail_nth(3);
    assert_int_equal(rh_fail_point("a", EIO), 0);
    assert_int_equal(rh_fail_point("left out", 0), 0);
    assert_int_equal(rh_fail_point("b", EIO), 0);
    assert_int_equal(rh_fail_point("c", EAGAIN), EAGAIN);
    assert_int_equal(rh_fail_point("d", EIO), 0);
    assert_int_equal(rh_fail_fired(), 1);
}

static void allocations_are_points(void **state)
{
    (void)state;
    rh_fail_nth(1);
    assert_null(rh_alloc(8));
    void *memory = rh_alloc(8);
    assert_non_null(memory);
    free(memory);
    rh_fail_nth(0);
}

static void task_id_is_stable(void **state)
{
    (void)state;
    assert_int_not_equal(rh_task_id(), 0);
    assert_int_equal(rh_task_id(), rh_task_id());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unarmed_points_are_silent),
        cmocka_unit_test(rules_match_by_name_and_prefix),
        cmocka_unit_test(percentages_are_roughly_kept),
        cmocka_unit_test(nonsense_is_refused_and_changes_nothing),
        cmocka_unit_test(nth_fails_once_at_the_nth_point),
        cmocka_unit_test(allocations_are_points),
        cmocka_unit_test(task_id_is_stable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
