#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cmocka.h>

#include <rh/fail.h>
#include <rh/panic.h>
#include <rh/spawn.h>

#include "quiet.h"

static char order[64];

static void note(char letter)
{
    size_t length = strlen(order);
    order[length] = letter;
    order[length + 1] = '\0';
}

static int setup(void **state)
{
    (void)state;
    order[0] = '\0';
    log_capture();
    return 0;
}

static void nothing(void *arg)
{
    *(int *)arg = 1;
}

static void panics(void *arg)
{
    rh_panic(7, "seven %s", (const char *)arg);
}

static void try_returns_ok_without_panic(void **state)
{
    (void)state;
    int called = 0;
    assert_int_equal(rh_try(nothing, &called, NULL), RH_OK);
    assert_int_equal(called, 1);
    assert_int_equal(log_lines(), 0);
    assert_false(rh_recovering());
}

static void try_catches_and_records(void **state)
{
    (void)state;
    rh_panic_record record;
    assert_int_equal(rh_try(panics, "swans", &record), RH_PANIC);
    assert_int_equal(record.kind, RH_KIND_PANIC);
    assert_int_equal(record.code, 7);
    assert_string_equal(record.message, "seven swans");
    assert_true(record.unwound);
    assert_true(record.recovered);
    assert_int_equal(record.task, rh_task_id());
    assert_true(record.trace_count >= 2);
    assert_int_equal(log_lines(), 1);
    assert_non_null(strstr(log_text(), "\"body\":{\"stringValue\":\"seven swans\"}"));
    assert_non_null(strstr(log_text(), "\"rh.unwound\",\"value\":{\"boolValue\":true}"));
    assert_non_null(strstr(log_text(), "\"severityText\":\"ERROR\""));
}

static void note_letter(void *arg)
{
    note(*(char *)arg);
}

static void cleanup_letter(char *letter)
{
    note(*letter);
}

static void with_cleanups(void *arg)
{
    __attribute__((cleanup(cleanup_letter))) char a = 'a';
    pthread_cleanup_push(note_letter, "p");
    rh_panic(1, "%s", (char *)arg);
    pthread_cleanup_pop(0);
    (void)a;
}

static void cleanups_run_inside_out(void **state)
{
    (void)state;
    assert_int_equal(rh_try(with_cleanups, "x", NULL), RH_PANIC);
    assert_string_equal(order, "pa");
}

static void hook_notes(const rh_panic_record *record, void *arg)
{
    (void)record;
    note(*(char *)arg);
    note(log_lines() == 1 ? '1' : '0');
}

static void record_then_hook_then_unwind(void **state)
{
    (void)state;
    rh_panic_hook_set(hook_notes, "h");
    assert_int_equal(rh_try(with_cleanups, "x", NULL), RH_PANIC);
    rh_panic_hook_set(NULL, NULL);
    assert_string_equal(order, "h1pa");
}

static void hook_panics(const rh_panic_record *record, void *arg)
{
    (void)arg;
    rh_panic(2, "hook of %s", record->message);
}

static void panicking_hook_is_isolated(void **state)
{
    (void)state;
    rh_panic_record record;
    rh_panic_hook_set(hook_panics, NULL);
    assert_int_equal(rh_try(panics, "x", &record), RH_PANIC);
    rh_panic_hook_set(NULL, NULL);
    assert_int_equal(record.code, 7);
    assert_int_equal(log_lines(), 2);
    assert_non_null(strstr(log_text(), "hook of seven x"));
}

static void panicking_handler_is_isolated(void **state)
{
    (void)state;
    const rh_try_options options = {.handler = hook_panics};
    assert_int_equal(rh_try_with(&options, panics, "y", NULL), RH_PANIC);
    assert_int_equal(log_lines(), 2);
    assert_non_null(strstr(log_text(), "hook of seven y"));
}

static void deferring(void *arg)
{
    assert_int_equal(rh_defer(note_letter, "1"), RH_OK);
    assert_int_equal(rh_defer(note_letter, "2"), RH_OK);
    for (int i = 0; i < 20; i++)
        assert_int_equal(rh_defer(note_letter, "x"), RH_OK);
    if (arg)
        rh_panic(1, "after defers");
}

