#include "link/values.h"
#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

enum { FEW_MEMBERS = 8 }; /* so many are searched, more are hashed */

ir_sym_id link_callable_of_type(const struct program *program, ir_type_id type)
{
    const struct ir_module *module = program->module;
    for (int i = 0; i < 3 && module->types.data[type].kind == TYPE_REFERENCE; i++)
        type = module->types.data[type].element;
    const struct ir_type *entry = &module->types.data[type];
    ir_sym_id call = entry->kind == TYPE_CLASS ? module->classes.data[entry->class_].call_operator : 0;
    /* What a model says to call something that it holds is a container of callables. */
    const struct model_function *model = program->tables->model[call];
    for (uint32_t i = 0; model && i < model->role_count; i++)
        if (model->roles[i].at[POS_CALLBACK] == AT_THIS || model->roles[i].kind == ROLE_FLOWS)
            return 0;
    return call;
}

static node_id path_node(const struct values *values, ir_func_id id, ir_path_id path_id)
{
    const struct ir_func *func = &values->program->module->funcs.data[id];
    const struct ir_path *path = &func->paths.data[path_id];
    for (uint32_t i = path->step_count; i > 0; i--) {
        const struct ir_step *step = &func->steps.data[path->first_step + i - 1];
        if (step->kind == STEP_FIELD)
            return values->field_base + step->arg;
    }
    return path->base_kind == BASE_LOCAL    ? values->local_base[id] + path->base
           : path->base_kind == BASE_GLOBAL ? values->global_base + path->base
                                            : 0;
}

node_id value_node(const struct values *values, ir_func_id func, ir_val val)
{
    enum ir_val_kind kind = ir_val_kind(val);
    return kind == VAL_PATH || kind == VAL_ADDR ? path_node(values, func, ir_val_index(val)) : 0;
}

const ir_sym_id *value_set_of(const struct values *values, node_id node, uint32_t *count)
{
    *count = values->sets[node].items.count;
    return values->sets[node].items.data;
}

static bool is_member(const struct value_set *set, ir_sym_id sym)
{
    for (uint32_t i = 0; i < set->items.count; i++)
        if (set->items.data[i] == sym)
            return true;
    return false;
}

static void add_member(struct values *values, node_id node, ir_sym_id sym)
{
    if (!node || values->is_dead[node])
        return;
    struct value_set *set = &values->sets[node];
    if (set->items.count < FEW_MEMBERS ? is_member(set, sym) : *map_put(&values->members, map_key2(node, sym)) != 0)
        return;
    if (set->items.count + 1 == FEW_MEMBERS)
        for (uint32_t i = 0; i < set->items.count; i++)
            *map_put(&values->members, map_key2(node, set->items.data[i])) = 1;
    if (set->items.count + 1 >= FEW_MEMBERS)
        *map_put(&values->members, map_key2(node, sym)) = 1;
    *vec_push(values->arena, &set->items) = sym;
    *vec_push(values->arena, &values->work) = map_key2(node, sym);
}

static void add_edge(struct values *values, node_id from, node_id to)
{
    if (!from || !to || from == to || values->is_dead[from] || values->is_dead[to])
        return;
    for (uint32_t at = values->first_edge[from], n = 0; at && n < 8; at = values->edges.data[at - 1].next, n++)
        if (values->edges.data[at - 1].to == to)
            return;
    *vec_push(values->arena, &values->edges) = (struct value_edge){to, values->first_edge[from]};
    values->first_edge[from] = values->edges.count;
    for (uint32_t i = 0; i < values->sets[from].items.count; i++)
        add_member(values, to, values->sets[from].items.data[i]);
}

/* What `val` may be, `to` may be; through an address also the other way round. */
static void flow_to_node(struct values *values, ir_func_id func, ir_val val, node_id to)
{
    if (ir_val_kind(val) == VAL_FUNC) {
        add_member(values, to, ir_val_index(val));
        return;
    }
    node_id from = value_node(values, func, val);
    if (!from)
        return;
    const struct ir_path *path = &values->program->module->funcs.data[func].paths.data[ir_val_index(val)];
    ir_sym_id callable = link_callable_of_type(values->program, path->type);
    if (callable)
        add_member(values, to, callable);
    add_edge(values, from, to);
    if (ir_val_kind(val) == VAL_ADDR)
        add_edge(values, to, from);
}

