/* Proofs that a call which may throw does not: a test that dominates it. */
#ifndef LINK_PROOF_H
#define LINK_PROOF_H

#include "ir/cfg.h"
#include "link/tables.h"

struct proof {
    struct program *program;
    ir_func_id id;
    const struct ir_func *func;
    const struct ir_cfg *cfg;
    ir_instr_id call;
    ir_block_id block;  /* of the call */
    ir_val object, index;
};

/* A branch on `index < size(object)` or its like dominates the call, and neither changed since. */
bool proof_in_bounds(const struct proof *proof);
/* A branch on a `tests` call of `object` dominates the call, and the object did not change since. */
bool proof_tested(const struct proof *proof);
/* A branch on the pointer through which the object was found, not null, dominates the call. */
bool proof_pointer_tested(const struct proof *proof);

#endif
