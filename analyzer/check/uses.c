#include "check/uses.h"

#include "flow/reach.h"
#include "link/binding.h"

enum { MOST_USES = 256, MOST_ALIKE = 6 /* of one kind, task and channel in one function */, MOST_DOUBT = 4 };

struct use_list {
    struct use *data;
    uint32_t count, capacity;
    bool is_done;
};

struct uses {
    struct check_pass *pass;
    struct parallel *parallel;
    const struct meeting_rules *rules;
    struct use_list *funcs;
    VEC(uint32_t) spawns;  /* indices, by function */
    uint32_t *first_spawn; /* by func, one more at the end: into spawns */
};

static const struct ir_func *body(const struct uses *uses, ir_func_id func)
{
    return &uses->pass->module->funcs.data[func];
}

static ir_val channel_value(const struct uses *uses, const struct call_site *site, const struct role *role)
{
    const struct ir_func *func = body(uses, site->func);
    return role_value(func, &func->instrs.data[site->instr], role->at[POS_CHANNEL]);
}

static bool counts(const struct uses *uses, const struct call_site *site, const struct role *role,
                   bool (*applies)(const struct check_pass *, const struct role *, ir_func_id, ir_instr_id))
{
    return role && applies && applies(uses->pass, role, site->func, site->instr);
}

/* stderr and its like outlive everybody. */
static bool is_system_global(const struct uses *uses, const struct object *channel)
{
    return channel->kind == OBJECT_GLOBAL && uses->pass->module->syms.data[channel->base].flags & SYM_SYSTEM;
}

/* ---- adding ---- */

static bool alike(const struct use *a, const struct use *b)
{
    return a->is_close == b->is_close && a->is_send == b->is_send && a->is_join == b->is_join &&
           a->task == b->task && object_equal(&a->channel, &b->channel);
}

static void add_use(struct uses *uses, ir_func_id func, const struct use *use)
{
    struct use_list *list = &uses->funcs[func];
    uint32_t same = 0;
    if (use->channel.kind == OBJECT_UNKNOWN || is_system_global(uses, &use->channel) ||
        use->doubt > MOST_DOUBT || list->count == MOST_USES)
        return;
    for (uint32_t i = 0; i < list->count; i++) {
        if (!alike(&list->data[i], use))
            continue;
        if (list->data[i].via == use->via || ++same == MOST_ALIKE)
            return;
    }
    *vec_push(uses->pass->arena, list) = *use;
}

static void add_own(struct uses *uses, const struct call_site *site)
{
    const struct role *send = model_role(site->model, ROLE_CHAN_SEND),
                      *close = model_role(site->model, ROLE_CHAN_CLOSE);
    struct use use = {.via = site->instr, .spawn = NO_SPAWN, .doubt = 1};
    if (model_role(site->model, ROLE_JOIN)) {
        struct use join = {.via = site->instr, .spawn = NO_SPAWN, .doubt = 1, .is_join = true};
        join.channel = waits_joined_owner(parallel_waits(uses->parallel), site->func, site->instr);
        add_use(uses, site->func, &join);
    }
    use.is_send = counts(uses, site, send, uses->rules->sends);
    use.is_close = counts(uses, site, close, uses->rules->closes);
    if (!use.is_send && !use.is_close)
        return;
    ir_val channel = channel_value(uses, site, use.is_send ? send : close);
    use.channel = binding_named(uses->pass->program, site->func, channel, &use.read);
    add_use(uses, site->func, &use);
}

static uint16_t add_doubt(uint16_t doubt, uint32_t choices)
{
    uint32_t product = choices <= MOST_DOUBT ? doubt * choices : MOST_DOUBT + 1;
    return (uint16_t)(product <= MOST_DOUBT ? product : MOST_DOUBT + 1);
}

static bool is_left_running(const struct uses *uses, const struct call_site *site, task_id task)
{
    uint32_t count;
    const struct task_start *starts = parallel_starts(uses->parallel, site->func, &count);
    for (uint32_t i = 0; i < count; i++)
        if (starts[i].instr == site->instr && starts[i].task == task)
            return true;
    return false;
}

static void add_callee(struct uses *uses, const struct call_site *site, ir_func_id callee)
{
    bool is_once = model_role(site->model, ROLE_ONCE_RUN);
    uint32_t count;
    const struct use *inner = uses_in(uses, callee, &count);
    for (uint32_t i = 0; i < count; i++) {
        struct use use = inner[i];
        if (use.is_join && use.task)
            continue;
        if ((is_once && use.is_close) || (use.task && !is_left_running(uses, site, use.task)))
            continue;
        use.channel = binding_in_caller(uses->pass->program, use.channel, site->func, site->instr);
        use.doubt = add_doubt(use.doubt, site->target_count);
        use.via = site->instr;
        use.spawn = NO_SPAWN;
        use.child = callee;
        use.child_use = i;
        add_use(uses, site->func, &use);
    }
}

