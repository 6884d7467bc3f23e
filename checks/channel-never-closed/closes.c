/* Whether a close can come in time.
 *
 * A close is too late when it stands behind the receiver's own loop in the receiver's task, or behind a join
 * of that task. Both are the same question of a function: is there a way to a close that passes no barrier?
 * It is asked bottom-up, so that a call is a close when its callee has such a way from its entry, and else a
 * barrier when one is in it.
 */
#include "tasks.h"

#include "check/spawn_outcome.h"
#include "flow/reach.h"

/* One question: this receiver, this channel. */
struct question {
    struct closes *closes;
    const struct receive *receive;
    channel_id target;                       /* what must be closed */
    bool child;                              /* the receiver is in a forked child */
    ir_func_id func;                         /* where the search is */
    VEC(const struct channel_use *) closers; /* of the target, in the receiver's process */
    const bool *joining_head;                /* by block of func: the head of a loop that counts as a join */
    ir_instr_id made; /* a search for spawns ends where a new channel is made; 0: not in this function */
};

static const struct ir_func *body(const struct closes *closes, ir_func_id func)
{
    return &closes->pass->module->funcs.data[func];
}

struct closes *closes_create(struct check_pass *pass, const struct channel_uses *uses,
                             const struct forks *forks)
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
    closes->is_entry = arena_array(pass->arena, bool, count);
    closes->is_spawn = arena_array(pass->arena, bool, pass->program->spawns.count);
    for (uint32_t i = 0; i < pass->program->sites.count; i++)
        for (uint32_t k = 0; k < pass->program->sites.data[i].target_count; k++)
            if (pass->program->sites.data[i].targets[k].certainty != GUESSED &&
                uses->is_live[pass->program->sites.data[i].func])
                closes->is_called[pass->program->sites.data[i].targets[k].func] = true;
    for (uint32_t i = 0; i < pass->program->spawns.count; i++)
        for (uint32_t k = 0; k < pass->program->spawns.data[i].entries.count; k++)
            closes->is_entry[pass->program->spawns.data[i].entries.items[k].func] = true;
    return closes;
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
    bool own_half = made->role->pair == PAIR_TWO_WAY && use->role &&
                    use->role->half_send != use->role->half_receive &&
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
           closes_joins_receiver(question->closes, question->func, instr) ||
           closes_tests_receiver(question->closes, question->func, instr);
}

