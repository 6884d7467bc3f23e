/* The concurrent half: between a spawn and a close in the spawner no join stands, and the task sends on that channel.
 *
 * Channels are globals, what lies in globals, and what the entry's argument points to.  Where both sides take locks
 * nothing is said: the flag that would make it right is then tested under one.
 */
#include "send.h"

#include <string.h>

#include "check/typestates.h"
#include "flow/reach.h"
#include "link/object.h"

struct use { /* of a channel, somewhere */
    ir_func_id func;
    ir_instr_id instr;
    struct object channel;
};

/* Found once for the whole program. */
struct world {
    bool *joins; /* by func: it or something it calls waits for some task */
    VEC(struct use) closes;
};

struct waiting { /* the spawner, from the spawn on */
    struct check_pass *pass;
    const struct world *world;
    const bool *closes; /* by func: it or something it calls closes the channel */
    const struct spawn *spawn;
    const struct use *send;
    struct use close; /* what the search found */
};

static const struct ir_func *body(const struct check_pass *pass, ir_func_id func)
{
    return &pass->module->funcs.data[func];
}

static struct object channel_of(const struct check_pass *pass, const struct role *role, ir_func_id func,
                                ir_instr_id instr)
{
    const struct ir_func *data = body(pass, func);
    ir_val val = role_value(data, &data->instrs.data[instr], role->at[POS_CHANNEL]);
    if (ir_val_kind(val) == VAL_PATH)
        return object_of_path(pass->module, func, ir_val_index(val));
    return object_at(pass->module, func, val);
}

static bool has_role_inside(const struct check_pass *pass, ir_func_id func, enum role_kind kind)
{
    for (ir_instr_id id = 1; id < body(pass, func)->instrs.count; id++)
        if (check_role(pass, func, id, kind))
            return true;
    return false;
}

/* Whoever calls one that is marked gets marked: bottom-up, and once more for what is recursive. */
static void mark_callers(const struct check_pass *pass, bool *marked)
{
    const struct program *program = pass->program;
    uint32_t count = program->scc_first[program->scc_count];
    for (uint32_t i = 0; i < 2 * count; i++) {
        ir_func_id func = program->order[i % count];
        const struct program_func *data = &program->funcs.data[func];
        for (uint32_t j = 0; j < data->site_count && !marked[func]; j++) {
            const struct call_site *site = &program->sites.data[data->first_site + j];
            for (uint32_t k = 0; k < site->target_count; k++)
                marked[func] |= site->targets[k].func && marked[site->targets[k].func];
        }
    }
}

static struct world explore(const struct check_pass *pass)
{
    struct world world = {.joins = arena_array(pass->arena, bool, pass->module->funcs.count)};
    for (uint32_t i = 0; i < pass->program->sites.count; i++) {
        const struct call_site *site = &pass->program->sites.data[i];
        const struct role *close = model_role(site->model, ROLE_CHAN_CLOSE);
        if (model_role(site->model, ROLE_JOIN))
            world.joins[site->func] = true;
        if (close && check_ends_channel(pass, close, site->func, site->instr))
            *vec_push(pass->arena, &world.closes) =
                (struct use){site->func, site->instr, channel_of(pass, close, site->func, site->instr)};
    }
    mark_callers(pass, world.joins);
    return world;
}

static bool calls_marked(const struct waiting *waiting, ir_instr_id id, const bool *marked)
{
    const struct call_site *site = program_site(waiting->pass->program, waiting->spawn->func, id);
    for (uint32_t i = 0; site && i < site->target_count; i++)
        if (site->targets[i].func && marked[site->targets[i].func])
            return true;
    return false;
}

/* A join here, or in what is called here. */
static bool joins(void *context, ir_instr_id id)
{
    const struct waiting *waiting = context;
    return check_role(waiting->pass, waiting->spawn->func, id, ROLE_JOIN) ||
           calls_marked(waiting, id, waiting->world->joins);
}

/* A close here, or of a global in what is called here. */
static bool closes(void *context, ir_instr_id id)
{
    struct waiting *waiting = context;
    bool in_callee = waiting->closes && calls_marked(waiting, id, waiting->closes);
    for (uint32_t i = 0; i < waiting->world->closes.count; i++) {
        const struct use *use = &waiting->world->closes.data[i];
        bool is_here = use->func == waiting->spawn->func && use->instr == id;
        if (!object_equal(&use->channel, &waiting->send->channel) || !(is_here || in_callee))
            continue;
        waiting->close = *use;
        return true;
    }
    return false;
}

/* By func, who closes it, directly or below; NULL: nobody closes it anywhere. */
static const bool *find_closers(const struct check_pass *pass, const struct world *world, const struct object *channel)
{
    bool *closers = NULL;
    for (uint32_t i = 0; i < world->closes.count; i++) {
        if (!object_equal(&world->closes.data[i].channel, channel))
            continue;
        if (!closers)
            closers = arena_array(pass->arena, bool, pass->module->funcs.count);
        closers[world->closes.data[i].func] = true;
    }
    if (closers && channel->kind == OBJECT_GLOBAL)
        mark_callers(pass, closers);
    return closers;
}

