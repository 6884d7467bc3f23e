/* rh/go.h: tasks on a pool of parked threads.
 *
 * rh_go starts a task in a fraction of a thread's time, because the thread is there already.  Every task that
 * is started has a thread of its own for as long as it runs: tasks may block and may wait for each other; the
 * pool grows as needed, and threads that find nothing to do for ten seconds go home.
 *
 * A task is an rh_work function.  It returns NULL or an rh_error, which is handed over; a panic in it ends
 * the task with RH_PANIC.  It must not call pthread_exit, nor count on thread-local values of another task.
 * Pool threads block all asynchronous signals.  The library starts its first thread with the first task; a
 * child of fork() begins with an empty pool.
 */
#ifndef RH_GO_H
#define RH_GO_H

#include <rh/context.h>
#include <rh/error.h>
#include <rh/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a task runs.  `ctx` is the one given to who started it, valid during the call. */
typedef rh_error *(*rh_work)(rh_ctx *ctx, void *arg);

/* A task that was started and may be waited for. */
typedef struct rh_job rh_job;

/* Starts fn(ctx, arg).  `ctx` is retained until the task ends; NULL is the background.  `*job`, unless `job`
 * is NULL, is a handle that the caller releases.  Never waits for a task. RH_ENOMEM, or RH_ESYS where no
 * thread could be had: nothing was started. */
RH_API rh_status rh_go(rh_ctx *ctx, rh_work fn, void *arg, rh_job **job);

/* Waits until the task has ended or `ctx` (NULL: background) has.  RH_OK: it returned NULL.  RH_FAILED: it
 * returned an error; `*error`, unless NULL, is a reference for the caller.  RH_PANIC: see rh_job_record.
 * RH_CANCELLED, RH_TIMEOUT: `ctx` ended first; wait again as you like.  A task that no thread has begun yet
 * may be run on the waiting thread, under its own identity, when `ctx` can't end.  Any number of threads may
 * wait. */
RH_API rh_status rh_job_wait(rh_job *job, rh_ctx *ctx, rh_error **error);

/* The record of a task that ended with RH_PANIC: RH_OK.  RH_EMPTY: it did not panic, or has not ended.
 * RH_ENOMEM: there was no memory to keep the record, which was written all the same. */
RH_API rh_status rh_job_record(rh_job *job, rh_panic_record *record);

/* Lets go of the handle; the task runs on.  NULL is allowed. */
RH_API void rh_job_release(rh_job *job);

/* The context of the running task: the one given to rh_go or the group's; the background elsewhere.  Not
 * retained. */
RH_API rh_ctx *rh_task_ctx(void);

/* rh_go for wrappers: `site` is an address in the function that is to be named as the spawner. */
RH_API rh_status rh_go_from(rh_ctx *ctx, rh_work fn, void *arg, rh_job **job, const void *site);

/* How many threads the pool has and how many of them wait for work. */
RH_API void rh_pool_count(unsigned *threads, unsigned *idle);

#ifdef __cplusplus
}
#endif
#endif
