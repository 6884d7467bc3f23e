#include "check/branches.h"

#include "ir/loops.h"

static const struct ir_func *body(const struct check_pass *pass, ir_func_id func)
{
    return &pass->module->funcs.data[func];
}

bool check_some_branch(const struct check_pass *pass, ir_func_id func, ir_instr_id instr,
                       bool (*fits)(void *context, ir_func_id func, ir_instr_id branch), void *context)
{
    const struct ir_func *data = body(pass, func);
    const struct ir_cfg *cfg = program_cfg(pass->program, func);
    ir_block_id at = ir_block_of(data, instr);
    for (at = cfg->rpo_index[at] == UINT32_MAX ? 0 : cfg->idom[at]; at; at = cfg->idom[at]) {
        ir_instr_id last = data->blocks.data[at].first + data->blocks.data[at].count - 1;
        enum ir_op op = (enum ir_op)data->instrs.data[last].op;
        if ((op == IR_BRANCH || op == IR_SWITCH) && fits(context, func, last))
            return true;
    }
    return false;
}

/* ---- who is picked ---- */

enum { NEAR = 256 /* instructions: who is picked is computed where it is asked */ };

/* The last instruction shortly before `before` that assigns the path; 0: none. */
static ir_instr_id assigned_before(const struct ir_func *func, ir_path_id path, ir_instr_id before)
{
    for (ir_instr_id i = before; i > 1 && before - i < NEAR; i--)
        if (func->instrs.data[i - 1].dst == path && func->instrs.data[i - 1].op != IR_LIFE_BEGIN &&
            func->instrs.data[i - 1].op != IR_LIFE_END)
            return i - 1;
    return 0;
}

static ir_instr_id block_end(const struct ir_func *func, ir_instr_id instr)
{
    const struct ir_block *block = &func->blocks.data[ir_block_of(func, instr)];
    return block->first + block->count;
}

bool check_is_read_modify_write(const struct check_pass *pass, ir_func_id id, ir_instr_id read)
{
    const struct ir_func *func = body(pass, id);
    const struct ir_instr *instr = &func->instrs.data[read];
    if (instr->op != IR_COPY || ir_val_kind(instr->a) != VAL_PATH)
        return false;
    for (ir_instr_id i = read + 1; i < block_end(func, read); i++)
        if (func->instrs.data[i].dst == ir_val_index(instr->a))
            return true;
    return false;
}

/* The value comes from an atomic operation, or from counting down: `--refs == 0`. */
static bool comes_from_picking(const struct check_pass *pass, ir_func_id id, ir_val val, ir_instr_id before,
                               int depth)
{
    const struct ir_func *func = body(pass, id);
    ir_instr_id def = ir_val_kind(val) == VAL_PATH ? assigned_before(func, ir_val_index(val), before) : 0;
    if (!def || depth > 4)
        return false;
    const struct ir_instr *instr = &func->instrs.data[def];
    if (instr->op == IR_CALL)
        return check_role(pass, id, def, ROLE_HANDOVER) != NULL;
    if (instr->op == IR_BIN && ir_val_kind(instr->a) == VAL_PATH && ir_val_index(instr->a) == instr->dst &&
        (instr->sub == BIN_SUB || instr->sub == BIN_ADD))
        return true;
    if (check_is_read_modify_write(pass, id, def))
        return true;
    if (instr->op != IR_BIN && instr->op != IR_UN && instr->op != IR_COPY)
        return false;
    return comes_from_picking(pass, id, instr->a, def, depth + 1) ||
           (instr->op == IR_BIN && comes_from_picking(pass, id, instr->b, def, depth + 1));
}

static bool is_picking(void *context, ir_func_id func, ir_instr_id branch)
{
    const struct check_pass *pass = context;
    return comes_from_picking(pass, func, body(pass, func)->instrs.data[branch].a, branch, 0);
}

bool check_is_picked(const struct check_pass *pass, ir_func_id func, ir_instr_id instr)
{
    return check_some_branch(pass, func, instr, is_picking, (void *)(uintptr_t)pass);
}
