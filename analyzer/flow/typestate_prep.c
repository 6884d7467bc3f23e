/* What a function is to the typestate engine; computed once, callees first. */
#include <string.h>

#include "flow/typestate_parts.h"

/* ---- calls ---- */

static uint32_t bodies_of_symbol(const struct typestate *engine, const struct ir_instr *call, const ir_func_id **out,
                                 bool *complete)
{
    const struct ir_sym *sym = &engine->module->syms.data[call->sym];
    *complete = call->sym && !(call->flags & CALL_VIRTUAL);
    *out = &sym->body;
    return call->sym && sym->body ? 1 : 0;
}

uint32_t typestate_bodies(struct typestate *engine, ir_func_id func, ir_instr_id instr, const ir_func_id **out,
                          bool *complete)
{
    const struct ir_instr *call = &engine->module->funcs.data[func].instrs.data[instr];
    if (engine->input->callees)
        return engine->input->callees(engine->input->context, func, instr, out, complete);
    return bodies_of_symbol(engine, call, out, complete);
}

/* The value that became a parameter, as a name of the caller's; 0: a constant, or none. */
static name_id argument(struct typestate *engine, const struct prep *caller, const struct ir_instr *call,
                        ir_local_id param)
{
    if (!param || param > call->arg_count)
        return 0;
    return name_of_val(&engine->locs, caller->loc_of, caller->func->args.data[call->first_arg + param - 1]);
}

/* An index that a callee was handed, as the caller's step; false: the caller can't say it. */
static bool index_to_caller(struct typestate *engine, const struct prep *callee, const struct prep *caller,
                            const struct ir_instr *call, struct loc *step)
{
    const struct loc *index = loc_get(&engine->locs, step->arg);
    if (index->kind == LOC_GLOBAL)
        return true;
    if (index->kind != LOC_LOCAL || index->arg > callee->func->param_count || index->arg > call->arg_count)
        return false;
    ir_val arg = caller->func->args.data[call->first_arg + index->arg - 1];
    if (ir_val_kind(arg) == VAL_INT) {
        step->kind = LOC_AT;
        step->arg = (uint32_t)caller->func->ints.data[ir_val_index(arg)];
        return true;
    }
    step->arg = ir_val_kind(arg) == VAL_PATH ? caller->loc_of[ir_val_index(arg)] : 0;
    return step->arg != 0;
}

loc_id prep_rebase(struct typestate *engine, loc_id loc, prep_step_fn *move, void *context)
{
    struct loc steps[LOC_DEEPEST + 1];
    uint32_t count = 0;
    loc_id base = loc;
    for (; loc_get(&engine->locs, base)->parent; base = loc_get(&engine->locs, base)->parent)
        steps[count++] = *loc_get(&engine->locs, base);
    for (loc = base; count-- > 0 && loc;) {
        struct loc step = steps[count];
        if ((step.kind == LOC_INDEX || step.kind == LOC_EXPR2 || step.kind == LOC_AT) && !move(context, &step))
            return 0;
        loc = loc_step(&engine->locs, loc, step.kind, step.arg, step.op);
    }
    return loc;
}

struct to_caller {
    struct typestate *engine;
    const struct prep *callee, *caller;
    const struct ir_instr *call;
};

static bool step_to_caller(void *context, struct loc *step)
{
    const struct to_caller *to = context;
    return step->kind == LOC_AT || index_to_caller(to->engine, to->callee, to->caller, to->call, step);
}

name_id prep_to_caller(struct typestate *engine, const struct prep *callee, const struct prep *caller,
                       const struct ir_instr *call, name_id name)
{
    struct to_caller to = {engine, callee, caller, call};
    loc_id loc = prep_rebase(engine, name_loc(name), step_to_caller, &to);
    if (!loc)
        return 0;
    name = name_is_address(name) ? NAME_AT(loc) : NAME_HELD(loc);
    const struct loc *root = loc_get(&engine->locs, loc_get(&engine->locs, loc)->root);
    if (root->kind == LOC_GLOBAL)
        return name;
    if (root->kind != LOC_LOCAL || root->arg > callee->func->param_count)
        return 0;
    name_id outside = argument(engine, caller, call, root->arg);
    return outside ? name_translate(&engine->locs, name, NAME_HELD(root->root), outside) : 0;
}

