/* Waits that could tell how tasks ended, and are not asked. */
#include "check/typestates.h"
#include "outcome.h"

static bool concerns(const struct task *task, value_place handle)
{
    return handles_reach_holds(&task->handle, handle);
}

/* ---- the status of a group or a job ---- */

static bool is_status(const struct check_pass *pass, const struct ir_instr *call)
{
    uint8_t kind = pass->module->types.data[call->type].kind;
    return kind == TYPE_INT || kind == TYPE_ENUM || kind == TYPE_BOOL;
}

/* Of the tasks that are waited for: false where all are known and none can fail, or somebody asks in another way. */
static bool loses_something(const struct outcomes *outcomes, value_place handle, const struct task **out)
{
    bool any = false, may_fail = false;
    for (uint32_t i = 0; i < outcomes->tasks.count; i++) {
        const struct task *task = &outcomes->tasks.data[i];
        if (!concerns(task, handle))
            continue;
        if (task->is_read)
            return false;
        any = true;
        bool fails = may_return_error(outcomes, task) || kept_panic(outcomes, task);
        may_fail |= fails;
        if (fails && (!*out || (!kept_panic(outcomes, *out) && kept_panic(outcomes, task))))
            *out = task;
    }
    return !any || may_fail;
}

static void tell_task(const struct outcomes *outcomes, struct finding *finding, const struct task *task)
{
    struct check_pass *pass = outcomes->pass;
    const struct spawn *spawn = task->spawn;
    const struct panic_effect *panic = kept_panic(outcomes, task);
    const char *entry = spawn->entries.count ? check_func_name(pass, spawn->entries.items[0].sym) : "a task";
    check_step(pass, finding, check_instr_place(pass, spawn->func, spawn->instr), 0, 0, "%s is started here", entry);
    if (panic)
        check_panic_steps(pass, finding, panic, 1, 0);
    check_related(pass, finding, check_instr_place(pass, spawn->func, spawn->instr), "where the task is started");
}

static void check_status(struct outcomes *outcomes, const struct call_site *site, value_place handle, bool all)
{
    struct check_pass *pass = outcomes->pass;
    const struct task *task = NULL;
    if (!loses_something(outcomes, handle, &task))
        return;
    struct finding *finding =
        check_report(pass, SEVERITY_WARNING, "status", site->func, site->instr, NULL,
                     all ? "nobody looks at the status of this wait: when a task of the group has failed or panicked, the "
                           "program goes on as if all of them had done their work"
                         : "nobody looks at the status of this wait: when the task has failed or panicked, the program goes on "
                           "as if it had done its work");
    if (!finding)
        return;
    if (task)
        tell_task(outcomes, finding, task);
    check_step(pass, finding, check_instr_place(pass, site->func, site->instr), 0, 0,
               "%s is waited for here, and its status dropped", all ? "the group" : "the task");
}

/* ---- the result of a thread ---- */

/* A note: the wrapper has logged the panic, and the join did wait. */

static void check_result(struct outcomes *outcomes, const struct call_site *site, value_place handle)
{
    struct check_pass *pass = outcomes->pass;
    for (uint32_t i = 0; i < outcomes->tasks.count; i++) {
        const struct task *task = &outcomes->tasks.data[i];
        const struct panic_effect *panic = concerns(task, handle) && !task->is_read ? kept_panic(outcomes, task) : NULL;
        if (!panic)
            continue;
        struct finding *finding = check_report(
            pass, SEVERITY_NOTE, "result", site->func, site->instr, NULL,
            "the thread may end by a panic, which its wrapper turns into its result, and this join does not ask for the "
            "result: the program goes on as if the thread had done its work");
        if (!finding)
            return;
        tell_task(outcomes, finding, task);
        check_step(pass, finding, check_instr_place(pass, site->func, site->instr), 0, 0,
                   "the thread is joined here, and its result is not asked for");
        return;
    }
}

static void check_join(struct outcomes *outcomes, const struct call_site *site)
{
    struct check_pass *pass = outcomes->pass;
    const struct ir_func *func = &pass->module->funcs.data[site->func];
    const struct ir_instr *call = &func->instrs.data[site->instr];
    const struct role *join = model_role(site->model, ROLE_JOIN);
    if (!join || !join->at[POS_OUTCOME] || call->flags & CALL_VOID_CAST || !is_ours(pass, site->func, site->instr))
        return;
    value_place handle = place_of_role(pass->module, site->func, site->instr, join, POS_HANDLE);
    bool is_result = join->at[POS_OUTCOME] == AT_RESULT;
    ir_val to = is_result ? 0 : role_value(func, call, join->at[POS_OUTCOME]);
    if (is_result && !(call->flags & CALL_DISCARDED))
        return;
    if (is_result && is_status(pass, call))
        check_status(outcomes, site, handle, join->all);
    else if (is_result || ir_val_kind(to) == VAL_INT)
        check_result(outcomes, site, handle);
}

void check_joins(struct outcomes *outcomes)
{
    for (uint32_t i = 0; i < outcomes->pass->program->sites.count; i++)
        check_join(outcomes, &outcomes->pass->program->sites.data[i]);
}
