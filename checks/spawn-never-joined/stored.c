/* Handles that live on in fields, globals, arrays and containers: somebody, somewhere, must join or detach what lives there.
 *
 * Each is asked for where it ends up: a function that fills what its parameter points to passes the question on to its
 * callers, each of which has a handle of its own.
 */
#include "check/typestates.h"
#include "flow/reach.h"
#include "joined.h"

enum { CLIMB_MOST = 6 };

struct stored {
    struct joined *joined;
    struct map settled; /* places that some join or detach names, or that code outside the project gets to see */
};

static const struct ir_func *body(const struct stored *stored, ir_func_id func)
{
    return &stored->joined->pass->module->funcs.data[func];
}

/* ---- who settles ---- */

static void settle(struct stored *stored, value_place place)
{
    if (place)
        *map_put(&stored->settled, place) = 1;
}

static void settle_arguments(struct stored *stored, ir_func_id func, const struct ir_instr *instr)
{
    for (uint32_t i = 0; i < instr->arg_count; i++)
        settle(stored, place_of_value(stored->joined->pass->module, func, body(stored, func)->args.data[instr->first_arg + i]));
}

static void add_site(struct stored *stored, const struct call_site *site)
{
    const struct ir_module *module = stored->joined->pass->module;
    const struct role *join = model_role(site->model, ROLE_JOIN), *detach = model_role(site->model, ROLE_DETACH);
    if (join)
        settle(stored, place_of_role(module, site->func, site->instr, join, POS_HANDLE));
    if (detach)
        settle(stored, place_of_role(module, site->func, site->instr, detach, POS_HANDLE));
    if (handles_leave_by(stored->joined->handles, site))
        settle_arguments(stored, site->func, &body(stored, site->func)->instrs.data[site->instr]);
}

/* What callers that nobody knows are given, and give: a library's interface. */
static void add_interface(struct stored *stored, ir_func_id func)
{
    uint32_t callers;
    handles_callers(stored->joined->handles, func, &callers);
    if (callers || stored->joined->pass->module->syms.data[body(stored, func)->sym].flags & SYM_MAIN)
        return;
    settle(stored, place_make(PLACE_RESULT, func, 0));
    for (uint32_t i = 1; i <= body(stored, func)->param_count; i++)
        if (!(body(stored, func)->locals.data[i].flags & LOCAL_THIS))
            settle(stored, place_make(PLACE_LOCAL, func, i));
}

static void find_settled(struct stored *stored)
{
    const struct program *program = stored->joined->pass->program;
    map_init(&stored->settled, stored->joined->pass->arena);
    for (uint32_t i = 0; i < program->sites.count; i++)
        add_site(stored, &program->sites.data[i]);
    for (ir_func_id func = 1; func < program->module->funcs.count; func++) {
        add_interface(stored, func);
        for (ir_instr_id i = 0; i < body(stored, func)->instrs.count; i++)
            if (body(stored, func)->instrs.data[i].op == IR_HAVOC)
                settle_arguments(stored, func, &body(stored, func)->instrs.data[i]);
    }
}