static void defers_run_last_first_both_ways(void **state)
{
    (void)state;
    assert_int_equal(rh_try(deferring, NULL, NULL), RH_OK);
    assert_string_equal(order, "xxxxxxxxxxxxxxxxxxxx21");
    order[0] = '\0';
    assert_int_equal(rh_try(deferring, order, NULL), RH_PANIC);
    assert_string_equal(order, "xxxxxxxxxxxxxxxxxxxx21");
    assert_int_equal(rh_defer(note_letter, "z"), RH_EINVAL);
}

static void defers_a_panic(void *arg)
{
    (void)arg;
    assert_int_equal(rh_defer(note_letter, "1"), RH_OK);
    assert_int_equal(rh_defer(panics, "late"), RH_OK);
}

static void defer_that_panics_is_the_frames_panic(void **state)
{
    (void)state;
    rh_panic_record record;
    assert_int_equal(rh_try(defers_a_panic, NULL, &record), RH_PANIC);
    assert_string_equal(record.message, "seven late");
    assert_string_equal(order, "1");
}

static void inner_then_repanic(void *arg)
{
    rh_panic_record record;
    assert_int_equal(rh_try(panics, arg, &record), RH_PANIC);
    note('i');
    rh_repanic(&record);
}

static void repanic_goes_outward_unrecorded(void **state)
{
    (void)state;
    rh_panic_record record;
    assert_int_equal(rh_try(inner_then_repanic, "again", &record), RH_PANIC);
    assert_string_equal(order, "i");
    assert_string_equal(record.message, "seven again");
    assert_int_equal(log_lines(), 1);
}

static void exits(void *arg)
{
    rh_exit(*(int *)arg);
}

static void aborts(void *arg)
{
    (void)arg;
    rh_abort();
}

static void asserts(void *arg)
{
    rh_assert(arg == NULL && "pigs fly");
}

static void exit_abort_assert_are_panics_in_a_frame(void **state)
{
    (void)state;
    rh_panic_record record;
    int status = 3;
    assert_int_equal(rh_try(exits, &status, &record), RH_PANIC);
    assert_int_equal(record.kind, RH_KIND_EXIT);
    assert_int_equal(record.code, 3);
    assert_int_equal(rh_try(aborts, NULL, &record), RH_PANIC);
    assert_int_equal(record.kind, RH_KIND_ABORT);
    assert_int_equal(rh_try(asserts, "", &record), RH_PANIC);
    assert_int_equal(record.kind, RH_KIND_ASSERT);
    assert_non_null(strstr(record.message, "pigs fly"));
    assert_int_equal(rh_try(asserts, NULL, &record), RH_OK);
}

/* Runs body(arg) in a child and returns its wait status. */
static int in_child(void (*body)(void *), void *arg)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        body(arg);
        _exit(77);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void outside_a_frame_they_are_what_they_were(void **state)
{
    (void)state;
    int three = 3;
    int status = in_child(exits, &three);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    status = in_child(aborts, NULL);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_int_equal(log_lines(), 0);
}

static void panic_without_frame_records_and_aborts(void **state)
{
    (void)state;
    int status = in_child(panics, "alone");
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_int_equal(log_lines(), 1);
    assert_non_null(strstr(log_text(), "seven alone"));
    assert_non_null(strstr(log_text(), "\"severityText\":\"FATAL\""));
}

static void panicking_cleanup(char *letter)
{
    rh_panic(9, "in cleanup %c", *letter);
}

static void panics_twice(void *arg)
{
    __attribute__((cleanup(panicking_cleanup))) char c = 'c';
    panics(arg);
    (void)c;
}

static void tries_panics_twice(void *arg)
{
    (void)rh_try(panics_twice, arg, NULL);
}

static void panic_during_cleanup_records_and_aborts(void **state)
{
    (void)state;
    int status = in_child(tries_panics_twice, "first");
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_int_equal(log_lines(), 2);
    assert_non_null(strstr(log_text(), "in cleanup c"));
}

static void protected_cleanup(char *letter)
{
    note(*letter);
    note(rh_try(panics, "inside", NULL) == RH_PANIC ? 'P' : '-');
}

