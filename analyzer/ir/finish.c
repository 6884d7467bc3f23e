/* The last pass of the builder: what is unreachable goes, what stays is numbered in order of first use.
 *
 * So the result does not depend on scraps of lowering (temporaries of dead code, constants folded away), and the
 * same source gives the same bytes.
 */
#include <string.h>

#include "base/err.h"
#include "ir/builder.h"
#include "ir/draft.h"

struct finish {
    struct ir_builder *builder;
    const struct ir_func *draft;
    struct ir_func out; /* in the draft's arena until it is settled */
    VEC(ir_block_id) work;
    bool *block_reached, *region_reached;
    bool *path_seen, *local_used, *local_taken;
    uint32_t *block_map, *region_map, *handler_map, *local_map, *path_map, *int_map; /* old id to new */
};

/* ---- what is reachable ---- */

static void reach_block(struct finish *finish, ir_block_id block)
{
    if (!block || finish->block_reached[block])
        return;
    finish->block_reached[block] = true;
    *vec_push(finish->builder->arena, &finish->work) = block;
}

/* An instruction in a region makes the landings of the whole chain reachable (whether it can throw or not: that
 * is link's to know). */
static void reach_region(struct finish *finish, ir_region_id region)
{
    for (; region && !finish->region_reached[region]; region = finish->draft->regions.data[region].parent) {
        const struct ir_region *data = &finish->draft->regions.data[region];
        finish->region_reached[region] = true;
        for (uint32_t i = 0; i < data->handler_count; i++)
            reach_block(finish, finish->draft->handlers.data[data->first_handler + i].block);
        reach_block(finish, data->cleanup);
    }
}

#define FOR_BLOCK(finish, block, at)                                                                         \
    for (ir_instr_id at = (finish)->builder->blocks.data[block].first; at;                                   \
         at = (finish)->builder->instrs.data[at].next)

static void reach_all(struct finish *finish)
{
    reach_block(finish, 1);
    while (finish->work.count) {
        ir_block_id id = finish->work.data[--finish->work.count];
        const struct draft_block *block = &finish->builder->blocks.data[id];
        if (!block->is_ended)
            BUG("%s: block %u has no terminator", ir_sym_name(finish->builder->module, finish->draft->sym), id);
        FOR_BLOCK (finish, id, at)
            reach_region(finish, finish->builder->instrs.data[at].instr.region);
        for (uint32_t i = 0; i < block->succ_count; i++)
            reach_block(finish, finish->draft->succs.data[block->first_succ + i]);
    }
}

/* ---- what is used ---- */

static void use_path(struct finish *finish, ir_path_id id);

static bool is_direct(const struct finish *finish, const struct ir_path *path)
{
    for (uint32_t i = 0; i < path->step_count; i++)
        if (finish->draft->steps.data[path->first_step + i].kind == STEP_DEREF)
            return false;
    return true;
}

static void use_val(struct finish *finish, ir_val val)
{
    enum ir_val_kind kind = ir_val_kind(val);
    if (kind != VAL_PATH && kind != VAL_ADDR)
        return;
    use_path(finish, ir_val_index(val));
    const struct ir_path *path = &finish->builder->paths.data[ir_val_index(val)].path;
    if (kind == VAL_ADDR && path->base_kind == BASE_LOCAL && is_direct(finish, path))
        finish->local_taken[path->base] = true;
}

static void use_path(struct finish *finish, ir_path_id id)
{
    if (!id || finish->path_seen[id])
        return;
    finish->path_seen[id] = true;
    const struct ir_path *path = &finish->builder->paths.data[id].path;
    if (path->base_kind == BASE_LOCAL)
        finish->local_used[path->base] = true;
    for (uint32_t i = 0; i < path->step_count; i++) {
        struct ir_step step = finish->draft->steps.data[path->first_step + i];
        if (step.kind == STEP_INDEX)
            use_val(finish, step.arg);
    }
}

static bool is_life(const struct ir_instr *instr)
{
    return instr->op == IR_LIFE_BEGIN || instr->op == IR_LIFE_END;
}

static void use_instr(struct finish *finish, const struct ir_instr *instr)
{
    if (is_life(instr))
        return;
    use_path(finish, instr->dst);
    use_val(finish, instr->a);
    use_val(finish, instr->b);
    for (uint32_t i = 0; i < instr->arg_count; i++)
        use_val(finish, finish->draft->args.data[instr->first_arg + i]);
}

/* Is the beginning and end of this local's storage of interest to anybody? */
static bool keeps_life(const struct finish *finish, const struct ir_instr *instr)
{
    ir_local_id id = finish->builder->paths.data[instr->dst].path.base;
    const struct ir_local *local = &finish->draft->locals.data[id];
    const struct ir_module *module = finish->builder->module;
    const struct ir_type *type = &module->types.data[local->type];
    while (type->kind == TYPE_ARRAY)
        type = &module->types.data[type->element];
    return finish->local_taken[id] || type->kind == TYPE_CLASS ||
           (local->flags & (LOCAL_ADDRESS_TAKEN | LOCAL_CLEANUP));
}

