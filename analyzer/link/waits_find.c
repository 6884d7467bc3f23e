/* Where somebody waits: joins and group waits, conditions, receives, ends of handles, loops until a flag. */
#include "link/waits_parts.h"

#include <string.h>

#include "base/sort.h"
#include "ir/loops.h"

static void add_wait(struct waits *waits, ir_func_id func, ir_instr_id instr, enum wait_kind kind,
                     value_place place)
{
    if (!place && kind == WAIT_JOIN)
        kind = WAIT_ANY;
    *vec_push(waits->arena, &waits->all) = (struct wait){func, instr, kind, place};
}

/* What comes in on a channel object, or on one end of a pair, was sent by somebody who uses that same object;
 * a socket's other end is anywhere. */
static bool comes_from_inside(const struct waits *waits, const struct call_site *site,
                              const struct role *receive)
{
    const struct ir_func *func = waits_body(waits, site->func);
    ir_val val = role_value(func, &func->instrs.data[site->instr], receive->at[POS_CHANNEL]);
    if (ir_val_kind(val) != VAL_PATH)
        return ir_val_kind(val) == VAL_ADDR;
    const struct ir_path *path = &func->paths.data[ir_val_index(val)];
    for (uint32_t i = 0; i < path->step_count; i++)
        if (func->steps.data[path->first_step + i].kind == STEP_INDEX)
            return true;
    return waits->program->module->types.data[path->type].kind == TYPE_POINTER;
}

static void add_call(struct waits *waits, const struct call_site *site)
{
    const struct role *join = model_role(site->model, ROLE_JOIN),
                      *block = model_role(site->model, ROLE_BLOCK);
    const struct role *receive = model_role(site->model, ROLE_CHAN_RECV);
    if (join)
        add_wait(waits, site->func, site->instr, join->all ? WAIT_ANY : WAIT_JOIN,
                 waits_place_at(waits, site, join, POS_HANDLE));
    else if (block && block->at[POS_CONDITION])
        add_wait(waits, site->func, site->instr, WAIT_CONDITION,
                 waits_place_at(waits, site, block, POS_CONDITION));
    else if (block && !receive && !block->at[POS_CHANNEL] && block->class_ && !strcmp(block->class_, "sync"))
        add_wait(waits, site->func, site->instr, WAIT_ANY, 0);
    if (receive && comes_from_inside(waits, site, receive))
        add_wait(waits, site->func, site->instr, WAIT_RECEIVE,
                 waits_place_at(waits, site, receive, POS_CHANNEL));
}

/* The end of a handle whose owner joins: of the local itself, of the field by a destructor. */
static void add_end(struct waits *waits, ir_func_id func, ir_instr_id id, const struct ir_instr *instr)
{
    ir_val object = 0;
    if (instr->op == IR_LIFE_END)
        object = IR_VAL(VAL_ADDR, instr->dst);
    else if (instr->op == IR_CALL && instr->flags & CALL_DESTROY && instr->arg_count)
        object = waits_body(waits, func)->args.data[instr->first_arg];
    ir_type_id type = object ? link_val_type(waits->program, waits_body(waits, func), object) : 0;
    bool is_owner =
        type && waits->program->module->types.data[type].kind == TYPE_CLASS; /* no pointer to one */
    value_place place = is_owner ? place_of_value(waits->program->module, func, object) : 0;
    if (place && map_get(&waits->owned, place))
        add_wait(waits, func, id, WAIT_JOIN, place);
}

/* ---- loops until a flag ---- */

value_place waits_written_place(const struct waits *waits, ir_func_id func, const struct ir_instr *instr)
{
    const struct ir_module *module = waits->program->module;
    const struct call_site *site = NULL;
    if (instr->op == IR_CALL) {
        site =
            program_site(waits->program, func, (ir_instr_id)(instr - waits_body(waits, func)->instrs.data));
        bool is_unseen = site && !site->target_count;
        for (uint32_t i = 0; is_unseen && i < instr->arg_count;
             i++) { /* atomics by address: flag.store(), __sync_... */
            ir_val arg = waits_body(waits, func)->args.data[instr->first_arg + i];
            value_place place = ir_val_kind(arg) == VAL_ADDR ? place_of_value(module, func, arg) : 0;
            if (place_is_shared(place))
                return place;
        }
    }
    return instr->dst ? place_of_path(module, func, instr->dst) : 0;
}

