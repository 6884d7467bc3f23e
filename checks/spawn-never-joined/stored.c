/* Handles that live on in fields, globals, arrays and containers: somebody, somewhere, must join or detach what lives there.
 *
 * Each is asked for where it ends up: a function that fills what its parameter points to passes the question on to its
 * callers, each of which has a handle of its own.
 */
#include "check/typestates.h"
#include "flow/reach.h"
#include "joined.h"

enum { CLIMB_MOST = 6 };

static const struct ir_func *body(const struct joined *joined, ir_func_id func)
{
    return &joined->pass->module->funcs.data[func];
}

/* ---- one handle ---- */

struct asked {
    ir_func_id func; /* where the handle lives, and the call there that fills it */
    ir_instr_id instr;
    value_place place;
    const struct call_site *spawn;
    const struct role *role;
};

/* It lives on in memory that outlasts the local, or in a container. */
static bool is_put_away(const struct joined *joined, const struct asked *asked, const struct handle_reach *reach)
{
    const struct ir_module *module = joined->pass->module;
    for (uint32_t i = 0; i < reach->count; i++) {
        value_place place = reach->places[i];
        if (place_is_shared(place))
            return true;
        if (place_kind(place) != PLACE_LOCAL || place_func(place) != asked->func)
            continue;
        const struct ir_local *local = &body(joined, asked->func)->locals.data[place_index(place)];
        if (place != asked->place && !(local->flags & LOCAL_TEMP) &&
            module->types.data[local->type].kind == TYPE_CLASS)
            return true;
    }
    return false;
}

static bool is_return(void *context, ir_instr_id instr)
{
    const struct ir_func *func = context;
    return func->instrs.data[instr].op == IR_RETURN;
}

/* Does the function that holds the handle ever end? */
static bool comes_to_an_end(const struct joined *joined, const struct asked *asked)
{
    struct arena *arena = joined->pass->arena;
    struct reach_way way;
    struct reach_query query = {.cfg = program_cfg(joined->pass->program, asked->func), .from = asked->instr,
                                .is_goal = is_return, .context = (void *)(uintptr_t)body(joined, asked->func)};
    return flow_reach(arena, &query, &way);
}

/* Is the question for this check's other half, or none? */
static bool is_asked_here(const struct joined *joined, const struct asked *asked, const struct handle_reach *reach)
{
    const struct check_pass *pass = joined->pass;
    bool in_main = pass->module->syms.data[body(joined, asked->func)->sym].flags & SYM_MAIN;
    if (map_get(&joined->reported, map_key2(asked->func, asked->instr)))
        return false;
    if (is_put_away(joined, asked, reach))
        return true;
    return (asked->role->terminates || !in_main) && comes_to_an_end(joined, asked);
}

static const char *what_happens(const struct asked *asked, bool is_put_away)
{
    if (asked->role->terminates)
        return "no code joins or detaches this thread: the destructor of its handle calls std::terminate, and the process "
               "dies";
    if (is_put_away)
        return "the task's handle is stored where no code ever joins or detaches it: nobody waits for the task, and its "
               "stack and its result stay for as long as the process lives";
    return "no code joins or detaches the task before its handle is gone: its stack and its result stay for as long as the "
           "process lives";
}

static void report(struct joined *joined, const struct asked *asked, bool is_put_away)
{
    struct check_pass *pass = joined->pass;
    bool is_own = asked->func == asked->spawn->func && asked->instr == asked->spawn->instr;
    struct finding *finding = check_report(pass, asked->role->terminates ? SEVERITY_ERROR : SEVERITY_WARNING, "stored",
                                           asked->func, asked->instr, NULL, "%s", what_happens(asked, is_put_away));
    if (!finding)
        return;
    if (!is_own)
        check_step(pass, finding, check_instr_place(pass, asked->func, asked->instr), 0, 0,
                   "%s is told where to put the handle", check_callee_text(pass, asked->func, asked->instr));
    check_step(pass, finding, check_instr_place(pass, asked->spawn->func, asked->spawn->instr), 0, is_own ? 0 : 1,
               is_put_away ? "a task is started and its handle stored" : "a task is started");
}

static void ask(struct joined *joined, const struct asked *asked)
{
    struct handle_reach reach = handles_reach(joined->handles, asked->place);
    if (!is_settled(joined, &reach) && is_asked_here(joined, asked, &reach))
        report(joined, asked, is_put_away(joined, asked, &reach));
}

/* From the place that a call fills up to whose it is. */
static void climb(struct joined *joined, const struct asked *asked, uint32_t height)
{
    uint32_t count;
    const struct call_site *const *callers = handles_callers(joined->handles, asked->func, &count);
    const struct ir_func *func = body(joined, asked->func);
    uint32_t param = place_kind(asked->place) == PLACE_LOCAL ? place_index(asked->place) : 0;
    bool is_handed_in = param && param <= func->param_count && !(func->locals.data[param].flags & LOCAL_THIS);
    if (!is_handed_in || !count || height == CLIMB_MOST) {
        ask(joined, asked);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct ir_func *caller = body(joined, callers[i]->func);
        const struct ir_instr *call = &caller->instrs.data[callers[i]->instr];
        struct asked outer = {.func = callers[i]->func, .instr = callers[i]->instr, .spawn = asked->spawn,
                              .role = asked->role};
        if (param > call->arg_count || (call->sym && callers[i]->model && model_is_opaque(callers[i]->model)))
            continue;
        outer.place = place_of_value(joined->pass->module, callers[i]->func,
                                     caller->args.data[call->first_arg + param - 1]);
        if (outer.place)
            climb(joined, &outer, height + 1);
    }
}

void check_stored_handles(struct joined *joined)
{
    const struct check_pass *pass = joined->pass;
    for (uint32_t i = 0; i < pass->program->sites.count; i++) {
        const struct call_site *site = &pass->program->sites.data[i];
        const struct role *role = model_role(site->model, ROLE_SPAWN);
        if (!role || !role->at[POS_HANDLE] || !needs_join(pass, role, site->func, site->instr))
            continue;
        bool is_dropped =
            role->at[POS_HANDLE] == AT_RESULT && !body(joined, site->func)->instrs.data[site->instr].dst;
        struct asked asked = {.func = site->func, .instr = site->instr, .spawn = site, .role = role};
        asked.place = is_dropped ? 0 : place_of_role(pass->module, site->func, site->instr, role, POS_HANDLE);
        if (asked.place)
            climb(joined, &asked, 0);
    }
}