static void bind_body(struct values *values, const struct value_call *call, ir_func_id body)
{
    const struct ir_module *module = values->program->module;
    const struct ir_func *caller = &module->funcs.data[call->func], *callee = &module->funcs.data[body];
    /* A functor's `this` is the callable itself; a method pointer's is the first argument. */
    const struct ir_class *class_ = &module->classes.data[module->syms.data[callee->sym].class_];
    uint32_t shift = call->skip_this && class_->call_operator == callee->sym ? 1 : 0;
    for (uint32_t i = 0; i < call->arg_count && i + shift < callee->param_count; i++)
        flow_to_node(values, call->func, caller->args.data[call->first_arg + i],
                     values->local_base[body] + 1 + i + shift);
    const struct ir_instr *instr = &caller->instrs.data[call->instr];
    if (call->has_result && instr->dst)
        add_edge(values, values->result_base + body, path_node(values, call->func, instr->dst));
}

static void bind(struct values *values, const struct value_call *call, ir_sym_id sym)
{
    struct program *program = values->program;
    if (model_is_opaque(program->tables->model[sym]))
        return;
    ir_sym_id *syms = &sym;
    uint32_t count = 1;
    if (program->module->syms.data[sym].flags & SYM_VIRTUAL)
        count = link_overriders(program, values->arena, sym, &syms);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bodies;
        const ir_func_id *body = program_bodies(program, call->func, syms[i], &bodies);
        for (uint32_t j = 0; j < bodies; j++)
            bind_body(values, call, body[j]);
    }
}

/* A call through a value: now for what is known, later for what comes. */
static void bind_value(struct values *values, struct value_call call, ir_val callee)
{
    if (ir_val_kind(callee) == VAL_FUNC) {
        bind(values, &call, ir_val_index(callee));
        return;
    }
    node_id node = value_node(values, call.func, callee);
    if (!node)
        return;
    const struct ir_func *func = &values->program->module->funcs.data[call.func];
    ir_sym_id callable = link_callable_of_type(values->program, link_val_type(values->program, func, callee));
    if (callable)
        bind(values, &call, callable);
    call.next = values->first_call[node];
    *vec_push(values->arena, &values->calls) = call;
    values->first_call[node] = values->calls.count;
    for (uint32_t i = 0; i < values->sets[node].items.count; i++)
        bind(values, &call, values->sets[node].items.data[i]);
}

/* The written arguments from a position on. */
static struct value_call call_from(ir_func_id id, ir_instr_id instr_id, const struct ir_instr *instr,
                                   const struct role *role)
{
    struct value_call call = {.func = id, .instr = instr_id, .skip_this = true};
    int at = role->at[POS_ARG];
    if (at <= 0)
        return call;
    uint32_t method = instr->flags & (CALL_METHOD | CALL_CONSTRUCT | CALL_DESTROY) ? 1 : 0;
    uint32_t index = (uint32_t)at - 1 + method;
    if (index < instr->arg_count) {
        call.first_arg = instr->first_arg + index;
        call.arg_count = role->rest ? instr->arg_count - index : 1;
    }
    return call;
}

static void model_constraints(struct values *values, ir_func_id id, ir_instr_id instr_id,
                              const struct model_function *model)
{
    const struct ir_func *func = &values->program->module->funcs.data[id];
    const struct ir_instr *instr = &func->instrs.data[instr_id];
    for (uint32_t i = 0; i < model->role_count; i++) {
        const struct role *role = &model->roles[i];
        if (role->kind == ROLE_FLOWS) {
            node_id to = value_node(values, id, role_value(func, instr, role->at[POS_TO]));
            flow_to_node(values, id, role_value(func, instr, role->at[POS_FROM]), to);
        }
        int callee = role->kind == ROLE_SPAWN ? role->at[POS_ENTRY] : role->at[POS_CALLBACK];
        if (callee)
            bind_value(values, call_from(id, instr_id, instr, role), role_value(func, instr, callee));
    }
}

