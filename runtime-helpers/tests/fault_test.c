/* Hardware faults and abort() as panics, opted in per frame; and what happens without.
 * Compiled with -fnon-call-exceptions, so that cleanups cover instructions, not only calls. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <rh/fail.h>
#include <rh/panic.h>
#include <rh/spawn.h>

#include "quiet.h"

static const rh_try_options faults = {.flags = RH_RECOVER_FAULTS}, aborting = {.flags = RH_RECOVER_ABORT};
static char *forbidden; /* a page that may not be touched */
static int cleaned;

static int setup(void **state)
{
    (void)state;
    log_capture();
    cleaned = 0;
    if (!forbidden)
        forbidden = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return forbidden == MAP_FAILED;
}

static void clean(int *flag)
{
    cleaned += *flag;
}

__attribute__((noinline, no_sanitize_address, no_sanitize_thread)) static int touch(volatile char *where)
{
    return *where;
}

static void touches(void *arg)
{
    __attribute__((cleanup(clean))) int flag = 1;
    touch(arg);
    (void)flag;
}

static void faults_end_at_the_frame(void **state)
{
    (void)state;
    rh_panic_record record;
    for (int i = 1; i <= 3; i++) {
        assert_int_equal(rh_try_with(&faults, touches, forbidden + 5, &record), RH_PANIC);
        assert_int_equal(record.kind, RH_KIND_FAULT);
        assert_int_equal(record.code, SIGSEGV);
        assert_string_equal(record.type, "SIGSEGV");
        assert_ptr_equal(record.fault_address, forbidden + 5);
        assert_true(record.unwound);
        assert_int_equal(cleaned, i);
    }
    assert_int_equal(log_lines(), 3);
    assert_non_null(strstr(log_text(), "rh.fault.address"));
}

static void the_signal_mask_is_as_before(void **state)
{
    (void)state;
    sigset_t mask;
    assert_int_equal(rh_try_with(&faults, touches, forbidden, NULL), RH_PANIC);
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    assert_false(sigismember(&mask, SIGSEGV));
}

__attribute__((noinline, no_sanitize("undefined"))) static int divide(volatile int by)
{
    return 7 / by;
}

static void divides(void *arg)
{
    *(int *)arg = divide(*(int *)arg);
}

static void division_by_zero_is_a_fault(void **state)
{
    (void)state;
    rh_panic_record record;
    int zero = 0;
    assert_int_equal(rh_try_with(&faults, divides, &zero, &record), RH_PANIC);
    assert_int_equal(record.code, SIGFPE);
}

__attribute__((noinline, no_sanitize_address)) static uint64_t bottomless(volatile uint64_t depth)
{
    volatile char ballast[512];
    ballast[depth % sizeof ballast] = 1;
    return depth == UINT64_MAX ? 0 : bottomless(depth + 1) + (uint64_t)ballast[0];
}

static void overflows(void *arg)
{
    *(uint64_t *)arg = bottomless(0);
}

static void *overflows_in_thread(void *arg)
{
    uint64_t sum;
    return rh_try_with(&faults, overflows, &sum, arg) == RH_PANIC ? arg : NULL;
}

static void stack_overflow_is_jumped(void **state)
{
    (void)state;
    rh_panic_record record;
    pthread_t thread;
    void *result = NULL;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(rh_pthread_create(&thread, NULL, overflows_in_thread, &record), 0);
        assert_int_equal(pthread_join(thread, &result), 0);
        assert_ptr_equal(result, &record);
        assert_int_equal(record.kind, RH_KIND_FAULT);
        assert_false(record.unwound);
    }
    assert_int_equal(log_lines(), 2);
}

static void plain_inner_frame(void *arg)
{
    __attribute__((cleanup(clean))) int flag = 10;
    (void)rh_try(touches, arg, NULL);
    cleaned = -1000;
    (void)flag;
}

static void inner_frames_without_the_flag_are_passed(void **state)
{
    (void)state;
    assert_int_equal(rh_try_with(&faults, plain_inner_frame, forbidden, NULL), RH_PANIC);
    assert_int_equal(cleaned, 11);
    assert_false(rh_recovering());
}

static void fault_in_a_child(void (*body)(void *), void *arg, int expected_signal)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGALRM, SIG_DFL);
        alarm(10);
        body(arg);
        _exit(77);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), expected_signal);
}

static void records_then_faults(void *arg)
{
    if (rh_fault_records() == RH_OK)
        (void)rh_try(touches, arg, NULL);
}