static void panics_with_protected_cleanup(void *arg)
{
    __attribute__((cleanup(protected_cleanup))) char c = 'c';
    panics(arg);
    (void)c;
}

static void cleanup_may_try(void **state)
{
    (void)state;
    rh_panic_record record;
    assert_int_equal(rh_try(panics_with_protected_cleanup, "outside", &record), RH_PANIC);
    assert_string_equal(order, "cP");
    assert_string_equal(record.message, "seven outside");
}

static void recovered_is_the_last_of_this_thread(void **state)
{
    (void)state;
    rh_panic_record record;
    assert_int_equal(rh_try(panics, "mine", NULL), RH_PANIC);
    assert_true(rh_recovered(&record));
    assert_string_equal(record.message, "seven mine");
}

static void bad_options_are_refused(void **state)
{
    (void)state;
    const rh_try_options options = {.flags = 1u << 20};
    int called = 0;
    assert_int_equal(rh_try_with(&options, nothing, &called, NULL), RH_EINVAL);
    assert_int_equal(rh_try_with(NULL, NULL, NULL, NULL), RH_EINVAL);
    assert_int_equal(called, 0);
}

static void defer_without_memory_says_so(void **state)
{
    (void)state;
    rh_panic_record record;
    assert_int_equal(rh_fail_configure("alloc=return(ENOMEM)"), RH_OK);
    assert_int_equal(rh_try(panics, "poor", &record), RH_PANIC);
    assert_string_equal(record.message, "seven poor");
    rh_fail_configure(NULL);
}

static void (*volatile bottom)(void *) = panics;

static void a_log_that_nobody_reads_is_harmless(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    rh_panic_log_set(ends[1]);
    assert_int_equal(rh_try(panics, "unread", NULL), RH_PANIC);
    rh_panic_log_set(9999);
    assert_int_equal(rh_try(panics, "nowhere", NULL), RH_PANIC);
    close(ends[1]);
}

static void deep(int depth)
{
    char ballast[64];
    memset(ballast, depth, sizeof ballast);
    if (depth > 0)
        deep(depth - 1);
    else
        bottom("deep");
    assert_int_equal(ballast[5], depth & 127);
}

static void dives(void *arg)
{
    deep(*(int *)arg);
}

static void deep_stacks_unwind(void **state)
{
    (void)state;
    int depth = 5000;
    rh_panic_record record;
    assert_int_equal(rh_try(dives, &depth, &record), RH_PANIC);
    assert_true(record.unwound);
    assert_int_equal(record.trace_count, RH_TRACE_DEPTH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(try_returns_ok_without_panic, setup),
        cmocka_unit_test_setup(try_catches_and_records, setup),
        cmocka_unit_test_setup(cleanups_run_inside_out, setup),
        cmocka_unit_test_setup(record_then_hook_then_unwind, setup),
        cmocka_unit_test_setup(panicking_hook_is_isolated, setup),
        cmocka_unit_test_setup(panicking_handler_is_isolated, setup),
        cmocka_unit_test_setup(defers_run_last_first_both_ways, setup),
        cmocka_unit_test_setup(defer_that_panics_is_the_frames_panic, setup),
        cmocka_unit_test_setup(repanic_goes_outward_unrecorded, setup),
        cmocka_unit_test_setup(exit_abort_assert_are_panics_in_a_frame, setup),
        cmocka_unit_test_setup(outside_a_frame_they_are_what_they_were, setup),
        cmocka_unit_test_setup(panic_without_frame_records_and_aborts, setup),
        cmocka_unit_test_setup(panic_during_cleanup_records_and_aborts, setup),
        cmocka_unit_test_setup(cleanup_may_try, setup),
        cmocka_unit_test_setup(recovered_is_the_last_of_this_thread, setup),
        cmocka_unit_test_setup(bad_options_are_refused, setup),
        cmocka_unit_test_setup(defer_without_memory_says_so, setup),
        cmocka_unit_test_setup(a_log_that_nobody_reads_is_harmless, setup),
        cmocka_unit_test_setup(deep_stacks_unwind, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
