#include "link/channel_flow.h"

#include "link/channels.h"

enum { KEY_RESULT = 5 };

static const struct ir_func *body(const struct channel_uses *uses, ir_func_id func)
{
    return &uses->program->module->funcs.data[func];
}

/* ---- places ---- */

channel_node channel_field_node(const struct channel_uses *uses, ir_field_id field)
{
    return channel_graph_node(uses->graph, place_of_field(field));
}

channel_node channel_result_node(const struct channel_uses *uses, ir_func_id func)
{
    return channel_graph_node(uses->graph, (uint64_t)KEY_RESULT << 61 | func);
}

channel_node channel_param_node(const struct channel_uses *uses, ir_func_id func, ir_local_id param)
{
    return channel_graph_node(uses->graph, place_of_local(func, param));
}

/* The last field, or the base, and the elements behind it. */
channel_node channel_path_node(const struct channel_uses *uses, ir_func_id id, ir_path_id path_id)
{
    const struct ir_func *func = body(uses, id);
    const struct ir_path *path = &func->paths.data[path_id];
    uint32_t behind = 0;
    for (uint32_t i = 0; i < path->step_count; i++)
        if (func->steps.data[path->first_step + i].kind == STEP_FIELD)
            behind = i + 1;
    channel_node node = channel_graph_node(uses->graph, place_of_path(uses->program->module, id, path_id));
    for (uint32_t i = behind; i < path->step_count && node; i++) {
        const struct ir_step *step = &func->steps.data[path->first_step + i];
        int64_t index = -1;
        if (step->kind != STEP_INDEX)
            continue;
        if (ir_val_kind(step->arg) == VAL_INT)
            index = func->ints.data[ir_val_index(step->arg)];
        node = channel_graph_element(uses->graph, node, index);
    }
    return node;
}

channel_node channel_value_node(const struct channel_uses *uses, ir_func_id func, ir_val val)
{
    enum ir_val_kind kind = ir_val_kind(val);
    return kind == VAL_PATH || kind == VAL_ADDR ? channel_path_node(uses, func, ir_val_index(val)) : 0;
}

/* ---- types ---- */

ir_class_id channel_class_of(const struct ir_module *module, ir_type_id id)
{
    for (int depth = 0; depth < 6; depth++) {
        const struct ir_type *type = &module->types.data[id];
        if (type->kind == TYPE_CLASS)
            return type->class_;
        if (type->kind != TYPE_POINTER && type->kind != TYPE_REFERENCE && type->kind != TYPE_ARRAY)
            return 0;
        id = type->element;
    }
    return 0;
}

/* An address of data, which both sides may write: not of an object of a class, whose fields are places
 * anyway. */
static bool is_shared_address(const struct ir_module *module, ir_type_id id)
{
    const struct ir_type *type = &module->types.data[id];
    if (type->kind == TYPE_ARRAY)
        return true;
    if (type->kind != TYPE_POINTER && type->kind != TYPE_REFERENCE)
        return false;
    uint8_t kind = module->types.data[type->element].kind;
    return kind != TYPE_CLASS && kind != TYPE_FUNCTION;
}

static bool can_hold(const struct ir_module *module, ir_type_id id)
{
    uint8_t kind = module->types.data[id].kind;
    return kind != TYPE_FLOAT && kind != TYPE_BOOL && kind != TYPE_FUNCTION;
}

/* ---- flows ---- */

void channel_flow_value(const struct channel_uses *uses, ir_func_id func, ir_val val, channel_node to,
                        ir_type_id to_type)
{
    const struct ir_module *module = uses->program->module;
    if (!to || (ir_val_kind(val) != VAL_PATH && ir_val_kind(val) != VAL_ADDR) || !can_hold(module, to_type))
        return;
    ir_type_id from_type = body(uses, func)->paths.data[ir_val_index(val)].type;
    channel_node from = channel_value_node(uses, func, val);
    bool is_address = ir_val_kind(val) == VAL_ADDR;
    bool shared = is_address ? module->types.data[from_type].kind != TYPE_CLASS
                             : is_shared_address(module, from_type) && is_shared_address(module, to_type);
    if (shared)
        channel_graph_unify(uses->graph, from, to);
    else
        channel_graph_flow(uses->graph, from, to);
}