static void not_opted_in_is_recorded_and_fatal(void **state)
{
    (void)state;
    fault_in_a_child(records_then_faults, forbidden, SIGSEGV);
    assert_int_equal(log_lines(), 1);
    assert_non_null(strstr(log_text(), "FATAL"));
    assert_non_null(strstr(log_text(), "SIGSEGV"));
}

static void kills_itself(void *arg)
{
    (void)arg;
    kill(getpid(), SIGSEGV);
}

static void tries_and_is_killed(void *arg)
{
    (void)rh_try_with(&faults, kills_itself, arg, NULL);
}

static void signals_from_outside_are_not_recovered(void **state)
{
    (void)state;
    fault_in_a_child(tries_and_is_killed, NULL, SIGSEGV);
}

/* Not called by its name: compilers know that abort() does not throw and leave out the cleanup. */
static void (*volatile ends)(void) = abort;

static void aborts(void *arg)
{
    __attribute__((cleanup(clean))) int flag = 1;
    if (arg)
        ends();
    (void)flag;
}

static void abort_ends_at_the_frame(void **state)
{
    (void)state;
    rh_panic_record record;
    for (int i = 1; i <= 2; i++) {
        assert_int_equal(rh_try_with(&aborting, aborts, "", &record), RH_PANIC);
        assert_int_equal(record.kind, RH_KIND_ABORT);
        assert_string_equal(record.message, "abort()");
        assert_int_equal(cleaned, i);
    }
}

static void aborts_plainly(void *arg)
{
    (void)rh_try(aborts, arg, NULL);
}

static void abort_without_the_flag_is_abort(void **state)
{
    (void)state;
    fault_in_a_child(aborts_plainly, "", SIGABRT);
    assert_int_equal(log_lines(), 0);
}

static void no_memory_is_said(void **state)
{
    (void)state;
    assert_int_equal(rh_fail_configure("try=return(ENOMEM)"), RH_OK);
    assert_int_equal(rh_try_with(&faults, touches, forbidden, NULL), RH_ESYS);
    assert_int_equal(cleaned, 0);
    rh_fail_configure(NULL);
}

static void panics_and_faults_in_cleanup(int *flag)
{
    cleaned += *flag;
    touch(forbidden);
}

static void faults_while_unwinding(void *arg)
{
    __attribute__((cleanup(panics_and_faults_in_cleanup))) int flag = 1;
    rh_panic(1, "first %s", (const char *)arg);
    (void)flag;
}

static void tries_faulting_cleanup(void *arg)
{
    (void)rh_try_with(&faults, faults_while_unwinding, arg, NULL);
}

static void fault_in_a_cleanup_is_fatal(void **state)
{
    (void)state;
    fault_in_a_child(tries_faulting_cleanup, "x", SIGSEGV);
    assert_int_equal(log_lines(), 2);
}

/* cmocka sets handlers of its own around every test; these are the library's, put back inside. */
static struct sigaction ours[NSIG];
static const int all_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

static void install_once(void)
{
    int zero = 0;
    const rh_try_options both = {.flags = RH_RECOVER_FAULTS | RH_RECOVER_ABORT};
    for (size_t i = 0; i < sizeof all_signals / sizeof *all_signals; i++)
        signal(all_signals[i], SIG_DFL); /* a sanitizer's are not what is tested */
    if (rh_try_with(&both, aborts, NULL, NULL) != RH_OK || zero)
        _exit(1);
    for (size_t i = 0; i < sizeof all_signals / sizeof *all_signals; i++)
        sigaction(all_signals[i], NULL, &ours[all_signals[i]]);
}

static void run(void **state)
{
    setup(state);
    for (size_t i = 0; i < sizeof all_signals / sizeof *all_signals; i++)
        sigaction(all_signals[i], &ours[all_signals[i]], NULL);
    ((CMUnitTestFunction)*state)(state);
}

#define TEST(name) {#name, run, NULL, NULL, (void *)name}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(faults_end_at_the_frame),
        TEST(the_signal_mask_is_as_before),
        TEST(division_by_zero_is_a_fault),
        TEST(stack_overflow_is_jumped),
        TEST(inner_frames_without_the_flag_are_passed),
        TEST(not_opted_in_is_recorded_and_fatal),
        TEST(signals_from_outside_are_not_recovered),
        TEST(abort_ends_at_the_frame),
        TEST(abort_without_the_flag_is_abort),
        TEST(no_memory_is_said),
        TEST(fault_in_a_cleanup_is_fatal),
    };
    install_once();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
