/* Whether a close can come in time.
 *
 * A close is too late when it stands behind the receiver's own loop in the receiver's task, or behind a join of that task.
 * Both are the same question of a function: is there a way to a close that passes no barrier?  It is asked bottom-up,
 * so that a call is a close when its callee has such a way from its entry, and else a barrier when one is in it.
 */
#include "closed.h"

#include "check/spawn_outcome.h"
#include "flow/reach.h"
#include "link/channels.h"

struct closes {
    struct check_pass *pass;
    const struct channel_uses *uses;
    const struct forks *forks;
    bool *reaches_receive, *reaches_spawn; /* by function, without passing a spawn */
    bool *has_barrier, *is_early;
    bool *may_close, *is_called;
    bool *is_spawn;                        /* by spawn: it starts the receiver's task */
};

/* One question: this receiver, this channel. */
struct question {
    struct closes *closes;
    const struct receive *receive;
    channel_id target;      /* what must be closed */
    bool child;             /* the receiver is in a forked child */
    ir_func_id func;        /* where the search is */
    VEC(const struct channel_use *) closers; /* of the target, in the receiver's process */
    ir_instr_id made;       /* a search for spawns ends where a new channel is made; 0: not in this function */
};

static const struct ir_func *body(const struct closes *closes, ir_func_id func)
{
    return &closes->pass->module->funcs.data[func];
}

struct closes *closes_create(struct check_pass *pass, const struct channel_uses *uses, const struct forks *forks)
{
    struct closes *closes = arena_new(pass->arena, struct closes);
    uint32_t count = pass->module->funcs.count;
    *closes = (struct closes){.pass = pass, .uses = uses, .forks = forks};
    closes->reaches_receive = arena_array(pass->arena, bool, count);
    closes->reaches_spawn = arena_array(pass->arena, bool, count);
    closes->has_barrier = arena_array(pass->arena, bool, count);
    closes->is_early = arena_array(pass->arena, bool, count);
    closes->may_close = arena_array(pass->arena, bool, count);
    closes->is_called = arena_array(pass->arena, bool, count);
    closes->is_spawn = arena_array(pass->arena, bool, pass->program->spawns.count);
    for (uint32_t i = 0; i < pass->program->sites.count; i++)
        for (uint32_t k = 0; k < pass->program->sites.data[i].target_count; k++)
            if (pass->program->sites.data[i].targets[k].certainty != GUESSED &&
                uses->is_live[pass->program->sites.data[i].func])
                closes->is_called[pass->program->sites.data[i].targets[k].func] = true;
    for (uint32_t i = 0; i < pass->program->spawns.count; i++)
        for (uint32_t k = 0; k < pass->program->spawns.data[i].entries.count; k++)
            closes->is_called[pass->program->spawns.data[i].entries.items[k].func] = false;
    return closes;
}

/* ---- whose task it is ---- */

/* Everybody who calls one that is marked gets marked. */
static void mark_callers(const struct closes *closes, bool *marked)
{
    const struct program *program = closes->pass->program;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < program->sites.count; i++) {
            const struct call_site *site = &program->sites.data[i];
            for (uint32_t k = 0; k < site->target_count && !marked[site->func]; k++)
                changed |= marked[site->func] = site->targets[k].func && marked[site->targets[k].func];
        }
    }
}

static void find_tasks(struct closes *closes, const struct receive *receive)
{
    const struct program *program = closes->pass->program;
    for (ir_func_id func = 0; func < closes->pass->module->funcs.count; func++)
        closes->reaches_receive[func] = closes->reaches_spawn[func] = false;
    closes->reaches_receive[receive->func] = true;
    mark_callers(closes, closes->reaches_receive);
    for (uint32_t i = 0; i < program->spawns.count; i++) {
        closes->is_spawn[i] = false;
        for (uint32_t k = 0; k < program->spawns.data[i].entries.count; k++)
            closes->is_spawn[i] |= closes->reaches_receive[program->spawns.data[i].entries.items[k].func];
        closes->reaches_spawn[program->spawns.data[i].func] |= closes->is_spawn[i];
    }
    mark_callers(closes, closes->reaches_spawn);
}

