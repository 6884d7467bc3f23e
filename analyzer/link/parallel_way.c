/* How far a task runs on: a walk over one function's normal edges, from where the task starts, up to the
 * first wait. */
#include "link/parallel_way.h"

#include <string.h>

#include "ir/loops.h"

struct walk {
    struct parallel *parallel;
    const struct parallel_way *way;
    const struct ir_func *func;
    const struct ir_cfg *cfg;
    ir_block_id from, goal; /* the blocks of the start and of `to` */
    bool *waits;            /* by block: something in it waits */
    bool *decides;          /* by block: its branch decides whether something waits */
};

static const struct ir_cfg *graph_of(struct parallel *parallel, ir_func_id func)
{
    return program_cfg(parallel->program, func);
}

static const struct ir_instr *last_instr(const struct walk *walk, ir_block_id block)
{
    const struct ir_block *at = &walk->func->blocks.data[block];
    return &walk->func->instrs.data[at->first + at->count - 1];
}

/* ---- waits behind conditions ---- */

/* From the block's beginning to `to` without passing `around`. */
static bool can_reach(const struct walk *walk, ir_block_id from, ir_block_id to, ir_block_id around)
{
    struct arena_mark mark = arena_mark(walk->parallel->arena);
    bool *seen = arena_array(walk->parallel->arena, bool, walk->func->blocks.count);
    ir_block_id *stack = arena_array(walk->parallel->arena, ir_block_id, walk->func->blocks.count);
    uint32_t count = 0;
    bool found = false;
    if (from != around) {
        stack[count++] = from;
        seen[from] = true;
    }
    while (count && !found) {
        ir_block_id at = stack[--count];
        const struct ir_block *block = &walk->func->blocks.data[at];
        found = at == to;
        for (uint32_t i = 0; i < block->succ_count; i++) {
            ir_block_id next = walk->func->succs.data[block->first_succ + i];
            if (seen[next] || next == around)
                continue;
            seen[next] = true;
            stack[count++] = next;
        }
    }
    arena_release(walk->parallel->arena, mark);
    return found;
}

/* One side of the branch goes round the wait and on to the goal. */
static bool goes_round(const struct walk *walk, ir_block_id branch, ir_block_id wait)
{
    const struct ir_block *block = &walk->func->blocks.data[branch];
    for (uint32_t i = 0; block->succ_count > 1 && i < block->succ_count; i++) {
        ir_block_id side = walk->func->succs.data[block->first_succ + i];
        if (!can_reach(walk, side, wait, branch) && can_reach(walk, side, walk->goal, branch))
            return true;
    }
    return false;
}

static void find_deciders(const struct walk *walk, ir_block_id wait)
{
    if (!can_reach(walk, wait, walk->goal, 0))
        return;
    for (ir_block_id at = walk->cfg->idom[wait]; at; at = walk->cfg->idom[at]) {
        bool is_before = walk->way->start && at != walk->from && ir_dominates(walk->cfg, at, walk->from);
        if (is_before)
            break;
        if (!goes_round(walk, at, wait))
            continue;
        walk->decides[at] = true;
        wait = at;
    }
}

static bool waits_here(const struct walk *walk, ir_instr_id instr)
{
    const struct parallel_way *way = walk->way;
    bool is_start = way->start && instr == way->start->instr;
    return !is_start && waits_at(walk->parallel->waits, way->func, instr, way->task);
}

static void find_waits(const struct walk *walk)
{
    for (ir_block_id block = 1; block < walk->func->blocks.count; block++) {
        const struct ir_block *at = &walk->func->blocks.data[block];
        for (ir_instr_id i = at->first; i < at->first + at->count && !walk->waits[block]; i++)
            walk->waits[block] = waits_here(walk, i);
    }
    for (ir_block_id block = 1; block < walk->func->blocks.count; block++)
        if (walk->waits[block] && walk->cfg->rpo_index[block] != UINT32_MAX)
            find_deciders(walk, block);
}

/* ---- the start's own success ---- */

/* The side of a branch, in terms of the start's result: what the condition is where it is `value`; -1: it is
 * about something else; -2: about the result, but nobody knows. */
