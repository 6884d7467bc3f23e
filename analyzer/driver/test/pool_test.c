/* The pool with a worker that misbehaves on demand: this very program, run with --worker. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "driver/pool.h"

/* ---- the worker's side ---- */

static bool read_full(void *bytes, size_t count)
{
    return fread(bytes, 1, count, stdin) == count;
}

static void misbehave(const char *file, bool again)
{
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    if (!strcmp(file, "crash") || (!strcmp(file, "crash-once") && !again))
        abort();
    if (!strcmp(file, "exit"))
        _exit(7);
    if (!strcmp(file, "hang"))
        for (;;)
            pause();
    if (!strcmp(file, "nonsense"))
        fwrite("XXXXXXXXXXXXXXXX", 1, 16, stdout), fflush(stdout);
    if (!strcmp(file, "slow"))
        nanosleep(&(struct timespec){0, 200000000}, NULL);
}

static void answer(struct arena *arena, const char *file, bool again)
{
    struct tu_result result = {.status = TU_OK, .reason = arena_printf(arena, "%s%s", file, again ? " again" : "")};
    result.decls = (struct store_blob){"decls", 5};
    if (!strcmp(file, "large"))
        result.decls = (struct store_blob){arena_alloc(arena, 5000000), 5000000};
    struct buf frame = {0};
    frame_begin(&frame, FRAME_RESULT);
    result_write_frame(&frame, &result);
    frame_end(&frame);
    fwrite(frame.data, 1, frame.count, stdout);
    fflush(stdout);
    buf_free(&frame);
}

static int serve(void)
{
    unsigned char header[FRAME_HEADER];
    while (read_full(header, sizeof header)) {
        struct arena *arena = arena_create("job");
        size_t length = frame_length(header);
        char *payload = arena_alloc(arena, length);
        if (!read_full(payload, length))
            return 1;
        struct reader in = {(const unsigned char *)payload, length, 1, false};
        struct worker_job job;
        if (payload[0] == FRAME_JOB && job_read(arena, &in, &job)) {
            misbehave(job.job.file, job.no_instantiations);
            answer(arena, job.job.file, job.no_instantiations);
        }
        arena_destroy(arena);
    }
    return 0;
}

/* ---- the tests' side ---- */

#define JOBS_MAX 64

struct run {
    struct arena *arena;
    struct tu_result results[JOBS_MAX];
    uint32_t done[JOBS_MAX];
    struct pool_end end;
    struct err err;
    enum err_code code;
};

static void keep(void *context, uint32_t index, struct tu_result *result)
{
    struct run *run = context;
    run->results[index] = *result;
    run->results[index].reason = arena_strdup(run->arena, result->reason);
    run->done[index]++;
}

static const char *program;

static void run_jobs(struct run *run, const char *const *files, uint32_t count, uint32_t workers, uint32_t timeout)
{
    static const char *args[] = {"clang"};
    struct worker_job jobs[JOBS_MAX] = {0};
    memset(run, 0, sizeof *run);
    run->arena = arena_create("test");
    for (uint32_t i = 0; i < count; i++)
        jobs[i].job = (struct compdb_job){.directory = "/", .file = files[i], .real_path = files[i], .args = args,
                                          .arg_count = 1};
    struct pool_options options = {.program = program, .workers = workers, .timeout_ms = timeout,
                                   .done = keep, .context = run};
    run->code = pool_run(&options, jobs, count, &run->end, &run->err);
}

static void every_job_gets_its_own_result(void **state)
{
    (void)state;
    const char *files[40];
    struct run run;
    struct arena *names = arena_create("names");
    for (int i = 0; i < 40; i++)
        files[i] = i == 7 ? "large" : arena_printf(names, "file%d", i);
    for (uint32_t workers = 1; workers <= 5; workers += 2) {
        run_jobs(&run, files, 40, workers, 0);
        assert_int_equal(run.code, ERR_NONE);
        for (int i = 0; i < 40; i++) {
            assert_int_equal(run.done[i], 1);
            assert_string_equal(run.results[i].reason, files[i]);
        }
        assert_int_equal(run.results[7].decls.count, 5000000);
        arena_destroy(run.arena);
    }
    arena_destroy(names);
}

