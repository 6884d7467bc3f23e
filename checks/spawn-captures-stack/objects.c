/* Which stack objects a task can get at by what it is handed.
 *
 * Two questions: whose address is it given (a pointer, a capture by reference, std::ref), and what does it get a copy of
 * (a closure, a std::function, a struct), in which addresses may lie again.
 */
#include "stack.h"

enum { DEEPEST = 6 };

struct search {
    const struct check_pass *pass;
    const struct ir_func *func;
    ir_func_id id;
    ir_instr_id before;
    struct stack_object *out;
    uint32_t count, most;
};

static void search_pointer(struct search *search, ir_val val, bool is_capture, int depth);
static void search_copy(struct search *search, ir_val val, int depth);
static void search_contents(struct search *search, ir_local_id local, bool copies, int depth);

static uint8_t local_kind(const struct search *search, ir_local_id local)
{
    return search->pass->module->types.data[search->func->locals.data[local].type].kind;
}

static bool is_param(const struct search *search, ir_local_id local)
{
    return local <= search->func->param_count && !(search->func->locals.data[local].flags & LOCAL_THIS);
}

static void add(struct search *search, struct stack_object object)
{
    for (uint32_t i = 0; i < search->count; i++)
        if (search->out[i].local == object.local && search->out[i].is_content == object.is_content)
            return;
    if (search->count < search->most && object.local)
        search->out[search->count++] = object;
}

static const struct ir_path *local_path(const struct search *search, ir_val val)
{
    if (ir_val_kind(val) != VAL_ADDR && ir_val_kind(val) != VAL_PATH)
        return NULL;
    const struct ir_path *path = &search->func->paths.data[ir_val_index(val)];
    return path->base_kind == BASE_LOCAL ? path : NULL;
}

static bool has_deref(const struct search *search, const struct ir_path *path)
{
    for (uint32_t i = 0; i < path->step_count; i++)
        if (search->func->steps.data[path->first_step + i].kind == STEP_DEREF)
            return true;
    return false;
}

/* ---- addresses ---- */

/* `this` and what other pointers in mid-path lead to is not the stack's. */
static void search_address(struct search *search, const struct ir_path *path, bool is_capture)
{
    bool is_first = path->step_count && search->func->steps.data[path->first_step].kind == STEP_DEREF;
    if (!has_deref(search, path)) {
        if (!(search->func->locals.data[path->base].flags & (LOCAL_TEMP | LOCAL_SHARED)))
            add(search, (struct stack_object){.local = path->base, .by_reference_capture = is_capture});
        return;
    }
    for (uint32_t i = 1; i < path->step_count; i++)
        if (search->func->steps.data[path->first_step + i].kind == STEP_DEREF)
            return;
    if (is_first && is_param(search, path->base))
        add(search, (struct stack_object){.local = path->base, .is_param = true, .by_reference_capture = is_capture});
}

static void search_pointer(struct search *search, ir_val val, bool is_capture, int depth)
{
    const struct ir_path *path = depth < DEEPEST ? local_path(search, val) : NULL;
    if (!path)
        return;
    if (ir_val_kind(val) == VAL_ADDR) {
        search_address(search, path, is_capture);
        return;
    }
    uint8_t kind = local_kind(search, path->base);
    if (path->step_count || (kind != TYPE_POINTER && kind != TYPE_REFERENCE))
        return;
    if (is_param(search, path->base))
        add(search, (struct stack_object){.local = path->base, .is_param = true});
    else if (path->base > search->func->param_count)
        search_contents(search, path->base, false, depth + 1);
}

/* ---- copies ---- */

static void search_copied_local(struct search *search, ir_local_id local, int depth)
{
    uint8_t kind = local_kind(search, local);
    bool refers = kind == TYPE_POINTER || kind == TYPE_REFERENCE;
    bool is_own = !(search->func->locals.data[local].flags & (LOCAL_TEMP | LOCAL_SHARED));
    if (kind == TYPE_ARRAY && is_own) /* of which the address is copied */
        add(search, (struct stack_object){.local = local});
    else if (is_param(search, local) && (refers || kind == TYPE_CLASS))
        add(search, (struct stack_object){.local = local, .is_param = true, .is_content = kind != TYPE_POINTER});
    else if (local > search->func->param_count && (refers || kind == TYPE_CLASS))
        search_contents(search, local, kind == TYPE_REFERENCE, depth + 1);
}

