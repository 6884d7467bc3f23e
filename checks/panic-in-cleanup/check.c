/* A panic that leaves code which runs while a scope, a thread or the process is being taken down: nothing is left to catch
 * it, and what should have been cleaned up after it is not. */
#include "check/check.h"

#include <string.h>

extern const char CHECK_DOC(panic_in_cleanup)[];

static const struct ir_func *body(const struct check_pass *pass, ir_func_id func)
{
    return &pass->module->funcs.data[func];
}

static bool is_destructor(const struct check_pass *pass, ir_func_id func)
{
    return pass->module->syms.data[body(pass, func)->sym].flags & SYM_DESTRUCTOR;
}

/* The way passes through another destructor, which has the finding. */
static bool passes_destructor(const struct check_pass *pass, const struct panic_effect *effect)
{
    for (effect = effect->next; effect; effect = effect->next)
        if (is_destructor(pass, effect->func))
            return true;
    return false;
}

/* A call, throw or failed assertion that really reaches the boundary; the worst one. */
static const struct panic_effect *worst(const struct check_pass *pass, ir_func_id func, bool is_registered)
{
    uint32_t count;
    const struct panic_effect *const *effects = panic_effects(pass->program->panics, func, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (effects[i]->kind == PANIC_UNKNOWN || effects[i]->certainty == GUESSED)
            continue;
        if (pass->config->panic_kinds && !(pass->config->panic_kinds & PANIC_BIT(effects[i]->kind)))
            continue;
        if (!is_registered && passes_destructor(pass, effects[i]))
            continue;
        return effects[i];
    }
    return NULL;
}

static enum severity severity_of(enum panic_kind kind)
{
    return kind == PANIC_ASSERT ? SEVERITY_NOTE : kind == PANIC_FATAL ? SEVERITY_WARNING : SEVERITY_ERROR;
}

static const char *what_leaves(const struct check_pass *pass, const struct panic_effect *effect)
{
    switch (effect->kind) {
    case PANIC_EXCEPTION:
        return effect->type ? check_type_name(pass, effect->type) : "an exception";
    case PANIC_JUMP:
        return "a longjmp";
    case PANIC_FATAL:
        return "the end of the process";
    case PANIC_ASSERT:
        return "a failed assertion";
    default:
        return "a panic";
    }
}

static const char *consequence(enum panic_kind kind)
{
    switch (kind) {
    case PANIC_EXCEPTION:
        return "the process dies in std::terminate";
    case PANIC_JUMP:
        return "the rest of the clean-up is skipped, which is undefined";
    default:
        return "the process ends in the middle of its clean-up";
    }
}

/* ---- destructors ---- */

/* The name where this very body is defined: several programs in one database may each have a class of that name. */
static ir_span_id definition_span(const struct check_pass *pass, const struct ir_func *function)
{
    ir_span_id name = pass->module->syms.data[function->sym].span;
    const struct ir_span *at = &pass->module->spans.data[name], *whole = &pass->module->spans.data[function->span];
    bool is_inside = at->file == whole->file && at->offset >= whole->offset && at->end_offset <= whole->end_offset;
    return function->pattern ? function->pattern : is_inside ? name : function->span;
}

static void check_destructor(struct check_pass *pass, ir_func_id func)
{
    const struct ir_func *function = body(pass, func);
    if (!is_destructor(pass, func) || (function->flags & FUNC_IMPLICIT))
        return;
    const struct panic_effect *effect = worst(pass, func, false);
    if (!effect)
        return;
    struct finding *finding =
        check_report_at(pass, severity_of(effect->kind), panic_kind_text(effect->kind), func,
                        definition_span(pass, function), ir_sym_name(pass->module, function->sym),
                        "%s leaves the destructor %s: %s", what_leaves(pass, effect),
                        check_func_name(pass, function->sym), consequence(effect->kind));
    if (finding)
        check_panic_steps(pass, finding, effect, 0, 0);
}

/* ---- what is registered to run at the end ---- */

