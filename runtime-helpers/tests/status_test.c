#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <rh/status.h>

static void names_are_total(void **state)
{
    (void)state;
    for (int status = RH_OK; status <= RH_FAILED; status++)
        assert_string_not_equal(rh_status_name((rh_status)status), "unknown");
    assert_string_equal(rh_status_name((rh_status)99), "unknown");
    assert_string_equal(rh_status_name((rh_status)-1), "unknown");
}

static void clock_is_monotonic(void **state)
{
    (void)state;
    rh_ns before = rh_now();
    assert_true(rh_now() >= before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_total),
        cmocka_unit_test(clock_is_monotonic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
