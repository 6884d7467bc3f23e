#include "tasks.h"

#include "check/spawn_outcome.h"

static const struct ir_func *body(const struct closes *closes, ir_func_id func)
{
    return &closes->pass->module->funcs.data[func];
}

/* Everybody who calls one that is marked gets marked. */
void closes_mark_callers(const struct closes *closes, bool *marked)
{
    const struct program *program = closes->pass->program;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < program->sites.count; i++) {
            const struct call_site *site = &program->sites.data[i];
            for (uint32_t k = 0; k < site->target_count && !marked[site->func]; k++)
                changed |= marked[site->func] = site->targets[k].func && marked[site->targets[k].func];
        }
    }
}

void closes_find_tasks(struct closes *closes, const struct receive *receive)
{
    const struct program *program = closes->pass->program;
    for (ir_func_id func = 0; func < closes->pass->module->funcs.count; func++)
        closes->reaches_receive[func] = closes->reaches_spawn[func] = false;
    closes->reaches_receive[receive->func] = true;
    closes_mark_callers(closes, closes->reaches_receive);
    for (uint32_t i = 0; i < program->spawns.count; i++) {
        closes->is_spawn[i] = false;
        for (uint32_t k = 0; k < program->spawns.data[i].entries.count; k++)
            closes->is_spawn[i] |= closes->reaches_receive[program->spawns.data[i].entries.items[k].func];
        closes->reaches_spawn[program->spawns.data[i].func] |= closes->is_spawn[i];
    }
    closes_mark_callers(closes, closes->reaches_spawn);
}

/* Whose handle stands at a position of a call. */
struct owners {
    bool receiver, others;
};

static struct owners owners_of(const struct closes *closes, ir_func_id func, ir_instr_id instr, int at)
{
    const struct program *program = closes->pass->program;
    const struct ir_func *data = body(closes, func);
    value_place handle =
        check_handle_place(closes->pass, func, role_value(data, &data->instrs.data[instr], at));
    struct owners owners = {0};
    for (uint32_t i = 0; handle && i < program->spawns.count; i++) {
        if (check_spawn_handle(closes->pass, &program->spawns.data[i]) != handle)
            continue;
        owners.receiver |= closes->is_spawn[i];
        owners.others |= !closes->is_spawn[i];
    }
    return owners;
}

/* It is the receiver's: some of its spawns gave it, and no other spawn did. */
static bool is_handle_of_receiver(const struct closes *closes, ir_func_id func, ir_instr_id instr, int at)
{
    struct owners owners = owners_of(closes, func, instr, at);
    return owners.receiver && !owners.others;
}

/* Some code interrupts the receiver's task, ends it as it joins it, or interrupts one of which nobody knows
 * which it is. */
bool closes_is_interrupted(const struct closes *closes, const struct receive *receive)
{
    const struct program *program = closes->pass->program;
    for (uint32_t i = 0; i < program->sites.count; i++) {
        const struct call_site *site = &program->sites.data[i];
        const struct role *interrupt = model_role(site->model, ROLE_INTERRUPT);
        const struct role *join =
            model_role(site->model, ROLE_BLOCK) ? NULL : model_role(site->model, ROLE_JOIN);
        if ((!interrupt && !join) || !closes->uses->is_live[site->func] ||
            !(program->funcs.data[site->func].executables & program->funcs.data[receive->func].executables))
            continue;
        int at = interrupt ? interrupt->at[POS_HANDLE] : join->at[POS_HANDLE];
        struct owners owners = owners_of(closes, site->func, site->instr, at);
        if (owners.receiver || (interrupt && !owners.others))
            return true;
    }
    return false;
}

bool closes_joins_receiver(const struct closes *closes, ir_func_id func, ir_instr_id instr)
{
    const struct role *join = check_role(closes->pass, func, instr, ROLE_JOIN);
    return join && check_role(closes->pass, func, instr, ROLE_BLOCK) &&
           is_handle_of_receiver(closes, func, instr, join->at[POS_HANDLE]);
}

/* `if (thread.joinable()) thread.join();`: without a task to join there is no receiver either. */
bool closes_tests_receiver(const struct closes *closes, ir_func_id func, ir_instr_id instr)
{
    const struct role *tests = check_role(closes->pass, func, instr, ROLE_TESTS);
    const struct program_func *data = &closes->pass->program->funcs.data[func];
    if (!tests || !is_handle_of_receiver(closes, func, instr, tests->at[POS_OBJECT]))
        return false;
    for (uint32_t i = data->first_site; i < data->first_site + data->site_count; i++)
        if (closes_joins_receiver(closes, func, closes->pass->program->sites.data[i].instr))
            return true;
    return false;
}
