#include "ways.h"

#include "check/spawn_outcome.h"
#include "link/channels.h"

enum { COPIES_DEEP = 5 };

struct turn {
    const struct channel_question *question;
    ir_func_id id;
    const struct ir_func *func;
    const struct ir_loops *loops;
    ir_block_id head;
};

ir_func_id ways_wrapped(const struct channel_question *question, ir_func_id func, ir_instr_id instr)
{
    const struct call_site *site = program_site(question->pass->program, func, instr);
    ir_func_id callee = site && site->target_count == 1 && !site->model ? site->targets[0].func : 0;
    uint32_t uses = 0;
    if (!callee || question->pass->module->funcs.data[callee].blocks.count != 2) /* with the reserved one */
        return 0;
    for (uint32_t i = 0; i < question->uses->uses.count; i++) {
        const struct channel_use *use = &question->uses->uses.data[i];
        uses += use->func == callee && (channel_use_is_of(question->uses, use, question->receiving) ||
                                        channel_use_is_of(question->uses, use, question->sending));
    }
    return uses == 1 ? callee : 0;
}

static bool is_base(const struct turn *turn, ir_val val, ir_local_id local)
{
    if (ir_val_kind(val) != VAL_ADDR && ir_val_kind(val) != VAL_PATH)
        return false;
    const struct ir_path *path = &turn->func->paths.data[ir_val_index(val)];
    return path->base_kind == BASE_LOCAL && path->base == local;
}

/* The use is a receive, and in the loop. */
static bool receives_in_turn(const struct turn *turn, const struct channel_use *use, ir_func_id func,
                             ir_instr_id instr)
{
    return use->kind == CHANNEL_RECEIVED && use->func == func &&
           channel_use_is_of(turn->question->uses, use, turn->question->receiving) &&
           ir_loop_holds(turn->loops, turn->head, ir_block_of(turn->func, instr));
}

/* A call that only receives is handed the local's address. */
static bool is_wrapped_message(const struct turn *turn, const struct channel_use *use, ir_local_id local)
{
    const struct program *program = turn->question->pass->program;
    const struct program_func *data = &program->funcs.data[turn->id];
    for (uint32_t i = data->first_site; i < data->first_site + data->site_count; i++) {
        ir_instr_id instr = program->sites.data[i].instr;
        const struct ir_instr *call = &turn->func->instrs.data[instr];
        ir_func_id wrapped = ways_wrapped(turn->question, turn->id, instr);
        if (!wrapped || !receives_in_turn(turn, use, wrapped, instr))
            continue;
        for (uint32_t k = 0; k < call->arg_count; k++)
            if (ir_val_kind(turn->func->args.data[call->first_arg + k]) == VAL_ADDR &&
                is_base(turn, turn->func->args.data[call->first_arg + k], local))
                return true;
    }
    return false;
}

/* Some receive in the loop writes the local. */
static bool is_message(const struct turn *turn, ir_local_id local)
{
    const struct channel_uses *uses = turn->question->uses;
    for (uint32_t i = 0; i < uses->uses.count; i++) {
        const struct channel_use *use = &uses->uses.data[i];
        if (use->kind == CHANNEL_RECEIVED && is_wrapped_message(turn, use, local))
            return true;
        if (!receives_in_turn(turn, use, turn->id, use->instr) || !use->role->at[POS_VALUE])
            continue;
        const struct ir_instr *call = &turn->func->instrs.data[use->instr];
        if (is_base(turn, role_value(turn->func, call, use->role->at[POS_VALUE]), local))
            return true;
    }
    return false;
}

static bool is_of_message(const struct turn *turn, ir_val val, int depth);

static bool definition_is_of_message(const struct turn *turn, const struct ir_instr *instr, int depth)
{
    switch ((enum ir_op)instr->op) {
    case IR_COPY:
    case IR_UN:
        return is_of_message(turn, instr->a, depth);
    case IR_BIN: /* comparisons; sums count something */
        return (instr->sub >= BIN_EQ && instr->sub <= BIN_GE) &&
               (is_of_message(turn, instr->a, depth)
                    ? ir_val_kind(instr->b) == VAL_INT
                    : ir_val_kind(instr->a) == VAL_INT && is_of_message(turn, instr->b, depth));
    case IR_CALL:
        for (uint32_t i = 0; i < instr->arg_count; i++)
            if (is_of_message(turn, turn->func->args.data[instr->first_arg + i], depth))
                return true;
        return false;
    default:
        return false;
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
        if (!instr->dst || dst->base_kind != BASE_LOCAL || dst->base != path->base ||
            instr->op == IR_LIFE_BEGIN || instr->op == IR_LIFE_END)
            continue;
        if (!ir_loop_holds(turn->loops, turn->head, ir_block_of(turn->func, i)) ||
            !definition_is_of_message(turn, instr, depth + 1))
            return false;
        any = true;
    }
    return any;
}

bool ways_leave_on_message(const struct channel_question *question, ir_func_id func,
                           const struct ir_loops *loops, ir_block_id head, ir_block_id from)
{
    struct turn turn = {question, func, &question->pass->module->funcs.data[func], loops, head};
    const struct ir_block *block = &turn.func->blocks.data[from];
    const struct ir_instr *last = &turn.func->instrs.data[block->first + block->count - 1];
    return (last->op == IR_BRANCH || last->op == IR_SWITCH) && is_of_message(&turn, last->a, 0);
}

enum sender_end ways_ends_sender(const struct channel_question *question, ir_func_id func, ir_instr_id instr)
{
    const struct check_pass *pass = question->pass;
    const struct role *join = check_role(pass, func, instr, ROLE_JOIN);
    const struct role *interrupt = check_role(pass, func, instr, ROLE_INTERRUPT);
    if (!join && !interrupt)
        return SENDER_GOES_ON;
    const struct ir_func *data = &pass->module->funcs.data[func];
    int at = join ? join->at[POS_HANDLE] : interrupt->at[POS_HANDLE];
    value_place handle = check_handle_place(pass, func, role_value(data, &data->instrs.data[instr], at));
    for (uint32_t i = 0; handle && i < pass->program->spawns.count; i++) {
        const struct spawn *spawn = &pass->program->spawns.data[i];
        if (spawn->entries.count && check_spawn_handle(pass, spawn) == handle &&
            question->sends[spawn->entries.items[0].func])
            return join && check_role(pass, func, instr, ROLE_BLOCK) ? SENDER_IS_JOINED : SENDER_IS_ENDED;
    }
    return SENDER_GOES_ON;
}