/* `worker_ = std::thread(...)`: the handle's place after the moves of this function. */
static value_place moved_to(const struct closes *closes, ir_func_id func, value_place handle)
{
    const struct ir_module *module = closes->pass->module;
    const struct program_func *data = &closes->pass->program->funcs.data[func];
    for (uint32_t i = data->first_site; i < data->first_site + data->site_count; i++) {
        const struct call_site *site = &closes->pass->program->sites.data[i];
        const struct role *move = model_role(site->model, ROLE_MOVE_HANDLE);
        const struct ir_instr *call = &body(closes, func)->instrs.data[site->instr];
        if (move && place_of_value(module, func, role_value(body(closes, func), call, move->at[POS_FROM])) == handle)
            handle = place_of_value(module, func, role_value(body(closes, func), call, move->at[POS_TO]));
    }
    return handle;
}

static value_place handle_of_spawn(const struct closes *closes, const struct spawn *spawn)
{
    ir_func_id func = spawn->hop_count ? spawn->hops[spawn->hop_count - 1].func : spawn->func;
    ir_instr_id instr = spawn->hop_count ? spawn->hops[spawn->hop_count - 1].instr : spawn->instr;
    if (!spawn->role || !spawn->role->at[POS_HANDLE])
        return 0;
    const struct ir_func *data = body(closes, func);
    value_place handle = place_of_value(closes->pass->module, func,
                                        role_value(data, &data->instrs.data[instr], spawn->role->at[POS_HANDLE]));
    return moved_to(closes, func, handle);
}

/* Whose handle stands at a position of a call. */
struct owners {
    bool receiver, others;
};

static struct owners owners_of(const struct closes *closes, ir_func_id func, ir_instr_id instr, int at)
{
    const struct program *program = closes->pass->program;
    const struct ir_func *data = body(closes, func);
    value_place handle =
        place_of_value(closes->pass->module, func, role_value(data, &data->instrs.data[instr], at));
    struct owners owners = {0};
    for (uint32_t i = 0; handle && i < program->spawns.count; i++) {
        if (handle_of_spawn(closes, &program->spawns.data[i]) != handle)
            continue;
        owners.receiver |= closes->is_spawn[i];
        owners.others |= !closes->is_spawn[i];
    }
    return owners;
}

/* It is the receiver's: some of its spawns gave it, and no other spawn did. */
static bool is_handle_of_receiver(const struct closes *closes, ir_func_id func, ir_instr_id instr, int at)
{
    struct owners owners = owners_of(closes, func, instr, at);
    return owners.receiver && !owners.others;
}

/* Some code interrupts the receiver's task, or one of which nobody knows which it is. */
static bool is_interrupted(const struct closes *closes, const struct receive *receive)
{
    const struct program *program = closes->pass->program;
    for (uint32_t i = 0; i < program->sites.count; i++) {
        const struct call_site *site = &program->sites.data[i];
        const struct role *interrupt = model_role(site->model, ROLE_INTERRUPT);
        if (!interrupt || !closes->uses->is_live[site->func] ||
            !(program->funcs.data[site->func].executables & program->funcs.data[receive->func].executables))
            continue;
        struct owners owners = owners_of(closes, site->func, site->instr, interrupt->at[POS_HANDLE]);
        if (owners.receiver || !owners.others)
            return true;
    }
    return false;
}

static bool joins_receiver(const struct closes *closes, ir_func_id func, ir_instr_id instr)
{
    const struct role *join = check_role(closes->pass, func, instr, ROLE_JOIN);
    return join && check_role(closes->pass, func, instr, ROLE_BLOCK) &&
           is_handle_of_receiver(closes, func, instr, join->at[POS_HANDLE]);
}

/* `if (thread.joinable()) thread.join();`: without a task to join there is no receiver either. */
static bool tests_receiver(const struct closes *closes, ir_func_id func, ir_instr_id instr)
{
    const struct role *tests = check_role(closes->pass, func, instr, ROLE_TESTS);
    const struct program_func *data = &closes->pass->program->funcs.data[func];
    if (!tests || !is_handle_of_receiver(closes, func, instr, tests->at[POS_OBJECT]))
        return false;
    for (uint32_t i = data->first_site; i < data->first_site + data->site_count; i++)
        if (joins_receiver(closes, func, closes->pass->program->sites.data[i].instr))
            return true;
    return false;
}

/* ---- points of one function ---- */

