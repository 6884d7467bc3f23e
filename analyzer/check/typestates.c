#include "check/typestates.h"

#include <string.h>

#include "check/branches.h"
#include "facts/name.h"
#include "link/channels.h"

struct glue {
    struct check_pass pass; /* a copy: the engine may outlive the caller's */
    const struct typestate_automaton *automaton;
    const struct typestate_rule *rules;
    uint32_t count;
    ir_func_id *bodies; /* the answer to the last question */
    uint32_t capacity;
};

static const struct ir_func *body(const struct check_pass *pass, ir_func_id func)
{
    return &pass->module->funcs.data[func];
}

/* ---- events ---- */

/* An open by pointer fills an array of two (pipe, socketpair) or the one place. */
static uint32_t opened_elements(const struct check_pass *pass, ir_func_id func, ir_val object)
{
    if (ir_val_kind(object) != VAL_ADDR)
        return 0;
    const struct ir_type *type = &pass->module->types.data[body(pass, func)->paths.data[ir_val_index(object)].type];
    return type->kind == TYPE_ARRAY ? 2 : 0;
}

static enum typestate_success success_of(const struct check_pass *pass, ir_func_id func, const struct ir_instr *call,
                                         const struct role *role, int at)
{
    static const enum typestate_success told[] = {
        [OPENS_ZERO] = SUCCESS_ZERO,         [OPENS_NOT_ZERO] = SUCCESS_NOT_NULL,
        [OPENS_NOT_NEGATIVE] = SUCCESS_NOT_NEGATIVE, [OPENS_NOT_NULL] = SUCCESS_NOT_NULL,
        [OPENS_ALWAYS] = SUCCESS_ALWAYS,
    };
    if (role->success)
        return told[role->success];
    if (at != AT_RESULT)
        return role->by_pointer && call->dst ? SUCCESS_ZERO : SUCCESS_ALWAYS;
    const struct ir_type *type = &pass->module->types.data[body(pass, func)->paths.data[call->dst].type];
    return type->kind == TYPE_POINTER ? SUCCESS_NOT_NULL : type->kind == TYPE_INT ? SUCCESS_NOT_NEGATIVE : SUCCESS_ALWAYS;
}

static uint32_t add_event(const struct check_pass *pass, const struct typestate_rule *rule, const struct role *role,
                          ir_func_id func, ir_instr_id instr, struct typestate_event *out, uint32_t room)
{
    const struct ir_instr *call = &body(pass, func)->instrs.data[instr];
    int at = role->at[rule->position];
    ir_val object = at == AT_RESULT && !call->dst ? 0 : role_value(body(pass, func), call, at);
    bool is_later = role->kind == ROLE_CHAN_CLOSE && role->when != WHEN_NOW;
    if (!object || !room || is_later || (rule->applies && !rule->applies(pass, role, func, instr)))
        return 0;
    /* What is known by its address (a handle that uv_tcp_init fills) is the same one anew, and no other. */
    bool in_place = role->kind == ROLE_CHAN_OPEN && !role->by_pointer && at != AT_RESULT;
    struct typestate_event event = {.event = rule->event, .born = in_place ? 0 : rule->born, .object = object,
                                    .element = -1};
    event.by_pointer = role->by_pointer && rule->position != POS_ARG; /* that is said of the role's own object */
    event.success = rule->born ? (uint8_t)success_of(pass, func, call, role, at) : SUCCESS_ALWAYS;
    uint32_t elements = rule->born && role->by_pointer ? opened_elements(pass, func, object) : 0;
    if (!elements) {
        out[0] = event;
        return 1;
    }
    for (uint32_t i = 0; i < elements && i < room; i++) {
        event.element = (int32_t)i;
        out[i] = event;
    }
    return elements < room ? elements : room;
}

/* Opened upon another channel (fdopen): no new one, but another name. */
static uint32_t alias_event(const struct check_pass *pass, const struct call_site *site, struct typestate_event *out)
{
    const struct role *open = model_role(site->model, ROLE_CHAN_OPEN), *dup = model_role(site->model, ROLE_DUP);
    if (!open || !dup)
        return 0;
    const struct ir_func *func = body(pass, site->func);
    const struct ir_instr *call = &func->instrs.data[site->instr];
    ir_val to = dup->at[POS_TO] == AT_RESULT && !call->dst ? 0 : role_value(func, call, dup->at[POS_TO]);
    if (!to)
        return 0;
    *out = (struct typestate_event){.object = role_value(func, call, dup->at[POS_FROM]), .alias = to, .element = -1};
    return 1;
}

