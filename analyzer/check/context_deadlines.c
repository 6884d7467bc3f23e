/* Deadlines: a branch that leaves its loop when a clock says so. */
#include "base/map.h"
#include "check/context_parts.h"

enum { CALLS_DEEP = 7 /* of functions that hand a reading on */ };

/* Most functions have nothing to do with a clock; in the others each local is judged once. */
struct clock_uses {
    uint8_t *distance; /* by function: 1 reads a clock, 2 calls such a one, ...; 0: none near */
    struct map judged; /* function, local: 1 no (or being judged), 2 yes */
};

struct clock_uses *context_clocks_create(struct check_pass *pass)
{
    const struct program *program = pass->program;
    struct clock_uses *clocks = arena_new(pass->arena, struct clock_uses);
    clocks->distance = arena_array(pass->arena, uint8_t, pass->module->funcs.count);
    map_init(&clocks->judged, pass->arena);
    for (uint32_t i = 0; i < program->sites.count; i++)
        if (model_role(program->sites.data[i].model, ROLE_CLOCK))
            clocks->distance[program->sites.data[i].func] = 1;
    bool more = true;
    for (uint8_t deep = 1; more && deep < CALLS_DEEP; deep++) {
        more = false;
        for (uint32_t i = 0; i < program->sites.count; i++) {
            const struct call_site *site = &program->sites.data[i];
            if (clocks->distance[site->func] || site->target_count != 1 || !site->targets[0].func ||
                clocks->distance[site->targets[0].func] != deep)
                continue;
            clocks->distance[site->func] = (uint8_t)(deep + 1);
            more = true;
        }
    }
    return clocks;
}

static bool is_clock(struct contexts *contexts, ir_func_id func, ir_val val, int depth);

static bool has_base(const struct ir_func *func, ir_path_id path, ir_local_id local)
{
    return path && func->paths.data[path].base_kind == BASE_LOCAL && func->paths.data[path].base == local;
}

static bool any_arg_is_clock(struct contexts *contexts, ir_func_id id, const struct ir_instr *call, int depth)
{
    const struct ir_func *func = context_body(contexts, id);
    for (uint32_t i = 0; i < call->arg_count; i++)
        if (is_clock(contexts, id, func->args.data[call->first_arg + i], depth + 1))
            return true;
    return false;
}

/* A function of the project that returns what a clock says: now_ms(). */
static bool returns_clock(struct contexts *contexts, ir_func_id id, int depth)
{
    const struct ir_func *func = context_body(contexts, id);
    for (ir_instr_id i = 1; func->instrs.count < 60 && i < func->instrs.count; i++)
        if (func->instrs.data[i].op == IR_RETURN && is_clock(contexts, id, func->instrs.data[i].a, depth + 1))
            return true;
    return false;
}

/* A reading, a computation with one (operators of time points, difftime()), a getter. */
static bool call_gives_clock(struct contexts *contexts, ir_func_id id, ir_instr_id instr, int depth)
{
    const struct call_site *site = program_site(contexts->pass->program, id, instr);
    const struct role *clock = site ? model_role(site->model, ROLE_CLOCK) : NULL;
    const struct ir_instr *call = &context_body(contexts, id)->instrs.data[instr];
    if (clock && clock->at[POS_OBJECT] == AT_RESULT)
        return true;
    bool has_body = site && site->target_count && site->targets[0].func;
    if (!has_body || call->flags & (CALL_OPERATOR | CALL_CONSTRUCT | CALL_METHOD))
        return any_arg_is_clock(contexts, id, call, depth);
    return !site->model && site->target_count == 1 && returns_clock(contexts, site->targets[0].func, depth);
}

