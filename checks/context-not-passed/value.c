/* What is handed over where a context is wanted. */
#include "not_passed.h"

static bool is_plain_local(const struct ir_func *func, ir_val val, ir_local_id *local)
{
    enum ir_val_kind kind = ir_val_kind(val);
    if (kind != VAL_PATH && kind != VAL_ADDR)
        return false;
    const struct ir_path *path = &func->paths.data[ir_val_index(val)];
    *local = path->base;
    return path->base_kind == BASE_LOCAL && !path->step_count;
}

/* What defines the local: its only assignment; for an object also the constructor that is given its address.
 */
struct origin {
    ir_instr_id instr;
    uint32_t definitions, addresses;
};

static struct origin origin_of(const struct ir_func *func, ir_local_id local)
{
    struct origin origin = {0};
    for (ir_instr_id i = 1; i < func->instrs.count; i++) {
        const struct ir_instr *instr = &func->instrs.data[i];
        ir_local_id other;
        if (instr->op == IR_LIFE_BEGIN || instr->op == IR_LIFE_END)
            continue;
        if (instr->dst && is_plain_local(func, IR_VAL(VAL_PATH, instr->dst), &other) && other == local) {
            origin.definitions++;
            origin.instr = i;
        }
        if (instr->op == IR_COPY && ir_val_kind(instr->a) == VAL_ADDR &&
            is_plain_local(func, instr->a, &other) && other == local)
            origin.addresses += 2; /* who knows who writes through it */
        for (uint32_t k = 0; k < instr->arg_count; k++) {
            ir_val arg = func->args.data[instr->first_arg + k];
            if (ir_val_kind(arg) != VAL_ADDR || !is_plain_local(func, arg, &other) || other != local)
                continue;
            if (instr->flags & CALL_CONSTRUCT && k == 0) {
                origin.definitions++;
                origin.instr = i;
            } else {
                origin.addresses++;
            }
        }
    }
    return origin;
}

static struct handed_value find(const struct not_passed *check, ir_func_id id, ir_val val, int depth);

/* Made by a call: a root, one of its own, or one that hangs below another. */
static struct handed_value made_by(const struct not_passed *check, ir_func_id id, ir_instr_id instr,
                                   int depth)
{
    const struct ir_func *func = not_passed_body(check, id);
    const struct role *make = check_role(check->pass, id, instr, ROLE_CTX_MAKE);
    const struct handed_value unknown = {HANDED_UNKNOWN, 0}, fresh = {HANDED_FRESH, instr};
    if (!make)
        return unknown;
    if (make->background)
        return (struct handed_value){HANDED_BACKGROUND, 0};
    ir_val parent = role_value(func, &func->instrs.data[instr], make->at[POS_PARENT]);
    if (!parent)
        return fresh;
    return find(check, id, parent, depth + 1).kind == HANDED_UNKNOWN ? unknown : fresh;
}

/* `std::stop_token none;` and `{}`: nothing runs to make it, and it never ends. */
static bool is_empty_object(const struct not_passed *check, const struct ir_func *func, ir_local_id local,
                            const struct origin *origin)
{
    const struct ir_type *type = &check->pass->module->types.data[func->locals.data[local].type];
    return type->kind == TYPE_CLASS && !origin->definitions && origin->addresses <= 1 &&
           local > func->param_count && context_is_type(check->pass, func->locals.data[local].type);
}

static struct handed_value find(const struct not_passed *check, ir_func_id id, ir_val val, int depth)
{
    const struct handed_value unknown = {HANDED_UNKNOWN, 0}, none = {HANDED_NONE, 0};
    const struct ir_func *func = not_passed_body(check, id);
    ir_local_id local;
    if (ir_val_kind(val) == VAL_INT)
        return func->ints.data[ir_val_index(val)] ? unknown : none;
    if (depth > 5 || !is_plain_local(func, val, &local) || local <= func->param_count)
        return unknown;
    struct origin origin = origin_of(func, local);
    if (is_empty_object(check, func, local, &origin))
        return none;
    if (origin.definitions != 1)
        return unknown;
    const struct ir_instr *def = &func->instrs.data[origin.instr];
    if (def->op == IR_COPY)
        return find(check, id, def->a, depth + 1);
    return def->op == IR_CALL ? made_by(check, id, origin.instr, depth) : unknown;
}

