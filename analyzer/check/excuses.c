#include "check/excuses.h"

#include "check/branches.h"
#include "link/binding.h"

static const struct ir_func *body(const struct excuses *excuses, ir_func_id func)
{
    return &excuses->pass->module->funcs.data[func];
}

/* ---- locks ---- */

static void add_locks(struct lock_set *to, const struct lock_set *from)
{
    to->unknown |= from->unknown;
    for (uint32_t i = 0; i < from->count; i++)
        if (!lock_set_has(to, &from->items[i]) && to->count < MOST_LOCKS)
            to->items[to->count++] = from->items[i];
}

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
    held = locks_held(excuses->locks, func, use->via);
    if (use->read && use->is_close) {
        struct lock_set there = locks_held(excuses->locks, func, use->read);
        add_locks(&held, &there);
    }
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
            return use->read && use->is_close && is_tested_above(excuses, func, use->read, false);
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