static void flow_to_path(const struct channel_uses *uses, ir_func_id func, ir_val val, ir_path_id path)
{
    if (path)
        channel_flow_value(uses, func, val, channel_path_node(uses, func, path),
                           body(uses, func)->paths.data[path].type);
}

static bool is_param(const struct ir_func *func, ir_val val, ir_local_id param)
{
    if (ir_val_kind(val) != VAL_PATH)
        return false;
    const struct ir_path *path = &func->paths.data[ir_val_index(val)];
    return path->base_kind == BASE_LOCAL && path->base == param && !path->step_count;
}

/* The function reads through the parameter and writes constants, as `if (*fd >= 0) close(*fd), *fd = -1;`
 * does, and hands it to nobody: callers get nothing from it, and nothing from each other. */
static bool only_reads_through(const struct ir_func *func, ir_local_id param)
{
    for (uint32_t i = 0; i < func->args.count; i++)
        if (is_param(func, func->args.data[i], param))
            return false;
    for (uint32_t i = 0; i < func->instrs.count; i++) {
        const struct ir_instr *instr = &func->instrs.data[i];
        const struct ir_path *dst = &func->paths.data[instr->dst];
        bool writes = instr->dst && dst->base_kind == BASE_LOCAL && dst->base == param;
        if (writes && (instr->op != IR_COPY || ir_val_kind(instr->a) != VAL_INT))
            return false;
        if ((instr->op == IR_COPY || instr->op == IR_RETURN) && is_param(func, instr->a, param))
            return false;
    }
    return true;
}

static bool is_address_of_one(const struct channel_uses *uses, ir_func_id func, ir_val val)
{
    if (ir_val_kind(val) != VAL_ADDR)
        return false;
    ir_type_id type = body(uses, func)->paths.data[ir_val_index(val)].type;
    uint8_t kind = uses->program->module->types.data[type].kind;
    return kind == TYPE_INT || kind == TYPE_POINTER;
}

static void flow_to_param(const struct channel_uses *uses, ir_func_id caller, ir_val val, ir_func_id callee,
                          ir_local_id param)
{
    channel_node to = channel_param_node(uses, callee, param);
    if (is_address_of_one(uses, caller, val) && only_reads_through(body(uses, callee), param))
        channel_graph_flow(uses->graph, channel_value_node(uses, caller, val), to);
    else
        channel_flow_value(uses, caller, val, to, body(uses, callee)->locals.data[param].type);
}

/* `fds + 1` is the address of an element. */
static void flow_arithmetic(const struct channel_uses *uses, ir_func_id id, const struct ir_instr *instr)
{
    const struct ir_func *func = body(uses, id);
    if (!instr->dst || !is_shared_address(uses->program->module, func->paths.data[instr->dst].type))
        return;
    int64_t index = -1;
    if (instr->sub == BIN_ADD && ir_val_kind(instr->b) == VAL_INT)
        index = func->ints.data[ir_val_index(instr->b)];
    channel_node array = channel_value_node(uses, id, instr->a);
    channel_graph_unify(uses->graph, channel_graph_element(uses->graph, array, index),
                        channel_path_node(uses, id, instr->dst));
}

static void flow_closure(const struct channel_uses *uses, ir_func_id func, const struct ir_instr *instr)
{
    const struct ir_module *module = uses->program->module;
    const struct ir_class *class_ = &module->classes.data[module->types.data[instr->type].class_];
    for (uint32_t i = 0; i < instr->arg_count && i < class_->fields.count; i++)
        channel_flow_value(uses, func, body(uses, func)->args.data[instr->first_arg + i],
                           channel_field_node(uses, class_->fields.data[i]),
                           module->fields.data[class_->fields.data[i]].type);
}