/* Does the call only pass its argument through, or say by its model what becomes of it? */
static bool is_plain_call(const struct call_site *site)
{
    const struct role *flows = model_role(site->model, ROLE_FLOWS);
    return !model_role(site->model, ROLE_MOVE_HANDLE) && !model_role(site->model, ROLE_SPAWN) &&
           !(flows && flows->at[POS_TO] == AT_RESULT);
}

static bool is_class(const struct check_pass *pass, const struct ir_func *func, ir_val val)
{
    return pass->module->types.data[func->paths.data[ir_val_index(val)].type].kind == TYPE_CLASS;
}

static bool is_given(const struct check_pass *pass, const struct ir_func *func, ir_val arg, const char *param)
{
    size_t length = strlen(param);
    bool is_rvalue = length > 2 && !strcmp(param + length - 2, "&&");
    return (ir_val_kind(arg) == VAL_PATH && (is_rvalue || is_class(pass, func, arg))) ||
           (ir_val_kind(arg) == VAL_ADDR && is_rvalue);
}

bool check_gives_away(const struct check_pass *pass, const struct call_site *site, uint32_t arg)
{
    const struct ir_func *func = body(pass, site->func);
    const struct ir_instr *call = &func->instrs.data[site->instr];
    const struct ir_sym *callee = &pass->module->syms.data[call->sym];
    uint32_t self = call->flags & (CALL_METHOD | CALL_CONSTRUCT | CALL_DESTROY) ? 1 : 0;
    const char **params = NULL;
    if (!call->sym || callee->flags & SYM_EXTERN_C || !is_plain_call(site) || arg < self)
        return false;
    int count = name_params(pass->arena, ir_text(pass->module, pass->module->types.data[callee->type].spelling), &params);
    return (int)(arg - self) < count && is_given(pass, func, func->args.data[call->first_arg + arg], params[arg - self]);
}

/* Arguments by value, and those bound to `T &&`: the callee has them now. */
static uint32_t given_events(const struct check_pass *pass, const struct typestate_rule *rule,
                             const struct call_site *site, struct typestate_event *out, uint32_t room)
{
    const struct ir_func *func = body(pass, site->func);
    const struct ir_instr *call = &func->instrs.data[site->instr];
    uint32_t found = 0;
    for (uint32_t i = 0; i < call->arg_count && found < room; i++) {
        ir_val arg = func->args.data[call->first_arg + i];
        if (!check_gives_away(pass, site, i))
            continue;
        bool is_copy = ir_val_kind(arg) == VAL_PATH && is_class(pass, func, arg);
        ir_val object = is_copy ? IR_VAL(VAL_ADDR, ir_val_index(arg)) : arg;
        out[found++] = (struct typestate_event){.event = rule->event, .object = object, .element = -1};
    }
    return found;
}

static uint32_t events(void *context, ir_func_id func, ir_instr_id instr, struct typestate_event *out)
{
    const struct glue *glue = context;
    if (body(&glue->pass, func)->instrs.data[instr].op != IR_CALL)
        return 0; /* most; asked of every instruction */
    const struct call_site *site = program_site(glue->pass.program, func, instr);
    uint32_t count = 0;
    if (!site)
        return 0;
    for (uint32_t i = 0; i < glue->count; i++)
        if (glue->rules[i].role == ROLE_COUNT)
            count += given_events(&glue->pass, &glue->rules[i], site, out + count, TYPESTATE_EVENTS - count);
    if (!site->model || count)
        return count;
    count = alias_event(&glue->pass, site, out);
    for (uint32_t i = 0; i < glue->count; i++) {
        bool is_role = glue->rules[i].role != ROLE_COUNT;
        const struct role *role = is_role ? model_role(site->model, glue->rules[i].role) : NULL;
        if (role && !(count && out[0].alias && glue->rules[i].born))
            count += add_event(&glue->pass, &glue->rules[i], role, func, instr, out + count, TYPESTATE_EVENTS - count);
    }
    return count;
}

/* ---- calls ---- */

static void add_body(struct glue *glue, uint32_t count, ir_func_id func)
{
    if (count == glue->capacity) {
        glue->capacity = glue->capacity ? glue->capacity * 2 : 16;
        ir_func_id *more = arena_array(glue->pass.arena, ir_func_id, glue->capacity);
        for (uint32_t i = 0; i < count; i++)
            more[i] = glue->bodies[i];
        glue->bodies = more;
    }
    glue->bodies[count] = func;
}

