#include "joined.h"

static const struct ir_func *body(const struct check_pass *pass, ir_func_id func)
{
    return &pass->module->funcs.data[func];
}

enum { CALLERS_UP = 3 };

/* Attributes that somewhere are set to detached, here or in a caller that hands them in. */
static bool are_detached_attributes(const struct check_pass *pass, value_place attributes, uint32_t height)
{
    ir_func_id func = place_kind(attributes) == PLACE_LOCAL ? place_func(attributes) : 0;
    uint32_t param = func && place_index(attributes) <= body(pass, func)->param_count ? place_index(attributes) : 0;
    for (uint32_t i = 0; attributes && i < pass->program->sites.count; i++) {
        const struct call_site *site = &pass->program->sites.data[i];
        const struct ir_instr *call = &body(pass, site->func)->instrs.data[site->instr];
        const struct role *detach = model_role(site->model, ROLE_DETACH);
        if (detach && place_of_role(pass->module, site->func, site->instr, detach, POS_HANDLE) == attributes)
            return true;
        for (uint32_t k = 0; param && param <= call->arg_count && height < CALLERS_UP && k < site->target_count; k++)
            if (site->targets[k].func == func &&
                are_detached_attributes(
                    pass,
                    place_of_value(pass->module, site->func,
                                   body(pass, site->func)->args.data[call->first_arg + param - 1]),
                    height + 1))
                return true;
    }
    return false;
}

static bool has_detached_attributes(const struct check_pass *pass, const struct role *role, ir_func_id func,
                                    ir_instr_id instr)
{
    return role->at[POS_FLAGS] &&
           are_detached_attributes(pass, place_of_role(pass->module, func, instr, role, POS_FLAGS), 0);
}

/* `pthread_detach(pthread_self())`: a detach of what a call has just returned, in what the entry runs. */
static bool detaches_itself(const struct check_pass *pass, ir_func_id entry)
{
    uint32_t count;
    const ir_func_id *funcs = program_reach(pass->program, pass->arena, entry, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct ir_func *function = body(pass, funcs[i]);
        for (ir_instr_id instr = 0; instr < function->instrs.count; instr++) {
            const struct role *detach = check_role(pass, funcs[i], instr, ROLE_DETACH);
            ir_val handle = detach ? role_value(function, &function->instrs.data[instr], detach->at[POS_HANDLE]) : 0;
            for (ir_instr_id def = 0; ir_val_kind(handle) == VAL_PATH && def < instr; def++)
                if (function->instrs.data[def].op == IR_CALL && function->instrs.data[def].dst == ir_val_index(handle))
                    return true;
        }
    }
    return false;
}

static bool is_in_library(const struct check_pass *pass, ir_func_id func, ir_instr_id instr)
{
    return pass->module->spans.data[body(pass, func)->instrs.data[instr].span].flags & SPAN_SYSTEM;
}

bool needs_join(const struct check_pass *pass, const struct role *role, ir_func_id func, ir_instr_id instr)
{
    if (role->detached || is_in_library(pass, func, instr) || has_detached_attributes(pass, role, func, instr))
        return false;
    for (uint32_t i = 0; i < pass->program->spawns.count; i++) {
        const struct spawn *spawn = &pass->program->spawns.data[i];
        bool is_this = spawn->func == func && spawn->instr == instr;
        for (uint32_t hop = 0; hop < spawn->hop_count; hop++)
            is_this |= spawn->hops[hop].func == func && spawn->hops[hop].instr == instr;
        for (uint32_t k = 0; is_this && k < spawn->entries.count; k++)
            if (spawn->entries.items[k].func && detaches_itself(pass, spawn->entries.items[k].func))
                return false;
    }
    return true;
}

bool fills_local(const struct check_pass *pass, const struct role *role, ir_func_id func, ir_instr_id instr)
{
    const struct ir_func *function = body(pass, func);
    const struct ir_instr *call = &function->instrs.data[instr];
    ir_val handle = role_value(function, call, role->at[POS_HANDLE]);
    if (ir_val_kind(handle) != VAL_ADDR && ir_val_kind(handle) != VAL_PATH)
        return false;
    if (role->at[POS_HANDLE] == AT_THIS && !(call->flags & CALL_CONSTRUCT))
        return false;
    /* Where it is written through a pointer, or to an array, other names lead to it: those are asked for by place. */
    if (role->by_pointer && ir_val_kind(handle) != VAL_ADDR)
        return false;
    const struct ir_path *path = &function->paths.data[ir_val_index(handle)];
    if (path->base_kind != BASE_LOCAL)
        return false;
    for (uint32_t i = 0; i < path->step_count; i++)
        if (function->steps.data[path->first_step + i].kind != STEP_FIELD)
            return false;
    return true;
}
