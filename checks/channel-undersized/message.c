#include "ways.h"

#include "link/channels.h"

enum { COPIES_DEEP = 5 };

struct turn {
    const struct channel_question *question;
    ir_func_id id;
    const struct ir_func *func;
    const struct ir_loops *loops;
    ir_block_id head;
};

/* Some receive in the loop writes the local. */
static bool is_message(const struct turn *turn, ir_local_id local)
{
    const struct channel_uses *uses = turn->question->uses;
    for (uint32_t i = 0; i < uses->uses.count; i++) {
        const struct channel_use *use = &uses->uses.data[i];
        if (use->kind != CHANNEL_RECEIVED || use->func != turn->id || !use->role->at[POS_VALUE] ||
            !channel_use_is_of(uses, use, turn->question->receiving) ||
            !ir_loop_holds(turn->loops, turn->head, ir_block_of(turn->func, use->instr)))
            continue;
        ir_val value = role_value(turn->func, &turn->func->instrs.data[use->instr], use->role->at[POS_VALUE]);
        if (ir_val_kind(value) != VAL_ADDR && ir_val_kind(value) != VAL_PATH)
            continue;
        const struct ir_path *path = &turn->func->paths.data[ir_val_index(value)];
        if (path->base_kind == BASE_LOCAL && path->base == local)
            return true;
    }
    return false;
}

static bool is_of_message(const struct turn *turn, ir_val val, int depth);

static bool definition_is_of_message(const struct turn *turn, const struct ir_instr *instr, int depth)
{
    switch ((enum ir_op)instr->op) {
    case IR_COPY:
    case IR_UN: return is_of_message(turn, instr->a, depth);
    case IR_BIN: /* comparisons; sums count something */
        return (instr->sub >= BIN_EQ && instr->sub <= BIN_GE) &&
               (is_of_message(turn, instr->a, depth)   ? ir_val_kind(instr->b) == VAL_INT
                : ir_val_kind(instr->a) == VAL_INT && is_of_message(turn, instr->b, depth));
    case IR_CALL:
        for (uint32_t i = 0; i < instr->arg_count; i++)
            if (is_of_message(turn, turn->func->args.data[instr->first_arg + i], depth))
                return true;
        return false;
    default: return false;
    }
}

/* All definitions in the loop are, and there is one. */
static bool is_of_message(const struct turn *turn, ir_val val, int depth)
{
    if ((ir_val_kind(val) != VAL_PATH && ir_val_kind(val) != VAL_ADDR) || depth > COPIES_DEEP)
        return false;
    const struct ir_path *path = &turn->func->paths.data[ir_val_index(val)];
    if (path->base_kind != BASE_LOCAL)
        return false;
    if (is_message(turn, path->base))
        return true;
    bool any = false;
    for (ir_instr_id i = 1; i < turn->func->instrs.count; i++) {
        const struct ir_instr *instr = &turn->func->instrs.data[i];
        const struct ir_path *dst = &turn->func->paths.data[instr->dst];
        if (!instr->dst || dst->base_kind != BASE_LOCAL || dst->base != path->base || instr->op == IR_LIFE_BEGIN ||
            instr->op == IR_LIFE_END)
            continue;
        if (!ir_loop_holds(turn->loops, turn->head, ir_block_of(turn->func, i)) ||
            !definition_is_of_message(turn, instr, depth + 1))
            return false;
        any = true;
    }
    return any;
}

bool ways_leave_on_message(const struct channel_question *question, ir_func_id func, const struct ir_loops *loops,
                           ir_block_id head, ir_block_id from)
{
    struct turn turn = {question, func, &question->pass->module->funcs.data[func], loops, head};
    const struct ir_block *block = &turn.func->blocks.data[from];
    const struct ir_instr *last = &turn.func->instrs.data[block->first + block->count - 1];
    return (last->op == IR_BRANCH || last->op == IR_SWITCH) && is_of_message(&turn, last->a, 0);
}

bool ways_joins_sender(const struct channel_question *question, ir_func_id func, ir_instr_id instr)
{
    const struct check_pass *pass = question->pass;
    const struct role *join = check_role(pass, func, instr, ROLE_JOIN);
    if (!join || !check_role(pass, func, instr, ROLE_BLOCK))
        return false;
    const struct ir_func *data = &pass->module->funcs.data[func];
    value_place handle =
        place_of_value(pass->module, func, role_value(data, &data->instrs.data[instr], join->at[POS_HANDLE]));
    for (uint32_t i = 0; handle && i < pass->program->spawns.count; i++) {
        const struct spawn *spawn = &pass->program->spawns.data[i];
        const struct ir_func *spawner = &pass->module->funcs.data[spawn->func];
        if (spawn->hop_count || !spawn->role || !spawn->role->at[POS_HANDLE] || !spawn->entries.count)
            continue;
        ir_val own = role_value(spawner, &spawner->instrs.data[spawn->instr], spawn->role->at[POS_HANDLE]);
        if (place_of_value(pass->module, spawn->func, own) == handle &&
            question->sends[spawn->entries.items[0].func])
            return true;
    }
    return false;
}