static uint32_t callees(void *context, ir_func_id func, ir_instr_id instr, const ir_func_id **out, bool *complete)
{
    struct glue *glue = context;
    const struct call_site *site = program_site(glue->pass.program, func, instr);
    uint32_t count = 0;
    *complete = site && !(site->flags & (SITE_UNRESOLVED | SITE_MAYBE_MORE));
    bool is_modelled = site && site->model && model_is_opaque(site->model);
    for (uint32_t i = 0; site && !is_modelled && i < site->target_count; i++) {
        const struct panic_callee *target = &site->targets[i];
        if (target->func && target->certainty != GUESSED)
            add_body(glue, count++, target->func);
        else
            *complete = false;
    }
    *out = glue->bodies;
    return count;
}

static bool lets_out(const struct check_pass *pass, ir_func_id func)
{
    uint32_t count;
    const struct panic_effect *const *effects = panic_effects(pass->program->panics, func, &count);
    for (uint32_t i = 0; i < count; i++)
        if (effects[i]->kind == PANIC_EXCEPTION && !effects[i]->terminates)
            return true;
    return false;
}

/* Known to throw: a body that does, a model that says so. */
static bool may_unwind(void *context, ir_func_id func, ir_instr_id instr)
{
    const struct glue *glue = context;
    const struct call_site *site = program_site(glue->pass.program, func, instr);
    if (!site)
        return false;
    const struct role *throws = model_role(site->model, ROLE_THROWS);
    if (throws && throws->set == THROWS_LIKELY)
        return true;
    for (uint32_t i = 0; i < site->target_count; i++)
        if (site->targets[i].func && lets_out(&glue->pass, site->targets[i].func))
            return true;
    return false;
}

static bool never_returns(void *context, ir_func_id func, ir_instr_id instr)
{
    const struct glue *glue = context;
    const struct call_site *site = program_site(glue->pass.program, func, instr);
    ir_sym_id sym = body(&glue->pass, func)->instrs.data[instr].sym;
    if (sym && glue->pass.module->syms.data[sym].flags & SYM_NORETURN)
        return true;
    if (!site)
        return false;
    const struct role *fatal = model_role(site->model, ROLE_FATAL);
    if (fatal && !role_flags_hold(body(&glue->pass, func), &body(&glue->pass, func)->instrs.data[instr], fatal))
        return false;
    if (fatal || model_role(site->model, ROLE_NORETURN) || model_role(site->model, ROLE_JUMP))
        return true;
    for (uint32_t i = 0; i < site->target_count; i++)
        if (!site->targets[i].func || panic_returns(glue->pass.program->panics, site->targets[i].func))
            return false;
    return site->target_count > 0;
}

/* The library functions that let nothing out keep nothing either: pthread_setname_np(thread, ...).  Nor do those that only
 * wait with a context: whoever made it still has to end it. */
static bool keeps(void *context, ir_func_id func, ir_instr_id instr)
{
    const struct glue *glue = context;
    const struct call_site *site = program_site(glue->pass.program, func, instr);
    const struct ir_instr *call = &body(&glue->pass, func)->instrs.data[instr];
    ir_sym_id sym = call->sym;
    if (site && model_role(site->model, ROLE_CTX_PASS))
        return false;
    if (call->flags & CALL_METHOD && call->arg_count > 1)
        return true; /* a smart pointer, a container: what is handed to an object stays with it */
    return !sym || !model_is_quiet(glue->pass.program->models, glue->pass.module, sym);
}

static bool is_standing(void *context, ir_sym_id global)
{
    const struct glue *glue = context;
    return model_is_standing_channel(glue->pass.program->models,
                                     ir_text(glue->pass.module, glue->pass.module->syms.data[global].name));
}

static void bounded(void *context, ir_func_id func)
{
    struct glue *glue = context;
    check_gap(&glue->pass, func);
}

struct typestate *check_typestates(struct check_pass *pass, const struct typestate_automaton *automaton,
                                   const struct typestate_rule *rules, uint32_t count)
{
    struct glue *glue = arena_new(pass->arena, struct glue);
    *glue = (struct glue){.pass = *pass, .automaton = automaton, .rules = rules, .count = count};
    struct typestate_input input = {.module = pass->module, .automaton = automaton, .context = glue,
                                    .events = events, .callees = callees, .may_unwind = may_unwind,
                                    .never_returns = never_returns, .keeps = keeps, .is_standing = is_standing,
                                    .bounded = bounded};
    return typestate_create(pass->arena, &input);
}

