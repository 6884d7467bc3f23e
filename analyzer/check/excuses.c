#include "check/excuses.h"

#include "ir/loops.h"
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

static struct lock_set task_locks(const struct excuses *excuses, const struct lock_set *inner, const struct use *use)
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

/* ---- branches above an instruction ---- */

typedef bool (*branch_test)(const struct excuses *excuses, ir_func_id func, ir_instr_id branch);

/* Some branch that decides whether control gets to the instruction fits. */
static bool some_branch(const struct excuses *excuses, ir_func_id func, ir_instr_id instr, branch_test fits)
{
    const struct ir_func *data = body(excuses, func);
    const struct ir_cfg *cfg = ir_cfg_build(excuses->pass->arena, data, true);
    ir_block_id at = ir_block_of(data, instr);
    for (at = cfg->rpo_index[at] == UINT32_MAX ? 0 : cfg->idom[at]; at; at = cfg->idom[at]) {
        ir_instr_id last = data->blocks.data[at].first + data->blocks.data[at].count - 1;
        enum ir_op op = (enum ir_op)data->instrs.data[last].op;
        if ((op == IR_BRANCH || op == IR_SWITCH) && fits(excuses, func, last))
            return true;
    }
    return false;
}

static bool holds_lock(const struct excuses *excuses, ir_func_id func, ir_instr_id instr)
{
    struct lock_set held = locks_held(excuses->locks, func, instr);
    return held.count || held.unknown;
}

static bool is_any(const struct excuses *excuses, ir_func_id func, ir_instr_id branch)
{
    (void)excuses, (void)func, (void)branch;
    return true;
}

bool excuse_is_tested(const struct excuses *excuses, ir_func_id func, const struct use *use)
{
    bool is_locked = false; /* from further up */
    for (;; func = use->child, use = uses_below(excuses->uses, use)) {
        if (some_branch(excuses, func, use->via, is_locked ? is_any : holds_lock))
            return true;
        is_locked = use->spawn == NO_SPAWN && (is_locked || holds_lock(excuses, func, use->via));
        if (!use->child)
            return use->read && use->is_close && some_branch(excuses, func, use->read, holds_lock);
    }
}

/* ---- who is picked ---- */

/* The last instruction of the block, before `before`, that assigns the path; 0: none. */
static ir_instr_id assigned_before(const struct ir_func *func, ir_path_id path, ir_instr_id before)
{
    for (ir_instr_id i = before; i > 1; i--)
        if (func->instrs.data[i - 1].dst == path && func->instrs.data[i - 1].op != IR_LIFE_BEGIN &&
            func->instrs.data[i - 1].op != IR_LIFE_END)
            return i - 1;
    return 0;
}

static ir_instr_id block_end(const struct ir_func *func, ir_instr_id instr)
{
    const struct ir_block *block = &func->blocks.data[ir_block_of(func, instr)];
    return block->first + block->count;
}

/* `old = place; place = ...` at one go: how atomic operations are lowered. */
static bool is_read_modify_write(const struct excuses *excuses, ir_func_id id, ir_instr_id read)
{
    const struct ir_func *func = body(excuses, id);
    const struct ir_instr *instr = &func->instrs.data[read];
    if (instr->op != IR_COPY || ir_val_kind(instr->a) != VAL_PATH)
        return false;
    for (ir_instr_id i = read + 1; i < block_end(func, read); i++)
        if (func->instrs.data[i].dst == ir_val_index(instr->a))
            return true;
    return false;
}

/* The value comes from an atomic operation, or from counting down: `--refs == 0`. */
static bool comes_from_picking(const struct excuses *excuses, ir_func_id id, ir_val val, ir_instr_id before, int depth)
{
    const struct ir_func *func = body(excuses, id);
    ir_instr_id def = ir_val_kind(val) == VAL_PATH ? assigned_before(func, ir_val_index(val), before) : 0;
    if (!def || depth > 4)
        return false;
    const struct ir_instr *instr = &func->instrs.data[def];
    if (instr->op == IR_CALL)
        return check_role(excuses->pass, id, def, ROLE_HANDOVER) != NULL;
    if (instr->op == IR_BIN && ir_val_kind(instr->a) == VAL_PATH && ir_val_index(instr->a) == instr->dst &&
        (instr->sub == BIN_SUB || instr->sub == BIN_ADD))
        return true;
    if (is_read_modify_write(excuses, id, def))
        return true;
    if (instr->op != IR_BIN && instr->op != IR_UN && instr->op != IR_COPY)
        return false;
    return comes_from_picking(excuses, id, instr->a, def, depth + 1) ||
           (instr->op == IR_BIN && comes_from_picking(excuses, id, instr->b, def, depth + 1));
}

static bool is_picking(const struct excuses *excuses, ir_func_id func, ir_instr_id branch)
{
    return comes_from_picking(excuses, func, body(excuses, func)->instrs.data[branch].a, branch, 0);
}

/* The descriptor itself is taken out of its place: `fd = atomic_exchange(&place, -1)`, or the same under a lock. */
static bool is_taken_out(const struct excuses *excuses, ir_func_id id, ir_instr_id read)
{
    const struct ir_func *func = body(excuses, id);
    if (!read || !is_read_modify_write(excuses, id, read))
        return false;
    const struct ir_path *place = &func->paths.data[ir_val_index(func->instrs.data[read].a)];
    return excuses->pass->module->types.data[place->type].flags & TYPE_ATOMIC || holds_lock(excuses, id, read);
}

bool excuse_is_picked(const struct excuses *excuses, ir_func_id func, const struct use *use)
{
    for (;; func = use->child, use = uses_below(excuses->uses, use)) {
        if (some_branch(excuses, func, use->via, is_picking))
            return true;
        if (!use->child)
            return is_taken_out(excuses, func, use->read);
    }
}
