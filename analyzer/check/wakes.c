/* Who ends a wait. */
#include <string.h>

#include "check/waits_parts.h"

enum { SA_RESTART_BIT = 0x10000000 };

/* ---- who cancels ---- */

/* Whether the function sets the flag: an assignment, or a call that stores through its address. */
static bool sets_flag(const struct waits *waits, ir_func_id func, value_place flag)
{
    const struct ir_func *function = waits_body(waits, func);
    const struct ir_module *module = waits->pass->module;
    if (function->flags & FUNC_GLOBAL_INIT)
        return false;
    for (ir_instr_id i = 0; i < function->instrs.count; i++) {
        const struct ir_instr *instr = &function->instrs.data[i];
        if ((instr->op == IR_COPY || instr->op == IR_BIN) && instr->dst &&
            place_of_path(module, func, instr->dst) == flag)
            return true;
        const struct role *cancel = check_role(waits->pass, func, i, ROLE_CTX_CANCEL);
        if (cancel && place_of_role(waits->pass->module, func, i, cancel, POS_CONTEXT) == flag)
            return true;
    }
    return false;
}

static bool cancels_anything(const struct waits *waits, ir_func_id func)
{
    for (ir_instr_id i = 0; i < waits_body(waits, func)->instrs.count; i++)
        if (check_role(waits->pass, func, i, ROLE_CTX_CANCEL))
            return true;
    return false;
}

/* ---- what it does besides ---- */

struct target {
    value_place channel, condition;
    bool is_poll, is_interruptible;
};

static bool interrupts(const struct waits *waits, ir_func_id func, ir_instr_id instr,
                       const struct target *target)
{
    const struct ir_module *module = waits->pass->module;
    const struct role *close = check_role(waits->pass, func, instr, ROLE_CHAN_CLOSE);
    const struct role *notify = check_role(waits->pass, func, instr, ROLE_NOTIFY);
    if (check_role(waits->pass, func, instr, ROLE_INTERRUPT))
        return true;
    if (target->is_poll && (close || check_role(waits->pass, func, instr, ROLE_CHAN_SEND)))
        return true;
    if (close &&
        channels_same(waits->channels, place_of_role(module, func, instr, close, POS_CHANNEL), target->channel))
        return true;
    return notify && channels_same(waits->channels, place_of_role(module, func, instr, notify, POS_CONDITION),
                                   target->condition);
}

/* The call, or what the function it calls does by itself, interrupts the wait. */
static bool canceller_call_interrupts(struct waits *waits, ir_func_id func, ir_instr_id instr,
                                      const struct target *target)
{
    if (interrupts(waits, func, instr, target))
        return true;
    const struct call_site *site = program_site(waits->pass->program, func, instr);
    for (uint32_t i = 0; site && !site->model && i < site->target_count; i++)
        for (ir_instr_id k = 0;
             site->targets[i].func && k < waits_body(waits, site->targets[i].func)->instrs.count; k++)
            if (waits_body(waits, site->targets[i].func)->instrs.data[k].op == IR_CALL &&
                interrupts(waits, site->targets[i].func, k, target))
                return true;
    return false;
}

/* The function or what it calls interrupts the wait. */
static bool canceller_interrupts(struct waits *waits, ir_func_id canceller, const struct target *target)
{
    uint32_t count;
    const ir_func_id *funcs = program_reach(waits->pass->program, waits->pass->arena, canceller, &count);
    for (uint32_t i = 0; i < count; i++)
        for (ir_instr_id instr = 0; instr < waits_body(waits, funcs[i])->instrs.count; instr++)
            if (waits_body(waits, funcs[i])->instrs.data[instr].op == IR_CALL &&
                interrupts(waits, funcs[i], instr, target))
                return true;
    return false;
}

/* The same of what a stopper does before it waits for the task: what comes behind the join comes too late. */
static bool stopper_interrupts(struct waits *waits, const struct context *context,
                               const struct target *target)
{
    for (ir_instr_id i = 1; i < context->join; i++) {
        const struct call_site *site = program_site(waits->pass->program, context->stopper, i);
        if (site && interrupts(waits, context->stopper, i, target))
            return true;
        for (uint32_t k = 0; site && !site->model && k < site->target_count; k++)
            if (site->targets[k].func && canceller_interrupts(waits, site->targets[k].func, target))
                return true;
    }
    return false;
}

/* ---- signals ---- */

static bool has_field(const struct waits *waits, const struct ir_func *func, const struct ir_path *path,
                      const char *name)
{
    const struct ir_module *module = waits->pass->module;
    for (uint32_t i = 0; i < path->step_count; i++) {
        const struct ir_step *step = &func->steps.data[path->first_step + i];
        if (step->kind == STEP_FIELD && !strcmp(ir_text(module, module->fields.data[step->arg].name), name))
            return true;
    }
    return false;
}

