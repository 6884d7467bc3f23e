#include "check/spawn_outcome.h"

#include "ir/loops.h"

enum { SOURCES_DEEP = 8 };

/* What is known of a value: `result`, or whether a comparison of it holds when the spawn has worked. */
struct known {
    ir_path_id path;
    bool is_result, started;
};

static bool compare_status(const struct ir_func *func, const struct ir_instr *instr, int64_t status,
                           bool *holds)
{
    if (ir_val_kind(instr->b) != VAL_INT)
        return false;
    int64_t with = func->ints.data[ir_val_index(instr->b)];
    switch ((enum ir_bin)instr->sub) {
    case BIN_EQ:
        *holds = status == with;
        return true;
    case BIN_NE:
        *holds = status != with;
        return true;
    case BIN_LT:
        *holds = status < with;
        return true;
    case BIN_GT:
        *holds = status > with;
        return true;
    case BIN_LE:
        *holds = status <= with;
        return true;
    case BIN_GE:
        *holds = status >= with;
        return true;
    default:
        return false;
    }
}

/* Follows the one value from the call on; false: the instruction makes something else of it. */
static bool follow(const struct ir_func *func, const struct ir_instr *instr, int64_t success,
                   struct known *known)
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

static bool is_temporary(const struct ir_func *func, ir_val val)
{
    if (ir_val_kind(val) != VAL_PATH)
        return false;
    const struct ir_path *path = &func->paths.data[ir_val_index(val)];
    return path->base_kind == BASE_LOCAL && func->locals.data[path->base].flags & LOCAL_TEMP;
}

/* `worker_ = std::thread(...)`, `tasks[i] = go(...)`. */
static ir_val moved(const struct check_pass *pass, ir_func_id func, ir_instr_id instr, value_place handle)
{
    const struct ir_func *body = &pass->module->funcs.data[func];
    const struct ir_instr *at = &body->instrs.data[instr];
    const struct role *move = check_role(pass, func, instr, ROLE_MOVE_HANDLE);
    if (at->op == IR_COPY && at->dst && is_temporary(body, at->a) &&
        place_of_value(pass->module, func, at->a) == handle)
        return IR_VAL(VAL_PATH, at->dst);
    if (move && place_of_value(pass->module, func, role_value(body, at, move->at[POS_FROM])) == handle)
        return role_value(body, at, move->at[POS_TO]);
    return 0;
}

value_place check_spawn_handle(const struct check_pass *pass, const struct spawn *spawn)
{
    const struct spawn_hop *last = spawn->hop_count ? &spawn->hops[spawn->hop_count - 1] : NULL;
    ir_func_id func = last ? last->func : spawn->func;
    ir_instr_id instr = last ? last->instr : spawn->instr;
    const struct ir_func *body = &pass->module->funcs.data[func];
    if (!spawn->role || !spawn->role->at[POS_HANDLE])
        return 0;
    value_place handle = place_of_value(
        pass->module, func, role_value(body, &body->instrs.data[instr], spawn->role->at[POS_HANDLE]));
    for (ir_instr_id i = instr + 1; handle && i < body->instrs.count; i++) {
        value_place to = place_of_value(pass->module, func, moved(pass, func, i, handle));
        handle = to ? to : handle;
    }
    return handle;
}

/* The only assignment of a local that is no parameter, of which the value may be an element or a reference;
 * 0: none or several. */
static ir_instr_id only_source(const struct ir_func *func, ir_val val)
{
    if (ir_val_kind(val) != VAL_PATH && ir_val_kind(val) != VAL_ADDR)
        return 0;
    const struct ir_path *path = &func->paths.data[ir_val_index(val)];
    ir_instr_id found = 0;
    for (uint32_t i = 0; i < path->step_count; i++)
        if (func->steps.data[path->first_step + i].kind == STEP_FIELD)
            return 0;
    if (path->base_kind != BASE_LOCAL || path->base <= func->param_count)
        return 0;
    for (ir_instr_id i = 1; i < func->instrs.count; i++) {
        const struct ir_path *dst = &func->paths.data[func->instrs.data[i].dst];
        uint8_t op = func->instrs.data[i].op;
        if (!func->instrs.data[i].dst || dst->base_kind != BASE_LOCAL || dst->base != path->base ||
            dst->step_count || op == IR_LIFE_BEGIN || op == IR_LIFE_END)
            continue;
        if (found)
            return 0;
        found = i;
    }
    return found;
}

value_place check_handle_place(const struct check_pass *pass, ir_func_id func, ir_val val)
{
    const struct ir_func *body = &pass->module->funcs.data[func];
    for (int i = 0; i < SOURCES_DEEP; i++) {
        ir_instr_id source = only_source(body, val);
        const struct ir_instr *instr = &body->instrs.data[source];
        const struct role *flows = source ? check_role(pass, func, source, ROLE_FLOWS) : NULL;
        if (!source || (instr->op != IR_COPY && !(flows && flows->at[POS_TO] == AT_RESULT)))
            break;
        ir_val next = flows ? role_value(body, instr, flows->at[POS_FROM]) : instr->a;
        if (!place_of_value(pass->module, func, next))
            break;
        val = next;
    }
    return place_of_value(pass->module, func, val);
}