static bool is_settled(const struct stored *stored, const struct handle_reach *reach)
{
    for (uint32_t i = 0; i < reach->count; i++)
        if (map_get(&stored->settled, reach->places[i]))
            return true;
    return false;
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
static bool is_put_away(const struct stored *stored, const struct asked *asked, const struct handle_reach *reach)
{
    const struct ir_module *module = stored->joined->pass->module;
    for (uint32_t i = 0; i < reach->count; i++) {
        value_place place = reach->places[i];
        if (place_is_shared(place))
            return true;
        if (place == asked->place || place_kind(place) != PLACE_LOCAL || place_func(place) != asked->func)
            continue;
        const struct ir_local *local = &body(stored, asked->func)->locals.data[place_index(place)];
        if (!(local->flags & LOCAL_TEMP) && module->types.data[local->type].kind == TYPE_CLASS)
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
static bool comes_to_an_end(const struct stored *stored, const struct asked *asked)
{
    struct arena *arena = stored->joined->pass->arena;
    struct reach_way way;
    struct reach_query query = {.cfg = ir_cfg_build(arena, body(stored, asked->func), true), .from = asked->instr,
                                .is_goal = is_return, .context = (void *)(uintptr_t)body(stored, asked->func)};
    return flow_reach(arena, &query, &way);
}

/* Is the question for this check's other half, or none? */
static bool is_asked_here(const struct stored *stored, const struct asked *asked, const struct handle_reach *reach)
{
    const struct check_pass *pass = stored->joined->pass;
    bool in_main = pass->module->syms.data[body(stored, asked->func)->sym].flags & SYM_MAIN;
    bool is_own = asked->func == asked->spawn->func && asked->instr == asked->spawn->instr;
    if (map_get(&stored->joined->reported, map_key2(asked->func, asked->instr)))
        return false;
    if (is_own && fills_local(pass, asked->role, asked->func, asked->instr))
        return is_put_away(stored, asked, reach);
    if (place_is_shared(asked->place))
        return true;
    return (asked->role->terminates || !in_main) && comes_to_an_end(stored, asked);
}

static void report(struct stored *stored, const struct asked *asked)
{
    struct check_pass *pass = stored->joined->pass;
    bool is_own = asked->func == asked->spawn->func && asked->instr == asked->spawn->instr;
    struct finding *finding = check_report(
        pass, asked->role->terminates ? SEVERITY_ERROR : SEVERITY_WARNING, "stored", asked->func, asked->instr, NULL,
        asked->role->terminates
            ? "the thread is stored where no code joins or detaches it: its destructor calls std::terminate, and the process "
              "dies"
            : "the task's handle is stored where no code ever joins or detaches it: nobody waits for the task, and its "
              "stack and its result stay for as long as the process lives");
    if (!finding)
        return;
    if (!is_own)
        check_step(pass, finding, check_instr_place(pass, asked->func, asked->instr), 0, 0,
                   "%s is told where to put the handle", check_callee_text(pass, asked->func, asked->instr));
    check_step(pass, finding, check_instr_place(pass, asked->spawn->func, asked->spawn->instr), 0, is_own ? 0 : 1,
               "a task is started and its handle stored");
}

static void ask(struct stored *stored, const struct asked *asked)
{
    struct handle_reach reach = handles_reach(stored->joined->handles, asked->place);
    if (!is_settled(stored, &reach) && is_asked_here(stored, asked, &reach))
        report(stored, asked);
}

/* From the place that a call fills up to whose it is. */
static void climb(struct stored *stored, const struct asked *asked, uint32_t height)
{
    uint32_t count;
    const struct call_site *const *callers = handles_callers(stored->joined->handles, asked->func, &count);
    const struct ir_func *func = body(stored, asked->func);
    uint32_t param = place_kind(asked->place) == PLACE_LOCAL ? place_index(asked->place) : 0;
    bool is_handed_in = param && param <= func->param_count && !(func->locals.data[param].flags & LOCAL_THIS);
    if (!is_handed_in || !count || height == CLIMB_MOST) {
        ask(stored, asked);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct ir_func *caller = body(stored, callers[i]->func);
        const struct ir_instr *call = &caller->instrs.data[callers[i]->instr];
        struct asked outer = {.func = callers[i]->func, .instr = callers[i]->instr, .spawn = asked->spawn,
                              .role = asked->role};
        if (param > call->arg_count || (call->sym && callers[i]->model && model_is_opaque(callers[i]->model)))
            continue;
        outer.place = place_of_value(stored->joined->pass->module, callers[i]->func,
                                     caller->args.data[call->first_arg + param - 1]);
        if (outer.place)
            climb(stored, &outer, height + 1);
    }
}

void check_stored_handles(struct joined *joined)
{
    const struct check_pass *pass = joined->pass;
    struct stored stored = {.joined = joined};
    find_settled(&stored);
    for (uint32_t i = 0; i < pass->program->sites.count; i++) {
        const struct call_site *site = &pass->program->sites.data[i];
        const struct role *role = model_role(site->model, ROLE_SPAWN);
        if (!role || !role->at[POS_HANDLE] || is_detached(pass, role, site->func, site->instr))
            continue;
        bool is_dropped =
            role->at[POS_HANDLE] == AT_RESULT && !body(&stored, site->func)->instrs.data[site->instr].dst;
        struct asked asked = {.func = site->func, .instr = site->instr, .spawn = site, .role = role};
        asked.place = is_dropped ? 0 : place_of_role(pass->module, site->func, site->instr, role, POS_HANDLE);
        if (asked.place)
            climb(&stored, &asked, 0);
    }
}