/* The function installs `handler` by sigaction, and without SA_RESTART. */
static bool installs_interrupting(const struct waits *waits, ir_func_id func, ir_sym_id handler)
{
    const struct ir_func *function = waits_body(waits, func);
    bool installs = false, restarts = false;
    for (uint32_t i = 0; i < function->instrs.count; i++) {
        const struct ir_instr *instr = &function->instrs.data[i];
        const struct ir_path *dst = &function->paths.data[instr->dst];
        if (instr->op != IR_COPY || !instr->dst)
            continue;
        bool is_handler =
            has_field(waits, function, dst, "sa_handler") || has_field(waits, function, dst, "sa_sigaction");
        installs |= is_handler && (ir_val_kind(instr->a) != VAL_FUNC || ir_val_index(instr->a) == handler);
        restarts |=
            has_field(waits, function, dst, "sa_flags") && value_has_bits(function, instr->a, SA_RESTART_BIT);
    }
    return installs && !restarts;
}

static bool is_interrupting_handler(const struct waits *waits, ir_func_id canceller)
{
    ir_sym_id handler = waits_body(waits, canceller)->sym;
    for (ir_func_id func = 1; func < waits->pass->module->funcs.count; func++)
        if (installs_interrupting(waits, func, handler))
            return true;
    return false;
}

/* Another task that looks at the flag itself and notifies the condition: it comes round to wake the waiter.
 */
static bool is_notified_by_tester(struct waits *waits, ir_func_id func, value_place flag,
                                  const struct target *target)
{
    const struct ir_func *function = waits_body(waits, func);
    bool reads = false, notifies = false;
    for (ir_instr_id i = 0; i < function->instrs.count; i++) {
        const struct ir_instr *instr = &function->instrs.data[i];
        reads |= instr->a && place_of_value(waits->pass->module, func, instr->a) == flag;
        for (uint32_t k = 0; k < instr->arg_count && instr->op == IR_CALL; k++)
            reads |=
                place_of_value(waits->pass->module, func, function->args.data[instr->first_arg + k]) == flag;
        if (instr->op == IR_CALL && reads && target->condition)
            notifies |= canceller_call_interrupts(waits, func, i, target);
    }
    return reads && notifies;
}

/* A timer that interrupts whoever waits. */
static bool has_alarm(const struct waits *waits)
{
    for (uint32_t i = 0; i < waits->pass->program->sites.count; i++) {
        const struct role *interrupt = model_role(waits->pass->program->sites.data[i].model, ROLE_INTERRUPT);
        if (interrupt && !interrupt->at[POS_HANDLE])
            return true;
    }
    return false;
}

/* What is waited on was made with a context: a group's own tasks hear of the cancellation, and the wait with them. */
static bool is_made_with_context(const struct waits *waits, ir_func_id id, ir_instr_id wait, const struct role *role)
{
    const struct ir_func *func = &waits->pass->module->funcs.data[id];
    int at = role->at[POS_HANDLE] ? role->at[POS_HANDLE] : role->at[POS_CHANNEL];
    ir_val object = at ? role_value(func, &func->instrs.data[wait], at) : VAL_NONE;
    if (ir_val_kind(object) != VAL_PATH)
        return false;
    for (ir_instr_id i = 1; i < func->instrs.count; i++) {
        const struct role *pass = func->instrs.data[i].dst == ir_val_index(object)
                                      ? check_role(waits->pass, id, i, ROLE_CTX_PASS) : NULL;
        if (pass && ir_val_kind(role_value(func, &func->instrs.data[i], pass->at[POS_CONTEXT])) != VAL_INT)
            return true;
    }
    return false;
}

bool wait_is_woken(struct waits *waits, const struct context *context, ir_func_id func, ir_instr_id instr,
                   const struct role *role)
{
    const struct ir_module *module = waits->pass->module;
    struct target target = {
        .channel = role->at[POS_CHANNEL] ? place_of_role(module, func, instr, role, POS_CHANNEL) : 0,
        .condition = role->at[POS_CONDITION] ? place_of_role(module, func, instr, role, POS_CONDITION) : 0,
        .is_poll = role->all,
    };
    target.is_interruptible = !target.condition && !role->at[POS_HANDLE];
    if (is_made_with_context(waits, func, instr, role))
        return true;
    if (context->kind == CONTEXT_DEADLINE)
        return target.is_interruptible && has_alarm(waits); /* no code cancels */
    for (ir_func_id other = 1; other < waits->pass->module->funcs.count; other++) {
        bool cancels = context->kind == CONTEXT_FLAG ? sets_flag(waits, other, context->place)
                                                     : cancels_anything(waits, other);
        if (context->kind == CONTEXT_FLAG && other != func &&
            is_notified_by_tester(waits, other, context->place, &target))
            return true;
        if (!cancels)
            continue;
        if (other == context->stopper ? stopper_interrupts(waits, context, &target)
                                      : canceller_interrupts(waits, other, &target))
            return true;
        if (context->kind == CONTEXT_FLAG && target.is_interruptible && is_interrupting_handler(waits, other))
            return true;
    }
    return false;
}
