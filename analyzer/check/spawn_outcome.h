/* Where a spawn's result is tested: on which side the task runs. */
#ifndef CHECK_SPAWN_OUTCOME_H
#define CHECK_SPAWN_OUTCOME_H

#include "check/check.h"

struct spawn_outcome {
    ir_block_id started, failed; /* both 0: nobody tests it at the end of the call's block */
};

/* The call's result is a status, 0 for success, or a handle, null for failure. */
struct spawn_outcome check_spawn_outcome(const struct check_pass *pass, ir_func_id func, ir_instr_id call);

#endif
