/* The handle on the paths of one function, and of those that it is handed out to: a typestate. */
#include "check/typestates.h"
#include "ir/loops.h"
#include "joined.h"

enum { UNBORN, RUNNING, SETTLED, STATES };
enum { EVENT_START, EVENT_SETTLE, EVENT_DROP, EVENTS };
enum { ERROR_OVERWRITTEN = 1, ERROR_DROPPED, ERROR_LOST };

#define AT(state, event) [(state) * EVENTS + EVENT_##event]
static const char *const states[STATES] = {"unborn", "running", "settled"};
static const uint8_t next[STATES * EVENTS] = {
    AT(RUNNING, START) = RUNNING, AT(RUNNING, SETTLE) = SETTLED, AT(RUNNING, DROP) = SETTLED,
    AT(SETTLED, START) = RUNNING, AT(SETTLED, SETTLE) = SETTLED, AT(SETTLED, DROP) = SETTLED,
};
static const uint8_t errors[STATES * EVENTS] = {AT(RUNNING, START) = ERROR_OVERWRITTEN, AT(RUNNING, DROP) = ERROR_DROPPED};
static const uint8_t lost[STATES] = {[RUNNING] = ERROR_LOST};
static const struct typestate_automaton handle_automaton = {
    .name = "task handle", .state_count = STATES, .event_count = EVENTS, .states = states, .next = next, .error = errors,
    .lost_error = lost};

static const struct ir_func *body(const struct check_pass *pass, ir_func_id func)
{
    return &pass->module->funcs.data[func];
}

static bool is_followed(const struct check_pass *pass, const struct role *role, ir_func_id func, ir_instr_id instr)
{
    return fills_local(pass, role, func, instr) && needs_join(pass, role, func, instr);
}

/* `worker = std::thread(run)`: the spawn that filled the temporary which is moved from here; 0: another value. */
static ir_instr_id moved_spawn(const struct check_pass *pass, const struct role *move, ir_func_id func, ir_instr_id instr)
{
    const struct ir_func *function = body(pass, func);
    ir_val from = role_value(function, &function->instrs.data[instr], move->at[POS_FROM]);
    if (ir_val_kind(from) != VAL_ADDR)
        return 0;
    const struct ir_path *temporary = &function->paths.data[ir_val_index(from)];
    if (temporary->base_kind != BASE_LOCAL || !(function->locals.data[temporary->base].flags & LOCAL_TEMP))
        return 0;
    for (ir_instr_id i = instr; i-- > function->blocks.data[ir_block_of(function, instr)].first;) {
        const struct role *spawn = check_role(pass, func, i, ROLE_SPAWN);
        if (spawn && role_value(function, &function->instrs.data[i], spawn->at[POS_HANDLE]) == from)
            return is_followed(pass, spawn, func, i) ? i : 0;
    }
    return 0;
}

static bool moves_into_local(const struct check_pass *pass, const struct role *role, ir_func_id func, ir_instr_id instr)
{
    const struct ir_func *function = body(pass, func);
    ir_val to = role_value(function, &function->instrs.data[instr], role->at[POS_TO]);
    if (ir_val_kind(to) != VAL_ADDR)
        return false;
    const struct ir_path *path = &function->paths.data[ir_val_index(to)];
    return path->base_kind == BASE_LOCAL && !path->step_count && moved_spawn(pass, role, func, instr);
}

static const struct typestate_rule rules[] = {
    {ROLE_SPAWN, POS_HANDLE, EVENT_START, RUNNING, is_followed},
    {ROLE_JOIN, POS_HANDLE, EVENT_SETTLE, 0, NULL},
    {ROLE_DETACH, POS_HANDLE, EVENT_SETTLE, 0, NULL},
    {ROLE_MOVE_HANDLE, POS_FROM, EVENT_SETTLE, 0, NULL},
    {ROLE_MOVE_HANDLE, POS_TO, EVENT_START, RUNNING, moves_into_local},
    {ROLE_TESTS, POS_OBJECT, EVENT_SETTLE, 0, NULL},
    {ROLE_DROP, POS_HANDLE, EVENT_DROP, 0, NULL},
    {ROLE_COUNT, POS_HANDLE, EVENT_SETTLE, 0, NULL},
};

static const char *tell(struct check_pass *pass, const struct typestate_step *step, bool is_last)
{
    if (step->kind == STEP_EXIT)
        return check_role(pass, step->func, step->instr, ROLE_SPAWN) ||
                       check_role(pass, step->func, step->instr, ROLE_MOVE_HANDLE)
                   ? "the handle is overwritten by the next task"
                   : "here the last name of the task is gone";
    if (step->event == EVENT_START)
        return is_last ? "the handle is overwritten by the next task" : "a task is started";
    return arena_printf(pass->arena, step->event == EVENT_DROP ? "%s destroys the handle" : "%s settles it",
                        check_callee_text(pass, step->func, step->instr));
}

