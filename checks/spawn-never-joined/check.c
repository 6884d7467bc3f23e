/* A task's handle that goes out of scope, is overwritten, or is stored where nobody ever joins or detaches it. */
#include <string.h>

#include "check/check.h"
#include "check/typestates.h"
#include "link/channels.h"

extern const char CHECK_DOC(spawn_never_joined)[];

/* ---- on the paths of one function: typestate of the handle ---- */

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

static value_place handle_place(const struct check_pass *pass, ir_func_id func, ir_instr_id instr,
                                const struct role *role, enum model_position position)
{
    const struct ir_func *function = body(pass, func);
    return place_of_value(pass->module, func, role_value(function, &function->instrs.data[instr], role->at[position]));
}

/* The attributes that a spawn is given were set to detached. */
static bool has_detached_attributes(const struct check_pass *pass, const struct role *role, ir_func_id func,
                                    ir_instr_id instr)
{
    value_place attributes = role->at[POS_FLAGS] ? handle_place(pass, func, instr, role, POS_FLAGS) : 0;
    for (uint32_t i = 0; attributes && i < pass->program->sites.count; i++) {
        const struct call_site *site = &pass->program->sites.data[i];
        const struct role *detach = model_role(site->model, ROLE_DETACH);
        if (detach && handle_place(pass, site->func, site->instr, detach, POS_HANDLE) == attributes)
            return true;
    }
    return false;
}

/* `pthread_detach(pthread_self())`: a detach of what a call has just returned, in what the entry runs. */
static bool detaches_itself(const struct check_pass *pass, ir_func_id entry)
{
    uint32_t count;
    const ir_func_id *funcs = program_reach(pass->program, pass->arena, entry, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct ir_func *function = body(pass, funcs[i]);
        for (ir_instr_id instr = 0; instr < function->instrs.count; instr++) {
            const struct role *detach = check_role(pass, funcs[i], instr, ROLE_DETACH);
            ir_val handle = detach ? role_value(function, &function->instrs.data[instr], detach->at[POS_HANDLE]) : 0;
            for (ir_instr_id def = 0; ir_val_kind(handle) == VAL_PATH && def < instr; def++)
                if (function->instrs.data[def].op == IR_CALL && function->instrs.data[def].dst == ir_val_index(handle))
                    return true;
        }
    }
    return false;
}

static bool is_detached(const struct check_pass *pass, const struct role *role, ir_func_id func, ir_instr_id instr)
{
    if (role->detached || has_detached_attributes(pass, role, func, instr))
        return true;
    for (uint32_t i = 0; i < pass->program->spawns.count; i++) {
        const struct spawn *spawn = &pass->program->spawns.data[i];
        bool is_this = spawn->func == func && spawn->instr == instr;
        for (uint32_t hop = 0; hop < spawn->hop_count; hop++)
            is_this |= spawn->hops[hop].func == func && spawn->hops[hop].instr == instr;
        for (uint32_t k = 0; is_this && k < spawn->entries.count; k++)
            if (spawn->entries.items[k].func && detaches_itself(pass, spawn->entries.items[k].func))
                return true;
    }
    return false;
}

/* The class of a handle that owns its task; "" for plain ones (pthread_t, pointers). */
static const char *owner_class(const struct check_pass *pass, ir_func_id func, ir_val handle)
{
    if (ir_val_kind(handle) != VAL_ADDR && ir_val_kind(handle) != VAL_PATH)
        return "";
    const struct ir_type *type = &pass->module->types.data[body(pass, func)->paths.data[ir_val_index(handle)].type];
    return type->kind == TYPE_CLASS ? ir_text(pass->module, pass->module->classes.data[type->class_].name) : "";
}

/* Does the call name one handle, and not a container of handles? */
static bool names_one(const struct check_pass *pass, const struct role *role, ir_func_id func, ir_instr_id instr)
{
    const struct ir_func *function = body(pass, func);
    const struct ir_instr *call = &function->instrs.data[instr];
    ir_val handle = role_value(function, call, role->at[POS_HANDLE]);
    if (!handle || is_detached(pass, role, func, instr))
        return false;
    if (role->at[POS_HANDLE] == AT_THIS && !(call->flags & CALL_CONSTRUCT))
        return false;
    /* Where it is written through a pointer, or to an array, other names lead to it: those are asked for by place. */
    if (role->by_pointer && ir_val_kind(handle) != VAL_ADDR)
        return false;
    const struct ir_path *path = &function->paths.data[ir_val_index(handle)];
    if (path->base_kind != BASE_LOCAL)
        return false;
    for (uint32_t i = 0; i < path->step_count; i++)
        if (function->steps.data[path->first_step + i].kind != STEP_FIELD)
            return false;
    return true;
}

static const struct typestate_rule rules[] = {
    {ROLE_SPAWN, POS_HANDLE, EVENT_START, RUNNING, names_one},
    {ROLE_JOIN, POS_HANDLE, EVENT_SETTLE, 0, NULL},
    {ROLE_DETACH, POS_HANDLE, EVENT_SETTLE, 0, NULL},
    {ROLE_MOVE_HANDLE, POS_FROM, EVENT_SETTLE, 0, NULL},
    {ROLE_TESTS, POS_OBJECT, EVENT_SETTLE, 0, NULL},
    {ROLE_DROP, POS_HANDLE, EVENT_DROP, 0, NULL},
};