loc_id prep_loc_to_caller(struct typestate *engine, const struct prep *callee, const struct prep *caller,
                          const struct ir_instr *call, loc_id loc)
{
    name_id name = prep_to_caller(engine, callee, caller, call, NAME_HELD(loc));
    return name && !name_is_address(name) ? name_loc(name) : 0;
}

/* ---- events ---- */

static loc_id element_of(struct typestate *engine, loc_id array, int32_t element)
{
    return element < 0 ? array : loc_step(&engine->locs, array, LOC_AT, (uint32_t)element, 0);
}

static name_id event_name(struct typestate *engine, const struct prep *prep, const struct typestate_event *event)
{
    name_id name = name_of_val(&engine->locs, prep->loc_of, event->object);
    if (!name || !event->by_pointer)
        return name;
    loc_id place = name_is_address(name) ? name_loc(name) : loc_step(&engine->locs, name_loc(name), LOC_DEREF, 0, 0);
    place = element_of(engine, place, event->element);
    return place ? NAME_HELD(place) : 0;
}

static void add_event(struct typestate *engine, struct prep *prep, ir_instr_id id, const struct typestate_event *event)
{
    name_id name = event_name(engine, prep, event);
    if (!name)
        return;
    const struct ir_instr *instr = &prep->func->instrs.data[id];
    if (!prep->events_at[id].count)
        prep->events_at[id].first = prep->events.count;
    prep->events_at[id].count++;
    *vec_push(engine->arena, &prep->events) =
        (struct event){event->event, event->born, event->success, name,
                       name_of_val(&engine->locs, prep->loc_of, event->alias), instr->dst ? prep->loc_of[instr->dst] : 0};
    prep->makes_any |= event->born != 0;
}

static void collect_events(struct typestate *engine, struct prep *prep)
{
    struct typestate_event events[TYPESTATE_EVENTS];
    prep->events_at = arena_array(engine->arena, struct event_range, prep->func->instrs.count);
    for (ir_instr_id id = 1; id < prep->func->instrs.count; id++) {
        uint32_t count = engine->input->events(engine->input->context, prep->id, id, events);
        for (uint32_t i = 0; i < count && i < TYPESTATE_EVENTS; i++)
            add_event(engine, prep, id, &events[i]);
    }
}

/* ---- what is touched ---- */

static bool list_has(const name_list *list, name_id name)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->data[i] == name)
            return true;
    return false;
}

static void touch(struct typestate *engine, struct prep *prep, struct map *seen, name_id name)
{
    if (!name || prep->touched.count >= TOUCHED_MOST || loc_get(&engine->locs, name_loc(name))->is_vague)
        return;
    uint64_t *was = map_put(seen, name);
    if (*was)
        return;
    *was = 1;
    *vec_push(engine->arena, &prep->touched) = name;
}

struct prep *prep_single_callee(struct typestate *engine, const struct prep *prep, ir_instr_id id)
{
    const ir_func_id *bodies;
    bool complete;
    uint32_t count = typestate_bodies(engine, prep->id, id, &bodies, &complete);
    return count == 1 ? typestate_prep(engine, bodies[0]) : NULL;
}

static void touch_callee(struct typestate *engine, struct prep *prep, struct map *seen, ir_instr_id id)
{
    const struct prep *callee = prep_single_callee(engine, prep, id);
    if (!callee)
        return;
    prep->makes_any |= callee->makes_any;
    for (uint32_t j = 0; j < callee->touched_out.count; j++)
        touch(engine, prep, seen,
              prep_to_caller(engine, callee, prep, &prep->func->instrs.data[id], callee->touched_out.data[j]));
}

