#include "outcome.h"

static const struct ir_func *body(const struct check_pass *pass, ir_func_id func)
{
    return &pass->module->funcs.data[func];
}

bool is_ours(const struct check_pass *pass, ir_func_id func, ir_instr_id instr)
{
    return !(pass->module->spans.data[body(pass, func)->instrs.data[instr].span].flags & SPAN_SYSTEM);
}

/* ---- who asks ---- */

/* Does the join hand its outcome to somebody? */
static bool is_asked_for(const struct ir_func *func, const struct ir_instr *call, const struct role *join)
{
    if (!join->at[POS_OUTCOME])
        return false;
    if (join->at[POS_OUTCOME] == AT_RESULT)
        return !(call->flags & CALL_DISCARDED);
    ir_val to = role_value(func, call, join->at[POS_OUTCOME]);
    return ir_val_kind(to) != VAL_INT && ir_val_kind(to) != VAL_NONE;
}

static void add_reader(struct map *readers, const struct check_pass *pass, const struct call_site *site)
{
    const struct ir_func *func = body(pass, site->func);
    const struct role *join = model_role(site->model, ROLE_JOIN), *outcome = model_role(site->model, ROLE_OUTCOME);
    value_place place = 0;
    if (outcome)
        place = place_of_role(pass->module, site->func, site->instr, outcome, POS_HANDLE);
    else if (join && is_asked_for(func, &func->instrs.data[site->instr], join))
        place = place_of_role(pass->module, site->func, site->instr, join, POS_HANDLE);
    if (place)
        *map_put(readers, place) = 1;
}

static bool is_read(const struct map *readers, const struct handle_reach *handle)
{
    for (uint32_t i = 0; i < handle->count; i++)
        if (map_get(readers, handle->places[i]))
            return true;
    return false;
}

void outcomes_collect(struct outcomes *outcomes, struct check_pass *pass)
{
    const struct program *program = pass->program;
    struct map readers;
    *outcomes = (struct outcomes){.pass = pass, .handles = handles_solve(pass->arena, program)};
    map_init(&readers, pass->arena);
    handles_put_outside(outcomes->handles, &readers);
    for (uint32_t i = 0; i < program->sites.count; i++)
        add_reader(&readers, pass, &program->sites.data[i]);
    for (uint32_t i = 0; i < program->spawns.count; i++) {
        const struct spawn *spawn = &program->spawns.data[i];
        value_place place = spawn->is_openmp ? 0 : handles_of_spawn(outcomes->handles, spawn);
        if (!place || !spawn->role->kinds || !is_ours(pass, spawn->func, spawn->instr))
            continue;
        struct handle_reach handle = handles_reach(outcomes->handles, place);
        *vec_push(pass->arena, &outcomes->tasks) = (struct task){spawn, handle, is_read(&readers, &handle)};
    }
}

/* ---- what there is to know ---- */

const struct panic_effect *kept_panic(const struct outcomes *outcomes, const struct task *task)
{
    for (uint32_t i = 0; i < task->spawn->entries.count; i++) {
        const struct callable *entry = &task->spawn->entries.items[i];
        uint32_t count;
        const struct panic_effect *const *effects =
            panic_effects(outcomes->pass->program->panics, entry->func, &count);
        for (uint32_t k = 0; entry->func && entry->certainty != GUESSED && k < count; k++)
            if (effects[k]->kind < PANIC_KIND_COUNT && task->spawn->role->kinds & PANIC_BIT(effects[k]->kind) &&
                effects[k]->certainty != GUESSED && !effects[k]->terminates)
                return effects[k];
    }
    return NULL;
}

bool may_return_error(const struct outcomes *outcomes, const struct task *task)
{
    bool may = !task->spawn->entries.complete;
    for (uint32_t i = 0; i < task->spawn->entries.count; i++) {
        ir_func_id entry = task->spawn->entries.items[i].func;
        const struct ir_func *func = body(outcomes->pass, entry);
        may |= !entry;
        for (ir_instr_id k = 0; entry && k < func->instrs.count; k++) {
            const struct ir_instr *instr = &func->instrs.data[k];
            bool is_zero = ir_val_kind(instr->a) == VAL_INT && func->ints.data[ir_val_index(instr->a)] == 0;
            may |= instr->op == IR_RETURN && instr->a && !is_zero;
        }
    }
    return may;
}