static void call_constraints(struct values *values, ir_func_id id, ir_instr_id instr_id, const struct ir_instr *instr)
{
    struct program *program = values->program;
    struct value_call call = {.func = id, .instr = instr_id, .first_arg = instr->first_arg,
                              .arg_count = instr->arg_count, .has_result = true};
    if (!instr->sym) {
        bind_value(values, call, instr->a);
        return;
    }
    if (program->tables->model[instr->sym])
        model_constraints(values, id, instr_id, program->tables->model[instr->sym]);
    const struct ir_sym *sym = &program->module->syms.data[instr->sym];
    const struct ir_class *class_ = &program->module->classes.data[sym->class_];
    /* The conversion of a captureless lambda to a pointer. */
    if (class_->flags & CLASS_LAMBDA && instr->sym != class_->call_operator && instr->dst && class_->call_operator)
        add_member(values, path_node(values, id, instr->dst), class_->call_operator);
    bind(values, &call, instr->sym);
}

static void closure_constraints(struct values *values, ir_func_id id, const struct ir_instr *instr)
{
    const struct ir_module *module = values->program->module;
    const struct ir_func *func = &module->funcs.data[id];
    const struct ir_class *class_ = &module->classes.data[module->types.data[instr->type].class_];
    for (uint32_t i = 0; i < instr->arg_count && i < class_->fields.count; i++)
        flow_to_node(values, id, func->args.data[instr->first_arg + i], values->field_base + class_->fields.data[i]);
}

static void constraints_of(struct values *values, ir_func_id id)
{
    const struct ir_func *func = &values->program->module->funcs.data[id];
    for (ir_instr_id i = 0; i < func->instrs.count; i++) {
        const struct ir_instr *instr = &func->instrs.data[i];
        switch (instr->op) {
        case IR_COPY:
            if (instr->dst)
                flow_to_node(values, id, instr->a, path_node(values, id, instr->dst));
            break;
        case IR_CALL: call_constraints(values, id, i, instr); break;
        case IR_CLOSURE: closure_constraints(values, id, instr); break;
        case IR_RETURN: flow_to_node(values, id, instr->a, values->result_base + id); break;
        default: break;
        }
    }
}

static bool is_c_struct(const struct ir_module *module, const struct ir_type *type)
{
    const char *spelling = ir_text(module, type->spelling);
    return strncmp(spelling, "struct ", 7) == 0 || strncmp(spelling, "union ", 6) == 0 ||
           strncmp(spelling, "const struct ", 13) == 0;
}

static bool can_hold(const struct ir_module *module, ir_type_id id)
{
    for (int depth = 0; depth < 8; depth++) {
        const struct ir_type *type = &module->types.data[id];
        switch (type->kind) {
        case TYPE_POINTER:
        case TYPE_REFERENCE:
        case TYPE_ARRAY: id = type->element; break;
        case TYPE_BOOL:
        case TYPE_INT:
        case TYPE_FLOAT:
        case TYPE_ENUM: return false;
        case TYPE_CLASS: return !is_c_struct(module, type);
        default: return true;
        }
    }
    return true;
}

static void mark_dead(struct values *values)
{
    const struct ir_module *module = values->program->module;
    values->is_dead = arena_array(values->arena, bool, values->node_count);
    bool *dead_type = arena_array(values->arena, bool, module->types.count);
    for (ir_type_id type = 1; type < module->types.count; type++)
        dead_type[type] = !can_hold(module, type);
    for (ir_func_id func = 1; func < module->funcs.count; func++)
        for (uint32_t i = 0; i < module->funcs.data[func].locals.count; i++)
            values->is_dead[values->local_base[func] + i] = dead_type[module->funcs.data[func].locals.data[i].type];
    for (ir_sym_id sym = 1; sym < module->syms.count; sym++)
        values->is_dead[values->global_base + sym] = dead_type[module->syms.data[sym].type];
    for (ir_field_id field = 1; field < module->fields.count; field++)
        values->is_dead[values->field_base + field] = dead_type[module->fields.data[field].type];
}

