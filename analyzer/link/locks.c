#include "link/locks.h"

#include "base/map.h"
#include "ir/cfg.h"
#include "ir/loops.h"

struct guard { /* a local that holds locks for as long as it lives */
    ir_local_id local;
    struct lock_set holds;
};

struct func_locks {
    bool is_solved;
    struct lock_set *in; /* by block, at its beginning */
    bool *reached;
    VEC(struct guard) guards;
    struct lock_set acquires; /* held at every return, and not at the entry */
    struct lock_set releases; /* unlocked though it was not locked here */
    struct lock_set takes;    /* taken somewhere in it or below, whether or not they are given back */
};

struct locks {
    struct arena *arena;
    const struct program *program;
    struct map funcs; /* func -> struct func_locks * */
};

static const struct ir_func *body(const struct locks *locks, ir_func_id func)
{
    return &locks->program->module->funcs.data[func];
}

/* ---- sets ---- */

bool lock_set_has(const struct lock_set *set, const struct object *lock)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (object_equal(&set->items[i], lock))
            return true;
    return false;
}

static void add(struct lock_set *set, const struct object *lock)
{
    if (lock->kind == OBJECT_UNKNOWN)
        set->unknown = true;
    else if (!lock_set_has(set, lock) && set->count < MOST_LOCKS)
        set->items[set->count++] = *lock;
}

static void drop(struct lock_set *set, const struct object *lock)
{
    if (lock->kind == OBJECT_UNKNOWN)
        set->unknown = false;
    for (uint32_t i = 0; i < set->count; i++)
        if (object_equal(&set->items[i], lock))
            set->items[i--] = set->items[--set->count];
}

/* What both hold; did `into` change? */
static bool meet(struct lock_set *into, const struct lock_set *other)
{
    struct lock_set both = {.unknown = into->unknown || other->unknown};
    for (uint32_t i = 0; i < into->count; i++)
        if (lock_set_has(other, &into->items[i]))
            add(&both, &into->items[i]);
    bool changed = both.count != into->count || both.unknown != into->unknown;
    *into = both;
    return changed;
}

void lock_set_add_callee(struct lock_set *set, const struct ir_module *module, const struct lock_set *inner,
                         ir_func_id caller, ir_instr_id call)
{
    set->unknown |= inner->unknown;
    for (uint32_t i = 0; i < inner->count; i++) {
        struct object lock = object_named_in_caller(module, inner->items[i], caller, call, 0);
        add(set, &lock);
    }
}

/* ---- one instruction ---- */

static struct func_locks *solve(struct locks *locks, ir_func_id func);

/* A lock behind a field that a constructor has just set from its parameter is what the parameter leads to. */
static struct object through_field(const struct locks *locks, ir_func_id id, struct object lock)
{
    const struct ir_func *func = body(locks, id);
    if (lock.kind != OBJECT_PARAM || lock.step_count < 2 || lock.steps[0].kind != STEP_FIELD ||
        lock.steps[1].kind != STEP_DEREF)
        return lock;
    for (ir_instr_id i = 0; i < func->instrs.count; i++) {
        const struct ir_instr *instr = &func->instrs.data[i];
        const struct ir_path *dst = &func->paths.data[instr->dst];
        if (instr->op != IR_COPY || dst->base_kind != BASE_LOCAL || dst->base != lock.base ||
            dst->step_count != 2 || func->steps.data[dst->first_step + 1].arg != lock.steps[0].arg)
            continue;
        return object_extend(object_named_at(locks->program->module, id, instr->a), lock.steps + 2,
                             lock.step_count - 2);
    }
    return lock;
}

static ir_local_id plain_local(const struct ir_func *func, ir_val address)
{
    if (ir_val_kind(address) != VAL_ADDR)
        return 0;
    const struct ir_path *path = &func->paths.data[ir_val_index(address)];
    return path->base_kind == BASE_LOCAL && !path->step_count ? path->base : 0;
}

static struct guard *guard_of(const struct func_locks *data, ir_local_id local)
{
    for (uint32_t i = 0; local && i < data->guards.count; i++)
        if (data->guards.data[i].local == local)
            return &data->guards.data[i];
    return NULL;
}

static void release(struct func_locks *data, struct lock_set *held, const struct object *lock)
{
    if (!lock_set_has(held, lock) && lock->kind != OBJECT_UNKNOWN)
        add(&data->releases, lock);
    drop(held, lock);
}

