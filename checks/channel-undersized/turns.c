/* for (i = a; i < n; i++): n - a turns. */
#include "undersized.h"

struct counter {
    const struct ir_func *func;
    ir_path_id path;
    const struct ir_instr *start, *step; /* its only assignments outside and inside of the loop */
    ir_block_id step_block;
};

static bool is_constant(const struct ir_func *func, ir_val val, int64_t value)
{
    return ir_val_kind(val) == VAL_INT && func->ints.data[ir_val_index(val)] == value;
}

static bool find_counter(const struct ir_func *func, const struct ir_loops *loops, ir_block_id head,
                         struct counter *counter)
{
    for (ir_instr_id i = 1; i < func->instrs.count; i++) {
        const struct ir_instr *instr = &func->instrs.data[i];
        if (instr->dst != counter->path || instr->op == IR_LIFE_BEGIN || instr->op == IR_LIFE_END)
            continue;
        ir_block_id block = ir_block_of(func, i);
        bool inside = ir_loop_holds(loops, head, block);
        if (inside ? counter->step != NULL : counter->start != NULL)
            return false;
        *(inside ? &counter->step : &counter->start) = instr;
        if (inside)
            counter->step_block = block;
    }
    return counter->start && counter->step && counter->start->op == IR_COPY && counter->step->op == IR_BIN &&
           counter->step->sub == BIN_ADD && counter->step->a == IR_VAL(VAL_PATH, counter->path) &&
           is_constant(func, counter->step->b, 1);
}

/* Every turn passes the step. */
static bool steps_always(const struct ir_cfg *cfg, const struct ir_loops *loops, ir_block_id head,
                         const struct counter *counter)
{
    for (uint32_t i = 0; i < cfg->pred_count[head]; i++) {
        ir_block_id pred = cfg->preds[cfg->pred_first[head] + i];
        if (ir_loop_holds(loops, head, pred) && !ir_dominates(cfg, counter->step_block, pred))
            return false;
    }
    return loops->head[counter->step_block] == head;
}

/* The comparison that the head branches on. */
static const struct ir_instr *comparison_of(const struct ir_func *func, ir_block_id head)
{
    const struct ir_block *block = &func->blocks.data[head];
    const struct ir_instr *branch = &func->instrs.data[block->first + block->count - 1];
    if (branch->op != IR_BRANCH || ir_val_kind(branch->a) != VAL_PATH)
        return NULL;
    for (ir_instr_id i = block->first + block->count - 1; i-- > block->first;)
        if (func->instrs.data[i].dst == ir_val_index(branch->a))
            return func->instrs.data[i].op == IR_BIN ? &func->instrs.data[i] : NULL;
    return NULL;
}

struct amount loop_turns(const struct check_pass *pass, ir_func_id id, const struct ir_cfg *cfg,
                         const struct ir_loops *loops, ir_block_id head)
{
    const struct ir_func *func = &pass->module->funcs.data[id];
    struct amount uncounted = {.factor = 1, .func = id, .symbol = head, .is_loop = true};
    const struct ir_instr *compare = comparison_of(func, head);
    const struct ir_block *block = &func->blocks.data[head];
    if (!compare || (compare->sub != BIN_LT && compare->sub != BIN_NE && compare->sub != BIN_LE) ||
        ir_val_kind(compare->a) != VAL_PATH ||
        !ir_loop_holds(loops, head, func->succs.data[block->first_succ]))
        return uncounted;
    struct counter counter = {.func = func, .path = ir_val_index(compare->a)};
    if (!find_counter(func, loops, head, &counter) || !steps_always(cfg, loops, head, &counter))
        return uncounted;
    struct amount start = amount_of_value(pass, id, counter.start->a),
                  end = amount_of_value(pass, id, compare->b);
    struct amount turns = amount_add(end, amount_negate(start));
    turns = amount_add(turns, amount_of(compare->sub == BIN_LE ? 1 : 0));
    return turns.is_unknown ? uncounted : turns;
}
