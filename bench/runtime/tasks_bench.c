/* rh_try, panic and recover, rh_pthread_create against their rivals. */
#include <pthread.h>

#include <rh/go.h>
#include <rh/panic.h>
#include <rh/spawn.h>

#include "bench.h"

static volatile int sink;

__attribute__((noinline)) static void empty(void *arg)
{
    (void)arg;
    sink = 1;
}

static void (*volatile opaque)(void *) = empty;

static void call_plain(long operations)
{
    for (long i = 0; i < operations; i++)
        opaque(NULL);
}

static void call_try(long operations)
{
    for (long i = 0; i < operations; i++)
        (void)rh_try(opaque, NULL, NULL);
}

static void panics(void *arg)
{
    rh_panic(1, "bench %p", arg);
}

static void panic_recover(long operations)
{
    rh_panic_record record;
    for (long i = 0; i < operations; i++)
        (void)rh_try(panics, NULL, &record);
}

static void *thread_empty(void *arg)
{
    return arg;
}

static void threads_plain(long operations)
{
    pthread_t thread;
    for (long i = 0; i < operations; i++)
        if (pthread_create(&thread, NULL, thread_empty, NULL) == 0)
            pthread_join(thread, NULL);
}

static void threads_rh(long operations)
{
    pthread_t thread;
    for (long i = 0; i < operations; i++)
        if (rh_pthread_create(&thread, NULL, thread_empty, NULL) == 0)
            pthread_join(thread, NULL);
}

static rh_error *work_empty(rh_ctx *ctx, void *arg)
{
    (void)ctx, (void)arg;
    return NULL;
}

static void pooled(long operations)
{
    rh_job *job;
    for (long i = 0; i < operations; i++)
        if (rh_go(NULL, work_empty, NULL, &job) == RH_OK) {
            (void)rh_job_wait(job, NULL, NULL);
            rh_job_release(job);
        }
}

/* The same with a wait that may not run the task itself: always through a pool thread and back. */
static rh_ctx *endable;

static void pooled_handed_over(long operations)
{
    rh_job *job;
    for (long i = 0; i < operations; i++)
        if (rh_go(NULL, work_empty, NULL, &job) == RH_OK) {
            (void)rh_job_wait(job, endable, NULL);
            rh_job_release(job);
        }
}

int main(void)
{
    const struct bench_rival calls[] = {{"call", call_plain}, {"rh_try", call_try}};
    const struct bench_rival panic[] = {{"panic", panic_recover}};
    const struct bench_rival threads[] = {{"pthread_create", threads_plain},
                                          {"rh_pthread_create", threads_rh},
                                          {"rh_go", pooled},
                                          {"rh_go, handed over", pooled_handed_over}};
    double t[BENCH_MAX_RIVALS];
    rh_panic_log_set(-1);
    bench_run_on(CLOCK_THREAD_CPUTIME_ID, calls, 2, 31, 2000000, t);
    bench_row_ns("rh_try without panic, minus an empty call", t[1] - t[0], 5);
    bench_run_on(CLOCK_THREAD_CPUTIME_ID, panic, 1, 31, 20000, t);
    bench_row_ns("panic and recover, depth 1, log off", t[0], 1000);
    endable = rh_ctx_new(NULL);
    bench_run(threads, 4, 101, 400, t);
    bench_row("rh_pthread_create + join", t[1], "pthread_create + join", t[0], 1.05);
    bench_row("rh_go + wait, pooled", t[2], "pthread_create + join", t[0], 0.1);
    bench_row("rh_go + wait, always on a pool thread", t[3], "pthread_create + join", t[0], 0.1);
    rh_ctx_release(endable);
    return 0;
}