static void a_death_costs_one_file_and_is_tried_twice(void **state)
{
    (void)state;
    static const char *const files[] = {"a", "crash", "b", "crash-once", "exit", "nonsense", "c"};
    struct run run;
    run_jobs(&run, files, 7, 2, 0);
    assert_int_equal(run.code, ERR_NONE);
    assert_string_equal(run.results[0].reason, "a");
    assert_int_equal(run.results[1].status, TU_FAILED);
    assert_string_equal(run.results[1].reason, "the process that parsed it died of signal 6 (Aborted), twice; `spawnlint "
                                               "dump --stage=ir` with this file alone shows it again");
    assert_string_equal(run.results[2].reason, "b");
    assert_string_equal(run.results[3].reason, "crash-once again");
    assert_true(run.results[3].second_try);
    assert_false(run.results[0].second_try);
    assert_int_equal(run.results[4].status, TU_FAILED);
    assert_non_null(strstr(run.results[4].reason, "ended with status 7, twice"));
    assert_int_equal(run.results[5].status, TU_FAILED);
    assert_non_null(strstr(run.results[5].reason, "answered nonsense"));
    assert_string_equal(run.results[6].reason, "c");
    assert_int_equal(run.end.retried, 4);
    arena_destroy(run.arena);
}

static void a_hang_is_ended(void **state)
{
    (void)state;
    static const char *const files[] = {"hang", "a"};
    struct run run;
    run_jobs(&run, files, 2, 1, 1000);
    assert_int_equal(run.code, ERR_NONE);
    assert_int_equal(run.results[0].status, TU_FAILED);
    assert_non_null(strstr(run.results[0].reason, "parsing it took longer than 1 seconds, twice"));
    assert_int_equal(run.results[1].status, TU_OK);
    arena_destroy(run.arena);
}

static void send_interrupt(int signal)
{
    (void)signal;
    kill(getpid(), SIGINT);
}

static void an_interrupt_ends_all_at_once(void **state)
{
    (void)state;
    static const char *const files[] = {"a", "hang", "hang", "b", "c"};
    struct run run;
    signal(SIGALRM, send_interrupt);
    alarm(1);
    run_jobs(&run, files, 5, 2, 0);
    assert_int_equal(run.code, ERR_CANCELLED);
    assert_int_equal(run.end.signal, SIGINT);
    assert_int_equal(run.end.finished, 1);
    assert_string_equal(run.err.text, "interrupted: 1 of 5 files were parsed; what is finished is kept");
    arena_destroy(run.arena);
}

/* The parent sleeps while its workers do: it may use only a fraction of the time that passes. */
static void waiting_costs_nothing(void **state)
{
    (void)state;
    static const char *const files[] = {"slow", "slow", "slow"};
    struct run run;
    struct timespec begin, end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    run_jobs(&run, files, 3, 1, 0);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    double used = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) * 1e-9;
    assert_int_equal(run.code, ERR_NONE);
    assert_true(used < 0.3);
    arena_destroy(run.arena);
}

static void a_program_that_cannot_start_is_said(void **state)
{
    (void)state;
    static const char *const files[] = {"a", "b"};
    struct run run;
    const char *good = program;
    program = "/nowhere/spawnlint";
    run_jobs(&run, files, 2, 2, 0);
    program = good;
    assert_int_equal(run.code, ERR_IO);
    assert_string_equal(run.err.text, "/nowhere/spawnlint can't be started as a worker: no such file or directory");
    arena_destroy(run.arena);
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "--worker"))
        return serve();
    program = argv[0];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_job_gets_its_own_result),
        cmocka_unit_test(a_death_costs_one_file_and_is_tried_twice),
        cmocka_unit_test(a_hang_is_ended),
        cmocka_unit_test(an_interrupt_ends_all_at_once),
        cmocka_unit_test(waiting_costs_nothing),
        cmocka_unit_test(a_program_that_cannot_start_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
