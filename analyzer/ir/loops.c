#include "ir/loops.h"

struct finder {
    const struct ir_func *func;
    const struct ir_cfg *cfg;
    struct ir_loops *loops;
    ir_block_id *outermost; /* union-find: the outermost loop found so far around a block, itself without one */
    ir_block_id *stack;
    uint32_t *enter, *leave; /* of a walk through the dominator tree: an interval per block */
};

static ir_block_id outermost_of(struct finder *finder, ir_block_id block)
{
    while (finder->outermost[block] != block)
        block = finder->outermost[block] = finder->outermost[finder->outermost[block]];
    return block;
}

static bool is_normal_edge(const struct ir_func *func, ir_block_id from, ir_block_id to)
{
    const struct ir_block *block = &func->blocks.data[from];
    for (uint32_t i = 0; i < block->succ_count; i++)
        if (func->succs.data[block->first_succ + i] == to)
            return true;
    return false;
}

/* Intervals in which a block's dominated blocks lie, without recursion: children in reverse postorder. */
static void number_dominators(struct arena *arena, struct finder *finder)
{
    uint32_t count = finder->cfg->block_count;
    uint32_t *size = arena_array(arena, uint32_t, count), *given = arena_array(arena, uint32_t, count);
    for (uint32_t i = finder->cfg->rpo_count; i-- > 0;) {
        ir_block_id block = finder->cfg->rpo[i];
        size[block]++;
        if (finder->cfg->idom[block])
            size[finder->cfg->idom[block]] += size[block];
    }
    for (uint32_t i = 0; i < finder->cfg->rpo_count; i++) {
        ir_block_id block = finder->cfg->rpo[i], up = finder->cfg->idom[block];
        finder->enter[block] = up ? finder->enter[up] + 1 + given[up] : 0;
        finder->leave[block] = finder->enter[block] + size[block];
        if (up)
            given[up] += size[block];
    }
}

static bool dominates(const struct finder *finder, ir_block_id a, ir_block_id b)
{
    return finder->enter[a] <= finder->enter[b] && finder->enter[b] < finder->leave[a];
}

static void claim(struct finder *finder, ir_block_id head, ir_block_id block)
{
    ir_block_id top = outermost_of(finder, block);
    if (top == head)
        return;
    if (finder->cfg->is_loop_head[top] && finder->loops->head[top] == top)
        finder->loops->parent[top] = head;
    else
        finder->loops->head[top] = head;
    finder->outermost[top] = head;
    finder->stack[finder->stack[0]++] = top;
}

static void find_body(struct finder *finder, ir_block_id head)
{
    const struct ir_cfg *cfg = finder->cfg;
    finder->stack[0] = 1; /* element 0 counts: the next free place */
    for (uint32_t i = 0; i < cfg->pred_count[head]; i++) {
        ir_block_id pred = cfg->preds[cfg->pred_first[head] + i];
        if (cfg->rpo_index[pred] == UINT32_MAX || !dominates(finder, head, pred) ||
            !is_normal_edge(finder->func, pred, head))
            continue;
        finder->loops->head[head] = head;
        claim(finder, head, pred);
    }
    while (finder->stack[0] > 1) {
        ir_block_id block = finder->stack[--finder->stack[0]];
        for (uint32_t i = 0; i < cfg->pred_count[block]; i++) {
            ir_block_id pred = cfg->preds[cfg->pred_first[block] + i];
            if (cfg->rpo_index[pred] != UINT32_MAX && dominates(finder, head, pred) &&
                is_normal_edge(finder->func, pred, block))
                claim(finder, head, pred);
        }
    }
}

struct ir_loops *ir_loops_find(struct arena *arena, const struct ir_func *func, const struct ir_cfg *cfg)
{
    struct ir_loops *loops = arena_new(arena, struct ir_loops);
    loops->head = arena_array(arena, ir_block_id, cfg->block_count);
    loops->parent = arena_array(arena, ir_block_id, cfg->block_count);
    struct finder finder = {.func = func, .cfg = cfg, .loops = loops};
    finder.outermost = arena_array(arena, ir_block_id, cfg->block_count);
    finder.stack = arena_array(arena, ir_block_id, cfg->block_count + 2);
    finder.enter = arena_array(arena, uint32_t, cfg->block_count);
    finder.leave = arena_array(arena, uint32_t, cfg->block_count);
    for (ir_block_id block = 0; block < cfg->block_count; block++)
        finder.outermost[block] = block;
    number_dominators(arena, &finder);
    for (uint32_t i = cfg->rpo_count; i-- > 0;) /* inner heads come later in reverse postorder */
        if (cfg->is_loop_head[cfg->rpo[i]])
            find_body(&finder, cfg->rpo[i]);
    return loops;
}

ir_block_id ir_block_of(const struct ir_func *func, ir_instr_id instr)
{
    ir_block_id low = 1, high = func->blocks.count;
    while (low < high) {
        ir_block_id middle = low + (high - low) / 2;
        const struct ir_block *block = &func->blocks.data[middle];
        if (instr < block->first)
            high = middle;
        else if (instr >= block->first + block->count)
            low = middle + 1;
        else
            return middle;
    }
    return 0;
}
