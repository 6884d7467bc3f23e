#include "check/spawn_outcome.h"

#include "ir/loops.h"

/* What is known of a value: `result`, or whether a comparison of it holds when the spawn has worked. */
struct known {
    ir_path_id path;
    bool is_result, started;
};

static bool compare_status(const struct ir_func *func, const struct ir_instr *instr, int64_t status, bool *holds)
{
    if (ir_val_kind(instr->b) != VAL_INT)
        return false;
    int64_t with = func->ints.data[ir_val_index(instr->b)];
    switch ((enum ir_bin)instr->sub) {
    case BIN_EQ: *holds = status == with; return true;
    case BIN_NE: *holds = status != with; return true;
    case BIN_LT: *holds = status < with; return true;
    case BIN_GT: *holds = status > with; return true;
    case BIN_LE: *holds = status <= with; return true;
    case BIN_GE: *holds = status >= with; return true;
    default: return false;
    }
}

/* Follows the one value from the call on; false: the instruction makes something else of it. */
static bool follow(const struct ir_func *func, const struct ir_instr *instr, int64_t success, struct known *known)
{
    if (!instr->dst || instr->a != IR_VAL(VAL_PATH, known->path))
        return false;
    if (instr->op == IR_COPY) {
        known->path = instr->dst;
        return true;
    }
    if (instr->op == IR_UN && instr->sub == UN_NOT) {
        known->started = known->is_result ? success == 0 : !known->started;
    } else if (instr->op != IR_BIN || !known->is_result ||
               !compare_status(func, instr, success, &known->started)) {
        return false;
    }
    known->path = instr->dst;
    known->is_result = false;
    return true;
}

struct spawn_outcome check_spawn_outcome(const struct check_pass *pass, ir_func_id id, ir_instr_id call)
{
    const struct ir_func *func = &pass->module->funcs.data[id];
    const struct ir_block *block = &func->blocks.data[ir_block_of(func, call)];
    ir_instr_id last = block->first + block->count - 1;
    struct known known = {func->instrs.data[call].dst, true, false};
    if (!known.path || func->instrs.data[last].op != IR_BRANCH)
        return (struct spawn_outcome){0};
    uint8_t kind = pass->module->types.data[func->paths.data[known.path].type].kind;
    int64_t success = kind == TYPE_POINTER || kind == TYPE_BOOL ? 1 : 0;
    for (ir_instr_id i = call + 1; i < last; i++)
        follow(func, &func->instrs.data[i], success, &known);
    if (func->instrs.data[last].a != IR_VAL(VAL_PATH, known.path))
        return (struct spawn_outcome){0};
    bool first = known.is_result ? success != 0 : known.started;
    const ir_block_id *succs = &func->succs.data[block->first_succ];
    return (struct spawn_outcome){succs[first ? 0 : 1], succs[first ? 1 : 0]};
}