static bool is_barrier(void *context, ir_instr_id instr)
{
    const struct question *question = context;
    ir_block_id block = ir_block_of(body(question->closes, question->func), instr);
    if (is_close_point(context, instr))
        return false;
    if (question->joining_head[block] &&
        instr == body(question->closes, question->func)->blocks.data[block].first)
        return true;
    return is_barrier_here(question, instr) || calls_marked(question, instr, question->closes->has_barrier) ||
           calls_marked(question, instr, question->closes->reaches_receive);
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

/* Where a loop joins and does not close, its head is the barrier: that it runs at all is the program's
 * business. */
static void find_joining_loops(struct question *question, const struct ir_cfg *cfg)
{
    struct arena *arena = question->closes->pass->arena;
    const struct ir_loops *loops = program_loops(question->closes->pass->program, question->func);
    bool *joins = arena_array(arena, bool, cfg->block_count),
         *others = arena_array(arena, bool, cfg->block_count);
    for (ir_block_id block = 1; block < cfg->block_count; block++) {
        const struct ir_block *at = &cfg->func->blocks.data[block];
        bool barrier = false, other = false;
        for (ir_instr_id i = at->first; loops->head[block] && i < at->first + at->count; i++) {
            barrier |= closes_joins_receiver(question->closes, question->func, i);
            other |= is_close_point(question, i) || is_spawn_point(question, i);
        }
        for (ir_block_id head = loops->head[block]; head && (barrier || other); head = loops->parent[head]) {
            joins[head] |= barrier;
            others[head] |= other;
        }
    }
    for (ir_block_id block = 1; block < cfg->block_count; block++)
        joins[block] &= !others[block];
    question->joining_head = joins;
}

static bool finds_close(struct question *question, const struct ir_cfg *cfg, ir_instr_id from,
                        ir_block_id block)
{
    struct reach_query query = {.cfg = cfg,
                                .from = from,
                                .block = block,
                                .is_goal = is_close_point,
                                .is_barrier = is_barrier,
                                .context = question};
    struct reach_way way;
    find_joining_loops(question, cfg);
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
    closes_mark_callers(closes, closes->may_close);
    for (uint32_t i = 0; i < 2 * count; i++) {
        question->func = program->order[i % count];
        closes->has_barrier[question->func] = has_barrier(question);
        if (closes->may_close[question->func])
            closes->is_early[question->func] = finds_close(
                question, program_cfg(closes->pass->program, question->func), 0, 0);
    }
}

/* ---- the answer ---- */

static bool closes_in_loop(struct question *question, const struct until_close *loop)
{
    const struct ir_func *func = body(question->closes, question->receive->func);
    question->func = question->receive->func;
    for (ir_block_id block = 1; block < func->blocks.count; block++) {
        const struct ir_block *at = &func->blocks.data[block];
        for (ir_instr_id i = at->first;
             i < at->first + at->count && ir_loop_holds(loop->loops, loop->head, block); i++)
            if (is_close_point(question, i))
                return true;
    }
    return false;
}

static bool makes_another(void *context, ir_instr_id instr)
{
    const struct question *question = context;
    return instr == question->made;
}

/* A close in front of the spawn, on the way to it. */
static bool leads_to_spawn(struct question *question, const struct ir_cfg *cfg, ir_instr_id close)
{
    struct reach_query query = {.cfg = cfg,
                                .from = close,
                                .is_goal = is_spawn_point,
                                .is_barrier = makes_another,
                                .context = question};
    struct reach_way way;
    return flow_reach(question->closes->pass->arena, &query, &way);
}

/* In a function that starts the receiver's task: a close that comes before it, or after it without a join. */
static bool closes_around_spawn(struct question *question, ir_func_id func)
{
    struct closes *closes = question->closes;
    const struct channel_made *made = &closes->uses->made.data[question->target];
    const struct ir_cfg *cfg = program_cfg(closes->pass->program, func);
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
    closes_find_tasks(closes, question->receive);
    if (closes_is_interrupted(closes, question->receive))
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
        if ((!closes->is_called[func] || closes->is_entry[func]) && closes->is_early[func] &&
            (!spawns || closes->reaches_receive[func]))
            return true;
    }
    return false;
}

static void find_late(struct question *question, struct late_close *late)
{
    const struct program *program = question->closes->pass->program;
    *late = (struct late_close){.only_tasks = true};
    for (ir_func_id func = 1; func < question->closes->pass->module->funcs.count; func++)
        if (question->closes->reaches_receive[func] && !question->closes->is_called[func] &&
            !question->closes->is_entry[func])
            late->only_tasks = false;
    for (uint32_t i = 0; i < question->closers.count && !late->close; i++)
        if (question->closers.data[i]->role)
            late->close = question->closers.data[i];
    for (uint32_t i = 0; i < program->sites.count && !late->join_func; i++) {
        const struct call_site *site = &program->sites.data[i];
        if (!closes_joins_receiver(question->closes, site->func, site->instr))
            continue;
        late->join_func = site->func;
        late->join_instr = site->instr;
    }
}

bool closes_in_time(struct closes *closes, const struct receive *receive, const struct until_close *loop,
                    channel_id channel, struct late_close *late)
{
    const struct channel_uses *uses = closes->uses;
    struct question question = {
        .closes = closes, .receive = receive, .target = uses->made.data[channel].other};
    question.child = forks_only_child(closes->forks, receive->func, receive->instr);
    for (uint32_t i = 0; i < uses->uses.count; i++)
        if (is_close_use(&question, &uses->uses.data[i]))
            *vec_push(closes->pass->arena, &question.closers) = &uses->uses.data[i];
    if (any_in_time(&question, loop))
        return true;
    find_late(&question, late);
    return false;
}