static void number_nodes(struct values *values)
{
    const struct ir_module *module = values->program->module;
    values->local_base = arena_array(values->arena, node_id, module->funcs.count);
    node_id next = 1;
    for (ir_func_id func = 1; func < module->funcs.count; func++) {
        values->local_base[func] = next;
        next += module->funcs.data[func].locals.count;
    }
    values->global_base = next;
    values->result_base = next += module->syms.count;
    values->field_base = next += module->funcs.count;
    values->node_count = next + module->fields.count;
    values->first_edge = arena_array(values->arena, uint32_t, values->node_count);
    values->first_call = arena_array(values->arena, uint32_t, values->node_count);
    values->sets = arena_array(values->arena, struct value_set, values->node_count);
    mark_dead(values);
}

static void spread(struct values *values)
{
    while (values->work.count) {
        uint64_t item = values->work.data[--values->work.count];
        node_id node = (node_id)(item >> 32);
        ir_sym_id sym = (ir_sym_id)item;
        for (uint32_t at = values->first_edge[node]; at; at = values->edges.data[at - 1].next)
            add_member(values, values->edges.data[at - 1].to, sym);
        for (uint32_t at = values->first_call[node]; at; at = values->calls.data[at - 1].next) {
            struct value_call call = values->calls.data[at - 1];
            bind(values, &call, sym);
        }
    }
}

void link_solve_values(struct program *program)
{
    struct values *values = arena_new(program->arena, struct values);
    *values = (struct values){.program = program, .arena = program->arena};
    program->tables->values = values;
    map_init(&values->members, program->arena);
    number_nodes(values);
    for (ir_func_id func = 1; func < program->module->funcs.count; func++)
        constraints_of(values, func);
    spread(values);
}

static int compare(const void *a, const void *b, void *module)
{
    return link_compare_syms(module, ((const struct callable *)a)->sym, ((const struct callable *)b)->sym);
}

/* With the overriders of virtual functions, each with its bodies. */
static struct callables expand(const struct program *program, ir_func_id func, const ir_sym_id *syms, uint32_t count)
{
    VEC(struct callable) out = {0};
    for (uint32_t i = 0; i < count; i++) {
        ir_sym_id one = syms[i];
        ir_sym_id *all = &one;
        uint32_t n = 1;
        if (program->module->syms.data[one].flags & SYM_VIRTUAL)
            n = link_overriders(program, program->arena, one, &all);
        for (uint32_t j = 0; j < n; j++) {
            uint32_t bodies;
            const ir_func_id *body = program_bodies(program, func, all[j], &bodies);
            for (uint32_t k = 0; k < bodies; k++)
                if (!link_never_meet(program, func, body[k]))
                    *vec_push(program->arena, &out) = (struct callable){all[j], body[k], CERTAIN};
            if (!bodies && n == 1)
                *vec_push(program->arena, &out) = (struct callable){all[j], 0, CERTAIN};
        }
    }
    if (out.count)
        sort_items_r(out.data, out.count, sizeof *out.data, compare, program->module);
    for (uint32_t i = 0; out.count > 1 && i < out.count; i++)
        out.data[i].certainty = POSSIBLE;
    return (struct callables){out.data, out.count, out.count > 0};
}

struct callables program_callables(const struct program *program, ir_func_id func, ir_val val)
{
    struct program *writable = program->tables->values->program;
    ir_val traced = link_trace_value(writable, func, val);
    if (ir_val_kind(traced) == VAL_FUNC) {
        ir_sym_id sym = ir_val_index(traced);
        return expand(program, func, &sym, 1);
    }
    const struct ir_func *body = &program->module->funcs.data[func];
    ir_sym_id callable = link_callable_of_type(program, link_val_type(program, body, traced));
    if (callable)
        return expand(program, func, &callable, 1);
    uint32_t count = 0;
    node_id node = value_node(program->tables->values, func, traced);
    const ir_sym_id *syms = node ? value_set_of(program->tables->values, node, &count) : NULL;
    return expand(program, func, syms, count);
}
