/* What checks ask about the function that starts a task. */
#ifndef CHECK_SPAWNED_H
#define CHECK_SPAWNED_H

#include "check/check.h"

enum { FAILED_BLOCKS = 8 };

/* Where the spawn's status says that nothing was started: the blocks which its tests lead to then, at most
 * FAILED_BLOCKS. */
uint32_t check_failed_blocks(const struct check_pass *pass, ir_func_id func, ir_instr_id spawn, ir_block_id *out);
/* Is it the first instruction of one of them? */
bool check_is_failure(const struct ir_func *func, const ir_block_id *failed, uint32_t count, ir_instr_id instr);
/* By function: marks also who calls one that is marked. */
void check_mark_callers(const struct check_pass *pass, bool *marked);

#endif