static const char *what_happens(uint8_t error, bool terminates)
{
    if (error == ERROR_DROPPED)
        return "on one path the handle is destroyed while the task may still run: ~thread calls std::terminate, and the "
               "process dies";
    if (error == ERROR_OVERWRITTEN && terminates)
        return "the handle is assigned to while the task in it may still run: the assignment calls std::terminate, and the "
               "process dies";
    if (error == ERROR_OVERWRITTEN)
        return "the handle of the task is overwritten before anybody joined or detached it: its stack and its result stay "
               "for as long as the process lives";
    return "on one path nobody joins or detaches the task, and its handle is gone: its stack and its result stay for as "
           "long as the process lives";
}

/* Is the handle put into an element or behind a pointer?  Under which name it is joined there, names don't tell. */
static bool is_put_into_memory(const struct check_pass *pass, ir_func_id func, const struct handle_reach *reach)
{
    const struct ir_func *function = body(pass, func);
    for (ir_instr_id i = 0; i < function->instrs.count; i++) {
        const struct ir_instr *instr = &function->instrs.data[i];
        bool stores = instr->dst && (instr->op == IR_COPY || check_role(pass, func, i, ROLE_SPAWN));
        if (stores && function->paths.data[instr->dst].step_count &&
            handles_reach_holds(reach, place_of_path(pass->module, func, instr->dst)))
            return true;
    }
    return false;
}

static bool is_held_elsewhere(const struct joined *joined, ir_func_id func, ir_instr_id instr, const struct role *spawn)
{
    value_place place = spawn ? place_of_role(joined->pass->module, func, instr, spawn, POS_HANDLE) : 0;
    struct handle_reach reach = handles_reach(joined->handles, place);
    return is_settled_elsewhere(joined, &reach) ||
           (is_settled(joined, &reach) && is_put_into_memory(joined->pass, func, &reach));
}

static void report_path(struct joined *joined, const struct typestate_violation *violation)
{
    struct check_pass *pass = joined->pass;
    const struct ir_func *function = body(pass, violation->func);
    bool in_main = pass->module->syms.data[function->sym].flags & SYM_MAIN;
    /* A call that fills the handle anew takes the last name away. */
    bool by_next = violation->error == ERROR_LOST &&
                   (check_role(pass, violation->func, violation->instr, ROLE_SPAWN) ||
                    check_role(pass, violation->func, violation->instr, ROLE_MOVE_HANDLE));
    uint8_t error = by_next ? ERROR_OVERWRITTEN : violation->error;
    if (!violation->born_func || (error == ERROR_LOST && in_main))
        return;
    ir_instr_id born = violation->born_instr;
    const struct call_site *site = program_site(pass->program, violation->born_func, born);
    const struct role *move = model_role(site->model, ROLE_MOVE_HANDLE);
    if (move)
        born = moved_spawn(pass, move, violation->born_func, born);
    const struct role *spawn = check_role(pass, violation->born_func, born, ROLE_SPAWN);
    bool terminates = spawn && spawn->terminates;
    /* What ends with its handle is told where that is destroyed; a handle that something else holds may be joined there. */
    if ((error == ERROR_LOST && terminates) || is_held_elsewhere(joined, violation->born_func, born, spawn))
        return;
    struct finding *finding = check_report(pass, terminates ? SEVERITY_ERROR : SEVERITY_WARNING,
                                           terminates ? "terminate" : "lost", violation->born_func, born, NULL, "%s",
                                           what_happens(error, terminates));
    *map_put(&joined->reported, map_key2(violation->born_func, born)) = 1;
    if (!finding)
        return;
    check_typestate_steps(pass, finding, violation, tell);
    check_related(pass, finding, check_instr_place(pass, violation->func, violation->instr), "where the handle is %s",
                  error == ERROR_OVERWRITTEN ? "overwritten"
                  : error == ERROR_DROPPED   ? "destroyed"
                                             : "lost");
}

/* A handle that the call returns, and nobody takes. */
static void check_discarded(struct joined *joined, const struct call_site *site)
{
    struct check_pass *pass = joined->pass;
    const struct role *role = model_role(site->model, ROLE_SPAWN);
    const struct ir_instr *call = &body(pass, site->func)->instrs.data[site->instr];
    if (!role || role->at[POS_HANDLE] != AT_RESULT || call->dst || !needs_join(pass, role, site->func, site->instr))
        return;
    struct finding *finding = check_report(pass, SEVERITY_WARNING, "lost", site->func, site->instr, NULL,
                                           "nobody takes the task's handle, so nobody can ever join or detach it: its stack "
                                           "and its result stay for as long as the process lives");
    *map_put(&joined->reported, map_key2(site->func, site->instr)) = 1;
    if (finding)
        check_step(pass, finding, check_instr_place(pass, site->func, site->instr), 0, 0,
                   "a task is started and its handle thrown away");
}

void check_paths(struct joined *joined)
{
    const struct program *program = joined->pass->program;
    struct typestate *engine = check_typestates(joined->pass, &handle_automaton, rules, sizeof rules / sizeof *rules);
    for (uint32_t i = 0; i < program->scc_first[program->scc_count]; i++) {
        const struct typestate_result *result = typestate_analyse(engine, program->order[i]);
        for (uint32_t j = 0; j < result->count; j++)
            report_path(joined, &result->violations[j]);
    }
    for (uint32_t i = 0; i < program->sites.count; i++)
        check_discarded(joined, &program->sites.data[i]);
}