static const char *tell(struct check_pass *pass, const struct typestate_step *step, bool is_last)
{
    if (step->kind == STEP_EXIT)
        return "here the last name of the task is gone";
    if (step->event == EVENT_START)
        return is_last ? "the handle is overwritten by the next task" : "a task is started";
    return arena_printf(pass->arena, step->event == EVENT_DROP ? "%s destroys the handle" : "%s settles it",
                        check_callee_text(pass, step->func, step->instr));
}

static void report_path(struct check_pass *pass, const struct typestate_violation *violation)
{
    const struct ir_func *function = body(pass, violation->func);
    bool in_main = pass->module->syms.data[function->sym].flags & SYM_MAIN;
    if (!violation->born_func || (violation->error == ERROR_LOST && in_main))
        return;
    bool drops = violation->error == ERROR_DROPPED;
    const char *what = drops ? "on one path the handle is destroyed while the task may still run: ~thread calls "
                               "std::terminate, and the process dies"
                       : violation->error == ERROR_OVERWRITTEN
                           ? "the handle of the task is overwritten before anybody joined or detached it: its stack and "
                             "its result stay for as long as the process lives"
                           : "on one path nobody joins or detaches the task, and its handle is gone: its stack and its "
                             "result stay for as long as the process lives";
    struct finding *finding =
        check_report(pass, drops ? SEVERITY_ERROR : SEVERITY_WARNING, drops ? "terminate" : "lost", violation->born_func,
                     violation->born_instr, NULL, "%s", what);
    if (!finding)
        return;
    check_typestate_steps(pass, finding, violation, tell);
    check_related(pass, finding, check_instr_place(pass, violation->func, violation->instr), "where the handle is %s",
                  violation->error == ERROR_OVERWRITTEN ? "overwritten" : drops ? "destroyed" : "lost");
}

/* ---- stored handles: somebody, somewhere, must settle what lives there ---- */

static bool settles(const struct check_pass *pass, const struct channels *flows, const struct call_site *site,
                    value_place place)
{
    static const struct {
        enum role_kind kind;
        enum model_position position;
    } settling[] = {{ROLE_JOIN, POS_HANDLE}, {ROLE_DETACH, POS_HANDLE}, {ROLE_MOVE_HANDLE, POS_FROM}};
    for (size_t i = 0; i < sizeof settling / sizeof *settling; i++) {
        const struct role *role = model_role(site->model, settling[i].kind);
        if (role && channels_same(flows, handle_place(pass, site->func, site->instr, role, settling[i].position), place))
            return true;
    }
    if (site->model || (site->target_count && site->targets[0].func))
        return false;
    const struct ir_func *function = body(pass, site->func);
    const struct ir_instr *call = &function->instrs.data[site->instr];
    if (call->sym && model_is_quiet(pass->program->models, pass->module, call->sym))
        return false;
    for (uint32_t i = 0; i < call->arg_count; i++)
        if (channels_same(flows, place_of_value(pass->module, site->func, function->args.data[call->first_arg + i]), place))
            return true; /* code outside the project has it */
    return false;
}

static void check_stored(struct check_pass *pass, const struct channels *flows, const struct call_site *spawn)
{
    const struct role *role = model_role(spawn->model, ROLE_SPAWN);
    if (!role || !role->at[POS_HANDLE] || role->detached)
        return;
    value_place place = handle_place(pass, spawn->func, spawn->instr, role, POS_HANDLE);
    if (!place_is_shared(place))
        return;
    for (uint32_t i = 0; i < pass->program->sites.count; i++)
        if (settles(pass, flows, &pass->program->sites.data[i], place))
            return;
    const struct ir_func *function = body(pass, spawn->func);
    ir_val handle = role_value(function, &function->instrs.data[spawn->instr], role->at[POS_HANDLE]);
    const char *owner = owner_class(pass, spawn->func, handle);
    bool terminates = !strcmp(owner, "std::thread");
    if (!strcmp(owner, "std::jthread") || is_detached(pass, role, spawn->func, spawn->instr))
        return;
    struct finding *finding = check_report(
        pass, terminates ? SEVERITY_ERROR : SEVERITY_WARNING, "stored", spawn->func, spawn->instr, NULL,
        terminates ? "the thread is stored where no code joins or detaches it: its destructor calls std::terminate, and the "
                     "process dies"
                   : "the task's handle is stored where no code ever joins or detaches it: nobody waits for the task, and "
                     "its stack and its result stay for as long as the process lives");
    if (finding)
        check_step(pass, finding, check_instr_place(pass, spawn->func, spawn->instr), 0, 0,
                   "a task is started and its handle stored");
}

static void run(struct check_pass *pass)
{
    const struct program *program = pass->program;
    struct typestate *engine = check_typestates(pass, &handle_automaton, rules, sizeof rules / sizeof *rules);
    check_run_typestates(pass, engine, report_path);
    const struct channels *flows = channels_solve(pass->arena, program);
    for (uint32_t i = 0; i < program->sites.count; i++)
        check_stored(pass, flows, &program->sites.data[i]);
}

const struct check check_spawn_never_joined = {
    .id = "spawn-never-joined",
    .title = "A task that nobody joins or detaches",
    .doc = CHECK_DOC(spawn_never_joined),
    .since = "0.1",
    .severity = SEVERITY_ERROR,
    .run = run,
};