/* What an accessor returned is what it was returned from: `fd = conn_fd(c)`. */
static void touch_returned(struct typestate *engine, struct prep *prep, struct map *seen, name_id name, ir_instr_id id)
{
    const struct ir_instr *call = &prep->func->instrs.data[id];
    loc_id dst = call->dst ? prep->loc_of[call->dst] : 0;
    if (!dst || !loc_has_prefix(&engine->locs, name_loc(name), dst))
        return;
    const struct prep *callee = prep_single_callee(engine, prep, id);
    for (uint32_t i = 0; callee && i < callee->returned_out.count; i++) {
        name_id from = prep_to_caller(engine, callee, prep, call, callee->returned_out.data[i]);
        if (from)
            touch(engine, prep, seen, name_translate(&engine->locs, name, NAME_HELD(dst), from));
    }
}

/* A name that was copied into is also what it was copied from. */
static void touch_sources(struct typestate *engine, struct prep *prep, struct map *seen, name_id name)
{
    loc_id root = loc_get(&engine->locs, name_loc(name))->root;
    for (ir_instr_id id = 1; id < prep->func->instrs.count; id++) {
        const struct ir_instr *instr = &prep->func->instrs.data[id];
        if (instr->op == IR_CALL)
            touch_returned(engine, prep, seen, name, id);
        if (instr->op != IR_COPY)
            continue;
        loc_id dst = prep->loc_of[instr->dst];
        if (!dst || loc_get(&engine->locs, dst)->root != root || !loc_has_prefix(&engine->locs, name_loc(name), dst))
            continue;
        name_id from = name_of_val(&engine->locs, prep->loc_of, instr->a);
        if (!from)
            continue;
        touch(engine, prep, seen, name_translate(&engine->locs, name, NAME_HELD(dst), from));
        if (!name_is_address(from) && !name_is_address(name))
            touch(engine, prep, seen, name_replace(&engine->locs, name, dst, name_loc(from)));
    }
}

/* What is done under an alias is done to the object. */
static void touch_aliases(struct typestate *engine, struct prep *prep, struct map *seen, name_id name)
{
    for (uint32_t i = 0; i < prep->events.count; i++)
        if (prep->events.data[i].alias == name)
            touch(engine, prep, seen, prep->events.data[i].object);
}

static bool is_outer(const struct typestate *engine, const struct prep *prep, loc_id loc)
{
    const struct loc *root = loc_get(&engine->locs, loc_get(&engine->locs, loc)->root);
    return root->kind == LOC_GLOBAL || (root->kind == LOC_LOCAL && root->arg <= prep->func->param_count);
}

static void collect_touched(struct typestate *engine, struct prep *prep)
{
    struct map seen;
    map_init(&seen, engine->arena);
    for (uint32_t i = 0; i < prep->events.count; i++)
        if (!prep->events.data[i].born)
            touch(engine, prep, &seen, prep->events.data[i].object);
    for (ir_instr_id id = 1; id < prep->func->instrs.count; id++)
        if (prep->func->instrs.data[id].op == IR_CALL && !prep->events_at[id].count)
            touch_callee(engine, prep, &seen, id);
    for (uint32_t i = 0; i < prep->touched.count; i++) {
        touch_sources(engine, prep, &seen, prep->touched.data[i]);
        touch_aliases(engine, prep, &seen, prep->touched.data[i]);
    }
    for (uint32_t i = 0; i < prep->touched.count && prep->touched_out.count < TOUCHED_OUT; i++)
        if (is_outer(engine, prep, name_loc(prep->touched.data[i])) && !list_has(&prep->touched_out, prep->touched.data[i]))
            *vec_push(engine->arena, &prep->touched_out) = prep->touched.data[i];
}

/* ---- what is returned ---- */

/* False: the value is nothing that a caller can name. */
static bool add_returned(const struct typestate *engine, struct prep *prep, name_id name)
{
    if (!name || !is_outer(engine, prep, name_loc(name)) || loc_get(&engine->locs, name_loc(name))->is_vague)
        return false;
    if (list_has(&prep->returned_out, name))
        return true;
    if (prep->returned_out.count == RETURNED_OUT)
        return false;
    *vec_push(engine->arena, &prep->returned_out) = name;
    return true;
}