static void use_all(struct finish *finish)
{
    for (ir_block_id block = 1; block < finish->builder->blocks.count; block++)
        if (finish->block_reached[block])
            FOR_BLOCK (finish, block, at)
                use_instr(finish, &finish->builder->instrs.data[at].instr);
    for (ir_block_id block = 1; block < finish->builder->blocks.count; block++)
        if (finish->block_reached[block])
            FOR_BLOCK (finish, block, at) {
                const struct ir_instr *instr = &finish->builder->instrs.data[at].instr;
                if (is_life(instr) && keeps_life(finish, instr))
                    use_path(finish, instr->dst);
            }
}

/* ---- new numbers ---- */

static void number_blocks(struct finish *finish)
{
    uint32_t next = 1;
    for (ir_block_id block = 1; block < finish->builder->blocks.count; block++)
        if (finish->block_reached[block])
            finish->block_map[block] = next++;
}

static void number_locals(struct finish *finish)
{
    vec_push(finish->builder->arena, &finish->out.locals);
    for (ir_local_id id = 1; id < finish->draft->locals.count; id++) {
        struct ir_local local = finish->draft->locals.data[id];
        if ((local.flags & LOCAL_TEMP) && !finish->local_used[id])
            continue;
        if (finish->local_taken[id])
            local.flags |= LOCAL_ADDRESS_TAKEN;
        finish->local_map[id] = finish->out.locals.count;
        *vec_push(finish->builder->arena, &finish->out.locals) = local;
    }
}

static void number_regions(struct finish *finish)
{
    struct arena *arena = finish->builder->arena;
    vec_push(arena, &finish->out.regions);
    vec_push(arena, &finish->out.handlers);
    for (ir_region_id id = 1; id < finish->draft->regions.count; id++) {
        struct ir_region region = finish->draft->regions.data[id];
        if (!finish->region_reached[id])
            continue;
        uint32_t first = finish->out.handlers.count;
        for (uint32_t i = 0; i < region.handler_count; i++) {
            struct ir_handler handler = finish->draft->handlers.data[region.first_handler + i];
            handler.block = finish->block_map[handler.block];
            finish->handler_map[region.first_handler + i] = finish->out.handlers.count;
            *vec_push(arena, &finish->out.handlers) = handler;
        }
        region.first_handler = region.handler_count ? first : 0;
        region.parent = finish->region_map[region.parent];
        region.cleanup = finish->block_map[region.cleanup];
        finish->region_map[id] = finish->out.regions.count;
        *vec_push(arena, &finish->out.regions) = region;
    }
}

static ir_path_id new_path(struct finish *finish, ir_path_id id);

static ir_val new_int(struct finish *finish, uint32_t index)
{
    if (index && !finish->int_map[index]) {
        finish->int_map[index] = finish->out.ints.count;
        *vec_push(finish->builder->arena, &finish->out.ints) = finish->draft->ints.data[index];
    }
    return IR_VAL(VAL_INT, finish->int_map[index]);
}

static ir_val new_val(struct finish *finish, ir_val val)
{
    switch (ir_val_kind(val)) {
    case VAL_INT:
        return new_int(finish, ir_val_index(val));
    case VAL_PATH:
    case VAL_ADDR:
        return IR_VAL(ir_val_kind(val), new_path(finish, ir_val_index(val)));
    default:
        return val;
    }
}

static ir_path_id new_path(struct finish *finish, ir_path_id id)
{
    if (!id || finish->path_map[id])
        return finish->path_map[id];
    struct arena *arena = finish->builder->arena;
    struct ir_path path = finish->builder->paths.data[id].path;
    struct ir_step steps[PATH_MAX_STEPS + 1];
    for (uint32_t i = 0; i < path.step_count; i++) {
        steps[i] = finish->draft->steps.data[path.first_step + i];
        if (steps[i].kind == STEP_INDEX)
            steps[i].arg = new_val(finish, steps[i].arg);
    }
    if (path.base_kind == BASE_LOCAL)
        path.base = finish->local_map[path.base];
    path.first_step = path.step_count ? finish->out.steps.count : 0;
    vec_append(arena, &finish->out.steps, steps, path.step_count);
    finish->path_map[id] = finish->out.paths.count;
    *vec_push(arena, &finish->out.paths) = path;
    return finish->path_map[id];
}

/* ---- the new body ---- */

/* RETHROW names its handler by a constant that the renumbering moves. */
static ir_val new_handler(struct finish *finish, ir_val val)
{
    if (ir_val_kind(val) != VAL_INT)
        return val;
    struct ir_builder *builder = finish->builder;
    int64_t handler = finish->draft->ints.data[ir_val_index(val)];
    ir_val moved = ir_int(builder, finish->handler_map[handler]);
    return new_int(finish, ir_val_index(moved));
}

