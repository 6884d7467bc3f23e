/* A cancellable context that some path leaves behind: neither cancelled nor released, nor where anybody could
 * do it. */
#include "check/check.h"
#include "check/typestates.h"

extern const char CHECK_DOC(context_never_cancelled)[];

enum { UNBORN, LIVE, SETTLED, STATES };
enum { EVENT_MAKE, EVENT_SETTLE, EVENTS };
enum { ERROR_LOST = 1 };

#define AT(state, event) [(state) * EVENTS + EVENT_##event]
static const char *const states[STATES] = {"unborn", "live", "settled"};
static const uint8_t next[STATES * EVENTS] = {
    AT(LIVE, MAKE) = LIVE,
    AT(LIVE, SETTLE) = SETTLED,
    AT(SETTLED, MAKE) = LIVE,
    AT(SETTLED, SETTLE) = SETTLED,
};
static const uint8_t lost[STATES] = {[LIVE] = ERROR_LOST};
static const struct typestate_automaton context_automaton = {.name = "context",
                                                             .state_count = STATES,
                                                             .event_count = EVENTS,
                                                             .states = states,
                                                             .next = next,
                                                             .lost_error = lost};

static const struct ir_func *body(const struct check_pass *pass, ir_func_id func)
{
    return &pass->module->funcs.data[func];
}

/* A context that somebody must end: no root that never ends, and no object whose destructor does it
 * (std::stop_source). */
static bool needs_an_end(const struct check_pass *pass, const struct role *role, ir_func_id func,
                         ir_instr_id instr)
{
    const struct ir_func *function = body(pass, func);
    ir_val context = role_value(function, &function->instrs.data[instr], role->at[POS_CONTEXT]);
    if (role->background || (ir_val_kind(context) != VAL_PATH && ir_val_kind(context) != VAL_ADDR))
        return false;
    const struct ir_type *type = &pass->module->types.data[function->paths.data[ir_val_index(context)].type];
    return type->kind != TYPE_CLASS && type->kind != TYPE_REFERENCE;
}

static const struct typestate_rule rules[] = {
    {ROLE_CTX_MAKE, POS_CONTEXT, EVENT_MAKE, LIVE, needs_an_end},
    {ROLE_CTX_CANCEL, POS_CONTEXT, EVENT_SETTLE, 0, NULL},
    {ROLE_CTX_RELEASE, POS_CONTEXT, EVENT_SETTLE, 0, NULL},
    /* The task that is handed it may do either. */
    {ROLE_SPAWN, POS_ARG, EVENT_SETTLE, 0, NULL},
};

static const char *tell(struct check_pass *pass, const struct typestate_step *step, bool is_last)
{
    (void)is_last;
    if (step->kind == STEP_EXIT)
        return "here the last name of the context is gone";
    return arena_printf(pass->arena, step->event == EVENT_MAKE ? "%s makes a context" : "%s settles it",
                        check_callee_text(pass, step->func, step->instr));
}

static void report(struct check_pass *pass, const struct typestate_violation *violation)
{
    const struct ir_func *function = body(pass, violation->func);
    bool leaves_main = pass->module->syms.data[function->sym].flags & SYM_MAIN;
    if (!violation->born_func || leaves_main)
        return;
    struct finding *finding = check_report(
        pass, SEVERITY_WARNING, NULL, violation->born_func, violation->born_instr, NULL,
        "on one path the context is neither cancelled nor released, and nobody can do it any more: what "
        "waits with it is never told to stop, and its memory stays for as long as the process lives");
    if (!finding)
        return;
    check_typestate_steps(pass, finding, violation, tell);
    check_related(pass, finding, check_instr_place(pass, violation->func, violation->instr),
                  "where the context is lost");
}

static void run(struct check_pass *pass)
{
    const struct program *program = pass->program;
    struct typestate *engine =
        check_typestates(pass, &context_automaton, rules, sizeof rules / sizeof *rules);
    for (uint32_t i = 0; i < program->scc_first[program->scc_count]; i++) {
        const struct typestate_result *result = typestate_analyse(engine, program->order[i]);
        for (uint32_t k = 0; k < result->count; k++)
            report(pass, &result->violations[k]);
    }
}

const struct check check_context_never_cancelled = {
    .id = "context-never-cancelled",
    .title = "A context that nobody cancels or releases",
    .doc = CHECK_DOC(context_never_cancelled),
    .since = "0.1",
    .severity = SEVERITY_WARNING,
    .run = run,
};
