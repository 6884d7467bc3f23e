#include "link/place.h"

static value_place place_make(enum place_kind kind, ir_func_id func, uint32_t index)
{
    return (uint64_t)kind << 61 | (uint64_t)func << 29 | index;
}

value_place place_of_field(ir_field_id field)
{
    return place_make(PLACE_FIELD, 0, field);
}

value_place place_of_global(ir_sym_id sym)
{
    return place_make(PLACE_GLOBAL, 0, sym);
}

value_place place_of_local(ir_func_id func, ir_local_id local)
{
    return place_make(PLACE_LOCAL, func, local);
}

value_place place_of_result(ir_func_id func)
{
    return place_make(PLACE_RESULT, func, 0);
}

value_place place_of_path(const struct ir_module *module, ir_func_id id, ir_path_id path_id)
{
    const struct ir_func *func = &module->funcs.data[id];
    const struct ir_path *path = &func->paths.data[path_id];
    for (uint32_t i = path->step_count; i > 0; i--) {
        const struct ir_step *step = &func->steps.data[path->first_step + i - 1];
        if (step->kind == STEP_FIELD)
            return place_of_field(step->arg);
    }
    return path->base_kind == BASE_GLOBAL  ? place_of_global(path->base)
           : path->base_kind == BASE_LOCAL ? place_of_local(id, path->base)
                                           : 0;
}

value_place place_of_value(const struct ir_module *module, ir_func_id func, ir_val val)
{
    enum ir_val_kind kind = ir_val_kind(val);
    return kind == VAL_PATH || kind == VAL_ADDR ? place_of_path(module, func, ir_val_index(val)) : 0;
}

value_place place_of_role(const struct ir_module *module, ir_func_id func, ir_instr_id instr, const struct role *role,
                          enum model_position position)
{
    const struct ir_func *body = &module->funcs.data[func];
    return place_of_value(module, func, role_value(body, &body->instrs.data[instr], role->at[position]));
}
