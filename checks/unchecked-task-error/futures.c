/* Tasks whose outcome comes as a future: thrown away at once, or never read. */
#include "outcome.h"

static const struct ir_instr *call_of(const struct check_pass *pass, const struct call_site *site)
{
    return &pass->module->funcs.data[site->func].instrs.data[site->instr];
}

/* ---- thrown away at once ---- */

static bool returns_outcome(const struct role *role)
{
    return role && role->at[POS_HANDLE] == AT_RESULT && role->kinds & PANIC_BIT(PANIC_EXCEPTION) && role->detached;
}

static void check_discarded(struct outcomes *outcomes, const struct call_site *site)
{
    struct check_pass *pass = outcomes->pass;
    const struct role *role = model_role(site->model, ROLE_SPAWN);
    uint32_t flags = call_of(pass, site)->flags;
    if (!returns_outcome(role) || !(flags & CALL_DISCARDED) || flags & CALL_VOID_CAST ||
        !is_ours(pass, site->func, site->instr))
        return;
    struct finding *finding = check_report(
        pass, SEVERITY_WARNING, "discarded", site->func, site->instr, NULL,
        role->scoped
            ? "the future of this call is thrown away at once: its destructor waits, so that the call runs the task to its end "
              "before anything goes on, and drops the exception that it may end with"
            : "the future of this call is thrown away at once: the exception that the task may end with is dropped, and nobody "
              "can tell when it is done");
    if (!finding)
        return;
    check_step(pass, finding, check_instr_place(pass, site->func, site->instr), 0, 0,
               role->scoped ? "a task is started, and waited for in the same statement" : "a task is started");
    for (uint32_t i = 0; i < pass->program->spawns.count; i++) {
        const struct spawn *spawn = &pass->program->spawns.data[i];
        struct task task = {.spawn = spawn};
        const struct panic_effect *panic =
            spawn->func == site->func && spawn->instr == site->instr ? kept_panic(outcomes, &task) : NULL;
        if (panic)
            check_panic_steps(pass, finding, panic, 1, 0);
    }
}

/* ---- never read ---- */

static void check_unread(struct outcomes *outcomes, const struct task *task)
{
    struct check_pass *pass = outcomes->pass;
    const struct spawn *spawn = task->spawn;
    if (!returns_outcome(spawn->role) || task->is_read || spawn->hop_count)
        return;
    if (pass->module->funcs.data[spawn->func].instrs.data[spawn->instr].flags & (CALL_DISCARDED | CALL_VOID_CAST))
        return; /* told above, or meant */
    const struct panic_effect *panic = kept_panic(outcomes, task);
    if (!panic || panic->certainty != CERTAIN || panic->doubt || !spawn->entries.complete)
        return;
    struct finding *finding =
        check_report(pass, SEVERITY_WARNING, "unread", spawn->func, spawn->instr, NULL,
                     "no code ever asks this future for its result: the exception that the task may end with is dropped, "
                     "and the program goes on as if the task had done its work");
    if (!finding)
        return;
    check_step(pass, finding, check_instr_place(pass, spawn->func, spawn->instr), 0, 0, "a task is started");
    check_panic_steps(pass, finding, panic, 1, 0);
}

void check_futures(struct outcomes *outcomes)
{
    const struct program *program = outcomes->pass->program;
    for (uint32_t i = 0; i < program->sites.count; i++)
        check_discarded(outcomes, &program->sites.data[i]);
    for (uint32_t i = 0; i < outcomes->tasks.count; i++)
        check_unread(outcomes, &outcomes->tasks.data[i]);
}