/* Seen by the receiver's process: a child has copies of its own of what was open at the fork. */
static bool is_same_process(const struct question *question, ir_func_id func, ir_instr_id instr)
{
    return forks_only_child(question->closes->forks, func, instr) == question->child;
}

static bool is_close_use(const struct question *question, const struct channel_use *use)
{
    if (use->kind != CHANNEL_CLOSED && use->kind != CHANNEL_ESCAPES)
        return false;
    const struct channel_made *made = &question->closes->uses->made.data[question->target];
    bool own_half = made->role->pair == PAIR_TWO_WAY && use->role && use->role->half_send != use->role->half_receive &&
                    channel_use_is_of(question->closes->uses, use, made->other);
    return (own_half || channel_use_is_of(question->closes->uses, use, question->target)) &&
           is_same_process(question, use->func, use->instr);
}

static bool closes_here(const struct question *question, ir_instr_id instr)
{
    for (uint32_t i = 0; i < question->closers.count; i++)
        if (question->closers.data[i]->func == question->func && question->closers.data[i]->instr == instr)
            return true;
    return false;
}

static bool calls_marked(const struct question *question, ir_instr_id instr, const bool *marked)
{
    const struct call_site *site = program_site(question->closes->pass->program, question->func, instr);
    for (uint32_t i = 0; site && i < site->target_count; i++)
        if (site->targets[i].func && marked[site->targets[i].func])
            return true;
    return false;
}

static bool is_close_point(void *context, ir_instr_id instr)
{
    const struct question *question = context;
    return calls_marked(question, instr, question->closes->is_early) || closes_here(question, instr);
}

static bool is_barrier_here(const struct question *question, ir_instr_id instr)
{
    const struct receive *receive = question->receive;
    return (question->func == receive->func && instr == receive->instr) ||
           joins_receiver(question->closes, question->func, instr) ||
           tests_receiver(question->closes, question->func, instr);
}

static bool is_barrier(void *context, ir_instr_id instr)
{
    const struct question *question = context;
    if (is_close_point(context, instr))
        return false;
    return is_barrier_here(question, instr) || calls_marked(question, instr, question->closes->has_barrier) ||
           calls_marked(question, instr, question->closes->reaches_receive);
}

static bool finds_close(struct question *question, const struct ir_cfg *cfg, ir_instr_id from, ir_block_id block)
{
    struct reach_query query = {.cfg = cfg, .from = from, .block = block, .is_goal = is_close_point,
                                .is_barrier = is_barrier, .context = question};
    struct reach_way way;
    return flow_reach(question->closes->pass->arena, &query, &way);
}

/* ---- bottom-up ---- */

static bool has_barrier(struct question *question)
{
    const struct program_func *data = &question->closes->pass->program->funcs.data[question->func];
    for (uint32_t i = data->first_site; i < data->first_site + data->site_count; i++) {
        ir_instr_id instr = question->closes->pass->program->sites.data[i].instr;
        if (is_barrier_here(question, instr) || calls_marked(question, instr, question->closes->has_barrier))
            return true;
    }
    return false;
}

/* Twice, for what is recursive. */
static void summarise(struct question *question)
{
    struct closes *closes = question->closes;
    const struct program *program = closes->pass->program;
    uint32_t count = program->scc_first[program->scc_count];
    for (ir_func_id func = 0; func < closes->pass->module->funcs.count; func++)
        closes->has_barrier[func] = closes->is_early[func] = closes->may_close[func] = false;
    for (uint32_t i = 0; i < question->closers.count; i++)
        closes->may_close[question->closers.data[i]->func] = true;
    mark_callers(closes, closes->may_close);
    for (uint32_t i = 0; i < 2 * count; i++) {
        question->func = program->order[i % count];
        closes->has_barrier[question->func] = has_barrier(question);
        if (closes->may_close[question->func])
            closes->is_early[question->func] =
                finds_close(question, ir_cfg_build(closes->pass->arena, body(closes, question->func), true), 0, 0);
    }
}

/* ---- the answer ---- */

static bool closes_in_loop(struct question *question, const struct until_close *loop)
{
    const struct ir_func *func = body(question->closes, question->receive->func);
    question->func = question->receive->func;
    for (ir_block_id block = 1; block < func->blocks.count; block++) {
        const struct ir_block *at = &func->blocks.data[block];
        for (ir_instr_id i = at->first; i < at->first + at->count && ir_loop_holds(loop->loops, loop->head, block); i++)
            if (is_close_point(question, i))
                return true;
    }
    return false;
}

