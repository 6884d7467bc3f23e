#include "check/spawned.h"
#include "ir/loops.h"
#include "stack.h"

static const struct ir_func *body(const struct stack_waits *waits, ir_func_id func)
{
    return &waits->pass->module->funcs.data[func];
}

/* ---- the way from the spawn ---- */

struct way {
    struct stack_waits *waits;
    const struct ir_func *func;
    const struct ir_cfg *cfg;
    const struct ir_loops *loops;
    const struct stack_task *task;
    ir_instr_id spawn;
    ir_block_id spawn_block;
    ir_local_id local; /* 0: any return */
    bool in_main, in_loop;
    bool *waits_at; /* by block: it heads a loop that waits */
    ir_block_id failed[FAILED_BLOCKS];
    uint32_t failed_count;
};

static bool is_shared_variable(const struct way *way, ir_val val)
{
    if (ir_val_kind(val) != VAL_PATH && ir_val_kind(val) != VAL_ADDR)
        return false;
    const struct ir_path *path = &way->func->paths.data[ir_val_index(val)];
    const struct ir_type *type = &way->waits->pass->module->types.data[path->type];
    return path->base_kind == BASE_LOCAL && type->flags & (TYPE_ATOMIC | TYPE_VOLATILE);
}

/* Reads an atomic of this frame: in a loop, until the task has written it. */
static bool polls(const struct way *way, ir_instr_id instr)
{
    const struct ir_instr *at = &way->func->instrs.data[instr];
    bool found = is_shared_variable(way, at->a) || is_shared_variable(way, at->b);
    for (uint32_t i = 0; at->op == IR_CALL && i < at->arg_count; i++)
        found |= is_shared_variable(way, way->func->args.data[at->first_arg + i]);
    return found;
}

/* A loop that joins counts from its head on: that it runs at all is the program's business. */
static void find_waits(struct way *way)
{
    way->waits_at = arena_array(way->waits->pass->arena, bool, way->func->blocks.count);
    for (ir_block_id block = 1; block < way->func->blocks.count; block++) {
        const struct ir_block *at = &way->func->blocks.data[block];
        bool found = false;
        for (ir_instr_id i = at->first; i < at->first + at->count; i++)
            found |= stack_waits_at(way->waits, way->task, i) || polls(way, i);
        if (!found || block == way->spawn_block)
            continue;
        for (ir_block_id head = way->loops->head[block]; head; head = way->loops->parent[head])
            way->waits_at[head] |= !ir_dominates(way->cfg, head, way->spawn_block);
    }
}

/* The object's end, or a write of a scalar that all turns share. */
static bool ends_here(const struct way *way, ir_block_id block, ir_instr_id instr, struct stack_end *out)
{
    const struct ir_instr *at = &way->func->instrs.data[instr];
    const struct ir_path *dst = &way->func->paths.data[at->dst];
    bool is_local = at->dst && dst->base_kind == BASE_LOCAL && dst->base == way->local && !dst->step_count;
    const struct ir_block *here = &way->func->blocks.data[block];
    enum ir_op last = (enum ir_op)way->func->instrs.data[here->first + here->count - 1].op;
    *out = (struct stack_end){.instr = instr};
    if (at->op == IR_RETURN)
        return !way->local || !way->in_main;
    if (!way->local || !is_local)
        return false;
    if (at->op == IR_LIFE_END)
        return !(way->in_main && last == IR_RETURN);
    out->is_write = true;
    return way->in_loop && (at->op == IR_COPY || at->op == IR_BIN) && ir_dominates(way->cfg, way->spawn_block, block) &&
           ir_loop_holds(way->loops, way->loops->head[way->spawn_block], block);
}

static bool has_failed(const struct way *way, ir_block_id block)
{
    return check_is_failure(way->func, way->failed, way->failed_count, way->func->blocks.data[block].first);
}

static bool walk(struct way *way, struct stack_end *out)
{
    bool *seen = arena_array(way->waits->pass->arena, bool, way->func->blocks.count);
    ir_block_id *queue = arena_array(way->waits->pass->arena, ir_block_id, way->func->blocks.count + 1);
    uint32_t count = 0;
    queue[count++] = way->spawn_block;
    for (uint32_t head = 0; head < count; head++) {
        const struct ir_block *block = &way->func->blocks.data[queue[head]];
        ir_instr_id first = head ? block->first : way->spawn + 1, last = block->first + block->count;
        bool waited = false;
        for (ir_instr_id i = first; i < last && !waited; i++) {
            if (ends_here(way, queue[head], i, out))
                return true;
            waited = stack_waits_at(way->waits, way->task, i);
        }
        if (waited)
            continue;
        for (uint32_t i = 0; i < block->succ_count; i++) {
            ir_block_id next = way->func->succs.data[block->first_succ + i];
            if (has_failed(way, next) || seen[next] || way->waits_at[next] || next == way->spawn_block)
                continue;
            seen[next] = true;
            queue[count++] = next;
        }
    }
    return false;
}

bool stack_find_end(struct stack_waits *waits, const struct stack_task *task, ir_local_id local, struct stack_end *out)
{
    struct way way = {.waits = waits, .func = body(waits, task->func), .task = task, .spawn = task->instr, .local = local};
    if (stack_is_synchronous(waits, task))
        return false;
    way.cfg = program_cfg(waits->pass->program, task->func);
    way.loops = program_loops(waits->pass->program, task->func);
    way.spawn_block = ir_block_of(way.func, task->instr);
    way.in_main = waits->pass->module->syms.data[way.func->sym].flags & SYM_MAIN;
    way.in_loop = way.loops->head[way.spawn_block] != 0;
    way.failed_count = check_failed_blocks(waits->pass, task->func, task->instr, way.failed);
    find_waits(&way);
    return walk(&way, out);
}

/* ---- handed on ---- */

void stack_hand_on(struct stack_waits *waits, const struct stack_task *task, const struct stack_object *param)
{
    struct stack_end end;
    if (!stack_find_end(waits, task, 0, &end))
        return;
    uint64_t *slot = map_put(&waits->handed_on, map_key2(task->func, param->local));
    if (!*slot) {
        vec_push(waits->pass->arena, &waits->handed)->task = *task;
        *slot = waits->handed.count;
    }
    waits->handed.data[*slot - 1].hands |= param->is_content ? HANDS_CONTENT : HANDS_ADDRESS;
}

const struct stack_handed *stack_handed_on(const struct stack_waits *waits, ir_func_id func, ir_local_id param)
{
    const uint64_t *slot = map_get(&waits->handed_on, map_key2(func, param));
    return slot ? &waits->handed.data[*slot - 1] : NULL;
}