static void add_spawn(struct uses *uses, uint32_t index)
{
    const struct spawn *spawn = &uses->pass->program->spawns.data[index];
    struct call_site at = {.func = spawn->func, .instr = spawn->instr};
    for (uint32_t i = 0; i < spawn->entries.count; i++) {
        ir_func_id entry = spawn->entries.items[i].func;
        uint32_t count = 0;
        const struct use *inner =
            entry && spawn->entries.items[i].certainty != GUESSED ? uses_in(uses, entry, &count) : NULL;
        for (uint32_t k = 0; k < count; k++) {
            struct use use = inner[k];
            if (use.is_join)
                continue;
            use.task = use.task ? use.task : index + 1;
            if (!is_left_running(uses, &at, use.task))
                continue;
            use.channel = binding_in_spawner(uses->pass->program, use.channel, spawn, entry);
            use.doubt = add_doubt(use.doubt, spawn->entries.count);
            use.via = spawn->instr;
            use.spawn = index;
            use.child = entry;
            use.child_use = k;
            add_use(uses, spawn->func, &use);
        }
    }
}

/* ---- forks: what a child closes is its own ---- */

static bool is_use(void *context, ir_instr_id instr)
{
    return instr == *(const ir_instr_id *)context;
}

static void drop_forked(struct uses *uses, ir_func_id func)
{
    const struct program_func *data = &uses->pass->program->funcs.data[func];
    struct use_list *list = &uses->funcs[func];
    for (uint32_t i = data->first_site; i < data->first_site + data->site_count && list->count; i++) {
        const struct call_site *site = &uses->pass->program->sites.data[i];
        if (!model_role(site->model, ROLE_FORK))
            continue;
        const struct ir_cfg *cfg = program_cfg(uses->pass->program, func);
        for (uint32_t k = 0; k < list->count; k++) {
            struct reach_query query = {
                .cfg = cfg, .from = site->instr, .is_goal = is_use, .context = &list->data[k].via};
            struct reach_way way;
            if (flow_reach(uses->pass->arena, &query, &way))
                list->data[k].channel.kind = OBJECT_UNKNOWN; /* stays in its place: others count on it */
        }
    }
}

/* ---- by function, callees and entries first ---- */

const struct use *uses_in(struct uses *uses, ir_func_id func, uint32_t *count)
{
    struct use_list *list = &uses->funcs[func];
    const struct program *program = uses->pass->program;
    const struct program_func *data = &program->funcs.data[func];
    if (!list->is_done) {
        list->is_done = true; /* what is recursive is seen as far as it has come */
        for (uint32_t i = data->first_site; i < data->first_site + data->site_count; i++) {
            const struct call_site *site = &program->sites.data[i];
            if (site->model)
                add_own(uses, site);
            for (uint32_t k = 0; k < site->target_count; k++)
                if (site->targets[k].func && site->targets[k].certainty != GUESSED)
                    add_callee(uses, site, site->targets[k].func);
        }
        for (uint32_t i = uses->first_spawn[func]; i < uses->first_spawn[func + 1]; i++)
            add_spawn(uses, uses->spawns.data[i]);
        drop_forked(uses, func);
    }
    *count = list->count;
    return list->data;
}

const struct use *uses_below(const struct uses *uses, const struct use *use)
{
    return &uses->funcs[use->child].data[use->child_use];
}

static void index_spawns(struct uses *uses)
{
    const struct program *program = uses->pass->program;
    uint32_t count = uses->pass->module->funcs.count;
    uses->first_spawn = arena_array(uses->pass->arena, uint32_t, count + 1);
    for (ir_func_id func = 0; func < count; func++) {
        uses->first_spawn[func] = uses->spawns.count;
        for (uint32_t i = 0; program->funcs.data[func].site_count && i < program->spawns.count; i++)
            if (program->spawns.data[i].func == func)
                *vec_push(uses->pass->arena, &uses->spawns) = i;
    }
    uses->first_spawn[count] = uses->spawns.count;
}

struct uses *uses_create(struct check_pass *pass, struct parallel *parallel,
                         const struct meeting_rules *rules)
{
    struct uses *uses = arena_new(pass->arena, struct uses);
    *uses = (struct uses){.pass = pass, .parallel = parallel, .rules = rules};
    uses->funcs = arena_array(pass->arena, struct use_list, pass->module->funcs.count);
    index_spawns(uses);
    for (uint32_t i = 0; i < pass->program->scc_first[pass->program->scc_count]; i++) {
        uint32_t count;
        uses_in(uses, pass->program->order[i], &count);
    }
    return uses;
}
