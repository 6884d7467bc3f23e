/* task.h (internal): the tasks that run now. */
#ifndef RH_SRC_TASK_H
#define RH_SRC_TASK_H

#include <rh/context.h>
#include <rh/spawn.h>

#include "frame.h"

/* One running task.  Lives on the stack of its root, from rh_task_begin to rh_task_end. */
struct rh_task {
    rh_spawn_info info;
    uint64_t id;
    int64_t started;       /* rh_now() */
    int64_t thread;        /* kernel thread id, 0 until someone dumps */
    const char *doing;     /* static text for dumps, or NULL: running */
    struct rh_task *outer; /* what ran on this thread before, e.g. when rh_task_run nests */
    uint64_t outer_id;
    rh_ctx *ctx;                  /* set by who makes the task, or NULL */
    struct rh_task *next, **link; /* the list of all tasks, under its lock */
};

void rh_task_begin(struct rh_task *task, const rh_spawn_info *info);
void rh_task_end(struct rh_task *task);

/* Runs fn(arg) between begin and end under a frame; a panic's record goes to *record unless NULL. */
rh_status rh_task_root(struct rh_task *task, const rh_spawn_info *info, unsigned flags, void (*fn)(void *),
                       void *arg, rh_panic_record *record);

/* The running task's spawn sites and trace context into the record. */
void rh_task_describe(rh_panic_record *record);

/* A fresh identity. */
uint64_t rh_task_id_next(void);

/* Calls visit for every running task, under the list's lock: visit must not start or end tasks. */
void rh_task_each(void (*visit)(const struct rh_task *task, void *arg), void *arg);

#endif
