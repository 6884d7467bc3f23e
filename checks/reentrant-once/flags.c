/* Recursion that a flag cuts off: `if (busy) return; ... busy = true; run(); busy = false;` with a global flag. */
#include "ir/loops.h"
#include "once.h"

/* The global a value reads, following the temporary that a comparison left; `*negated` flips for `!` and `== 0`. */
static ir_path_id flag_read(const struct ir_func *func, ir_val val, ir_instr_id before, bool *negated, int depth)
{
    if (ir_val_kind(val) != VAL_PATH || depth > 4)
        return 0;
    const struct ir_path *path = &func->paths.data[ir_val_index(val)];
    if (path->base_kind == BASE_GLOBAL)
        return ir_val_index(val);
    for (ir_instr_id i = before; i-- > 0 && before - i < 16;) {
        const struct ir_instr *instr = &func->instrs.data[i];
        if (instr->dst != ir_val_index(val))
            continue;
        bool is_zero = ir_val_kind(instr->b) == VAL_INT && !func->ints.data[ir_val_index(instr->b)];
        if (instr->op == IR_UN && instr->sub == UN_NOT)
            *negated = !*negated;
        else if (instr->op == IR_BIN && instr->sub == BIN_EQ && is_zero)
            *negated = !*negated;
        else if (instr->op != IR_COPY && !(instr->op == IR_BIN && instr->sub == BIN_NE && is_zero))
            return 0;
        return flag_read(func, instr->a, i, negated, depth + 1);
    }
    return 0;
}

static bool same_global(const struct ir_func *a, ir_path_id pa, const struct ir_func *b, ir_path_id pb)
{
    const struct ir_path *x = &a->paths.data[pa], *y = &b->paths.data[pb];
    if (x->base_kind != BASE_GLOBAL || y->base_kind != BASE_GLOBAL || x->base != y->base ||
        x->step_count != y->step_count)
        return false;
    for (uint32_t i = 0; i < x->step_count; i++)
        if (a->steps.data[x->first_step + i].kind != b->steps.data[y->first_step + i].kind ||
            a->steps.data[x->first_step + i].arg != b->steps.data[y->first_step + i].arg)
            return false;
    return true;
}

/* Was the flag set to `value` on every way to `to`? */
static bool is_set_before(struct check_pass *pass, ir_func_id id, ir_instr_id to, const struct ir_func *flag_func,
                          ir_path_id flag, bool value)
{
    const struct ir_func *func = &pass->module->funcs.data[id];
    const struct ir_cfg *cfg = program_cfg(pass->program, id);
    ir_block_id target = ir_block_of(func, to);
    for (ir_instr_id i = 0; i < func->instrs.count; i++) {
        const struct ir_instr *instr = &func->instrs.data[i];
        if (instr->op != IR_COPY || ir_val_kind(instr->a) != VAL_INT)
            continue;
        if ((func->ints.data[ir_val_index(instr->a)] != 0) != value)
            continue;
        ir_block_id at = ir_block_of(func, i);
        if (same_global(func, instr->dst, flag_func, flag) && ir_dominates(cfg, at, target) &&
            (at != target || i < to))
            return true;
    }
    return false;
}

/* Does some branch that guards `chain->steps[step]` contradict what an earlier step set? */
static bool is_guarded(struct check_pass *pass, const struct once_chain *chain, uint32_t step)
{
    ir_func_id id = chain->steps[step].func;
    const struct ir_func *func = &pass->module->funcs.data[id];
    const struct ir_cfg *cfg = program_cfg(pass->program, id);
    ir_block_id target = ir_block_of(func, chain->steps[step].instr);
    for (ir_block_id block = 1; block < func->blocks.count; block++) {
        const struct ir_block *at = &func->blocks.data[block];
        ir_instr_id last = at->first + at->count - 1;
        const struct ir_instr *branch = &func->instrs.data[last];
        if (branch->op != IR_BRANCH || !ir_dominates(cfg, block, target) || block == target)
            continue;
        bool negated = false;
        ir_path_id flag = flag_read(func, branch->a, last, &negated, 0);
        bool on_true = ir_dominates(cfg, func->succs.data[at->first_succ], target);
        bool on_false = ir_dominates(cfg, func->succs.data[at->first_succ + 1], target);
        if (!flag || on_true == on_false)
            continue;
        bool passes_when = on_true != negated;
        for (uint32_t i = 0; i < step; i++)
            if (is_set_before(pass, chain->steps[i].func, chain->steps[i].instr, func, flag, !passes_when))
                return true;
    }
    return false;
}

bool once_is_cut_off(struct check_pass *pass, const struct once_chain *chain)
{
    for (uint32_t step = 1; step < chain->count; step++)
        if (is_guarded(pass, chain, step))
            return true;
    return false;
}
