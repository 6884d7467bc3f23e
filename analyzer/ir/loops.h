/* Natural loops as a tree: for each block the head of the innermost loop around it, for each head the next one out.
 *
 * After Havlak's nesting by reverse order of heads with path compression (TOPLAS 1997), for the reducible part: what an
 * irreducible goto makes has no head and is no loop here.  Only normal edges count; a handler is no loop.  Linear up to
 * the compression.  Lifetime: the arena given.
 */
#ifndef IR_LOOPS_H
#define IR_LOOPS_H

#include "ir/cfg.h"

struct ir_loops {
    ir_block_id *head;   /* by block: innermost loop's head (a head's own is itself); 0: in no loop */
    ir_block_id *parent; /* by head: the head of the loop around it; 0: none */
};

struct ir_loops *ir_loops_find(struct arena *arena, const struct ir_func *func, const struct ir_cfg *cfg);

/* Is `block` in the loop of `head`? */
static inline bool ir_loop_holds(const struct ir_loops *loops, ir_block_id head, ir_block_id block)
{
    ir_block_id at = loops->head[block];
    while (at && at != head)
        at = loops->parent[at];
    return at != 0;
}

/* The block of an instruction: instructions are numbered through, in the blocks' order of `first`. */
ir_block_id ir_block_of(const struct ir_func *func, ir_instr_id instr);

#endif
