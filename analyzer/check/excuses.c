#include "check/excuses.h"

#include "check/branches.h"
#include "flow/reach.h"
#include "link/binding.h"

static const struct ir_func *body(const struct excuses *excuses, ir_func_id func)
{
    return &excuses->pass->module->funcs.data[func];
}

/* ---- locks ---- */

static struct lock_set task_locks(const struct excuses *excuses, const struct lock_set *inner,
                                  const struct use *use)
{
    const struct spawn *spawn = &excuses->pass->program->spawns.data[use->spawn];
    struct lock_set set = {.unknown = inner->unknown};
    for (uint32_t i = 0; i < inner->count; i++) {
        struct object lock = binding_in_spawner(excuses->pass->program, inner->items[i], spawn, use->child);
        if (lock.kind == OBJECT_UNKNOWN)
            set.unknown = true;
        else
            set.items[set.count++] = lock;
    }
    return set;
}

struct lock_set excuse_locks(const struct excuses *excuses, ir_func_id func, const struct use *use)
{
    struct lock_set inner = {0}, held = {0};
    if (use->child)
        inner = excuse_locks(excuses, use->child, uses_below(excuses->uses, use));
    if (use->spawn != NO_SPAWN)
        return task_locks(excuses, &inner, use); /* the spawner's locks are not the task's */
    held = use->is_close ? locks_passed(excuses->locks, func, use->via)
                         : locks_held(excuses->locks, func, use->via);
    lock_set_add_callee(&held, excuses->pass->module, &inner, func, use->via);
    return held;
}

/* ---- tests ---- */

static bool holds_lock(const struct excuses *excuses, ir_func_id func, ir_instr_id instr)
{
    struct lock_set held = locks_held(excuses->locks, func, instr);
    return held.count || held.unknown;
}

static bool is_under_lock(void *context, ir_func_id func, ir_instr_id branch)
{
    return holds_lock(context, func, branch);
}

static bool is_any(void *context, ir_func_id func, ir_instr_id branch)
{
    (void)context, (void)func, (void)branch;
    return true;
}

static bool is_tested_above(const struct excuses *excuses, ir_func_id func, ir_instr_id instr, bool is_locked)
{
    return check_some_branch(excuses->pass, func, instr, is_locked ? is_any : is_under_lock,
                             (void *)(uintptr_t)excuses);
}

bool excuse_is_tested(const struct excuses *excuses, ir_func_id func, const struct use *use)
{
    bool is_locked = false; /* from further up */
    for (;; func = use->child, use = uses_below(excuses->uses, use)) {
        if (is_tested_above(excuses, func, use->via, is_locked))
            return true;
        is_locked = use->spawn == NO_SPAWN && (is_locked || holds_lock(excuses, func, use->via));
        if (!use->child)
            return false;
    }
}

/* ---- who is picked ---- */

/* The descriptor itself is taken out of its place: `fd = atomic_exchange(&place, -1)`, or the same under a
 * lock. */
static bool is_taken_out(const struct excuses *excuses, ir_func_id id, ir_instr_id read)
{
    const struct ir_func *func = body(excuses, id);
    if (!read || !check_is_read_modify_write(excuses->pass, id, read))
        return false;
    const struct ir_path *place = &func->paths.data[ir_val_index(func->instrs.data[read].a)];
    return excuses->pass->module->types.data[place->type].flags & TYPE_ATOMIC ||
           holds_lock(excuses, id, read);
}

bool excuse_is_picked(const struct excuses *excuses, ir_func_id func, const struct use *use)
{
    for (;; func = use->child, use = uses_below(excuses->uses, use)) {
        if (check_is_picked(excuses->pass, func, use->via))
            return true;
        if (!use->child)
            return is_taken_out(excuses, func, use->read);
    }
}

/* ---- reopened at once ---- */

static bool assigns_place(const struct excuses *excuses, ir_func_id func, const struct ir_instr *instr,
                          value_place place)
{
    int64_t value;
    const struct ir_func *data = body(excuses, func);
    if (!instr->dst || instr->op == IR_LIFE_BEGIN || instr->op == IR_LIFE_END ||
        (instr->op == IR_COPY && value_constant(data, instr->a, &value)))
        return false;
    return place_of_path(excuses->pass->module, func, instr->dst) == place;
}

bool excuse_is_reopened(const struct excuses *excuses, ir_func_id func, const struct use *use)
{
    for (; use->child; use = uses_below(excuses->uses, use))
        func = use->child;
    const struct ir_func *data = body(excuses, func);
    const struct role *close = check_role(excuses->pass, func, use->via, ROLE_CHAN_CLOSE);
    ir_val channel = close ? role_value(data, &data->instrs.data[use->via], close->at[POS_CHANNEL]) : 0;
    value_place place = place_of_value(excuses->pass->module, func, channel);
    for (ir_instr_id i = use->via + 1; place && i < data->instrs.count; i++)
        if (assigns_place(excuses, func, &data->instrs.data[i], place) && holds_lock(excuses, func, i))
            return true;
    return false;
}

/* ---- the end of the process ---- */

struct ending {
    const struct excuses *excuses;
    ir_func_id func;
    bool wants_end; /* looks for the process's end; else for a way on: a return, or the end of the task alone
                     */
};

static bool is_ending(void *context, ir_instr_id instr)
{
    const struct ending *ending = context;
    const struct ir_instr *at = &body(ending->excuses, ending->func)->instrs.data[instr];
    const struct role *stops =
        instr ? check_role(ending->excuses->pass, ending->func, instr - 1, ROLE_NORETURN) : NULL;
    if (at->op == IR_UNREACHABLE)
        return (!stops || !stops->ends_task) == ending->wants_end;
    return !ending->wants_end && (at->op == IR_RETURN || at->op == IR_THROW || at->op == IR_RETHROW);
}

static bool ends_behind(const struct excuses *excuses, ir_func_id func, ir_instr_id instr)
{
    struct ending ending = {.excuses = excuses, .func = func};
    struct reach_query query = {.cfg = program_cfg(excuses->pass->program, func),
                                .from = instr,
                                .is_goal = is_ending,
                                .context = &ending};
    struct reach_way way;
    if (flow_reach(excuses->pass->arena, &query, &way))
        return false;
    ending.wants_end = true;
    return flow_reach(excuses->pass->arena, &query, &way);
}

bool excuse_ends_process(const struct excuses *excuses, ir_func_id func, const struct use *use)
{
    for (;; func = use->child, use = uses_below(excuses->uses, use)) {
        if (use->spawn == NO_SPAWN && ends_behind(excuses, func, use->via))
            return true;
        if (!use->child)
            return false;
    }
}