static void take(struct locks *locks, struct func_locks *data, ir_local_id guard,
                 const struct lock_set *taken, struct lock_set *held)
{
    for (uint32_t i = 0; i < taken->count; i++) {
        add(held, &taken->items[i]);
        add(&data->takes, &taken->items[i]);
    }
    held->unknown |= taken->unknown;
    data->takes.unknown |= taken->unknown;
    if (!guard)
        return;
    struct guard *known = guard_of(data, guard);
    if (!known) {
        known = vec_push(locks->arena, &data->guards);
        known->local = guard;
    }
    known->holds = *taken;
}

static void end_guard(const struct guard *guard, struct lock_set *held)
{
    for (uint32_t i = 0; i < guard->holds.count; i++)
        drop(held, &guard->holds.items[i]);
    if (guard->holds.unknown)
        held->unknown = false;
}

static void apply_lock(struct locks *locks, struct func_locks *data, const struct call_site *site,
                       const struct role *role, struct lock_set *held)
{
    const struct ir_func *func = body(locks, site->func);
    const struct ir_instr *call = &func->instrs.data[site->instr];
    ir_val owner = role->at[POS_OBJECT] ? role_value(func, call, role->at[POS_OBJECT]) : 0;
    const struct guard *again =
        owner ? NULL : guard_of(data, plain_local(func, role_value(func, call, role->at[POS_LOCK])));
    if (again) {
        take(locks, data, 0, &again->holds, held);
        return;
    }
    struct lock_set taken = {0};
    for (int at = role->at[POS_LOCK]; at; at = role->rest ? at + 1 : 0) {
        ir_val val = role_value(func, call, at);
        if (!val)
            break;
        struct object lock =
            through_field(locks, site->func, object_named_at(locks->program->module, site->func, val));
        add(&taken, &lock);
    }
    take(locks, data, plain_local(func, owner), &taken, held);
}

static void apply_unlock(struct locks *locks, struct func_locks *data, const struct call_site *site,
                         const struct role *role, struct lock_set *held)
{
    const struct ir_func *func = body(locks, site->func);
    ir_val val = role_value(func, &func->instrs.data[site->instr], role->at[POS_LOCK]);
    const struct guard *guard = guard_of(data, plain_local(func, val));
    struct object lock =
        through_field(locks, site->func, object_named_at(locks->program->module, site->func, val));
    if (guard)
        end_guard(guard, held);
    else
        release(data, held, &lock);
}

/* Helpers and guards' constructors: what the one body that is called leaves locked and unlocked. */
static void apply_callee(struct locks *locks, struct func_locks *data, const struct call_site *site,
                         struct lock_set *held)
{
    if (site->target_count != 1 || !site->targets[0].func || site->targets[0].certainty == GUESSED)
        return;
    const struct func_locks *callee = solve(locks, site->targets[0].func);
    const struct ir_module *module = locks->program->module;
    const struct ir_func *func = body(locks, site->func);
    const struct ir_instr *call = &func->instrs.data[site->instr];
    struct lock_set taken = {0}, given = {0};
    lock_set_add_callee(&taken, module, &callee->acquires, site->func, site->instr);
    lock_set_add_callee(&given, module, &callee->releases, site->func, site->instr);
    lock_set_add_callee(&data->takes, module, &callee->takes, site->func, site->instr);
    for (uint32_t i = 0; i < given.count; i++)
        release(data, held, &given.items[i]);
    ir_local_id guard = call->flags & CALL_CONSTRUCT && call->arg_count
                            ? plain_local(func, func->args.data[call->first_arg])
                            : 0;
    take(locks, data, taken.count || taken.unknown ? guard : 0, &taken, held);
}

static void apply(struct locks *locks, struct func_locks *data, ir_func_id id, ir_instr_id instr,
                  struct lock_set *held)
{
    const struct ir_func *func = body(locks, id);
    const struct ir_instr *at = &func->instrs.data[instr];
    ir_local_id ended = 0;
    if (at->op == IR_LIFE_END)
        ended = plain_local(func, IR_VAL(VAL_ADDR, at->dst));
    else if (at->op == IR_CALL && at->flags & CALL_DESTROY && at->arg_count)
        ended = plain_local(func, func->args.data[at->first_arg]);
    const struct guard *guard = guard_of(data, ended);
    if (guard)
        end_guard(guard, held);
    const struct call_site *site =
        at->op == IR_CALL && !guard ? program_site(locks->program, id, instr) : NULL;
    if (!site)
        return;
    const struct role *lock = model_role(site->model, ROLE_LOCK),
                      *unlock = model_role(site->model, ROLE_UNLOCK);
    if (lock)
        apply_lock(locks, data, site, lock, held);
    else if (unlock)
        apply_unlock(locks, data, site, unlock, held);
    else
        apply_callee(locks, data, site, held);
}

/* ---- one function ---- */

