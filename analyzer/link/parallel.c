#include "link/parallel.h"

#include <string.h>

#include "link/bits.h"
#include "link/parallel_way.h"
#include "link/tables.h"

static const struct ir_func *body(const struct parallel *parallel, ir_func_id func)
{
    return &parallel->program->module->funcs.data[func];
}

/* ---- who runs what ---- */

static void mark_reach(struct parallel *parallel, ir_func_id from, task_id task)
{
    VEC(ir_func_id) work = {0};
    *vec_push(parallel->arena, &work) = from;
    while (work.count) {
        ir_func_id at = work.data[--work.count];
        if (!at || func_bits_has(&parallel->runs, at, task))
            continue;
        func_bits_set(&parallel->runs, at, task);
        const struct program_func *func = &parallel->program->funcs.data[at];
        for (uint32_t i = func->first_site; i < func->first_site + func->site_count; i++)
            for (uint32_t k = 0; k < parallel->program->sites.data[i].target_count; k++)
                *vec_push(parallel->arena, &work) = parallel->program->sites.data[i].targets[k].func;
    }
}

/* The outside runs what it can call: functions that nobody in the program calls or starts, and all below.
 * What is left, called in circles only, is the outside's too. */
static void mark_outside(struct parallel *parallel)
{
    const struct program *program = parallel->program;
    bool *is_called = arena_array(parallel->arena, bool, program->module->funcs.count);
    for (uint32_t i = 0; i < program->sites.count; i++)
        for (uint32_t k = 0; k < program->sites.data[i].target_count; k++)
            is_called[program->sites.data[i].targets[k].func] = true;
    for (uint32_t i = 0; i < program->spawns.count; i++)
        for (uint32_t k = 0; k < program->spawns.data[i].entries.count; k++)
            is_called[program->spawns.data[i].entries.items[k].func] = true;
    for (ir_func_id func = 1; func < program->module->funcs.count; func++)
        if (!is_called[func])
            mark_reach(parallel, func, TASK_OUTSIDE);
    for (ir_func_id func = 1; func < program->module->funcs.count; func++)
        if (!func_bits_has(&parallel->runs, func, TASK_OUTSIDE) && !program->funcs.data[func].in_spawned_task)
            mark_reach(parallel, func, TASK_OUTSIDE);
}

bool parallel_runs(const struct parallel *parallel, task_id task, ir_func_id func)
{
    return func_bits_has(&parallel->runs, func, task);
}

/* ---- where tasks start ---- */

static struct task_start make_start(const struct parallel *parallel, uint32_t spawn)
{
    const struct spawn *data = &parallel->program->spawns.data[spawn];
    const struct ir_func *func = body(parallel, data->func);
    struct task_start start = {.instr = data->instr, .task = spawn + 1};
    uint8_t kind = parallel->program->module->types.data[func->instrs.data[data->instr].type].kind;
    if (kind == TYPE_POINTER)
        start.outcome = STARTED_IF_NOT_ZERO;
    else if (kind == TYPE_INT && !data->hop_count) /* what a wrapper returns is its own affair */
        start.outcome = STARTED_IF_VALUE;
    return start;
}

/* The constants that a local may hold, which is assigned nothing else: 0 for success among errors below it?
 */
static bool is_zero_or_error(const struct ir_func *func, ir_val val)
{
    bool has_zero = false, has_error = false;
    if (ir_val_kind(val) != VAL_PATH || func->paths.data[ir_val_index(val)].step_count)
        return false;
    for (ir_instr_id i = 0; i < func->instrs.count; i++) {
        int64_t value;
        if (func->instrs.data[i].dst != ir_val_index(val))
            continue;
        if (func->instrs.data[i].op != IR_COPY || !value_constant(func, func->instrs.data[i].a, &value) ||
            value > 0)
            return false;
        has_zero |= value == 0;
        has_error |= value < 0;
    }
    return has_zero && has_error;
}

/* Which value a return gives that the start's way leads to, as far as constants or the start's own result
 * say. */
static void learn_outcome(const struct parallel *parallel, ir_func_id func, const struct task_start *start,
                          const struct ir_instr *ret, struct task_start *out, bool *is_first)
{
    const struct ir_func *data = body(parallel, func);
    struct task_start learnt = {.outcome = STARTED_ANYHOW};
    int64_t value;
    if (value_constant(data, ret->a, &value)) {
        learnt.outcome = STARTED_IF_VALUE;
        learnt.value = value;
    } else if (ir_val_kind(ret->a) == VAL_PATH &&
               ir_val_index(ret->a) == data->instrs.data[start->instr].dst) {
        learnt.outcome = start->outcome;
        learnt.value = start->value;
    } else if (is_zero_or_error(data, ret->a)) {
        learnt.outcome = STARTED_IF_VALUE;
    }
    bool agrees = *is_first || (out->outcome == learnt.outcome && out->value == learnt.value);
    out->outcome = agrees ? learnt.outcome : STARTED_ANYHOW;
    out->value = agrees ? learnt.value : 0;
    *is_first = false;
}

