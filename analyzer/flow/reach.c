#include "flow/reach.h"

struct search {
    struct arena *arena;
    const struct reach_query *query;
    ir_block_id *from;  /* by block: where the search came from; 0: not seen */
    ir_block_id *queue;
    uint32_t head, tail;
};

enum scan { SCAN_ON, SCAN_GOAL, SCAN_STOP };

static enum scan scan_block(const struct reach_query *query, ir_block_id id, ir_instr_id first, ir_instr_id *goal)
{
    const struct ir_block *block = &query->cfg->func->blocks.data[id];
    for (ir_instr_id instr = first; instr < block->first + block->count; instr++) {
        if (query->is_barrier && query->is_barrier(query->context, instr))
            return SCAN_STOP;
        if (query->is_goal(query->context, instr)) {
            *goal = instr;
            return SCAN_GOAL;
        }
    }
    return SCAN_ON;
}

static void visit_succs(struct search *search, ir_block_id id)
{
    const struct ir_cfg *cfg = search->query->cfg;
    for (uint32_t i = 0; i < cfg->succ_count[id]; i++) {
        ir_block_id to = cfg->succs[cfg->succ_first[id] + i];
        if (search->from[to])
            continue;
        search->from[to] = id;
        search->queue[search->tail++] = to;
    }
}

static ir_block_id block_of(const struct ir_func *func, ir_instr_id instr)
{
    ir_block_id id = 1;
    while (id + 1 < func->blocks.count && func->blocks.data[id + 1].first <= instr)
        id++;
    return id;
}

/* Back from the goal's block to the start, `last` being the block the search began in. */
static void tell_way(const struct search *search, ir_block_id at, ir_block_id last, bool came_back, struct reach_way *way)
{
    const struct ir_func *func = search->query->cfg->func;
    VEC(ir_block_id) path = {0};
    for (*vec_push(search->arena, &path) = at; at != last || came_back; *vec_push(search->arena, &path) = at) {
        at = search->from[at];
        came_back = false;
        if (at == last) {
            *vec_push(search->arena, &path) = at;
            break;
        }
    }
    ir_instr_id *branches = arena_array(search->arena, ir_instr_id, path.count);
    bool *taken = arena_array(search->arena, bool, path.count);
    for (uint32_t i = path.count - 1; i > 0; i--) {
        const struct ir_block *block = &func->blocks.data[path.data[i]];
        if (block->succ_count < 2)
            continue;
        taken[way->count] = func->succs.data[block->first_succ] == path.data[i - 1];
        branches[way->count++] = block->first + block->count - 1;
    }
    way->branches = branches;
    way->taken = taken;
}

bool flow_reach(struct arena *arena, const struct reach_query *query, struct reach_way *way)
{
    const struct ir_cfg *cfg = query->cfg;
    struct search search = {.arena = arena, .query = query};
    search.from = arena_array(arena, ir_block_id, cfg->block_count);
    search.queue = arena_array(arena, ir_block_id, cfg->block_count + 1);
    ir_block_id start = query->from ? block_of(cfg->func, query->from) : 1;
    ir_instr_id first = query->from ? query->from + 1 : cfg->func->blocks.data[1].first;
    if (query->block) {
        start = query->block;
        first = cfg->func->blocks.data[start].first;
    }
    *way = (struct reach_way){0};
    enum scan scan = scan_block(query, start, first, &way->goal);
    if (scan == SCAN_ON)
        visit_succs(&search, start);
    if (scan != SCAN_ON)
        return scan == SCAN_GOAL;
    while (search.head < search.tail) {
        ir_block_id id = search.queue[search.head++];
        scan = scan_block(query, id, cfg->func->blocks.data[id].first, &way->goal);
        if (scan == SCAN_GOAL) {
            tell_way(&search, id, start, id == start, way);
            return true;
        }
        if (scan == SCAN_ON)
            visit_succs(&search, id);
    }
    return false;
}
