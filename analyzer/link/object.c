#include "link/object.h"

#include <string.h>

#include "base/buf.h"

static const struct object unknown = {.kind = OBJECT_UNKNOWN};

static const struct ir_func *body(const struct ir_module *module, ir_func_id func)
{
    return &module->funcs.data[func];
}

struct view {
    const struct ir_module *module;
    bool by_name; /* locals that lead nowhere stand for themselves */
    bool cut;     /* an index that is no constant ends the name */
};

ir_val object_only_value(const struct ir_func *func, ir_local_id local)
{
    ir_val found = 0;
    if (func->locals.data[local].flags & LOCAL_ADDRESS_TAKEN)
        return 0;
    for (uint32_t i = 0; i < func->instrs.count; i++) {
        const struct ir_instr *instr = &func->instrs.data[i];
        const struct ir_path *dst = &func->paths.data[instr->dst];
        if (!instr->dst || dst->base_kind != BASE_LOCAL || dst->base != local || dst->step_count)
            continue;
        if (found || instr->op != IR_COPY)
            return 0;
        found = instr->a;
    }
    return found;
}

static bool push_step(struct object *object, struct ir_step step)
{
    if (object->step_count == OBJECT_STEPS)
        return false;
    object->steps[object->step_count++] = step;
    return true;
}

/* Follows the path's steps from the `from`-th on; an index that is no constant ends knowledge. */
static struct object follow(struct view view, const struct ir_func *func, struct object object, const struct ir_path *path,
                            uint32_t from)
{
    for (uint32_t i = from; i < path->step_count; i++) {
        struct ir_step step = func->steps.data[path->first_step + i];
        if (step.kind == STEP_INDEX) {
            if (ir_val_kind(step.arg) != VAL_INT)
                return view.cut ? object : unknown;
            step.arg = (uint32_t)func->ints.data[ir_val_index(step.arg)];
        }
        if (!push_step(&object, step))
            return unknown;
    }
    return object;
}

static struct object pointee(struct view view, ir_func_id id, ir_val val, int depth);

/* Paths through a local pointer that is assigned once go on from what it was assigned. */
static struct object through_local(struct view view, ir_func_id id, const struct ir_path *path, int depth)
{
    const struct ir_func *func = body(view.module, id);
    struct object itself = {.kind = OBJECT_LOCAL, .func = id, .base = path->base};
    bool derefs = path->step_count && func->steps.data[path->first_step].kind == STEP_DEREF;
    bool is_param = path->base <= func->param_count;
    ir_val value = derefs ? object_only_value(func, path->base) : 0;
    if (derefs && is_param && !value)
        return follow(view, func, (struct object){.kind = OBJECT_PARAM, .func = id, .base = path->base}, path, 1);
    if (derefs && !is_param && value && depth < 8) {
        struct object object = pointee(view, id, value, depth + 1);
        if (object.kind != OBJECT_UNKNOWN)
            return follow(view, func, object, path, 1);
    }
    return derefs && !view.by_name ? unknown : follow(view, func, itself, path, 0);
}

static struct object denoted(struct view view, ir_func_id id, ir_path_id path_id, int depth)
{
    const struct ir_func *func = body(view.module, id);
    const struct ir_path *path = &func->paths.data[path_id];
    if (path->base_kind == BASE_GLOBAL)
        return follow(view, func, (struct object){.kind = OBJECT_GLOBAL, .base = path->base}, path, 0);
    if (path->base_kind == BASE_LOCAL)
        return through_local(view, id, path, depth);
    return unknown;
}

/* The object a pointer value points to. */
static struct object pointee(struct view view, ir_func_id id, ir_val val, int depth)
{
    static const struct ir_step deref = {STEP_DEREF, 0};
    if (ir_val_kind(val) == VAL_ADDR)
        return denoted(view, id, ir_val_index(val), depth);
    if (ir_val_kind(val) != VAL_PATH)
        return unknown;
    const struct ir_func *func = body(view.module, id);
    const struct ir_path *path = &func->paths.data[ir_val_index(val)];
    if (path->base_kind == BASE_LOCAL && !path->step_count) {
        ir_val value = object_only_value(func, path->base);
        if (path->base <= func->param_count && !value)
            return (struct object){.kind = OBJECT_PARAM, .func = id, .base = path->base};
        struct object object = value && depth < 8 ? pointee(view, id, value, depth + 1) : unknown;
        if (object.kind != OBJECT_UNKNOWN || !view.by_name)
            return object;
    }
    return object_extend(denoted(view, id, ir_val_index(val), depth), &deref, 1);
}

struct object object_at(const struct ir_module *module, ir_func_id func, ir_val val)
{
    return pointee((struct view){.module = module}, func, val, 0);
}

