/* What may run in parallel with what: the spawn tree, and the waits that put an order into it.
 *
 * Tasks are the outside (main, and whoever calls the program's functions) and one for each spawn.  A task
 * runs from the instruction that starts it until somebody has waited for it (link/waits.h): until then all
 * that its spawner does, and all tasks that are started meanwhile, run in parallel to it.  A function whose
 * task may still run when it returns is, for its callers, what starts that task; so that every such pair
 * meets in the function where both are in sight.
 *
 * Sides of a branch on which the start is known to have failed (`if (pthread_create(...)) return`) are not
 * followed.  A wait behind a condition (`if (started) join`, a loop of joins) is taken to wait where the
 * condition is decided: whether there is a task to be waited for is the program's business.
 *
 * Only the caches inside change once solved.  Lifetime: the arena given.
 */
#ifndef LINK_PARALLEL_H
#define LINK_PARALLEL_H

#include "ir/cfg.h"
#include "link/object.h"
#include "link/waits.h"

struct parallel;

/* What a call returns when it has started the task. */
enum start_outcome { STARTED_ANYHOW, STARTED_IF_VALUE, STARTED_IF_NOT_ZERO };

struct task_start {
    ir_instr_id instr; /* the spawn, or a call that leaves the task running */
    task_id task;
    enum start_outcome outcome;
    int64_t value;
};

struct parallel *parallel_solve(struct arena *arena, const struct program *program,
                                const struct channels *flows);
const struct waits *parallel_waits(const struct parallel *parallel);

/* May the task execute the function? */
bool parallel_runs(const struct parallel *parallel, task_id task, ir_func_id func);
/* Where tasks come into being in the function, as far as it sees; what a task's entry leaves running starts
 * with it. */
const struct task_start *parallel_starts(const struct parallel *parallel, ir_func_id func, uint32_t *count);

struct parallel_way {
    ir_func_id func;
    const struct task_start *start; /* the way begins behind it; NULL: at the function's entry */
    task_id task;
    ir_instr_id to; /* a return for the function's end */
    const struct object
        *name; /* NULL, or of `func`, by name: nothing on the way may assign a part of it anew */
};

/* Is there a way on which nobody waits for the task? */
bool parallel_is_running(struct parallel *parallel, const struct parallel_way *way);
/* May both run at the same time?  With a task itself: may there be several of it at once? */
bool parallel_with(struct parallel *parallel, task_id a, task_id b);

#endif
