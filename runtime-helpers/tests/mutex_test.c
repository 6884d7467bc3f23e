#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rh/mutex.h>
#include <rh/panic.h>
#include <rh/spawn.h>

#include "quiet.h"

static int setup(void **state)
{
    (void)state;
    log_capture();
    return 0;
}

static void locks_and_unlocks(void **state)
{
    (void)state;
    rh_mutex mutex = RH_MUTEX_INIT;
    assert_int_equal(rh_mutex_acquire(&mutex), 0);
    assert_int_equal(rh_mutex_acquire(&mutex), EDEADLK);
    assert_int_equal(rh_mutex_try(&mutex), EBUSY);
    assert_int_equal(rh_mutex_consistent(&mutex), EINVAL);
    assert_int_equal(rh_mutex_release(&mutex), 0);
    assert_int_equal(rh_mutex_release(&mutex), EPERM);
    assert_int_equal(rh_mutex_try(&mutex), 0);
    assert_int_equal(rh_mutex_release(&mutex), 0);
    rh_mutex_destroy(&mutex);
}

static void unlock(rh_mutex **mutex)
{
    rh_mutex_release(*mutex);
}

static void panics_holding(void *arg)
{
    assert_int_equal(rh_mutex_acquire(arg), 0);
    rh_panic(1, "holding");
}

static void panics_guarded(void *arg)
{
    assert_int_equal(rh_mutex_acquire(arg), 0);
    __attribute__((cleanup(unlock))) rh_mutex *guard = arg;
    rh_panic(1, "guarded by %p", (void *)guard);
}

static void panic_poisons_with_and_without_guard(void **state)
{
    (void)state;
    void (*const ways[])(void *) = {panics_holding, panics_guarded};
    for (int i = 0; i < 2; i++) {
        rh_mutex mutex = RH_MUTEX_INIT;
        rh_panic_record record;
        assert_int_equal(rh_try(ways[i], &mutex, &record), RH_PANIC);
        assert_int_equal(record.lock_count, 1);
        assert_ptr_equal(record.locks[0], &mutex);
        assert_int_equal(rh_mutex_acquire(&mutex), EOWNERDEAD);
        assert_int_equal(rh_mutex_consistent(&mutex), 0);
        assert_int_equal(rh_mutex_release(&mutex), 0);
        assert_int_equal(rh_mutex_acquire(&mutex), 0);
        assert_int_equal(rh_mutex_release(&mutex), 0);
        rh_mutex_destroy(&mutex);
    }
    assert_non_null(strstr(log_text(), "rh.locks.held"));
}

static void unrepaired_is_lost(void **state)
{
    (void)state;
    rh_mutex mutex = RH_MUTEX_INIT;
    assert_int_equal(rh_try(panics_holding, &mutex, NULL), RH_PANIC);
    assert_int_equal(rh_mutex_try(&mutex), EOWNERDEAD);
    assert_int_equal(rh_mutex_release(&mutex), 0);
    assert_int_equal(rh_mutex_acquire(&mutex), ENOTRECOVERABLE);
    assert_int_equal(rh_mutex_try(&mutex), ENOTRECOVERABLE);
    rh_mutex_destroy(&mutex);
    assert_int_equal(rh_mutex_acquire(&mutex), 0);
    assert_int_equal(rh_mutex_release(&mutex), 0);
    rh_mutex_destroy(&mutex);
}

static rh_mutex outer = RH_MUTEX_INIT, inner = RH_MUTEX_INIT;

static void locks_in_cleanup(int *flag)
{
    *flag = rh_mutex_acquire(&inner);
    rh_mutex_release(&inner);
}

static void panics_with_locking_cleanup(void *arg)
{
    __attribute__((cleanup(locks_in_cleanup))) int flag = 0;
    rh_panic(flag, "x %p", arg);
}

static void outer_and_cleanup_locks_stay_sound(void **state)
{
    (void)state;
    assert_int_equal(rh_mutex_acquire(&outer), 0);
    assert_int_equal(rh_try(panics_with_locking_cleanup, NULL, NULL), RH_PANIC);
    assert_int_equal(rh_mutex_release(&outer), 0);
    assert_int_equal(rh_mutex_acquire(&outer), 0);
    assert_int_equal(rh_mutex_release(&outer), 0);
    assert_int_equal(rh_mutex_acquire(&inner), 0);
    assert_int_equal(rh_mutex_release(&inner), 0);
}

static void *releases_out_of_order_and_panics(void *arg)
{
    assert_int_equal(rh_mutex_acquire(&outer), 0);
    assert_int_equal(rh_mutex_acquire(&inner), 0);
    assert_int_equal(rh_mutex_release(&outer), 0);
    rh_panic(1, "%s", (const char *)arg);
}

static void only_what_is_held_is_poisoned(void **state)
{
    (void)state;
    pthread_t thread;
    assert_int_equal(rh_pthread_create(&thread, NULL, releases_out_of_order_and_panics, "two"), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(rh_mutex_acquire(&outer), 0);
    assert_int_equal(rh_mutex_acquire(&inner), EOWNERDEAD);
    assert_int_equal(rh_mutex_consistent(&inner), 0);
    assert_int_equal(rh_mutex_release(&outer), 0);
    assert_int_equal(rh_mutex_release(&inner), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(locks_and_unlocks, setup),
        cmocka_unit_test_setup(panic_poisons_with_and_without_guard, setup),
        cmocka_unit_test_setup(unrepaired_is_lost, setup),
        cmocka_unit_test_setup(outer_and_cleanup_locks_stay_sound, setup),
        cmocka_unit_test_setup(only_what_is_held_is_poisoned, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
