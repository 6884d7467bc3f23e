/* Hands a callable that lets an exception out to a C API that calls it back: unwinding through C frames is
 * undefined, and in practice ends in std::terminate or skips the library's own clean-up. */
#include "check/check.h"

#include <string.h>

/* The surest exception that leaves the callee; one stopped by a noexcept boundary never reaches the C frames. */
static const struct panic_effect *escaping_exception(const struct check_pass *pass, ir_func_id func)
{
    uint32_t count;
    const struct panic_effect *const *effects = panic_effects(pass->program->panics, func, &count);
    for (uint32_t i = 0; i < count; i++)
        if (effects[i]->kind == PANIC_EXCEPTION && !effects[i]->terminates && effects[i]->certainty != GUESSED)
            return effects[i];
    return NULL;
}

static bool is_c_file(const char *path)
{
    size_t length = strlen(path);
    return length > 2 && !strcmp(path + length - 2, ".c");
}

/* A C function calls back through C frames, unless its own body is C++ and unwinds as well as any. */
static bool is_c_api(const struct check_pass *pass, const struct ir_instr *call)
{
    if (!call->sym || !(pass->module->syms.data[call->sym].flags & SYM_EXTERN_C))
        return false;
    ir_func_id body = pass->module->syms.data[call->sym].body;
    return !body || is_c_file(pass->program->tus.data[pass->program->funcs.data[body].tu].path);
}

/* Where the exception is raised: one finding for each API and such a place, however many callbacks lead there. */
static const char *cause_of(struct check_pass *pass, const char *api, const struct panic_effect *effect)
{
    while (effect->next)
        effect = effect->next;
    const char *type = effect->type ? check_type_name(pass, effect->type) : "an exception";
    return arena_printf(pass->arena, "%s: %s in %s", api, type,
                        ir_sym_name(pass->module, pass->module->funcs.data[effect->func].sym));
}

static bool is_known_cause(const struct check_pass *pass, const char *cause)
{
    for (uint32_t i = 0; i < pass->findings->items.count; i++) {
        const struct finding *other = &pass->findings->items.data[i];
        if (other->subject && !strcmp(other->check, pass->check->id) && !strcmp(other->subject, cause))
            return true;
    }
    return false;
}

static void report(struct check_pass *pass, ir_func_id func, ir_instr_id instr, const struct callable *callable,
                   const struct panic_effect *effect)
{
    const struct ir_instr *call = &pass->module->funcs.data[func].instrs.data[instr];
    const char *api = ir_sym_name(pass->module, call->sym);
    const char *callback = check_func_name(pass, callable->sym);
    const char *thrown = effect->type ? check_type_name(pass, effect->type) : "an exception";
    const char *cause = cause_of(pass, api, effect);
    if (is_known_cause(pass, cause))
        return;
    struct finding *finding =
        check_report(pass, SEVERITY_ERROR, "exception", func, instr, cause,
                     "%s can leave %s, which %s calls from C code: unwinding through C frames is undefined and ends in "
                     "std::terminate or skips the library's own clean-up",
                     thrown, callback, api);
    if (!finding)
        return;
    check_step(pass, finding, check_instr_place(pass, func, instr), 0, 0, "%s is handed to %s here", callback, api);
    check_panic_steps(pass, finding, effect, 0, 1);
}

static void check_argument(struct check_pass *pass, ir_func_id func, ir_instr_id instr, ir_val val)
{
    struct callables callables = program_callables(pass->program, func, val);
    for (uint32_t i = 0; i < callables.count; i++) {
        const struct callable *callable = &callables.items[i];
        if (!callable->func || callable->certainty == GUESSED)
            continue;
        const struct panic_effect *effect = escaping_exception(pass, callable->func);
        if (effect) {
            report(pass, func, instr, callable, effect);
            return;
        }
    }
}

static void check_call(struct check_pass *pass, ir_func_id func, ir_instr_id instr)
{
    const struct ir_func *body = &pass->module->funcs.data[func];
    const struct ir_instr *call = &body->instrs.data[instr];
    if (call->op != IR_CALL || !is_c_api(pass, call))
        return;
    /* A task's entry is spawn-without-recover's, a destructor of thread-specific data panic-in-cleanup's. */
    if (check_role(pass, func, instr, ROLE_SPAWN))
        return;
    const struct role *calls = check_role(pass, func, instr, ROLE_CALLS);
    if (calls && calls->when == WHEN_AT_EXIT)
        return;
    for (uint32_t i = 0; i < call->arg_count; i++) {
        ir_val val = body->args.data[call->first_arg + i];
        if (ir_val_kind(val) == VAL_FUNC || ir_val_kind(val) == VAL_PATH)
            check_argument(pass, func, instr, val);
    }
}

static void run(struct check_pass *pass)
{
    for (ir_func_id func = 1; func < pass->module->funcs.count; func++)
        for (ir_instr_id instr = 0; instr < pass->module->funcs.data[func].instrs.count; instr++)
            check_call(pass, func, instr);
}

extern const char CHECK_DOC(unprotected_callback)[];

const struct check check_unprotected_callback = {
    .id = "unprotected-callback",
    .title = "A callback handed to a C API lets an exception out",
    .doc = CHECK_DOC(unprotected_callback),
    .since = "0.1",
    .severity = SEVERITY_ERROR,
    .run = run,
};
