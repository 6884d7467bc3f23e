#include "link/binding.h"

#include "link/tables.h"

static const struct object unknown = {.kind = OBJECT_UNKNOWN};

static const struct ir_func *body(const struct program *program, ir_func_id func)
{
    return &program->module->funcs.data[func];
}

/* The table of definitions in there is filled on demand. */
static struct program *tables_of(const struct program *program)
{
    return (struct program *)(uintptr_t)program;
}

static bool is_by_address(const struct program *program, const struct ir_func *func, ir_val val)
{
    if (ir_val_kind(val) == VAL_ADDR)
        return true;
    uint8_t kind = program->module->types.data[func->paths.data[ir_val_index(val)].type].kind;
    return kind == TYPE_POINTER || kind == TYPE_REFERENCE;
}

/* ---- values ---- */

/* Copies of numbers, back to the first: a path with steps, a global, a parameter that keeps its value, or a
 * local that is no copy. */
static ir_val follow_copies(const struct program *program, ir_func_id id, ir_val val, ir_instr_id *read)
{
    const struct ir_func *func = body(program, id);
    for (int depth = 0; depth < 8 && ir_val_kind(val) == VAL_PATH; depth++) {
        const struct ir_path *path = &func->paths.data[ir_val_index(val)];
        if (path->base_kind != BASE_LOCAL || path->step_count || path->base <= func->param_count ||
            func->locals.data[path->base].flags & LOCAL_ADDRESS_TAKEN)
            break;
        ir_instr_id def = link_single_def(tables_of(program), id, path->base);
        const struct ir_instr *instr = &func->instrs.data[def];
        if (!def || instr->op != IR_COPY || ir_val_kind(instr->a) != VAL_PATH)
            break;
        *read = def;
        val = instr->a;
    }
    return val;
}

/* What a number was read from. */
static struct object number_at(const struct program *program, ir_func_id id, ir_val val, ir_instr_id *read)
{
    const struct ir_func *func = body(program, id);
    val = follow_copies(program, id, val, read);
    if (ir_val_kind(val) != VAL_PATH)
        return unknown;
    const struct ir_path *path = &func->paths.data[ir_val_index(val)];
    bool is_param = path->base_kind == BASE_LOCAL && path->base <= func->param_count && !path->step_count;
    if (is_param && !link_param_of(tables_of(program), id, val))
        return unknown; /* assigned anew in here */
    return object_named_of_path(program->module, id, ir_val_index(val));
}

static bool is_thread_local(const struct program *program, const struct object *object)
{
    return object->kind == OBJECT_GLOBAL && program->module->syms.data[object->base].flags & SYM_THREAD_LOCAL;
}

struct object binding_named(const struct program *program, ir_func_id func, ir_val val, ir_instr_id *read)
{
    *read = 0;
    if (ir_val_kind(val) != VAL_PATH && ir_val_kind(val) != VAL_ADDR)
        return unknown;
    struct object object = is_by_address(program, body(program, func), val)
                               ? object_named_at(program->module, func, val)
                               : number_at(program, func, val, read);
    return is_thread_local(program, &object) ? unknown : object; /* each task has its own */
}

/* The object that was `object`, whose base is bound to the value. */
static struct object bind(const struct program *program, struct object object, ir_func_id func, ir_val val)
{
    ir_instr_id read;
    if (ir_val_kind(val) != VAL_PATH && ir_val_kind(val) != VAL_ADDR)
        return unknown;
    struct object base = object.kind == OBJECT_PARAM ? object_named_at(program->module, func, val)
                                                     : number_at(program, func, val, &read);
    return object_extend(base, object.steps, object.step_count);
}

static bool is_param(const struct program *program, const struct object *object)
{
    return (object->kind == OBJECT_PARAM || object->kind == OBJECT_LOCAL) &&
           object->base <= body(program, object->func)->param_count;
}

struct object binding_in_caller(const struct program *program, struct object object, ir_func_id caller,
                                ir_instr_id call_id)
{
    const struct ir_func *func = body(program, caller);
    const struct ir_instr *call = &func->instrs.data[call_id];
    if (object.kind == OBJECT_GLOBAL)
        return object;
    if (!is_param(program, &object) || object.base > call->arg_count)
        return unknown;
    return bind(program, object, caller, func->args.data[call->first_arg + object.base - 1]);
}

/* ---- spawns ---- */

struct spawn_hop binding_innermost(const struct spawn *spawn)
{
    return spawn->hop_count ? spawn->hops[spawn->hop_count - 1]
                            : (struct spawn_hop){spawn->func, spawn->instr};
}