/* What is handed to a callable besides it: to each parameter behind a functor's `this` that it may be. */
static void flow_to_callable(const struct channel_uses *uses, const struct call_site *site,
                             const struct role *role, ir_func_id entry)
{
    const struct ir_module *module = uses->program->module;
    const struct ir_func *func = body(uses, site->func);
    const struct ir_instr *call = &func->instrs.data[site->instr];
    const struct ir_sym *sym = &module->syms.data[body(uses, entry)->sym];
    if (role->at[POS_ARG] <= 0)
        return;
    uint32_t method = call->flags & (CALL_METHOD | CALL_CONSTRUCT) ? 1 : 0;
    uint32_t first = (uint32_t)role->at[POS_ARG] - 1 + method, params = body(uses, entry)->param_count;
    uint32_t shift =
        sym->flags & SYM_METHOD && module->classes.data[sym->class_].call_operator == body(uses, entry)->sym;
    if (!role->rest) { /* a pool may put a context of its own before it */
        for (ir_local_id param = 1 + shift; param <= params && first < call->arg_count; param++)
            flow_to_param(uses, site->func, func->args.data[call->first_arg + first], entry, param);
        return;
    }
    for (uint32_t i = first; i < call->arg_count && i - first + shift < params; i++)
        flow_to_param(uses, site->func, func->args.data[call->first_arg + i], entry, i - first + shift + 1);
}

static void flow_model(const struct channel_uses *uses, const struct call_site *site)
{
    const struct ir_func *func = body(uses, site->func);
    const struct ir_instr *call = &func->instrs.data[site->instr];
    for (uint32_t i = 0; i < site->model->role_count; i++) {
        const struct role *role = &site->model->roles[i];
        if (role->kind == ROLE_FLOWS || role->kind == ROLE_DUP) {
            ir_val from = role_value(func, call, role->at[POS_FROM]),
                   to = role_value(func, call, role->at[POS_TO]);
            channel_graph_flow(uses->graph, channel_value_node(uses, site->func, from),
                               channel_value_node(uses, site->func, to));
        }
        int callable = role->kind == ROLE_SPAWN ? role->at[POS_ENTRY] : role->at[POS_CALLBACK];
        if (!callable || !role->at[POS_ARG])
            continue;
        struct callables entries =
            program_callables(uses->program, site->func, role_value(func, call, callable));
        for (uint32_t k = 0; k < entries.count; k++)
            if (entries.items[k].func)
                flow_to_callable(uses, site, role, entries.items[k].func);
    }
}

static void connect_result(const struct channel_uses *uses, channel_node from, channel_node to,
                           ir_type_id type)
{
    if (is_shared_address(uses->program->module, type))
        channel_graph_unify(uses->graph, from, to);
    else
        channel_graph_flow(uses->graph, from, to);
}

static void flow_return(const struct channel_uses *uses, ir_func_id id, ir_val val)
{
    channel_node from = channel_value_node(uses, id, val);
    if (from)
        connect_result(uses, from, channel_result_node(uses, id),
                       body(uses, id)->paths.data[ir_val_index(val)].type);
}

static void flow_call(const struct channel_uses *uses, const struct call_site *site)
{
    const struct ir_func *func = body(uses, site->func);
    const struct ir_instr *call = &func->instrs.data[site->instr];
    if (site->model)
        flow_model(uses, site);
    if (model_is_opaque(site->model))
        return;
    for (uint32_t i = 0; i < site->target_count; i++) {
        ir_func_id callee = site->targets[i].func;
        if (!callee)
            continue;
        for (uint32_t k = 0; k < call->arg_count && k < body(uses, callee)->param_count; k++)
            flow_to_param(uses, site->func, func->args.data[call->first_arg + k], callee, k + 1);
        if (call->dst)
            connect_result(uses, channel_result_node(uses, callee),
                           channel_path_node(uses, site->func, call->dst), func->paths.data[call->dst].type);
    }
}

void channel_flow_func(const struct channel_uses *uses, ir_func_id id)
{
    const struct ir_func *func = body(uses, id);
    for (ir_instr_id i = 0; i < func->instrs.count; i++) {
        const struct ir_instr *instr = &func->instrs.data[i];
        const struct call_site *site = instr->op == IR_CALL ? program_site(uses->program, id, i) : NULL;
        if (instr->op == IR_COPY)
            flow_to_path(uses, id, instr->a, instr->dst);
        else if (instr->op == IR_BIN)
            flow_arithmetic(uses, id, instr);
        else if (instr->op == IR_CLOSURE)
            flow_closure(uses, id, instr);
        else if (instr->op == IR_RETURN)
            flow_return(uses, id, instr->a);
        if (site)
            flow_call(uses, site);
    }
}
