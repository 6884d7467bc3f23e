#include "joined.h"

static const struct ir_func *body(const struct joined *joined, ir_func_id func)
{
    return &joined->pass->module->funcs.data[func];
}

static void settle(struct joined *joined, value_place place)
{
    if (place)
        *map_put(&joined->settled, place) = 1;
}

static void settle_arguments(struct joined *joined, ir_func_id func, const struct ir_instr *instr)
{
    for (uint32_t i = 0; i < instr->arg_count; i++)
        settle(joined, place_of_value(joined->pass->module, func, body(joined, func)->args.data[instr->first_arg + i]));
}

static void add_site(struct joined *joined, const struct call_site *site)
{
    const struct ir_module *module = joined->pass->module;
    const struct role *join = model_role(site->model, ROLE_JOIN), *detach = model_role(site->model, ROLE_DETACH);
    if (join)
        settle(joined, place_of_role(module, site->func, site->instr, join, POS_HANDLE));
    if (detach)
        settle(joined, place_of_role(module, site->func, site->instr, detach, POS_HANDLE));
    if (handles_leave_by(joined->handles, site))
        settle_arguments(joined, site->func, &body(joined, site->func)->instrs.data[site->instr]);
}

/* What callers that nobody knows are given, and give: a library's interface. */
static void add_interface(struct joined *joined, ir_func_id func)
{
    uint32_t callers;
    handles_callers(joined->handles, func, &callers);
    if (callers || joined->pass->module->syms.data[body(joined, func)->sym].flags & SYM_MAIN)
        return;
    settle(joined, place_make(PLACE_RESULT, func, 0));
    for (uint32_t i = 1; i <= body(joined, func)->param_count; i++)
        if (!(body(joined, func)->locals.data[i].flags & LOCAL_THIS))
            settle(joined, place_make(PLACE_LOCAL, func, i));
}

void find_settled(struct joined *joined)
{
    const struct program *program = joined->pass->program;
    map_init(&joined->settled, joined->pass->arena);
    for (uint32_t i = 0; i < program->sites.count; i++)
        add_site(joined, &program->sites.data[i]);
    for (ir_func_id func = 1; func < program->module->funcs.count; func++) {
        add_interface(joined, func);
        for (ir_instr_id i = 0; i < body(joined, func)->instrs.count; i++)
            if (body(joined, func)->instrs.data[i].op == IR_HAVOC)
                settle_arguments(joined, func, &body(joined, func)->instrs.data[i]);
    }
}

bool is_settled(const struct joined *joined, const struct handle_reach *reach)
{
    for (uint32_t i = 0; i < reach->count; i++)
        if (map_get(&joined->settled, reach->places[i]))
            return true;
    return false;
}

bool is_settled_elsewhere(const struct joined *joined, const struct handle_reach *reach)
{
    for (uint32_t i = 1; i < reach->count; i++)
        if (place_is_shared(reach->places[i]) && map_get(&joined->settled, reach->places[i]))
            return true;
    return false;
}