static void write_instr(struct finish *finish, struct ir_instr instr)
{
    struct arena *arena = finish->builder->arena;
    uint32_t first = finish->out.args.count;
    instr.dst = new_path(finish, instr.dst);
    instr.a = instr.op == IR_RETHROW ? new_handler(finish, instr.a) : new_val(finish, instr.a);
    instr.b = new_val(finish, instr.b);
    for (uint32_t i = 0; i < instr.arg_count; i++) {
        ir_val arg = new_val(finish, finish->draft->args.data[instr.first_arg + i]);
        *vec_push(arena, &finish->out.args) = arg;
    }
    instr.first_arg = instr.arg_count ? first : 0;
    instr.region = finish->region_map[instr.region];
    *vec_push(arena, &finish->out.instrs) = instr;
}

static void write_block(struct finish *finish, ir_block_id id)
{
    struct arena *arena = finish->builder->arena;
    const struct draft_block *draft = &finish->builder->blocks.data[id];
    struct ir_block block = {.first = finish->out.instrs.count, .succ_count = draft->succ_count};
    FOR_BLOCK (finish, id, at) {
        const struct ir_instr *instr = &finish->builder->instrs.data[at].instr;
        if (!is_life(instr) || keeps_life(finish, instr))
            write_instr(finish, *instr);
    }
    block.count = finish->out.instrs.count - block.first;
    block.first_succ = draft->succ_count ? finish->out.succs.count : 0;
    for (uint32_t i = 0; i < draft->succ_count; i++)
        *vec_push(arena, &finish->out.succs) =
            finish->block_map[finish->draft->succs.data[draft->first_succ + i]];
    *vec_push(arena, &finish->out.blocks) = block;
}

static void write_all(struct finish *finish)
{
    struct arena *arena = finish->builder->arena;
    vec_push(arena, &finish->out.blocks);
    vec_push(arena, &finish->out.instrs);
    vec_push(arena, &finish->out.paths);
    vec_push(arena, &finish->out.ints);
    for (ir_block_id block = 1; block < finish->builder->blocks.count; block++)
        if (finish->block_reached[block])
            write_block(finish, block);
}

/* Moves a vector to where it stays. */
#define settle(arena, v)                                                                                     \
    ((v)->data = arena_dup((arena), (v)->data, (v)->count * sizeof *(v)->data), (v)->capacity = (v)->count)

static void settle_func(struct arena *arena, struct ir_func *func)
{
    settle(arena, &func->blocks);
    settle(arena, &func->instrs);
    settle(arena, &func->succs);
    settle(arena, &func->args);
    settle(arena, &func->ints);
    settle(arena, &func->locals);
    settle(arena, &func->paths);
    settle(arena, &func->steps);
    settle(arena, &func->regions);
    settle(arena, &func->handlers);
}

static struct finish make_finish(struct ir_builder *builder)
{
    struct arena *arena = builder->arena;
    const struct ir_func *func = &builder->func;
    struct finish finish = {.builder = builder, .draft = func};
    finish.block_reached = arena_array(arena, bool, builder->blocks.count);
    finish.region_reached = arena_array(arena, bool, func->regions.count);
    finish.path_seen = arena_array(arena, bool, builder->paths.count);
    finish.local_used = arena_array(arena, bool, func->locals.count);
    finish.local_taken = arena_array(arena, bool, func->locals.count);
    finish.block_map = arena_array(arena, uint32_t, builder->blocks.count);
    finish.region_map = arena_array(arena, uint32_t, func->regions.count);
    finish.handler_map = arena_array(arena, uint32_t, func->handlers.count);
    finish.local_map = arena_array(arena, uint32_t, func->locals.count);
    finish.path_map = arena_array(arena, uint32_t, builder->paths.count);
    /* new_handler may add one constant per handler. */
    finish.int_map = arena_array(arena, uint32_t, func->ints.count + func->handlers.count + 1);
    finish.out = (struct ir_func){.sym = func->sym, .flags = func->flags, .param_count = func->param_count,
                                  .span = func->span, .pattern = func->pattern};
    return finish;
}

ir_func_id ir_end(struct ir_builder *builder)
{
    if (ir_is_reachable(builder))
        ir_emit_return(builder, 0);
    struct finish finish = make_finish(builder);
    reach_all(&finish);
    use_all(&finish);
    number_blocks(&finish);
    number_locals(&finish);
    number_regions(&finish);
    write_all(&finish);
    struct ir_module *module = builder->module;
    settle_func(module->arena, &finish.out);
    ir_func_id id = module->funcs.count;
    *vec_push(module->arena, &module->funcs) = finish.out;
    struct ir_sym *sym = &module->syms.data[finish.out.sym];
    sym->body = id;
    sym->kind = SYM_FUNCTION;
    sym->flags |= SYM_DEFINED;
    arena_destroy(builder->arena);
    return id;
}
