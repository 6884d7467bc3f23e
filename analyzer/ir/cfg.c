#include "ir/cfg.h"

#include <string.h>

bool ir_op_may_unwind(enum ir_op op)
{
    return op == IR_CALL || op == IR_THROW || op == IR_RETHROW || op == IR_RESUME || op == IR_HAVOC || op == IR_AWAIT;
}

/* ---- where exceptions land ---- */

typedef VEC(ir_block_id) block_list;

static bool collect_landings(struct arena *arena, const struct ir_func *func, ir_region_id id, block_list *out)
{
    for (; id; id = func->regions.data[id].parent) {
        const struct ir_region *region = &func->regions.data[id];
        if (region->kind == REGION_CLEANUP) {
            *vec_push(arena, out) = region->cleanup;
            return false;
        }
        for (uint32_t i = 0; i < region->handler_count; i++) {
            const struct ir_handler *handler = &func->handlers.data[region->first_handler + i];
            *vec_push(arena, out) = handler->block;
            if (!handler->type)
                return false;
        }
    }
    return true;
}

uint32_t ir_landings(struct arena *arena, const struct ir_func *func, ir_region_id region, ir_block_id **out,
                     bool *escapes)
{
    block_list list = {0};
    *escapes = collect_landings(arena, func, region, &list);
    *out = list.data;
    return list.count;
}

/* ---- edges ---- */

struct edges {
    struct arena *arena;
    const struct ir_func *func;
    bool fold;
    block_list succs;
    uint32_t *seen;      /* block by block: the last one that has an edge there */
    uint32_t *landed;    /* the same for regions */
};

static void add_edge(struct edges *edges, ir_block_id from, ir_block_id to)
{
    if (edges->seen[to] == from)
        return;
    edges->seen[to] = from;
    *vec_push(edges->arena, &edges->succs) = to;
}

/* The successor a constant decides for, UINT32_MAX: not constant. */
static uint32_t folded(const struct ir_func *func, const struct ir_instr *last)
{
    if (ir_val_kind(last->a) != VAL_INT)
        return UINT32_MAX;
    int64_t value = func->ints.data[ir_val_index(last->a)];
    if (last->op == IR_BRANCH)
        return value ? 0 : 1;
    if (last->op != IR_SWITCH)
        return UINT32_MAX;
    const ir_val *cases = func->args.data + last->first_arg;
    uint32_t count = last->arg_count / 2;
    for (uint32_t i = 0; i < count; i++)
        if (func->ints.data[ir_val_index(cases[2 * i])] <= value &&
            value <= func->ints.data[ir_val_index(cases[2 * i + 1])])
            return i;
    return count;
}

static void add_normal(struct edges *edges, ir_block_id id)
{
    const struct ir_block *block = &edges->func->blocks.data[id];
    const struct ir_instr *last = &edges->func->instrs.data[block->first + block->count - 1];
    uint32_t only = edges->fold ? folded(edges->func, last) : UINT32_MAX;
    for (uint32_t i = 0; i < block->succ_count; i++)
        if (only == UINT32_MAX || only == i)
            add_edge(edges, id, edges->func->succs.data[block->first_succ + i]);
}

static void add_exceptional(struct edges *edges, ir_block_id id)
{
    const struct ir_block *block = &edges->func->blocks.data[id];
    for (uint32_t i = 0; i < block->count; i++) {
        const struct ir_instr *instr = &edges->func->instrs.data[block->first + i];
        if (!instr->region || !ir_op_may_unwind(instr->op) || edges->landed[instr->region] == id)
            continue;
        edges->landed[instr->region] = id;
        block_list landings = {0};
        collect_landings(edges->arena, edges->func, instr->region, &landings);
        for (uint32_t j = 0; j < landings.count; j++)
            add_edge(edges, id, landings.data[j]);
    }
}

static void build_succs(struct ir_cfg *cfg, struct arena *arena, bool fold)
{
    struct edges edges = {.arena = arena, .func = cfg->func, .fold = fold};
    edges.seen = arena_array(arena, uint32_t, cfg->block_count);
    edges.landed = arena_array(arena, uint32_t, cfg->func->regions.count);
    for (ir_block_id id = 1; id < cfg->block_count; id++) {
        cfg->succ_first[id] = edges.succs.count;
        add_normal(&edges, id);
        add_exceptional(&edges, id);
        cfg->succ_count[id] = edges.succs.count - cfg->succ_first[id];
    }
    cfg->succs = edges.succs.data;
}

/* ---- orders ---- */