static bool add_returned_by_callee(struct typestate *engine, struct prep *prep, ir_instr_id id)
{
    const struct prep *callee = prep_single_callee(engine, prep, id);
    bool all = callee && callee->returned_out.count && !callee->returns_more;
    for (uint32_t i = 0; callee && i < callee->returned_out.count; i++)
        all &= add_returned(engine, prep, prep_to_caller(engine, callee, prep, &prep->func->instrs.data[id],
                                                         callee->returned_out.data[i]));
    return all;
}

/* What went into a local that is returned. */
static void add_returned_sources(struct typestate *engine, struct prep *prep, loc_id local)
{
    for (ir_instr_id id = 1; id < prep->func->instrs.count; id++) {
        const struct ir_instr *instr = &prep->func->instrs.data[id];
        if (!instr->dst || prep->loc_of[instr->dst] != local)
            continue;
        bool named = instr->op == IR_COPY   ? ir_val_kind(instr->a) == VAL_INT ||
                                                add_returned(engine, prep, name_of_val(&engine->locs, prep->loc_of, instr->a))
                     : instr->op == IR_CALL ? add_returned_by_callee(engine, prep, id)
                                            : instr->op == IR_LIFE_BEGIN || instr->op == IR_LIFE_END;
        prep->returns_more |= !named;
    }
}

static void collect_returned(struct typestate *engine, struct prep *prep)
{
    for (ir_instr_id id = 1; id < prep->func->instrs.count; id++) {
        const struct ir_instr *instr = &prep->func->instrs.data[id];
        if (instr->op != IR_RETURN || ir_val_kind(instr->a) == VAL_INT)
            continue;
        name_id name = name_of_val(&engine->locs, prep->loc_of, instr->a);
        if (name && !is_outer(engine, prep, name_loc(name)))
            add_returned_sources(engine, prep, name_loc(name));
        else
            prep->returns_more |= !add_returned(engine, prep, name);
    }
}

/* ---- what branches ask ---- */

static void test(struct typestate *engine, struct prep *prep, loc_id loc)
{
    if (!loc)
        return;
    uint64_t *was = map_put(&prep->is_tested, loc);
    if (*was)
        return;
    *was = 1;
    if (is_outer(engine, prep, loc) && prep->tested_out.count < TESTED_MOST)
        *vec_push(engine->arena, &prep->tested_out) = loc;
}

static void test_val(struct typestate *engine, struct prep *prep, ir_val val)
{
    if (ir_val_kind(val) == VAL_PATH)
        test(engine, prep, prep->loc_of[ir_val_index(val)]);
}

static void test_callee(struct typestate *engine, struct prep *prep, ir_instr_id id)
{
    const ir_func_id *bodies;
    bool complete;
    uint32_t count = typestate_bodies(engine, prep->id, id, &bodies, &complete);
    for (uint32_t i = 0; i < count && count == 1; i++) {
        struct prep *callee = typestate_prep(engine, bodies[i]);
        for (uint32_t j = 0; callee && j < callee->tested_out.count; j++)
            test(engine, prep,
                 prep_loc_to_caller(engine, callee, prep, &prep->func->instrs.data[id], callee->tested_out.data[j]));
    }
}

/* Backwards twice: enough for a condition that was computed in an earlier block. */
static void collect_tested(struct typestate *engine, struct prep *prep)
{
    const struct ir_func *func = prep->func;
    map_init(&prep->is_tested, engine->arena);
    for (int pass = 0; pass < 2; pass++)
        for (ir_instr_id id = func->instrs.count - 1; id; id--) {
            const struct ir_instr *instr = &func->instrs.data[id];
            bool asks = instr->op == IR_BRANCH || instr->op == IR_SWITCH || instr->op == IR_RETURN;
            bool computes = instr->op == IR_COPY || instr->op == IR_UN || instr->op == IR_BIN;
            if (asks || (computes && map_get(&prep->is_tested, prep->loc_of[instr->dst]))) {
                test_val(engine, prep, instr->a);
                test_val(engine, prep, instr->b);
            }
            if (instr->op == IR_CALL && !pass)
                test_callee(engine, prep, id);
        }
}

