/* Panics of all kinds on many threads at once; each thread counts what it must have seen.  RH_STRESS_SECONDS:
 * how long. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <cmocka.h>

#include <rh/group.h>
#include <rh/mutex.h>
#include <rh/panic.h>
#include <rh/spawn.h>

#include "quiet.h"

enum { THREADS = 8 };

static char *forbidden;
static rh_mutex lock = RH_MUTEX_INIT;
static atomic_long hooked, wrong;
static rh_ns until;

static void clean(int **count)
{
    ++**count;
}

static void panics(void *arg)
{
    __attribute__((cleanup(clean))) int *count = arg;
    rh_panic(1, "stress %p", (void *)count);
}

__attribute__((noinline, no_sanitize_thread, no_sanitize_address)) static int touch(volatile char *where)
{
    return *where;
}

static void faults(void *arg)
{
    __attribute__((cleanup(clean))) int *count = arg;
    *count += touch(forbidden);
}

static void locks(void *arg)
{
    __attribute__((cleanup(clean))) int *count = arg;
    int error = rh_mutex_acquire(&lock);
    if (error == EOWNERDEAD)
        rh_mutex_consistent(&lock);
    rh_panic(1, "holding %p %d", (void *)count, error);
}

static void counts(void *arg)
{
    ++*(int *)arg;
}

static void defers_soundly(void *arg)
{
    for (int i = 0; i < 10; i++)
        (void)rh_defer(counts, arg);
    rh_panic(1, "with defers");
}

static void expect(bool good)
{
    if (!good)
        atomic_fetch_add(&wrong, 1);
}

static void one_round(void)
{
    static const rh_try_options recover_faults = {.flags = RH_RECOVER_FAULTS};
    int count = 0;
    expect(rh_try(panics, &count, NULL) == RH_PANIC && count == 1);
    expect(rh_try_with(&recover_faults, faults, &count, NULL) == RH_PANIC && count == 2);
    expect(rh_try(locks, &count, NULL) == RH_PANIC && count == 3);
    expect(rh_try(defers_soundly, &count, NULL) == RH_PANIC && count == 13);
}

static void *rounds(void *arg)
{
    while (rh_now() < until)
        one_round();
    rh_panic(2, "the end of %p", arg);
}

static void on_panic(const rh_panic_record *record, void *arg)
{
    (void)record;
    atomic_fetch_add((atomic_long *)arg, 1);
}

static void many_threads_panic_at_once(void **state)
{
    (void)state;
    const char *seconds = getenv("RH_STRESS_SECONDS");
    pthread_t threads[THREADS];
    int ended = 0;
    rh_panic_log_set(-1);
    until = rh_now() + (rh_ns)(seconds ? atoi(seconds) : 1) * 1000000000;
    signal(SIGSEGV, SIG_DFL);
    assert_int_equal(rh_fault_records(), RH_OK);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(rh_pthread_create(&threads[i], NULL, rounds, NULL), 0);
    while (rh_now() < until) /* hooks come and go meanwhile */
        for (int on = 0; on < 2; on++) {
            rh_panic_hook_set(on ? on_panic : NULL, &hooked);
            usleep(1000);
        }
    for (int i = 0; i < THREADS; i++) {
        void *result = NULL;
        rh_panic_record record;
        pthread_join(threads[i], &result);
        ended += result == RH_PANICKED && rh_thread_record(threads[i], &record) == RH_OK && record.code == 2;
    }
    rh_panic_hook_set(NULL, NULL);
    assert_int_equal(wrong, 0);
    assert_int_equal(ended, THREADS);
    assert_true(hooked > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(many_threads_panic_at_once)};
    forbidden = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