/* Depth first with a stack of our own: functions may have 100,000 blocks in a row. */
static void build_rpo(struct ir_cfg *cfg, struct arena *arena)
{
    ir_block_id *stack = arena_array(arena, ir_block_id, cfg->block_count);
    uint32_t *next = arena_array(arena, uint32_t, cfg->block_count);
    bool *seen = arena_array(arena, bool, cfg->block_count);
    uint32_t depth = 0, end = cfg->block_count;
    cfg->rpo = arena_array(arena, ir_block_id, cfg->block_count);
    stack[depth++] = 1;
    seen[1] = true;
    while (depth) {
        ir_block_id at = stack[depth - 1];
        if (next[at] == cfg->succ_count[at]) {
            cfg->rpo[--end] = at;
            depth--;
            continue;
        }
        /* The last successor first, so that the first one ends up next to the branch. */
        ir_block_id to = cfg->succs[cfg->succ_first[at] + cfg->succ_count[at] - ++next[at]];
        if (!seen[to]) {
            seen[to] = true;
            stack[depth++] = to;
        }
    }
    cfg->rpo_count = cfg->block_count - end;
    memmove(cfg->rpo, cfg->rpo + end, cfg->rpo_count * sizeof *cfg->rpo);
    for (uint32_t i = 0; i < cfg->rpo_count; i++)
        cfg->rpo_index[cfg->rpo[i]] = i;
}

#define FOR_SUCCS(cfg, block, to)                                                                            \
    for (uint32_t edge = 0; edge < (cfg)->succ_count[block] && (to = (cfg)->succs[(cfg)->succ_first[block] + edge], 1); \
         edge++)

static void build_preds(struct ir_cfg *cfg, struct arena *arena)
{
    uint32_t total = 0;
    ir_block_id to;
    for (uint32_t i = 0; i < cfg->rpo_count; i++)
        FOR_SUCCS (cfg, cfg->rpo[i], to)
            cfg->pred_count[to]++;
    for (ir_block_id id = 1; id < cfg->block_count; id++) {
        cfg->pred_first[id] = total;
        total += cfg->pred_count[id];
        cfg->pred_count[id] = 0;
    }
    cfg->preds = arena_array(arena, ir_block_id, total);
    for (uint32_t i = 0; i < cfg->rpo_count; i++)
        FOR_SUCCS (cfg, cfg->rpo[i], to) {
            cfg->preds[cfg->pred_first[to] + cfg->pred_count[to]++] = cfg->rpo[i];
            if (cfg->rpo_index[to] <= i)
                cfg->is_loop_head[to] = true;
        }
}

static ir_block_id meet(const struct ir_cfg *cfg, ir_block_id a, ir_block_id b)
{
    while (a != b) {
        while (cfg->rpo_index[a] > cfg->rpo_index[b])
            a = cfg->idom[a];
        while (cfg->rpo_index[b] > cfg->rpo_index[a])
            b = cfg->idom[b];
    }
    return a;
}

static void build_dominators(struct ir_cfg *cfg)
{
    bool changed = true;
    cfg->idom[1] = 1;
    while (changed) {
        changed = false;
        for (uint32_t i = 1; i < cfg->rpo_count; i++) {
            ir_block_id id = cfg->rpo[i], dominator = 0;
            for (uint32_t j = 0; j < cfg->pred_count[id]; j++) {
                ir_block_id pred = cfg->preds[cfg->pred_first[id] + j];
                if (cfg->idom[pred])
                    dominator = dominator ? meet(cfg, dominator, pred) : pred;
            }
            if (cfg->idom[id] != dominator) {
                cfg->idom[id] = dominator;
                changed = true;
            }
        }
    }
    cfg->idom[1] = 0;
}

struct ir_cfg *ir_cfg_build(struct arena *arena, const struct ir_func *func, bool fold)
{
    struct ir_cfg *cfg = arena_new(arena, struct ir_cfg);
    uint32_t count = func->blocks.count;
    *cfg = (struct ir_cfg){.func = func, .block_count = count};
    cfg->succ_first = arena_array(arena, uint32_t, count);
    cfg->succ_count = arena_array(arena, uint32_t, count);
    cfg->pred_first = arena_array(arena, uint32_t, count);
    cfg->pred_count = arena_array(arena, uint32_t, count);
    cfg->rpo_index = arena_array(arena, uint32_t, count);
    cfg->idom = arena_array(arena, ir_block_id, count);
    cfg->is_loop_head = arena_array(arena, bool, count);
    memset(cfg->rpo_index, 0xff, count * sizeof *cfg->rpo_index);
    build_succs(cfg, arena, fold);
    build_rpo(cfg, arena);
    build_preds(cfg, arena);
    build_dominators(cfg);
    return cfg;
}

bool ir_dominates(const struct ir_cfg *cfg, ir_block_id a, ir_block_id b)
{
    while (b && cfg->rpo_index[b] > cfg->rpo_index[a])
        b = cfg->idom[b];
    return a == b;
}
