#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rh/fail.h>
#include <rh/glib.h>
#include <rh/panic.h>

#include "../quiet.h"

static gpointer echo(gpointer data)
{
    return data;
}

static gpointer panics(gpointer data)
{
    rh_panic(1, "glib %s", (const char *)data);
}

static void results_and_panics_pass(void **state)
{
    (void)state;
    log_capture();
    assert_string_equal((char *)g_thread_join(rh_g_thread_new("echo", echo, "hello")), "hello");
    assert_ptr_equal(g_thread_join(rh_g_thread_new(NULL, panics, "x")), RH_PANICKED);
    assert_int_equal(log_lines(), 1);
}

static void errors_are_glibs(void **state)
{
    (void)state;
    GError *error = NULL;
    assert_int_equal(rh_fail_configure("alloc=return(ENOMEM)"), RH_OK);
    assert_null(rh_g_thread_try_new("none", echo, NULL, &error));
    assert_true(g_error_matches(error, G_THREAD_ERROR, G_THREAD_ERROR_AGAIN));
    g_error_free(error);
    rh_fail_configure(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_and_panics_pass),
        cmocka_unit_test(errors_are_glibs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