static bool pass_block(struct locks *locks, struct func_locks *data, ir_func_id id, ir_block_id block,
                       bool *has_returned)
{
    const struct ir_func *func = body(locks, id);
    const struct ir_block *at = &func->blocks.data[block];
    struct lock_set held = data->in[block];
    bool changed = false;
    for (ir_instr_id i = at->first; i < at->first + at->count; i++)
        apply(locks, data, id, i, &held);
    if (func->instrs.data[at->first + at->count - 1].op == IR_RETURN) {
        if (*has_returned)
            meet(&data->acquires, &held);
        else
            data->acquires = held;
        *has_returned = true;
    }
    for (uint32_t i = 0; i < at->succ_count; i++) {
        ir_block_id next = func->succs.data[at->first_succ + i];
        if (data->reached[next]) {
            changed |= meet(&data->in[next], &held);
        } else {
            data->in[next] = held;
            data->reached[next] = changed = true;
        }
    }
    return changed;
}

static bool has_locking_calls(const struct locks *locks, ir_func_id func)
{
    const struct program_func *data = &locks->program->funcs.data[func];
    for (uint32_t i = data->first_site; i < data->first_site + data->site_count; i++) {
        const struct call_site *site = &locks->program->sites.data[i];
        if (model_role(site->model, ROLE_LOCK) || model_role(site->model, ROLE_UNLOCK) || site->target_count)
            return true;
    }
    return false;
}

enum { MOST_ROUNDS = 12 };

static struct func_locks *solve(struct locks *locks, ir_func_id func)
{
    uint64_t *slot = map_put(&locks->funcs, func);
    if (*slot)
        return (struct func_locks *)(uintptr_t)*slot;
    struct func_locks *data = arena_new(locks->arena, struct func_locks);
    *slot = (uint64_t)(uintptr_t)data; /* what calls itself finds nothing locked yet */
    uint32_t count = body(locks, func)->blocks.count;
    if (!has_locking_calls(locks, func))
        return data;
    data->in = arena_array(locks->arena, struct lock_set, count);
    data->reached = arena_array(locks->arena, bool, count);
    data->reached[1] = true;
    bool changed = true;
    for (uint32_t round = 0; changed && round < MOST_ROUNDS; round++) {
        bool has_returned = false;
        changed = false;
        for (ir_block_id block = 1; block < count; block++)
            if (data->reached[block])
                changed |= pass_block(locks, data, func, block, &has_returned);
    }
    data->is_solved = true;
    return data;
}

/* ---- asking ---- */

struct locks *locks_create(struct arena *arena, const struct program *program)
{
    struct locks *locks = arena_new(arena, struct locks);
    *locks = (struct locks){.arena = arena, .program = program};
    map_init(&locks->funcs, arena);
    return locks;
}

struct lock_set locks_held(struct locks *locks, ir_func_id func, ir_instr_id instr)
{
    struct func_locks *data = solve(locks, func);
    if (!data->is_solved)
        return (struct lock_set){0};
    ir_block_id block = ir_block_of(body(locks, func), instr);
    struct lock_set held = data->in[block];
    for (ir_instr_id i = body(locks, func)->blocks.data[block].first; data->reached[block] && i < instr; i++)
        apply(locks, data, func, i, &held);
    return held;
}

/* What one instruction takes, by what it adds to nothing. */
static void add_taken(struct locks *locks, struct func_locks *data, ir_func_id func, ir_instr_id instr,
                      struct lock_set *out)
{
    const struct call_site *site = program_site(locks->program, func, instr);
    struct lock_set held = {0};
    if (!site)
        return;
    apply(locks, data, func, instr, &held);
    for (uint32_t i = 0; i < held.count; i++)
        add(out, &held.items[i]);
    if (!model_role(site->model, ROLE_LOCK) && site->target_count == 1 && site->targets[0].func)
        lock_set_add_callee(out, locks->program->module, &solve(locks, site->targets[0].func)->takes, func,
                            instr);
}

struct lock_set locks_passed(struct locks *locks, ir_func_id func, ir_instr_id instr)
{
    struct func_locks *data = solve(locks, func);
    struct lock_set passed = locks_held(locks, func, instr);
    if (!data->is_solved)
        return passed;
    const struct ir_func *at = body(locks, func);
    const struct ir_cfg *cfg = program_cfg(locks->program, func);
    ir_block_id block = ir_block_of(at, instr);
    for (ir_instr_id end = instr; block && cfg->rpo_index[block] != UINT32_MAX; block = cfg->idom[block]) {
        for (ir_instr_id i = at->blocks.data[block].first; i < end; i++)
            add_taken(locks, data, func, i, &passed);
        ir_block_id up = cfg->idom[block];
        end = at->blocks.data[up].first + at->blocks.data[up].count;
    }
    return passed;
}
