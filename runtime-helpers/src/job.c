/* Jobs: starting, running, waiting. */
#include "job.h"

#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "probe.h"
#include "task.h"
#include "trace.h"
#include "waits.h"

enum { MOST_INLINED = 16 }; /* waits in tasks in waits ...: the stack is one thread's */

static void job_unref(struct rh_job *job)
{
    if (atomic_fetch_sub_explicit(&job->references, 1, memory_order_acq_rel) > 1)
        return;
    rh_ctx_release(job->ctx);
    rh_error_release(job->error);
    free(job->record);
    free(job);
}

void rh_job_release(rh_job *job)
{
    if (job)
        job_unref(job);
}

bool rh_job_take(struct rh_job *job)
{
    uint32_t queued = JOB_QUEUED;
    return atomic_compare_exchange_strong(&job->state, &queued, JOB_RUNNING);
}

static void call(void *arg)
{
    struct rh_job *job = arg;
    job->error = job->fn(job->ctx, job->arg);
}

static void wake_waiters(void *arg)
{
    struct rh_job *job = arg;
    atomic_fetch_add(&job->wakes, 1);
    futex_wake(&job->wakes, INT32_MAX);
}

static void finish(void *arg)
{
    struct rh_job *job = arg;
    atomic_store(&job->state, JOB_DONE);
    if (atomic_load(&job->sleepers) > 0)
        wake_waiters(job);
}

void rh_job_run(struct rh_job *job)
{
    struct rh_task task;
    struct waits_work work;
    rh_panic_record record;
    task.ctx = job->ctx;
    waits_work_begin(&work, job);
    pthread_cleanup_push(finish, job); /* also when fn ends the thread */
    if (rh_task_root(&task, &job->info, 0, call, job, &record) == RH_PANIC) {
        job->panicked = true;
        job->record = rh_alloc(sizeof record);
        if (job->record)
            *job->record = record;
    }
    waits_work_end(&work);
    pthread_cleanup_pop(1);
}

static struct rh_job *job_new(rh_ctx *ctx, rh_work fn, void *arg, const void *site)
{
    struct rh_job *job = rh_alloc(sizeof *job);
    if (!job)
        return NULL;
    atomic_init(&job->references, 2); /* the handle's and the pool's */
    job->fn = fn;
    job->arg = arg;
    job->ctx = ctx ? rh_ctx_retain(ctx) : rh_ctx_background();
    rh_spawn_capture(&job->info, site);
    rh_trace_from_ctx(job->ctx, &job->info.context);
    return job;
}

rh_status rh_go_from(rh_ctx *ctx, rh_work fn, void *arg, rh_job **handle, const void *site)
{
    int error = rh_fail_point("go", EAGAIN);
    struct rh_job *job = error ? NULL : job_new(ctx, fn, arg, site);
    if (!job) {
        errno = error ? error : ENOMEM;
        return error ? RH_ESYS : RH_ENOMEM;
    }
    RH_PROBE2(spawn, fn, site);
    rh_status status = rh_pool_submit(job);
    if (status == RH_OK && handle) {
        *handle = job;
        return RH_OK;
    }
    if (status != RH_OK)
        job_unref(job);
    job_unref(job);
    return status;
}

rh_status rh_go(rh_ctx *ctx, rh_work fn, void *arg, rh_job **job)
{
    return rh_go_from(ctx, fn, arg, job, __builtin_return_address(0));
}

static rh_status result(struct rh_job *job, rh_error **error)
{
    if (job->panicked)
        return RH_PANIC;
    if (!job->error)
        return RH_OK;
    if (error)
        *error = rh_error_retain(job->error);
    return RH_FAILED;
}

static bool done(struct rh_job *job)
{
    return atomic_load(&job->state) == JOB_DONE;
}

/* Looks, remembers the count, looks again, sleeps while the count stands. */
static rh_status sleep_while_noted(struct rh_job *job, rh_ctx *ctx)
{
    for (;;) {
        uint32_t seen = atomic_load(&job->wakes);
        if (done(job))
            return RH_OK;
        rh_status status = rh_ctx_status(ctx);
        if (status != RH_OK)
            return status;
        atomic_fetch_add(&job->sleepers, 1);
        if (!done(job))
            futex_wait(&job->wakes, seen, RH_FOREVER);
        atomic_fetch_sub(&job->sleepers, 1);
    }
}

/* A once that the task needs and this thread initialises is to know that this thread waits for the task. */
static rh_status sleep_until_done(struct rh_job *job, rh_ctx *ctx)
{
    struct wait_note note;
    if (done(job))
        return RH_OK;
    waits_work_wait_begin(&note, job);
    rh_status status = sleep_while_noted(job, ctx);
    waits_end(&note);
    return status;
}

/* Short tasks end while one looks. */
static void look_a_while(struct rh_job *job)
{
    for (int i = 0; i < 200 && !done(job); i++)
        cpu_relax();
}

static rh_status wait_with_ctx(struct rh_job *job, rh_ctx *ctx)
{
    rh_ctx_hook hook;
    look_a_while(job);
    if (done(job))
        return RH_OK;
    rh_status status = rh_ctx_on_cancel(ctx, &hook, wake_waiters, job);
    if (status != RH_OK)
        return status;
    status = sleep_until_done(job, ctx);
    rh_ctx_hook_stop_wait(&hook);
    return status;
}

/* A task that is still queued after the look has a thread that is slow to wake up: it is run here instead. */
static rh_status wait_endless(struct rh_job *job)
{
    look_a_while(job);
    if (rh_self.inlined < MOST_INLINED && rh_job_take(job)) {
        rh_self.inlined++;
        rh_job_run(job);
        rh_self.inlined--;
    }
    return sleep_until_done(job, rh_ctx_background());
}

rh_status rh_job_wait(rh_job *job, rh_ctx *ctx, rh_error **error)
{
    bool endless = !ctx || ctx == rh_ctx_background();
    rh_status status = RH_OK;
    RH_PROBE1(join, job);
    if (!done(job))
        status = endless ? wait_endless(job) : wait_with_ctx(job, ctx);
    return status == RH_OK ? result(job, error) : status;
}

rh_status rh_job_record(rh_job *job, rh_panic_record *record)
{
    if (!done(job) || !job->panicked)
        return RH_EMPTY;
    if (!job->record)
        return RH_ENOMEM;
    *record = *job->record;
    return RH_OK;
}

rh_ctx *rh_task_ctx(void)
{
    return rh_self.task && rh_self.task->ctx ? rh_self.task->ctx : rh_ctx_background();
}
