/* Where a value comes from, within its function. */
#include "link/tables.h"

struct def_table {
    ir_instr_id *only; /* by local: the instruction that assigns it, */
    uint32_t *count;   /* and how many there are */
};

/* The local that an instruction assigns as a whole, 0: none. */
static ir_local_id assigned(const struct ir_func *func, const struct ir_instr *instr)
{
    ir_path_id path = instr->dst;
    if (instr->op == IR_CALL && instr->flags & CALL_CONSTRUCT && instr->arg_count) {
        ir_val object = func->args.data[instr->first_arg];
        path = ir_val_kind(object) == VAL_ADDR ? ir_val_index(object) : 0;
    }
    if (!path || instr->op == IR_LIFE_BEGIN || instr->op == IR_LIFE_END)
        return 0;
    const struct ir_path *target = &func->paths.data[path];
    return target->base_kind == BASE_LOCAL && target->step_count == 0 ? target->base : 0;
}

static struct def_table *defs_of(struct program *program, ir_func_id id)
{
    uint64_t *slot = map_put(&program->tables->defs, id);
    if (*slot)
        return (struct def_table *)(uintptr_t)*slot;
    const struct ir_func *func = &program->module->funcs.data[id];
    struct def_table *table = arena_new(program->arena, struct def_table);
    table->only = arena_array(program->arena, ir_instr_id, func->locals.count);
    table->count = arena_array(program->arena, uint32_t, func->locals.count);
    for (ir_instr_id i = 0; i < func->instrs.count; i++) {
        ir_local_id local = assigned(func, &func->instrs.data[i]);
        if (local && table->count[local]++ == 0)
            table->only[local] = i;
    }
    *slot = (uint64_t)(uintptr_t)table;
    return table;
}

ir_instr_id link_single_def(struct program *program, ir_func_id func, ir_local_id local)
{
    const struct def_table *table = defs_of(program, func);
    return table->count[local] == 1 ? table->only[local] : 0;
}

/* The local that a value is, or is the address or the target of; 0: no such local. */
static ir_local_id local_of(const struct ir_func *func, ir_val val)
{
    if (ir_val_kind(val) != VAL_PATH && ir_val_kind(val) != VAL_ADDR)
        return 0;
    const struct ir_path *path = &func->paths.data[ir_val_index(val)];
    if (path->base_kind != BASE_LOCAL)
        return 0;
    for (uint32_t i = 0; i < path->step_count; i++)
        if (func->steps.data[path->first_step + i].kind != STEP_DEREF)
            return 0;
    return path->base;
}

/* What flows into the result (or the constructed object) of a call, VAL_NONE: nothing that is known. */
static ir_val call_source(const struct program *program, const struct ir_func *func, const struct ir_instr *call)
{
    const struct model_function *model = program->tables->model[call->sym];
    for (uint32_t i = 0; model && i < model->role_count; i++) {
        const struct role *role = &model->roles[i];
        int to = call->flags & CALL_CONSTRUCT ? AT_THIS : AT_RESULT;
        if ((role->kind == ROLE_FLOWS || role->kind == ROLE_MOVE_HANDLE) && role->at[POS_TO] == to)
            return role_value(func, call, role->at[POS_FROM]);
    }
    const struct ir_sym *sym = &program->module->syms.data[call->sym];
    const struct ir_class *class_ = &program->module->classes.data[sym->class_];
    /* A captureless lambda becomes a pointer by its conversion function. */
    if (class_->flags & CLASS_LAMBDA && call->sym != class_->call_operator && call->arg_count)
        return func->args.data[call->first_arg + (call->flags & CALL_CONSTRUCT && call->arg_count > 1 ? 1 : 0)];
    return 0;
}

ir_val link_trace_step(struct program *program, ir_func_id id, ir_val val)
{
    const struct ir_func *func = &program->module->funcs.data[id];
    ir_local_id local = local_of(func, val);
    if (!local || local <= func->param_count)
        return VAL_NONE;
    ir_instr_id def = link_single_def(program, id, local);
    const struct ir_instr *instr = &func->instrs.data[def];
    ir_val source = VAL_NONE;
    if (def && instr->op == IR_COPY)
        source = instr->a;
    else if (def && instr->op == IR_CALL && instr->sym)
        source = call_source(program, func, instr);
    return ir_val_kind(source) == VAL_UNKNOWN || ir_val_kind(source) == VAL_INT ? VAL_NONE : source;
}

ir_val link_trace_value(struct program *program, ir_func_id id, ir_val val)
{
    ir_val source = val;
    for (int step = 0; source && step < LINK_TRACE_STEPS; step++) {
        val = source;
        source = link_trace_step(program, id, val);
    }
    return val;
}

ir_local_id link_param_of(struct program *program, ir_func_id id, ir_val val)
{
    const struct ir_func *func = &program->module->funcs.data[id];
    ir_local_id local = local_of(func, link_trace_value(program, id, val));
    return local && local <= func->param_count && defs_of(program, id)->count[local] == 0 ? local : 0;
}

ir_type_id link_val_type(const struct program *program, const struct ir_func *func, ir_val val)
{
    const struct ir_module *module = program->module;
    if (ir_val_kind(val) != VAL_PATH && ir_val_kind(val) != VAL_ADDR)
        return 0;
    ir_type_id type = func->paths.data[ir_val_index(val)].type;
    for (int i = 0; i < 3; i++) {
        const struct ir_type *entry = &module->types.data[type];
        if (entry->kind != TYPE_REFERENCE && entry->kind != TYPE_POINTER)
            break;
        type = entry->element;
    }
    return type;
}