/* Does the task outlive the function?  Then `out` is how callers see it start. */
static bool outlives(struct parallel *parallel, ir_func_id func, const struct task_start *start,
                     struct task_start *out)
{
    const struct ir_func *data = body(parallel, func);
    bool is_first = true, any = false;
    *out = (struct task_start){.task = start->task};
    for (ir_block_id block = 1; block < data->blocks.count; block++) {
        ir_instr_id last = data->blocks.data[block].first + data->blocks.data[block].count - 1;
        struct parallel_way way = {.func = func, .start = start, .task = start->task, .to = last};
        if (data->instrs.data[last].op != IR_RETURN || !parallel_is_running(parallel, &way))
            continue;
        any = true;
        learn_outcome(parallel, func, start, &data->instrs.data[last], out, &is_first);
    }
    return any;
}

static void leave_running(struct parallel *parallel, ir_func_id func)
{
    struct func_starts *starts = &parallel->funcs[func];
    for (uint32_t i = 0; i < starts->count; i++) {
        struct task_start left;
        bool is_known = false;
        for (uint32_t k = 0; k < parallel->left[func].count; k++)
            is_known |= parallel->left[func].data[k].task == starts->data[i].task;
        if (!is_known && outlives(parallel, func, &starts->data[i], &left))
            *vec_push(parallel->arena, &parallel->left[func]) = left;
    }
}

enum { MOST_STARTS = 128 };

static void add_start(struct parallel *parallel, ir_func_id func, struct task_start start)
{
    struct func_starts *starts = &parallel->funcs[func];
    for (uint32_t i = 0; i < starts->count; i++)
        if (starts->data[i].instr == start.instr && starts->data[i].task == start.task)
            return;
    if (starts->count < MOST_STARTS)
        *vec_push(parallel->arena, starts) = start;
}

static void find_starts(struct parallel *parallel, ir_func_id func);

/* What the callee leaves running. */
static void add_callee_starts(struct parallel *parallel, const struct call_site *site)
{
    for (uint32_t i = 0; i < site->target_count; i++) {
        ir_func_id callee = site->targets[i].func;
        if (!callee || site->targets[i].certainty == GUESSED)
            continue;
        find_starts(parallel, callee);
        for (uint32_t k = 0; k < parallel->left[callee].count; k++) {
            struct task_start start = parallel->left[callee].data[k];
            start.instr = site->instr;
            add_start(parallel, site->func, start);
        }
    }
}

/* The task, and what its entry leaves running. */
static void add_spawn_starts(struct parallel *parallel, uint32_t spawn)
{
    const struct spawn *data = &parallel->program->spawns.data[spawn];
    struct task_start start = make_start(parallel, spawn);
    add_start(parallel, data->func, start);
    for (uint32_t i = 0; i < data->entries.count; i++) {
        ir_func_id entry = data->entries.items[i].func;
        find_starts(parallel, entry);
        for (uint32_t k = 0; k < parallel->left[entry].count; k++) {
            start.task = parallel->left[entry].data[k].task;
            add_start(parallel, data->func, start);
        }
    }
}

/* Callees and entries first; what is recursive is seen as far as it has come. */
static void find_starts(struct parallel *parallel, ir_func_id func)
{
    const struct program *program = parallel->program;
    const struct program_func *data = &program->funcs.data[func];
    if (!func || parallel->is_visited[func])
        return;
    parallel->is_visited[func] = true;
    for (uint32_t i = data->first_site; i < data->first_site + data->site_count; i++)
        add_callee_starts(parallel, &program->sites.data[i]);
    for (uint32_t at = parallel->spawn_head[func]; at; at = parallel->spawn_next[at - 1])
        add_spawn_starts(parallel, at - 1);
    leave_running(parallel, func);
}

/* A handle whose owner waits, and that nobody keeps: std::async(...) as a statement. */
static bool ends_at_once(const struct parallel *parallel, const struct spawn *spawn)
{
    const struct ir_instr *call = &body(parallel, spawn->func)->instrs.data[spawn->instr];
    return spawn->role->scoped && spawn->role->at[POS_HANDLE] == AT_RESULT && !spawn->hop_count &&
           call->flags & CALL_DISCARDED && parallel->program->module->types.data[call->type].kind == TYPE_CLASS;
}