static bool is_spawn_point(void *context, ir_instr_id instr)
{
    const struct question *question = context;
    const struct closes *closes = question->closes;
    for (uint32_t i = 0; i < closes->pass->program->spawns.count; i++) {
        const struct spawn *spawn = &closes->pass->program->spawns.data[i];
        if (closes->is_spawn[i] && spawn->func == question->func && spawn->instr == instr)
            return true;
    }
    return calls_marked(question, instr, closes->reaches_spawn);
}

static bool makes_another(void *context, ir_instr_id instr)
{
    const struct question *question = context;
    return instr == question->made;
}

/* A close in front of the spawn, on the way to it. */
static bool leads_to_spawn(struct question *question, const struct ir_cfg *cfg, ir_instr_id close)
{
    struct reach_query query = {.cfg = cfg, .from = close, .is_goal = is_spawn_point, .is_barrier = makes_another,
                                .context = question};
    struct reach_way way;
    return flow_reach(question->closes->pass->arena, &query, &way);
}

/* In a function that starts the receiver's task: a close that comes before it, or after it without a join. */
static bool closes_around_spawn(struct question *question, ir_func_id func)
{
    struct closes *closes = question->closes;
    const struct channel_made *made = &closes->uses->made.data[question->target];
    const struct ir_cfg *cfg = ir_cfg_build(closes->pass->arena, body(closes, func), true);
    const struct program_func *data = &closes->pass->program->funcs.data[func];
    question->func = func;
    question->made = made->func == func ? made->instr : 0;
    for (uint32_t i = data->first_site; i < data->first_site + data->site_count; i++) {
        ir_instr_id instr = closes->pass->program->sites.data[i].instr;
        if (is_spawn_point(question, instr) &&
            finds_close(question, cfg, instr, check_spawn_outcome(closes->pass, func, instr).started))
            return true;
        if (is_close_point(question, instr) && leads_to_spawn(question, cfg, instr))
            return true;
    }
    return false;
}

static bool any_in_time(struct question *question, const struct until_close *loop)
{
    struct closes *closes = question->closes;
    for (uint32_t i = 0; i < question->closers.count; i++)
        if (!question->closers.data[i]->instr)
            return true; /* from outside of the program */
    find_tasks(closes, question->receive);
    if (is_interrupted(closes, question->receive))
        return true;
    summarise(question);
    if (closes_in_loop(question, loop))
        return true;
    for (ir_func_id func = 1; func < closes->pass->module->funcs.count; func++) {
        if (!closes->may_close[func] || !closes->uses->is_live[func])
            continue;
        bool spawns = closes->reaches_spawn[func];
        if (spawns && closes_around_spawn(question, func))
            return true;
        if (!closes->is_called[func] && closes->is_early[func] && (!spawns || closes->reaches_receive[func]))
            return true;
    }
    return false;
}

static void find_late(struct question *question, struct late_close *late)
{
    const struct program *program = question->closes->pass->program;
    *late = (struct late_close){0};
    for (uint32_t i = 0; i < question->closers.count && !late->close; i++)
        if (question->closers.data[i]->role)
            late->close = question->closers.data[i];
    for (uint32_t i = 0; i < program->sites.count && !late->join_func; i++) {
        const struct call_site *site = &program->sites.data[i];
        if (!joins_receiver(question->closes, site->func, site->instr))
            continue;
        late->join_func = site->func;
        late->join_instr = site->instr;
    }
}

bool closes_in_time(struct closes *closes, const struct receive *receive, const struct until_close *loop,
                    channel_id channel, struct late_close *late)
{
    const struct channel_uses *uses = closes->uses;
    struct question question = {.closes = closes, .receive = receive, .target = uses->made.data[channel].other};
    question.child = forks_only_child(closes->forks, receive->func, receive->instr);
    for (uint32_t i = 0; i < uses->uses.count; i++)
        if (is_close_use(&question, &uses->uses.data[i]))
            *vec_push(closes->pass->arena, &question.closers) = &uses->uses.data[i];
    if (any_in_time(&question, loop))
        return true;
    find_late(&question, late);
    return false;
}