struct object object_of_path(const struct ir_module *module, ir_func_id func, ir_path_id path)
{
    return denoted((struct view){.module = module}, func, path, 0);
}

struct object object_named_at(const struct ir_module *module, ir_func_id func, ir_val val)
{
    return pointee((struct view){.module = module, .by_name = true}, func, val, 0);
}

struct object object_named_of_path(const struct ir_module *module, ir_func_id func, ir_path_id path)
{
    return denoted((struct view){.module = module, .by_name = true}, func, path, 0);
}

struct object object_extend(struct object object, const struct ir_step *steps, uint32_t count)
{
    if (object.kind == OBJECT_UNKNOWN)
        return unknown;
    for (uint32_t i = 0; i < count; i++)
        if (!push_step(&object, steps[i]))
            return unknown;
    return object;
}

struct object object_root(const struct object *object, const struct ir_step **rest, uint32_t *rest_count)
{
    bool is_pointer = object->kind == OBJECT_LOCAL && object->step_count && object->steps[0].kind == STEP_DEREF;
    struct object root = {.kind = is_pointer ? OBJECT_PARAM : object->kind, .func = object->func, .base = object->base};
    *rest = object->steps + (is_pointer ? 1 : 0);
    *rest_count = object->step_count - (is_pointer ? 1u : 0u);
    return root;
}

struct object object_named_root(const struct ir_module *module, ir_func_id func, ir_val val)
{
    struct view view = {.module = module, .by_name = true, .cut = true};
    struct object object = ir_val_kind(val) == VAL_PATH   ? denoted(view, func, ir_val_index(val), 0)
                           : ir_val_kind(val) == VAL_ADDR ? pointee(view, func, val, 0)
                                                          : unknown;
    const struct ir_step *rest;
    uint32_t count;
    return object_root(&object, &rest, &count);
}

struct object object_of_role(const struct ir_module *module, ir_func_id func, ir_instr_id instr, const struct role *role,
                             enum model_position position)
{
    const struct ir_func *function = body(module, func);
    ir_val val = role_value(function, &function->instrs.data[instr], role->at[position]);
    if (!role->by_pointer && ir_val_kind(val) == VAL_PATH)
        return object_of_path(module, func, ir_val_index(val));
    return object_at(module, func, val);
}

static struct object in_caller(struct view view, struct object object, ir_func_id caller, ir_instr_id call_id,
                               uint32_t first)
{
    if (object.kind != OBJECT_PARAM)
        return object.kind == OBJECT_GLOBAL ? object : unknown;
    const struct ir_instr *call = &body(view.module, caller)->instrs.data[call_id];
    uint32_t index = first + object.base - 1;
    if (index >= call->arg_count)
        return unknown;
    struct object outer = pointee(view, caller, body(view.module, caller)->args.data[call->first_arg + index], 0);
    return object_extend(outer, object.steps, object.step_count);
}

struct object object_in_caller(const struct ir_module *module, struct object object, ir_func_id caller,
                               ir_instr_id call, uint32_t first)
{
    return in_caller((struct view){.module = module}, object, caller, call, first);
}

struct object object_named_in_caller(const struct ir_module *module, struct object object, ir_func_id caller,
                                     ir_instr_id call, uint32_t first)
{
    return in_caller((struct view){.module = module, .by_name = true}, object, caller, call, first);
}

bool object_equal(const struct object *a, const struct object *b)
{
    if (a->kind == OBJECT_UNKNOWN || a->kind != b->kind || a->func != b->func || a->base != b->base ||
        a->step_count != b->step_count)
        return false;
    for (uint32_t i = 0; i < a->step_count; i++)
        if (a->steps[i].kind != b->steps[i].kind || a->steps[i].arg != b->steps[i].arg)
            return false;
    return true;
}

const char *object_text(struct arena *arena, const struct ir_module *module, const struct object *object)
{
    struct buf buf = {0};
    if (object->kind == OBJECT_UNKNOWN)
        return "an object";
    if (object->kind == OBJECT_GLOBAL)
        buf_text(&buf, ir_sym_name(module, object->base));
    else
        buf_text(&buf, ir_text(module, body(module, object->func)->locals.data[object->base].name));
    bool pointer = object->kind == OBJECT_PARAM;
    for (uint32_t i = 0; i < object->step_count; i++) {
        const struct ir_step *step = &object->steps[i];
        if (step->kind == STEP_DEREF) {
            pointer = true;
            continue;
        }
        if (step->kind == STEP_INDEX)
            buf_printf(&buf, "[%d]", (int)step->arg);
        else
            buf_printf(&buf, "%s%s", pointer ? "->" : ".", ir_text(module, module->fields.data[step->arg].name));
        pointer = false;
    }
    const char *text = arena_printf(arena, "%s%s", pointer ? "*" : "", buf.data ? buf.data : "");
    buf_free(&buf);
    return text;
}