/* ---- what is written ---- */

static void add_mod(struct prep *prep, uint64_t key)
{
    if (prep->mods.count >= MODS_MOST)
        prep->mods_all = true;
    else
        *map_put(&prep->mods, key) = 1;
}

/* The field or global that a place ends in. */
static void mod_loc(struct typestate *engine, struct prep *prep, loc_id loc)
{
    const struct loc *at = loc_get(&engine->locs, loc);
    if (!loc || !at->is_memory)
        return;
    for (; at->kind != LOC_FIELD && at->kind != LOC_GLOBAL && at->parent; at = loc_get(&engine->locs, at->parent))
        ;
    if (at->kind == LOC_FIELD)
        add_mod(prep, (uint64_t)at->arg * 2);
    else if (at->kind == LOC_GLOBAL)
        add_mod(prep, (uint64_t)at->arg * 2 + 1);
}

static bool is_memory_of(const struct typestate *engine, loc_id loc, ir_local_id param)
{
    const struct loc *at = loc_get(&engine->locs, loc), *root = loc_get(&engine->locs, at->root);
    return loc && at->is_memory && root->kind == LOC_LOCAL && root->arg == param;
}

/* A parameter that is handed on is written where the callee writes it, or nobody knows what it does. */
static void hand_on(struct typestate *engine, struct prep *prep, const struct ir_instr *call, const struct prep *callee)
{
    for (uint32_t i = 0; i < call->arg_count; i++) {
        name_id name = name_of_val(&engine->locs, prep->loc_of, prep->func->args.data[call->first_arg + i]);
        const struct loc *root = name ? loc_get(&engine->locs, loc_get(&engine->locs, name_loc(name))->root) : NULL;
        bool writes = !callee || i >= callee->func->param_count || callee->param_is_written_through[i + 1];
        if (writes && root && root->kind == LOC_LOCAL && root->arg <= prep->func->param_count &&
            (name_is_address(name) || name_loc(name) == root->root))
            prep->param_is_written_through[root->arg] = true;
    }
}

static void mod_callee(struct typestate *engine, struct prep *prep, ir_instr_id id)
{
    const ir_func_id *bodies;
    bool complete;
    uint32_t count = typestate_bodies(engine, prep->id, id, &bodies, &complete);
    if (!count || !complete)
        hand_on(engine, prep, &prep->func->instrs.data[id], NULL);
    for (uint32_t i = 0; i < count; i++) {
        struct prep *callee = i < BODIES_MOST ? typestate_prep(engine, bodies[i]) : NULL;
        hand_on(engine, prep, &prep->func->instrs.data[id], callee);
        if (!callee)
            continue;
        prep->mods_all |= callee->mods_all;
        for (uint32_t j = 0; j < callee->mods.slot_count && !prep->mods_all; j++)
            if (callee->mods.slots[j].used)
                add_mod(prep, callee->mods.slots[j].key);
    }
}

static void collect_mods(struct typestate *engine, struct prep *prep)
{
    map_init(&prep->mods, engine->arena);
    prep->param_is_written_through = arena_array(engine->arena, bool, prep->func->locals.count);
    for (ir_instr_id id = 1; id < prep->func->instrs.count; id++) {
        const struct ir_instr *instr = &prep->func->instrs.data[id];
        if (instr->dst)
            mod_loc(engine, prep, prep->loc_of[instr->dst]);
        for (ir_local_id param = 1; instr->dst && param <= prep->func->param_count; param++)
            if (is_memory_of(engine, prep->loc_of[instr->dst], param))
                prep->param_is_written_through[param] = true;
        if (instr->op == IR_CALL)
            mod_callee(engine, prep, id);
    }
}

/* ---- small things ---- */

static void mark_params(struct typestate *engine, struct prep *prep)
{
    const struct ir_func *func = prep->func;
    prep->param_is_written = arena_array(engine->arena, bool, func->locals.count);
    for (ir_instr_id id = 1; id < func->instrs.count; id++) {
        const struct ir_path *path = &func->paths.data[func->instrs.data[id].dst];
        if (func->instrs.data[id].dst && path->base_kind == BASE_LOCAL && !path->step_count)
            prep->param_is_written[path->base] = true;
    }
}