/* Where the spawn's status is tested at once, the block in which the task exists; 0: not tested. */
static ir_block_id success_block(const struct check_pass *pass, const struct spawn *spawn)
{
    const struct ir_func *func = body(pass, spawn->func);
    const struct ir_instr *call = &func->instrs.data[spawn->instr], *test = call + 1;
    ir_val status = IR_VAL(VAL_PATH, call->dst);
    bool fails_when_true = true;
    if (!call->dst)
        return 0;
    if (test->op == IR_BIN && test->a == status && ir_val_kind(test->b) == VAL_INT &&
        func->ints.data[ir_val_index(test->b)] == 0) {
        fails_when_true = test->sub == BIN_NE || test->sub == BIN_LT || test->sub == BIN_GT;
        status = IR_VAL(VAL_PATH, test->dst);
        test++;
    }
    if (test->op != IR_BRANCH || test->a != status)
        return 0;
    ir_instr_id id = (ir_instr_id)(test - func->instrs.data);
    for (ir_block_id block = 1; block < func->blocks.count; block++)
        if (func->blocks.data[block].first + func->blocks.data[block].count - 1 == id)
            return func->succs.data[func->blocks.data[block].first_succ + (fails_when_true ? 1 : 0)];
    return 0;
}

static void report(struct check_pass *pass, const struct waiting *waiting, ir_func_id entry)
{
    const struct use *send = waiting->send;
    const struct spawn *spawn = waiting->spawn;
    const char *channel = object_text(pass->arena, pass->module, &send->channel);
    const char *spawner = check_func_name(pass, body(pass, spawn->func)->sym);
    struct finding *finding = check_report(
        pass, SEVERITY_WARNING, "concurrent", send->func, send->instr, channel,
        "this task may send on %s after %s has closed it: nothing makes the close wait for the task, and by then the "
        "descriptor may be somebody else's",
        channel, spawner);
    if (!finding)
        return;
    const char *entry_name = check_func_name(pass, body(pass, entry)->sym);
    check_step(pass, finding, check_instr_place(pass, spawn->func, spawn->instr), 0, 0, "%s starts %s here", spawner,
               entry_name);
    check_step(pass, finding, check_instr_place(pass, waiting->close.func, waiting->close.instr), 0, 0,
               "%s is closed here, with no join before", channel);
    check_step(pass, finding, check_instr_place(pass, send->func, send->instr), 1, 0,
               "meanwhile the task that runs %s sends on it", entry_name);
    check_related(pass, finding, check_instr_place(pass, waiting->close.func, waiting->close.instr), "the close");
    check_related(pass, finding, check_instr_place(pass, spawn->func, spawn->instr), "the task is started here");
}

/* The channel in the spawner's terms: of a global itself, of the entry's argument what was handed in. */
static struct object in_spawner(const struct check_pass *pass, const struct spawn *spawn, ir_func_id entry,
                                const struct use *send)
{
    if (send->channel.kind == OBJECT_GLOBAL)
        return send->channel;
    int argument = spawn->role ? spawn->role->at[POS_ARG] : AT_NOWHERE;
    if (send->func != entry || argument <= 0 || spawn->hop_count)
        return (struct object){.kind = OBJECT_UNKNOWN};
    return object_in_caller(pass->module, send->channel, spawn->func, spawn->instr, (uint32_t)argument - 1);
}

static void check_send(struct check_pass *pass, const struct world *world, const struct spawn *spawn,
                       const struct ir_cfg *cfg, ir_func_id entry, struct use send)
{
    send.channel = in_spawner(pass, spawn, entry, &send);
    const bool *closers = find_closers(pass, world, &send.channel);
    if (!closers)
        return;
    struct waiting waiting = {.pass = pass, .world = world, .spawn = spawn, .send = &send};
    waiting.closes = send.channel.kind == OBJECT_GLOBAL ? closers : NULL;
    struct reach_query query = {.cfg = cfg, .from = spawn->instr, .block = success_block(pass, spawn),
                                .is_goal = closes, .is_barrier = joins, .context = &waiting};
    struct reach_way way;
    if (!flow_reach(pass->arena, &query, &way))
        return;
    if (has_role_inside(pass, send.func, ROLE_LOCK) && has_role_inside(pass, waiting.close.func, ROLE_LOCK))
        return;
    report(pass, &waiting, entry);
}

static void check_entry(struct check_pass *pass, const struct world *world, const struct spawn *spawn,
                        const struct ir_cfg *cfg, ir_func_id entry)
{
    uint32_t count;
    const ir_func_id *funcs = program_reach(pass->program, pass->arena, entry, &count);
    for (uint32_t i = 0; i < count; i++)
        for (ir_instr_id id = 1; id < body(pass, funcs[i])->instrs.count; id++) {
            const struct role *role = check_role(pass, funcs[i], id, ROLE_CHAN_SEND);
            if (role && is_unsafe_send(pass, role, funcs[i], id))
                check_send(pass, world, spawn, cfg, entry,
                           (struct use){funcs[i], id, channel_of(pass, role, funcs[i], id)});
        }
}

void check_concurrent_sends(struct check_pass *pass)
{
    struct world world = explore(pass);
    for (uint32_t i = 0; i < pass->program->spawns.count; i++) {
        const struct spawn *spawn = &pass->program->spawns.data[i];
        if (spawn->is_openmp)
            continue;
        const struct ir_cfg *cfg = ir_cfg_build(pass->arena, body(pass, spawn->func), true);
        for (uint32_t j = 0; j < spawn->entries.count; j++)
            if (spawn->entries.items[j].func)
                check_entry(pass, &world, spawn, cfg, spawn->entries.items[j].func);
    }
}