/* Libraries of C++ take references and keep copies of what they refer to: the value that the copy has. */
static ir_val copied_value(const struct program *program, ir_func_id id, ir_val val)
{
    const struct ir_func *func = body(program, id);
    if (ir_val_kind(val) != VAL_ADDR)
        return val;
    const struct ir_path *path = &func->paths.data[ir_val_index(val)];
    ir_val copy = IR_VAL(VAL_PATH, ir_val_index(val));
    if (path->base_kind != BASE_LOCAL || path->step_count ||
        !(func->locals.data[path->base].flags & LOCAL_TEMP))
        return copy;
    ir_instr_id def = link_single_def(tables_of(program), id, path->base);
    if (def && func->instrs.data[def].op == IR_COPY)
        return func->instrs.data[def].a;
    ir_val traced = link_trace_value(tables_of(program), id, copy); /* std::ref(x) */
    return traced ? traced : copy;
}

/* What the spawn binds to the `index`-th (from 0) argument of the entry. */
static ir_val argument(const struct program *program, const struct spawn *spawn, uint32_t index)
{
    struct spawn_hop api = binding_innermost(spawn);
    const struct ir_func *func = body(program, api.func);
    const struct ir_instr *call = &func->instrs.data[api.instr];
    int at = spawn->role->at[POS_ARG], entry = spawn->role->at[POS_ENTRY];
    if (at <= 0 || (index && !spawn->role->rest))
        return 0;
    /* A launch policy or an executor stands before the callable. */
    ir_val first = entry > 0 ? role_value(func, call, entry) : 0;
    if (spawn->role->rest && first) {
        ir_type_id type = link_val_type(program, func, first);
        bool is_policy =
            ir_val_kind(first) == VAL_INT || (type && program->module->types.data[type].kind == TYPE_ENUM);
        at += is_policy ? 1 : 0;
    }
    ir_val val = role_value(func, call, at + (int)index);
    bool is_c = program->module->syms.data[call->sym].flags & SYM_EXTERN_C;
    return is_c ? val : copied_value(program, api.func, val);
}

static const struct ir_instr *closure_of(const struct program *program, const struct spawn *spawn)
{
    const struct ir_func *func = body(program, spawn->func);
    ir_val entry = link_trace_value(tables_of(program), spawn->func, spawn->entry);
    if (ir_val_kind(entry) != VAL_PATH && ir_val_kind(entry) != VAL_ADDR)
        return NULL;
    const struct ir_path *path = &func->paths.data[ir_val_index(entry)];
    if (path->base_kind != BASE_LOCAL || path->step_count)
        return NULL;
    ir_instr_id def = link_single_def(tables_of(program), spawn->func, path->base);
    return def && func->instrs.data[def].op == IR_CLOSURE ? &func->instrs.data[def] : NULL;
}

/* A captured variable, or what it leads to. */
static struct object through_capture(const struct program *program, struct object object,
                                     const struct spawn *spawn)
{
    const struct ir_instr *closure = closure_of(program, spawn);
    if (!closure || !object.step_count || object.steps[0].kind != STEP_FIELD)
        return unknown;
    const struct ir_class *class_ =
        &program->module->classes.data[program->module->types.data[closure->type].class_];
    for (uint32_t i = 0; i < class_->fields.count && i < closure->arg_count; i++) {
        if (class_->fields.data[i] != object.steps[0].arg)
            continue;
        bool leads_on = object.step_count > 1 && object.steps[1].kind == STEP_DEREF;
        uint32_t skipped = leads_on ? 2 : 1;
        struct object captured = {.kind = leads_on ? OBJECT_PARAM : OBJECT_LOCAL};
        captured = object_extend(captured, object.steps + skipped, object.step_count - skipped);
        return bind(program, captured, spawn->func,
                    body(program, spawn->func)->args.data[closure->first_arg + i]);
    }
    return unknown;
}

struct object binding_in_spawner(const struct program *program, struct object object,
                                 const struct spawn *spawn, ir_func_id entry)
{
    const struct ir_sym *sym = &program->module->syms.data[body(program, entry)->sym];
    uint32_t in_closure = sym->flags & SYM_LAMBDA ? 1 : 0;
    if (object.kind == OBJECT_GLOBAL)
        return object;
    if (!is_param(program, &object) || !spawn->role)
        return unknown;
    if (in_closure && object.base == 1)
        return object.kind == OBJECT_PARAM ? through_capture(program, object, spawn) : unknown;
    ir_val val = argument(program, spawn, object.base - 1 - in_closure);
    struct object outer = bind(program, object, binding_innermost(spawn).func, val);
    for (uint32_t i = spawn->hop_count; i > 0; i--) {
        struct spawn_hop caller = i > 1 ? spawn->hops[i - 2] : (struct spawn_hop){spawn->func, spawn->instr};
        outer = binding_in_caller(program, outer, caller.func, caller.instr);
    }
    return outer;
}