static void mark_use(const struct ir_func *func, uint32_t *block_of, bool *crosses, ir_val val, ir_block_id block)
{
    if (ir_val_kind(val) != VAL_PATH && ir_val_kind(val) != VAL_ADDR)
        return;
    const struct ir_path *path = &func->paths.data[ir_val_index(val)];
    if (path->base_kind != BASE_LOCAL)
        return;
    if (block_of[path->base] && block_of[path->base] != block)
        crosses[path->base] = true;
    block_of[path->base] = block;
}

/* Facts about temporaries that live in one block only are dropped at its end. */
static void mark_crossing(struct typestate *engine, struct prep *prep)
{
    const struct ir_func *func = prep->func;
    uint32_t *block_of = arena_array(engine->arena, uint32_t, func->locals.count);
    prep->local_crosses = arena_array(engine->arena, bool, func->locals.count);
    for (ir_block_id block = 1; block < func->blocks.count; block++)
        for (uint32_t i = 0; i < func->blocks.data[block].count; i++) {
            const struct ir_instr *instr = &func->instrs.data[func->blocks.data[block].first + i];
            if (instr->dst)
                mark_use(func, block_of, prep->local_crosses, IR_VAL(VAL_PATH, instr->dst), block);
            mark_use(func, block_of, prep->local_crosses, instr->a, block);
            mark_use(func, block_of, prep->local_crosses, instr->b, block);
            for (uint32_t j = 0; j < instr->arg_count; j++)
                mark_use(func, block_of, prep->local_crosses, func->args.data[instr->first_arg + j], block);
        }
}

static void find_result(struct prep *prep)
{
    bool any = false;
    prep->result = RANGE_ALL;
    for (ir_instr_id id = 1; id < prep->func->instrs.count; id++) {
        const struct ir_instr *instr = &prep->func->instrs.data[id];
        if (instr->op != IR_RETURN)
            continue;
        if (ir_val_kind(instr->a) != VAL_INT) {
            prep->result = RANGE_ALL;
            return;
        }
        struct range value = range_of(prep->func->ints.data[ir_val_index(instr->a)]);
        prep->result = any ? range_join(prep->result, value, false) : value;
        any = true;
    }
}

static void find_locs(struct typestate *engine, struct prep *prep)
{
    prep->loc_of = arena_array(engine->arena, loc_id, prep->func->paths.count);
    for (ir_path_id id = 1; id < prep->func->paths.count; id++)
        prep->loc_of[id] = loc_of_path(&engine->locs, prep->func, id);
}

struct prep *typestate_prep(struct typestate *engine, ir_func_id func)
{
    if (engine->preps[func])
        return engine->preps[func]->is_busy ? NULL : engine->preps[func];
    if (engine->prep_depth >= PREP_DEEPEST)
        return NULL;
    struct prep *prep = arena_new(engine->arena, struct prep);
    prep->id = func;
    prep->func = &engine->module->funcs.data[func];
    prep->is_busy = true;
    engine->preps[func] = prep;
    engine->prep_depth++;
    prep->cfg = ir_cfg_build(engine->arena, prep->func, true);
    prep->landings = arena_array(engine->arena, struct landing, prep->func->regions.count);
    find_locs(engine, prep);
    mark_params(engine, prep);
    mark_crossing(engine, prep);
    find_result(prep);
    collect_events(engine, prep);
    collect_returned(engine, prep);
    collect_touched(engine, prep);
    collect_tested(engine, prep);
    collect_mods(engine, prep);
    prep_find_kept(engine, prep);
    engine->prep_depth--;
    prep->is_busy = false;
    return prep;
}

const struct landing *prep_landing(struct typestate *engine, struct prep *prep, ir_region_id region)
{
    struct landing *landing = &prep->landings[region];
    if (!landing->is_known)
        landing->count = ir_landings(engine->arena, prep->func, region, &landing->blocks, &landing->escapes);
    landing->is_known = true;
    return landing;
}