static void find_written(struct waits *waits)
{
    map_init(&waits->written, waits->arena);
    for (ir_func_id func = 1; func < waits->program->module->funcs.count; func++) {
        const struct ir_func *data = waits_body(waits, func);
        for (ir_instr_id i = 0; i < data->instrs.count; i++) {
            value_place place = waits_written_place(waits, func, &data->instrs.data[i]);
            if (place_is_shared(place))
                *map_put(&waits->written, place) = 1;
        }
    }
}

/* The shared place that a condition reads, straight or by a temporary's definition above it; 0: none. */
static value_place read_place(const struct waits *waits, ir_func_id func, ir_val val, ir_instr_id before,
                              int depth)
{
    const struct ir_func *data = waits_body(waits, func);
    if (ir_val_kind(val) != VAL_PATH && ir_val_kind(val) != VAL_ADDR)
        return 0;
    value_place place = place_of_value(waits->program->module, func, val);
    if (place_is_shared(place))
        return place;
    for (ir_instr_id i = before; i > 1 && before - i < 16 && depth < 4; i--) {
        const struct ir_instr *def = &data->instrs.data[i - 1];
        if (def->dst != ir_val_index(val))
            continue;
        value_place found = read_place(waits, func, def->a, i - 1, depth + 1);
        if (!found && def->op == IR_BIN)
            found = read_place(waits, func, def->b, i - 1, depth + 1);
        for (uint32_t k = 0; !found && def->op == IR_CALL && k < def->arg_count; k++)
            found = read_place(waits, func, data->args.data[def->first_arg + k], i - 1, depth + 1);
        return found;
    }
    return 0;
}

static void add_loops(struct waits *waits, ir_func_id func)
{
    const struct ir_func *data = waits_body(waits, func);
    const struct ir_loops *loops = NULL;
    for (ir_block_id block = 1; block < data->blocks.count; block++) {
        const struct ir_block *at = &data->blocks.data[block];
        ir_instr_id last = at->first + at->count - 1;
        value_place place = data->instrs.data[last].op == IR_BRANCH
                                ? read_place(waits, func, data->instrs.data[last].a, last, 0)
                                : 0;
        if (!place || !map_get(&waits->written, place))
            continue;
        if (!loops)
            loops = program_loops(waits->program, func);
        ir_block_id head = loops->head[block];
        for (uint32_t i = 0; head && i < at->succ_count; i++)
            if (!ir_loop_holds(loops, head, data->succs.data[at->first_succ + i])) {
                add_wait(waits, func, last, WAIT_FLAG, place);
                break;
            }
    }
}

static int by_instr(const void *a, const void *b)
{
    const struct wait *x = a, *y = b;
    return (x->instr > y->instr) - (x->instr < y->instr);
}

void waits_find(struct waits *waits)
{
    find_written(waits);
    const struct program *program = waits->program;
    uint32_t count = program->module->funcs.count;
    waits->first = arena_array(waits->arena, uint32_t, count + 1);
    for (ir_func_id func = 1; func < count; func++) {
        const struct program_func *data = &program->funcs.data[func];
        waits->first[func] = waits->all.count;
        for (uint32_t i = data->first_site; i < data->first_site + data->site_count; i++)
            add_call(waits, &program->sites.data[i]);
        for (ir_instr_id i = 0; waits->owned.count && i < waits_body(waits, func)->instrs.count; i++)
            add_end(waits, func, i, &waits_body(waits, func)->instrs.data[i]);
        if (waits->written.count)
            add_loops(waits, func);
        uint32_t first = waits->first[func];
        sort_items(waits->all.data + first, waits->all.count - first, sizeof *waits->all.data, by_instr);
    }
    waits->first[count] = waits->all.count;
}
