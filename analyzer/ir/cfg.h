/* Orders and dominators over a function's blocks, with the exceptional edges made explicit.
 *
 * Lifetime: the arena given.  Edges: a block's successors, and for each instruction that may unwind (calls, THROW,
 * RETHROW, RESUME, HAVOC, AWAIT) what ir_landings says of its region.
 * Dominators after Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm" (2001).
 */
#ifndef IR_CFG_H
#define IR_CFG_H

#include "ir/ir.h"

struct ir_cfg {
    const struct ir_func *func;
    uint32_t block_count;      /* including the reserved 0 */
    ir_block_id *rpo;          /* reverse postorder of reachable blocks */
    uint32_t rpo_count;
    uint32_t *rpo_index;       /* by block; UINT32_MAX: unreachable */
    ir_block_id *idom;         /* by block; entry's is 0 */
    uint32_t *pred_first, *pred_count;
    ir_block_id *preds;        /* normal and exceptional */
    uint32_t *succ_first, *succ_count;
    ir_block_id *succs;        /* normal (as folded) first, then exceptional; each once */
    bool *is_loop_head;        /* target of an edge that goes back in reverse postorder */
};

/* `fold`: branches and switches on VAL_INT constants follow only the edge taken. */
struct ir_cfg *ir_cfg_build(struct arena *arena, const struct ir_func *func, bool fold);
/* May control unwind from this opcode? */
bool ir_op_may_unwind(enum ir_op op);
/* Both must be reachable. A block dominates itself. */
bool ir_dominates(const struct ir_cfg *cfg, ir_block_id a, ir_block_id b);

/* The blocks control may unwind to straight from `region`: handler blocks, innermost first, up to and including the
 * first catch-all or the first cleanup (whose RESUME goes on by itself); returns their number, blocks in `out`
 * (arena; may be NULL).  `*escapes`: some exception may leave the function without passing any of them. */
uint32_t ir_landings(struct arena *arena, const struct ir_func *func, ir_region_id region, ir_block_id **out,
                     bool *escapes);

#endif
