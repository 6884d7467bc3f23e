#include <string.h>

#include "base/map.h"
#include "ir/loops.h"
#include "stack.h"

struct stack_waits {
    struct check_pass *pass;
    struct channels *flows;
    bool *waits;          /* by function: it, or what it calls, may wait for a task */
    struct map handed_on; /* (function, parameter) */
    bool *has_wait;       /* by block, of the function at hand */
};

static const struct ir_func *body(const struct stack_waits *waits, ir_func_id func)
{
    return &waits->pass->module->funcs.data[func];
}

/* ---- what waits ---- */

/* Joins, group waits, and whatever else a task may be waited for with: semaphores, conditions, barriers, futures. */
static bool is_wait(const struct stack_waits *waits, const struct call_site *site)
{
    const struct role *block = model_role(site->model, ROLE_BLOCK);
    if (model_role(site->model, ROLE_JOIN) || (block && block->at[POS_CONDITION]))
        return true;
    for (uint32_t i = 0; i < site->target_count; i++)
        if (site->targets[i].func && waits->waits[site->targets[i].func])
            return true;
    return false;
}

/* A jthread, an executor, a class that joins in its destructor. */
static bool joins_on_destruction(const struct stack_waits *waits, const struct ir_func *func, const struct ir_instr *instr)
{
    if (instr->op != IR_CALL || !(instr->flags & CALL_DESTROY) || !instr->arg_count)
        return false;
    const struct ir_module *module = waits->pass->module;
    ir_val object = func->args.data[instr->first_arg];
    if (ir_val_kind(object) != VAL_ADDR)
        return false;
    const struct ir_type *type = &module->types.data[func->paths.data[ir_val_index(object)].type];
    const char *name = type->kind == TYPE_CLASS ? ir_text(module, module->classes.data[type->class_].name) : "";
    return strstr(name, "jthread") != NULL || strstr(name, "std::future") != NULL;
}

static void find_waiting_functions(struct stack_waits *waits)
{
    const struct program *program = waits->pass->program;
    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < program->scc_first[program->scc_count]; i++) {
            const struct program_func *func = &program->funcs.data[program->order[i]];
            for (uint32_t k = func->first_site; k < func->first_site + func->site_count; k++)
                waits->waits[program->order[i]] |= is_wait(waits, &program->sites.data[k]);
        }
}

struct stack_waits *stack_waits_create(struct check_pass *pass)
{
    struct stack_waits *waits = arena_new(pass->arena, struct stack_waits);
    waits->pass = pass;
    waits->waits = arena_array(pass->arena, bool, pass->module->funcs.count);
    map_init(&waits->handed_on, pass->arena);
    find_waiting_functions(waits);
    return waits;
}

void stack_hand_on(struct stack_waits *waits, ir_func_id func, ir_instr_id spawn, ir_local_id param)
{
    struct stack_end end;
    if (stack_find_end(waits, func, spawn, 0, &end))
        *map_put(&waits->handed_on, map_key2(func, param)) = 1;
}

bool stack_is_handed_on(const struct stack_waits *waits, ir_func_id func, ir_local_id param)
{
    return map_get(&waits->handed_on, map_key2(func, param)) != NULL;
}

/* ---- the way from the spawn ---- */

struct way {
    struct stack_waits *waits;
    ir_func_id id;
    const struct ir_func *func;
    const struct ir_cfg *cfg;
    const struct ir_loops *loops;
    ir_instr_id spawn;
    ir_block_id spawn_block;
    ir_local_id local; /* 0: any return */
    bool in_main, in_loop;
    bool *waits_at; /* by block: something in it waits, or it heads a loop that does */
};

static bool waits_here(const struct way *way, ir_instr_id instr)
{
    const struct ir_instr *at = &way->func->instrs.data[instr];
    if (at->op != IR_CALL || instr == way->spawn)
        return false;
    const struct call_site *site = program_site(way->waits->pass->program, way->id, instr);
    return (site && is_wait(way->waits, site)) || joins_on_destruction(way->waits, way->func, at);
}

/* A loop that joins counts from its head on: that it runs at all is the program's business. */
static void find_waits(struct way *way)
{
    way->waits_at = arena_array(way->waits->pass->arena, bool, way->func->blocks.count);
    for (ir_block_id block = 1; block < way->func->blocks.count; block++) {
        const struct ir_block *at = &way->func->blocks.data[block];
        bool found = false;
        for (ir_instr_id i = at->first; i < at->first + at->count; i++)
            found |= waits_here(way, i);
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

/* What the branch on the spawn's own result says: did it start? -1: the branch is about something else. */
static int failing_side(const struct way *way, const struct ir_instr *branch)
{
    const struct ir_instr *spawn = &way->func->instrs.data[way->spawn];
    if (!spawn->dst || branch->op != IR_BRANCH || ir_val_kind(branch->a) != VAL_PATH)
        return -1;
    bool negated = false;
    ir_val val = branch->a;
    for (ir_instr_id i = way->spawn + 1; i < way->func->instrs.count && i < way->spawn + 24; i++) {
        const struct ir_instr *at = &way->func->instrs.data[i];
        bool from_spawn = ir_val_kind(at->a) == VAL_PATH && ir_val_index(at->a) == spawn->dst;
        if (!at->dst || at->dst != ir_val_index(val) || !from_spawn)
            continue;
        negated = (at->op == IR_UN && at->sub == UN_NOT) || (at->op == IR_BIN && at->sub == BIN_EQ);
        val = at->a;
        break;
    }
    if (ir_val_index(val) != spawn->dst)
        return -1;
    return negated ? 1 : 0;
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
            waited = waits_here(way, i);
        }
        if (waited)
            continue;
        int failing = failing_side(way, &way->func->instrs.data[last - 1]);
        for (uint32_t i = 0; i < block->succ_count; i++) {
            ir_block_id next = way->func->succs.data[block->first_succ + i];
            if ((int)i == failing || seen[next] || way->waits_at[next] || next == way->spawn_block)
                continue;
            seen[next] = true;
            queue[count++] = next;
        }
    }
    return false;
}

bool stack_find_end(struct stack_waits *waits, ir_func_id func, ir_instr_id spawn, ir_local_id local,
                    struct stack_end *out)
{
    struct way way = {.waits = waits, .id = func, .func = body(waits, func), .spawn = spawn, .local = local};
    way.cfg = ir_cfg_build(waits->pass->arena, way.func, true);
    way.loops = ir_loops_find(waits->pass->arena, way.func, way.cfg);
    way.spawn_block = ir_block_of(way.func, spawn);
    way.in_main = waits->pass->module->syms.data[way.func->sym].flags & SYM_MAIN;
    way.in_loop = way.loops->head[way.spawn_block] != 0;
    find_waits(&way);
    return walk(&way, out);
}
