/* job.h (internal): a task on the pool.
 *
 * QUEUED -> RUNNING -> DONE.  Who takes it from QUEUED (a pool thread or a waiter) runs it.  `wakes` counts
 * reasons for waiters to look again; they sleep on it, after a short look at the state.
 */
#ifndef RH_SRC_JOB_H
#define RH_SRC_JOB_H

#include <rh/go.h>
#include <rh/spawn.h>

#include "futex.h"

enum { JOB_QUEUED, JOB_RUNNING, JOB_DONE };

struct rh_job {
    _Atomic uint32_t state, wakes, sleepers, references;
    rh_work fn;
    void *arg;
    rh_ctx *ctx;
    rh_spawn_info info;
    rh_error *error; /* what fn returned */
    bool panicked;
    rh_panic_record *record; /* of a panic, if there was memory for it */
    struct rh_job *next;     /* in the pool's queue */
};

/* Takes the job from QUEUED; true: the caller must run it. */
bool rh_job_take(struct rh_job *job);

/* Runs what was taken, then lets waiters know.  The caller still holds its reference. */
void rh_job_run(struct rh_job *job);

/* Gives the job to a thread; RH_ESYS when there is none and none can be made.  Takes over one reference. */
rh_status rh_pool_submit(struct rh_job *job);

#endif
