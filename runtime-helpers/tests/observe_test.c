#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <rh/fail.h>
#include <rh/go.h>
#include <rh/observe.h>
#include <rh/panic.h>
#include <rh/spawn.h>

#include "quiet.h"

static const char parent_text[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

static int setup(void **state)
{
    (void)state;
    log_capture();
    return 0;
}

static void traceparents_go_both_ways(void **state)
{
    (void)state;
    rh_trace trace;
    char text[RH_TRACEPARENT_LENGTH + 1];
    assert_true(rh_trace_parse(parent_text, &trace));
    assert_int_equal(trace.trace_id[0], 0x0a);
    assert_int_equal(trace.span_id[7], 0x31);
    assert_int_equal(trace.flags, 1);
    rh_trace_format(&trace, text);
    assert_string_equal(text, parent_text);
    assert_true(rh_trace_parse("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-more", &trace));
}

static void bad_traceparents_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                                      "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                      "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                                      "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                                      "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
                                      "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"};
    rh_trace trace = {.flags = 77};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(rh_trace_parse(bad[i], &trace));
    assert_int_equal(trace.flags, 77);
}

static rh_error *panics(rh_ctx *ctx, void *arg)
{
    (void)ctx;
    rh_panic(1, "traced %s", (const char *)arg);
}

static void a_record_carries_the_trace_of_its_context(void **state)
{
    (void)state;
    rh_trace trace, found;
    rh_panic_record record;
    rh_job *job;
    assert_true(rh_trace_parse(parent_text, &trace));
    rh_ctx *ctx = rh_ctx_with_trace(NULL, &trace);
    assert_true(rh_trace_of(ctx, &found));
    assert_memory_equal(&found.trace_id, &trace.trace_id, 16);
    assert_int_equal(rh_go(ctx, panics, "x", &job), RH_OK);
    assert_int_equal(rh_job_wait(job, NULL, NULL), RH_PANIC);
    assert_int_equal(rh_job_record(job, &record), RH_OK);
    assert_memory_equal(record.context.trace_id, trace.trace_id, 16);
    assert_non_null(strstr(log_text(), "\"traceId\":\"0af7651916cd43dd8448eb211c80319c\""));
    assert_non_null(strstr(log_text(), "\"spanId\":\"b7ad6b7169203331\",\"flags\":1"));
    rh_job_release(job);
    rh_ctx_release(ctx);
    memset(&trace, 0, sizeof trace);
    assert_null(rh_ctx_with_trace(NULL, &trace));
}

static void panics_plainly(void *arg)
{
    rh_panic(1, "plain %p", arg);
}

struct shown {
    atomic_int ready, stop;
};

static void *waits(void *arg)
{
    struct shown *shown = arg;
    rh_task_name("the waiter");
    const char *before = rh_task_doing("waiting for \"the test\"");
    atomic_store(&shown->ready, 1);
    while (!shown->stop)
        usleep(500);
    rh_task_doing(before);
    return NULL;
}

static void a_dump_shows_running_tasks(void **state)
{
    (void)state;
    struct shown shown = {0, 0};
    pthread_t thread;
    assert_int_equal(rh_task_dump(), 0);
    assert_int_equal(rh_pthread_create(&thread, NULL, waits, &shown), 0);
    while (!shown.ready)
        usleep(500);
    assert_int_equal(rh_task_dump(), 1);
    rh_task_dump_on_panic(true);
    assert_int_equal(rh_try(panics_plainly, NULL, NULL), RH_PANIC);
    rh_task_dump_on_panic(false);
    shown.stop = 1;
    pthread_join(thread, NULL);
    assert_non_null(strstr(log_text(), "\"name\":\"the waiter\",\"doing\":\"waiting for \\\"the test\\\"\""));
    assert_int_equal(log_lines(), 3);
}

static void forks_and_dumps(void *arg)
{
    int status = 0;
    (void)arg;
    pid_t child = fork();
    if (child == 0)
        _exit((int)rh_task_dump());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
}

static void a_forked_child_has_its_own_tasks_only(void **state)
{
    (void)state;
    struct shown shown = {0, 0};
    pthread_t thread;
    assert_int_equal(rh_pthread_create(&thread, NULL, waits, &shown), 0);
    while (!shown.ready)
        usleep(500);
    assert_int_equal(rh_task_run(NULL, forks_and_dumps, NULL, NULL), RH_OK);
    shown.stop = 1;
    pthread_join(thread, NULL);
}

static void lines_are_json_whatever_the_message(void **state)
{
    (void)state;
    rh_panic_record record = {.kind = RH_KIND_PANIC, .type = "t"};
    char text[4096];
    const char message[] =
        "quote \" back \\ tab \t bell \a bad \xff\xc0\x80 good \xc3\xa9 \xf0\x9f\x98\x80 end";
    memcpy(record.message, message, sizeof message);
    size_t length = rh_record_json(&record, text, sizeof text);
    assert_int_equal(length, strlen(text));
    assert_int_equal(text[length - 1], '\n');
    assert_non_null(strstr(
        text, "quote \\\" back \\\\ tab \\u0009 bell \\u0007 bad \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd good "
              "\xc3\xa9 \xf0\x9f\x98\x80 end"));
}

static void short_buffers_lose_trace_first(void **state)
{
    (void)state;
    rh_panic_record record = {.kind = RH_KIND_PANIC, .type = "t", .message = "m"};
    char text[2048], small[1024];
    for (unsigned i = 0; i < RH_TRACE_DEPTH; i++)
        record.trace[i] = (const char *)(void *)setup + i;
    record.trace_count = RH_TRACE_DEPTH;
    rh_record_json(&record, text, sizeof text);
    assert_non_null(strstr(text, "]}\n"));
    assert_true(rh_record_json(&record, small, sizeof small) < sizeof small);
    assert_non_null(strstr(small, "\"}}]}\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(traceparents_go_both_ways, setup),
        cmocka_unit_test_setup(bad_traceparents_are_refused, setup),
        cmocka_unit_test_setup(a_record_carries_the_trace_of_its_context, setup),
        cmocka_unit_test_setup(a_dump_shows_running_tasks, setup),
        cmocka_unit_test_setup(a_forked_child_has_its_own_tasks_only, setup),
        cmocka_unit_test_setup(lines_are_json_whatever_the_message, setup),
        cmocka_unit_test_setup(short_buffers_lose_trace_first, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