void check_run_typestates(struct check_pass *pass, struct typestate *typestate,
                          void (*report)(struct check_pass *pass, const struct typestate_violation *violation))
{
    const struct program *program = pass->program;
    for (uint32_t i = 0; i < program->scc_first[program->scc_count]; i++) {
        const struct typestate_result *result = typestate_analyse(typestate, program->order[i]);
        for (uint32_t j = 0; j < result->count; j++)
            report(pass, &result->violations[j]);
    }
}

bool check_ends_channel(const struct check_pass *pass, const struct role *role, ir_func_id func, ir_instr_id instr)
{
    return role->half_send && role->half_receive && !check_is_picked(pass, func, instr);
}

/* ---- words ---- */

const char *check_callee_text(const struct check_pass *pass, ir_func_id func, ir_instr_id instr)
{
    const struct ir_instr *call = &body(pass, func)->instrs.data[instr];
    if (call->op == IR_CALL && call->sym)
        return check_func_name(pass, call->sym);
    const struct call_site *site = program_site(pass->program, func, instr);
    return site && site->target_count ? check_func_name(pass, site->targets[0].sym) : "the function called here";
}

static const char *start_text(const struct check_pass *pass, const struct typestate_step *step)
{
    if (!step->instr)
        return arena_printf(pass->arena, "%s begins", check_func_name(pass, body(pass, step->func)->sym));
    if (body(pass, step->func)->instrs.data[step->instr].op != IR_CALL)
        return "the index picks it";
    return arena_printf(pass->arena, "%s gives it", check_callee_text(pass, step->func, step->instr));
}

static bool is_pointer(const struct check_pass *pass, const struct ir_func *func, ir_val val)
{
    return ir_val_kind(val) == VAL_PATH &&
           pass->module->types.data[func->paths.data[ir_val_index(val)].type].kind == TYPE_POINTER;
}

/* "`n < 0` holds", or what can be said of a condition that has no short form. */
static const char *branch_text(const struct check_pass *pass, const struct typestate_step *step)
{
    const struct ir_func *func = body(pass, step->func);
    const struct ir_instr *instr = &func->instrs.data[step->instr];
    struct buf text = {0};
    ir_print_val_source(&text, pass->module, func, instr->a);
    bool is_plain = text.count && text.count < 60 && !strstr(text.data, "...");
    const char *what = is_plain ? arena_printf(pass->arena, "`%s`", text.data) : "the condition here";
    buf_free(&text);
    if (instr->op == IR_SWITCH)
        return arena_printf(pass->arena, step->taken ? "%s has this case" : "%s has none of the cases", what);
    if (is_plain && is_pointer(pass, func, instr->a))
        return arena_printf(pass->arena, step->taken ? "%s is not null" : "%s is null", what);
    return arena_printf(pass->arena, step->taken ? "%s holds" : "%s does not hold", what);
}

static const char *step_text(struct check_pass *pass, const struct typestate_step *step, bool is_last,
                             const char *(*tell)(struct check_pass *, const struct typestate_step *, bool))
{
    switch ((enum typestate_step_kind)step->kind) {
    case STEP_START:
        return step->instr ? start_text(pass, step) : NULL;
    case STEP_CALL:
        return arena_printf(pass->arena, "%s is called", check_callee_text(pass, step->func, step->instr));
    case STEP_BRANCH:
        return branch_text(pass, step);
    case STEP_EVENT:
    case STEP_EXIT:
        return tell(pass, step, is_last);
    }
    return NULL;
}

void check_typestate_steps(struct check_pass *pass, struct finding *finding, const struct typestate_violation *violation,
                           const char *(*tell)(struct check_pass *pass, const struct typestate_step *step, bool is_last))
{
    for (uint32_t i = 0; i < violation->step_count; i++) {
        const struct typestate_step *step = &violation->steps[i];
        const char *text = step_text(pass, step, i + 1 == violation->step_count, tell);
        struct place place = step->instr ? check_instr_place(pass, step->func, step->instr)
                                         : check_place(pass, body(pass, step->func)->span);
        if (text && place.path)
            check_step(pass, finding, place, 0, step->depth, "%s", text);
    }
}