/* clock_gettime(CLOCK_MONOTONIC, &now): the role's object is a pointer to where the reading goes. */
static bool call_fills(struct contexts *contexts, ir_func_id id, ir_instr_id instr, ir_local_id local)
{
    const struct ir_func *func = context_body(contexts, id);
    const struct role *clock = check_role(contexts->pass, id, instr, ROLE_CLOCK);
    ir_val object = clock ? role_value(func, &func->instrs.data[instr], clock->at[POS_OBJECT]) : 0;
    return ir_val_kind(object) == VAL_ADDR && has_base(func, ir_val_index(object), local);
}

static bool local_is_clock(struct contexts *contexts, ir_func_id id, ir_local_id local, int depth);

static bool is_clock(struct contexts *contexts, ir_func_id id, ir_val val, int depth)
{
    const struct ir_func *func = context_body(contexts, id);
    enum ir_val_kind kind = ir_val_kind(val);
    if ((kind != VAL_PATH && kind != VAL_ADDR) || depth > CALLS_DEEP)
        return false;
    const struct ir_path *path = &func->paths.data[ir_val_index(val)];
    if (path->base_kind != BASE_LOCAL || path->base <= func->param_count || !contexts->clocks->distance[id])
        return false;
    uint64_t *judged = map_put(&contexts->clocks->judged, map_key2(id, path->base));
    if (*judged)
        return *judged == 2;
    *judged = 1;
    bool clock = local_is_clock(contexts, id, path->base, depth);
    *map_put(&contexts->clocks->judged, map_key2(id, path->base)) = clock ? 2 : 1;
    return clock;
}

static bool local_is_clock(struct contexts *contexts, ir_func_id id, ir_local_id local, int depth)
{
    const struct ir_func *func = context_body(contexts, id);
    for (ir_instr_id i = 1; i < func->instrs.count; i++) {
        const struct ir_instr *instr = &func->instrs.data[i];
        if (instr->op == IR_CALL && call_fills(contexts, id, i, local))
            return true;
        if (!has_base(func, instr->dst, local))
            continue;
        if (instr->op == IR_CALL
                ? call_gives_clock(contexts, id, i, depth)
                : is_clock(contexts, id, instr->a, depth + 1) || is_clock(contexts, id, instr->b, depth + 1))
            return true;
    }
    return false;
}

/* The comparison that a branch asks, through `!` and copies; 0: none. */
static bool compares_clock(struct contexts *contexts, ir_func_id id, ir_val val, int depth)
{
    const struct ir_func *func = context_body(contexts, id);
    const struct context_func *index = contexts_func(contexts, id);
    if (ir_val_kind(val) != VAL_PATH || depth > 4)
        return false;
    for (uint32_t i = index->first_def[ir_val_index(val)]; i; i = index->next_def[i - 1]) {
        const struct ir_instr *instr = &func->instrs.data[i - 1];
        bool is_comparison = instr->op == IR_BIN && instr->sub >= BIN_LT && instr->sub <= BIN_GE;
        bool is_operator =
            instr->op == IR_CALL && instr->arg_count == 2; /* of time points, or of what they are made of */
        if (is_comparison && (is_clock(contexts, id, instr->a, 0) || is_clock(contexts, id, instr->b, 0)))
            return true;
        if (is_operator && any_arg_is_clock(contexts, id, instr, 0))
            return true;
        if ((instr->op == IR_COPY || instr->op == IR_UN) && compares_clock(contexts, id, instr->a, depth + 1))
            return true;
    }
    return false;
}

bool context_tests_deadline(struct contexts *contexts, ir_func_id id, ir_block_id block)
{
    const struct ir_func *func = context_body(contexts, id);
    const struct context_func *index = contexts_func(contexts, id);
    const struct ir_block *at = &func->blocks.data[block];
    const struct ir_instr *last = &func->instrs.data[at->first + at->count - 1];
    ir_block_id head = index->loops->head[block];
    bool leaves = false;
    for (uint32_t i = 0; last->op == IR_BRANCH && i < at->succ_count; i++)
        leaves |= !ir_loop_holds(index->loops, head, func->succs.data[at->first_succ + i]);
    return leaves && compares_clock(contexts, id, last->a, 0);
}