static void index_spawns(struct parallel *parallel)
{
    const struct program *program = parallel->program;
    parallel->spawn_head = arena_array(parallel->arena, uint32_t, program->module->funcs.count);
    parallel->spawn_next = arena_array(parallel->arena, uint32_t, program->spawns.count);
    for (uint32_t i = program->spawns.count; i > 0; i--) {
        const struct spawn *spawn = &program->spawns.data[i - 1];
        if (spawn->is_openmp || spawn->role->serial || ends_at_once(parallel, spawn))
            continue; /* waited for at the region's end, or at once; or not beside its spawner */
        parallel->spawn_next[i - 1] = parallel->spawn_head[spawn->func];
        parallel->spawn_head[spawn->func] = i;
    }
}

struct parallel *parallel_solve(struct arena *arena, const struct program *program,
                                const struct channels *flows)
{
    struct parallel *parallel = arena_new(arena, struct parallel);
    uint32_t count = program->module->funcs.count;
    *parallel =
        (struct parallel){.arena = arena, .program = program, .waits = waits_solve(arena, program, flows)};
    parallel->funcs = arena_array(arena, struct func_starts, count);
    parallel->left = arena_array(arena, struct func_starts, count);
    parallel->is_visited = arena_array(arena, bool, count);
    map_init(&parallel->writers, arena);
    parallel->runs = func_bits_create(arena, program, program->spawns.count + 1);
    mark_outside(parallel);
    for (uint32_t i = 0; i < program->spawns.count; i++)
        for (uint32_t k = 0; k < program->spawns.data[i].entries.count; k++)
            mark_reach(parallel, program->spawns.data[i].entries.items[k].func, i + 1);
    index_spawns(parallel);
    for (uint32_t i = 0; program->spawns.count && i < program->scc_first[program->scc_count]; i++)
        find_starts(parallel, program->order[i]);
    return parallel;
}

const struct waits *parallel_waits(const struct parallel *parallel)
{
    return parallel->waits;
}

const struct task_start *parallel_starts(const struct parallel *parallel, ir_func_id func, uint32_t *count)
{
    *count = parallel->funcs[func].count;
    return parallel->funcs[func].data;
}

/* ---- globals ---- */

static bool writes_here(const struct ir_func *func, ir_sym_id global)
{
    int64_t value;
    for (ir_instr_id i = 0; i < func->instrs.count; i++) {
        const struct ir_instr *instr = &func->instrs.data[i];
        const struct ir_path *dst = &func->paths.data[instr->dst];
        if (instr->dst && dst->base_kind == BASE_GLOBAL && dst->base == global &&
            !(instr->op == IR_COPY && value_constant(func, instr->a, &value)))
            return true;
    }
    return false;
}

bool parallel_writes(struct parallel *parallel, ir_func_id func, ir_sym_id global)
{
    uint64_t *slot = map_put(&parallel->writers, global);
    if (!*slot) {
        struct func_bits *bits = arena_new(parallel->arena, struct func_bits);
        *bits = func_bits_create(parallel->arena, parallel->program, 1);
        for (ir_func_id i = 1; i < parallel->program->module->funcs.count; i++)
            if (writes_here(body(parallel, i), global))
                func_bits_set(bits, i, 0);
        func_bits_spread(bits, parallel->program);
        *slot = (uint64_t)(uintptr_t)bits;
    }
    return func_bits_has((const struct func_bits *)(uintptr_t)*slot, func, 0);
}

/* ---- tasks beside each other ---- */

static bool starts_while_running(struct parallel *parallel, ir_func_id func, task_id running, task_id started)
{
    const struct func_starts *starts = &parallel->funcs[func];
    for (uint32_t i = 0; i < starts->count; i++)
        for (uint32_t k = 0; starts->data[i].task == running && k < starts->count; k++) {
            struct parallel_way way = {
                .func = func, .start = &starts->data[i], .task = running, .to = starts->data[k].instr};
            if (starts->data[k].task == started && parallel_is_running(parallel, &way))
                return true;
        }
    return false;
}

static bool is_ancestor(const struct parallel *parallel, task_id a, task_id b)
{
    return parallel_runs(parallel, a, parallel->program->spawns.data[b - 1].func);
}

bool parallel_with(struct parallel *parallel, task_id a, task_id b)
{
    if (a == TASK_OUTSIDE || b == TASK_OUTSIDE)
        return a != b;
    if (is_ancestor(parallel, a, b) || is_ancestor(parallel, b, a))
        return true;
    for (ir_func_id func = 1; func < parallel->program->module->funcs.count; func++)
        if (starts_while_running(parallel, func, a, b) || starts_while_running(parallel, func, b, a))
            return true;
    return false;
}
