/* What becomes of what a spawn gives: on which side of a test the task runs, and where its handle is kept. */
#ifndef CHECK_SPAWN_OUTCOME_H
#define CHECK_SPAWN_OUTCOME_H

#include "check/check.h"
#include "link/channels.h"

struct spawn_outcome {
    ir_block_id started, failed; /* both 0: nobody tests it at the end of the call's block */
};

/* The call's result is a status, 0 for success, or a handle, null for failure. */
struct spawn_outcome check_spawn_outcome(const struct check_pass *pass, ir_func_id func, ir_instr_id call);
/* Where the handle is, after the copies and moves of the function that spawns; 0: there is none, or it is not
 * known. */
value_place check_spawn_handle(const struct check_pass *pass, const struct spawn *spawn);
/* Where the handle at a value is kept: through references, iterators and what else gives an element of a
 * container, which counts as the place of all its elements. */
value_place check_handle_place(const struct check_pass *pass, ir_func_id func, ir_val val);

#endif