static void report_registered(struct check_pass *pass, ir_func_id func, ir_instr_id instr,
                              const struct callable *callable, const char *where)
{
    const struct panic_effect *effect = worst(pass, callable->func, true);
    if (!effect)
        return;
    const char *name = check_func_name(pass, callable->sym);
    struct finding *finding = check_report(pass, severity_of(effect->kind), panic_kind_text(effect->kind), func, instr,
                                           name, "%s leaves %s, which runs %s: %s", what_leaves(pass, effect), name,
                                           where, consequence(effect->kind));
    if (!finding)
        return;
    check_step(pass, finding, check_instr_place(pass, func, instr), 0, 0, "%s is registered here, to run %s", name, where);
    check_panic_steps(pass, finding, effect, 0, 1);
}

static void check_value(struct check_pass *pass, ir_func_id func, ir_instr_id instr, ir_val val, const char *where)
{
    struct callables callables = program_callables(pass->program, func, val);
    for (uint32_t i = 0; i < callables.count; i++)
        if (callables.items[i].func && callables.items[i].certainty != GUESSED)
            report_registered(pass, func, instr, &callables.items[i], where);
}

/* Where the local that a cleanup attribute's call is handed was declared. */
static void check_attribute(struct check_pass *pass, ir_func_id func, ir_instr_id instr)
{
    const struct ir_func *function = body(pass, func);
    const struct ir_instr *call = &function->instrs.data[instr];
    if (!(call->flags & CALL_IMPLICIT) || (call->flags & CALL_UNWIND) || !call->arg_count)
        return;
    ir_val arg = function->args.data[call->first_arg];
    if (ir_val_kind(arg) != VAL_ADDR)
        return;
    const struct ir_path *path = &function->paths.data[ir_val_index(arg)];
    if (path->base_kind != BASE_LOCAL || !(function->locals.data[path->base].flags & LOCAL_CLEANUP))
        return;
    ir_func_id callee = pass->module->syms.data[call->sym].body;
    const struct panic_effect *effect = callee ? worst(pass, callee, true) : NULL;
    if (!effect)
        return;
    const struct ir_local *local = &function->locals.data[path->base];
    const char *name = check_func_name(pass, call->sym), *variable = ir_text(pass->module, local->name);
    struct finding *finding =
        check_report_at(pass, severity_of(effect->kind), panic_kind_text(effect->kind), func, local->span, name,
                        "%s leaves %s, which cleans up %s at the end of its scope: %s", what_leaves(pass, effect), name,
                        variable, consequence(effect->kind));
    if (!finding)
        return;
    check_step(pass, finding, check_place(pass, local->span), 0, 0, "%s is cleaned up by %s", variable, name);
    check_panic_steps(pass, finding, effect, 0, 1);
}

/* pthread_cleanup_push of C is a macro that calls what it was handed itself, on the cancelled way. */
static void check_macro(struct check_pass *pass, ir_func_id func, ir_instr_id instr)
{
    const struct ir_instr *call = &body(pass, func)->instrs.data[instr];
    const struct ir_span *span = &pass->module->spans.data[call->span];
    if (!call->sym && span->macro && model_is_cleanup_macro(pass->program->models, ir_text(pass->module, span->macro)))
        check_value(pass, func, instr, call->a, "when the scope is left or the thread cancelled");
}

static void check_call(struct check_pass *pass, ir_func_id func, ir_instr_id instr)
{
    const struct ir_func *function = body(pass, func);
    const struct role *calls = check_role(pass, func, instr, ROLE_CALLS);
    if (calls && calls->when == WHEN_AT_EXIT)
        check_value(pass, func, instr, role_value(function, &function->instrs.data[instr], calls->at[POS_CALLBACK]),
                    "when the thread, the scope or the process ends");
    check_macro(pass, func, instr);
    check_attribute(pass, func, instr);
}

static void run(struct check_pass *pass)
{
    for (ir_func_id func = 1; func < pass->module->funcs.count; func++) {
        check_destructor(pass, func);
        for (ir_instr_id instr = 0; instr < body(pass, func)->instrs.count; instr++)
            if (body(pass, func)->instrs.data[instr].op == IR_CALL)
                check_call(pass, func, instr);
    }
}

const struct check check_panic_in_cleanup = {
    .id = "panic-in-cleanup",
    .title = "A panic leaves a destructor or another function that cleans up",
    .doc = CHECK_DOC(panic_in_cleanup),
    .since = "0.1",
    .severity = SEVERITY_ERROR,
    .run = run,
};