static int side_of(const struct walk *walk, ir_val cond, ir_instr_id before, int depth)
{
    const struct task_start *start = walk->way->start;
    ir_path_id result = walk->func->instrs.data[start->instr].dst;
    if (ir_val_kind(cond) != VAL_PATH || !result || depth > 3)
        return -1;
    if (ir_val_index(cond) == result)
        return start->outcome == STARTED_ANYHOW ? -2
                                                : start->outcome == STARTED_IF_NOT_ZERO || start->value != 0;
    for (ir_instr_id i = before; i > start->instr + 1; i--) {
        const struct ir_instr *def = &walk->func->instrs.data[i - 1];
        int64_t right;
        if (def->dst != ir_val_index(cond))
            continue;
        if (def->op == IR_COPY)
            return side_of(walk, def->a, i - 1, depth + 1);
        int inner = def->op == IR_UN || def->op == IR_BIN ? side_of(walk, def->a, i - 1, depth + 1) : -1;
        if (inner < 0)
            return inner;
        if (def->op == IR_UN)
            return def->sub == UN_NOT ? !inner : -2;
        if (!value_constant(walk->func, def->b, &right))
            return -2;
        if (start->outcome == STARTED_IF_NOT_ZERO)
            return right != 0 ? -2 : def->sub == BIN_NE ? 1 : def->sub == BIN_EQ ? 0 : -2;
        switch (def->sub) {
        case BIN_EQ:
            return start->value == right;
        case BIN_NE:
            return start->value != right;
        case BIN_LT:
            return start->value < right;
        case BIN_LE:
            return start->value <= right;
        case BIN_GT:
            return start->value > right;
        case BIN_GE:
            return start->value >= right;
        default:
            return -2;
        }
    }
    return -1;
}

/* May control leave the block by its `index`-th edge, the task having been started? */
static bool may_leave(const struct walk *walk, ir_block_id block, uint32_t index)
{
    const struct ir_instr *last = last_instr(walk, block);
    if (last->op != IR_BRANCH)
        return true;
    if (ir_val_kind(last->a) == VAL_INT)
        return (walk->func->ints.data[ir_val_index(last->a)] != 0) == (index == 0);
    if (!walk->way->start)
        return true;
    int side = side_of(walk, last->a, (ir_instr_id)(last - walk->func->instrs.data), 0);
    return side == -1 || (side >= 0 && (side != 0) == (index == 0));
}

/* ---- names ---- */

static bool is_prefix(const struct walk *walk, const struct ir_path *path)
{
    const struct object *name = walk->way->name;
    bool is_base =
        name->kind == OBJECT_GLOBAL ? path->base_kind == BASE_GLOBAL : path->base_kind == BASE_LOCAL;
    uint32_t skipped = name->kind == OBJECT_PARAM ? 1 : 0; /* its first dereference is not told */
    if (!is_base || path->base != name->base || path->step_count > name->step_count + skipped)
        return false;
    for (uint32_t i = skipped; i < path->step_count; i++) {
        const struct ir_step *step = &walk->func->steps.data[path->first_step + i];
        const struct ir_step *other = &name->steps[i - skipped];
        bool is_index = step->kind == STEP_INDEX && other->kind == STEP_INDEX;
        if (step->kind != other->kind || (!is_index && step->arg != other->arg))
            return false;
    }
    return true;
}

/* The address of a variable that the name reads: who gets it may assign it. */
static bool hands_out(const struct walk *walk, const struct ir_path *path)
{
    const struct object *name = walk->way->name;
    uint32_t length = path->step_count - (name->kind == OBJECT_PARAM && path->step_count ? 1 : 0);
    uint8_t kind = walk->parallel->program->module->types.data[path->type].kind;
    if (!is_prefix(walk, path) || (name->kind == OBJECT_PARAM && !path->step_count))
        return false;
    return length < name->step_count ? name->steps[length].kind == STEP_DEREF || kind == TYPE_ARRAY
                                     : kind == TYPE_INT || kind == TYPE_POINTER;
}

