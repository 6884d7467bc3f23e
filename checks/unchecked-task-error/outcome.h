/* unchecked-task-error in four parts: tasks and who reads their outcome (outcome.c), joins and group waits that don't ask
 * (joins.c), futures that are thrown away (futures.c), and the check. */
#ifndef CHECK_UNCHECKED_TASK_ERROR_OUTCOME_H
#define CHECK_UNCHECKED_TASK_ERROR_OUTCOME_H

#include "check/check.h"
#include "link/handles.h"

struct task { /* a spawn that keeps what its entry lets out, and where its handle may be */
    const struct spawn *spawn;
    struct handle_reach handle;
    bool is_read; /* somebody asks how it ended, or its handle gets into code outside the project */
};

struct outcomes {
    struct check_pass *pass;
    struct handles *handles;
    VEC(struct task) tasks;
};

/* ---- outcome.c ---- */

void outcomes_collect(struct outcomes *outcomes, struct check_pass *pass);
/* The likeliest panic that the task's entry lets out and its spawn keeps; NULL: none is known. */
const struct panic_effect *kept_panic(const struct outcomes *outcomes, const struct task *task);
/* Can the entry return anything but 0? */
bool may_return_error(const struct outcomes *outcomes, const struct task *task);
bool is_ours(const struct check_pass *pass, ir_func_id func, ir_instr_id instr);

/* ---- joins.c, futures.c ---- */

void check_joins(struct outcomes *outcomes);
void check_futures(struct outcomes *outcomes);

#endif