/* The task has its own copy of what the value is, or refers to. */
static void search_copy(struct search *search, ir_val val, int depth)
{
    const struct ir_path *path = depth < DEEPEST ? local_path(search, val) : NULL;
    if (!path)
        return;
    bool is_referee = path->step_count == 1 && search->func->steps.data[path->first_step].kind == STEP_DEREF &&
                      local_kind(search, path->base) == TYPE_REFERENCE;
    if (!path->step_count || is_referee)
        search_copied_local(search, path->base, depth);
}

/* ---- what a local holds ---- */

static void search_assigned(struct search *search, ir_val val, int depth)
{
    const struct ir_path *path = local_path(search, val);
    if (path && ir_val_kind(val) == VAL_PATH && search->pass->module->types.data[path->type].kind == TYPE_CLASS)
        search_copy(search, val, depth);
    else
        search_pointer(search, val, false, depth);
}

static void search_closure(struct search *search, const struct ir_instr *closure, int depth)
{
    for (uint32_t i = 0; i < closure->arg_count; i++) {
        ir_val capture = search->func->args.data[closure->first_arg + i];
        if (ir_val_kind(capture) == VAL_ADDR)
            search_pointer(search, capture, true, depth);
        else
            search_assigned(search, capture, depth);
    }
}

static void search_flow(struct search *search, const struct ir_instr *call, const struct role *flows, int depth)
{
    uint32_t self = call->flags & (CALL_METHOD | CALL_CONSTRUCT) ? 1 : 0;
    for (uint32_t i = self; i < call->arg_count; i++) {
        ir_val arg = search->func->args.data[call->first_arg + i];
        if (flows->by_pointer)
            search_pointer(search, arg, false, depth);
        else
            search_copy(search, arg, depth);
    }
}

/* std::ref(x), std::bind(f, &x), std::function(closure): made in the local, or written to it. */
static const struct role *flow_into(const struct search *search, ir_instr_id id, ir_local_id local)
{
    const struct ir_instr *call = &search->func->instrs.data[id];
    const struct role *flows = call->op == IR_CALL ? check_role(search->pass, search->id, id, ROLE_FLOWS) : NULL;
    if (!flows || (flows->at[POS_TO] == AT_RESULT && !call->dst))
        return NULL;
    const struct ir_path *to = local_path(search, role_value(search->func, call, flows->at[POS_TO]));
    return to && to->base == local && !to->step_count ? flows : NULL;
}

/* `copies`: of what a reference refers to, not of its own. */
static void search_contents(struct search *search, ir_local_id local, bool copies, int depth)
{
    if (depth >= DEEPEST)
        return;
    for (ir_instr_id i = 0; i < search->before; i++) {
        const struct ir_instr *instr = &search->func->instrs.data[i];
        const struct ir_path *dst = &search->func->paths.data[instr->dst];
        const struct role *flows = flow_into(search, i, local);
        bool into = instr->dst && dst->base_kind == BASE_LOCAL && dst->base == local;
        if (flows)
            search_flow(search, instr, flows, depth);
        else if (into && instr->op == IR_COPY && copies)
            search_copy(search, instr->a, depth + 1);
        else if (into && instr->op == IR_COPY)
            search_assigned(search, instr->a, depth + 1);
        else if (into && instr->op == IR_CLOSURE)
            search_closure(search, instr, depth + 1);
    }
}

uint32_t stack_objects(const struct check_pass *pass, ir_func_id func, ir_instr_id instr, ir_val val, bool copies,
                       struct stack_object *out, uint32_t most)
{
    struct search search = {.pass = pass, .func = &pass->module->funcs.data[func], .id = func, .before = instr,
                            .out = out, .most = most};
    if (copies)
        search_copy(&search, val, 0);
    else
        search_pointer(&search, val, false, 0);
    return search.count;
}