/* Functions that the models or the system's headers know open channels by address, but assign no others. */
static bool may_assign_arguments(const struct walk *walk, const struct call_site *site)
{
    const struct ir_sym *callee =
        &walk->parallel->program->module->syms.data[walk->func->instrs.data[site->instr].sym];
    if (model_role(site->model, ROLE_CHAN_OPEN))
        return true;
    return !site->model && !(callee->flags & SYM_SYSTEM);
}

/* Assigned anew, or its storage begins anew, here or in what is called. */
static bool renames(const struct walk *walk, ir_instr_id instr)
{
    const struct ir_instr *at = &walk->func->instrs.data[instr];
    const struct object *name = walk->way->name;
    if (!name)
        return false;
    if (at->dst && at->op != IR_LIFE_END && is_prefix(walk, &walk->func->paths.data[at->dst]))
        return true;
    const struct call_site *site =
        at->op == IR_CALL ? program_site(walk->parallel->program, walk->way->func, instr) : NULL;
    for (uint32_t i = 0; site && may_assign_arguments(walk, site) && i < at->arg_count; i++) {
        ir_val arg = walk->func->args.data[at->first_arg + i]; /* pipe(ends), accept_one(&fd) */
        if (ir_val_kind(arg) == VAL_ADDR && hands_out(walk, &walk->func->paths.data[ir_val_index(arg)]))
            return true;
    }
    for (uint32_t i = 0; site && name->kind == OBJECT_GLOBAL && i < site->target_count; i++)
        if (site->targets[i].func && parallel_writes(walk->parallel, site->targets[i].func, name->base))
            return true;
    return false;
}

/* ---- the walk ---- */

enum scan { SCAN_ON, SCAN_STOP, SCAN_FOUND };

static enum scan scan(const struct walk *walk, ir_block_id block, ir_instr_id first)
{
    const struct ir_block *at = &walk->func->blocks.data[block];
    for (ir_instr_id i = first; i < at->first + at->count; i++) {
        if (i == walk->way->to)
            return SCAN_FOUND;
        if ((walk->waits[block] && waits_here(walk, i)) || renames(walk, i))
            return SCAN_STOP;
    }
    return walk->decides[block] ? SCAN_STOP : SCAN_ON;
}

static bool run(const struct walk *walk)
{
    bool *seen = arena_array(walk->parallel->arena, bool, walk->func->blocks.count);
    ir_block_id *queue = arena_array(walk->parallel->arena, ir_block_id, walk->func->blocks.count + 1);
    uint32_t count = 0;
    queue[count++] = walk->from;
    for (uint32_t head = 0; head < count; head++) {
        const struct ir_block *block = &walk->func->blocks.data[queue[head]];
        ir_instr_id first = head || !walk->way->start ? block->first : walk->way->start->instr + 1;
        enum scan found = scan(walk, queue[head], first);
        if (found == SCAN_FOUND)
            return true;
        for (uint32_t i = 0; found == SCAN_ON && i < block->succ_count; i++) {
            ir_block_id next = walk->func->succs.data[block->first_succ + i];
            if (seen[next] || !may_leave(walk, queue[head], i))
                continue;
            seen[next] = true;
            queue[count++] = next;
        }
    }
    return false;
}

bool parallel_is_running(struct parallel *parallel, const struct parallel_way *way)
{
    struct walk walk = {
        .parallel = parallel, .way = way, .func = &parallel->program->module->funcs.data[way->func]};
    walk.cfg = graph_of(parallel, way->func);
    walk.from = way->start ? ir_block_of(walk.func, way->start->instr) : 1;
    walk.goal = ir_block_of(walk.func, way->to);
    if (way->name && way->name->kind == OBJECT_GLOBAL)
        parallel_writes(parallel, way->func, way->name->base); /* remembered: not to be made below the mark */
    struct arena_mark mark = arena_mark(parallel->arena);
    walk.waits = arena_array(parallel->arena, bool, walk.func->blocks.count);
    walk.decides = arena_array(parallel->arena, bool, walk.func->blocks.count);
    if (waits_in(parallel->waits, way->func, way->task))
        find_waits(&walk);
    bool found = run(&walk);
    arena_release(parallel->arena, mark);
    return found;
}