struct handed_value handed_find(const struct not_passed *check, ir_func_id func, ir_val val)
{
    return find(check, func, val, 0);
}

/* ---- the callee ---- */

/* Is it the parameter's value, through copies, or its address? */
static bool is_param(const struct ir_func *func, ir_val val, ir_local_id param, int depth)
{
    enum ir_val_kind kind = ir_val_kind(val);
    if (kind != VAL_PATH && kind != VAL_ADDR)
        return false;
    const struct ir_path *path = &func->paths.data[ir_val_index(val)];
    if (path->base_kind != BASE_LOCAL)
        return false;
    for (uint32_t i = 0; i < path->step_count; i++)
        if (func->steps.data[path->first_step + i].kind != STEP_DEREF)
            return false;
    if (path->base == param)
        return true;
    if (depth > 3 || path->base <= func->param_count)
        return false;
    for (ir_instr_id i = 1; i < func->instrs.count; i++) {
        const struct ir_instr *instr = &func->instrs.data[i];
        ir_local_id local;
        if (instr->op == IR_COPY && is_plain_local(func, IR_VAL(VAL_PATH, instr->dst), &local) &&
            local == path->base && is_param(func, instr->a, param, depth + 1))
            return true;
    }
    return false;
}

static bool is_stored(const struct ir_func *func, ir_local_id param)
{
    for (ir_instr_id i = 1; i < func->instrs.count; i++) {
        const struct ir_instr *instr = &func->instrs.data[i];
        ir_local_id local;
        if (instr->op == IR_COPY && instr->dst && is_param(func, instr->a, param, 0) &&
            !is_plain_local(func, IR_VAL(VAL_PATH, instr->dst), &local))
            return true;
        for (uint32_t k = 0; instr->op == IR_CLOSURE && k < instr->arg_count; k++)
            if (is_param(func, func->args.data[instr->first_arg + k], param, 0))
                return true;
    }
    return false;
}

static bool is_used(struct not_passed *check, ir_func_id callee, ir_local_id param, int depth);

static bool call_uses(struct not_passed *check, ir_func_id id, ir_instr_id instr, ir_local_id param,
                      int depth)
{
    const struct ir_func *func = not_passed_body(check, id);
    const struct ir_instr *call = &func->instrs.data[instr];
    static const enum role_kind kinds[] = {ROLE_CTX_TEST, ROLE_CTX_PASS};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct role *role = check_role(check->pass, id, instr, kinds[i]);
        if (role && is_param(func, role_value(func, call, role->at[POS_CONTEXT]), param, 0))
            return true;
    }
    const struct call_site *site = program_site(check->pass->program, id, instr);
    bool is_one = site && !site->model && site->target_count == 1 && site->targets[0].func;
    for (uint32_t k = 0; is_one && k < call->arg_count; k++)
        if (is_param(func, func->args.data[call->first_arg + k], param, 0) &&
            k < not_passed_body(check, site->targets[0].func)->param_count &&
            is_used(check, site->targets[0].func, k + 1, depth + 1))
            return true;
    return false;
}

static bool is_used(struct not_passed *check, ir_func_id callee, ir_local_id param, int depth)
{
    const struct ir_func *func = not_passed_body(check, callee);
    if (depth > 4)
        return false;
    for (ir_instr_id i = 1; i < func->instrs.count; i++)
        if (func->instrs.data[i].op == IR_CALL && call_uses(check, callee, i, param, depth))
            return true;
    return false;
}

bool handed_is_used(struct not_passed *check, ir_func_id callee, ir_local_id param)
{
    return !is_stored(not_passed_body(check, callee), param) && is_used(check, callee, param, 0);
}
