/* Objects and facts into callees and back. */
#include <string.h>

#include "flow/typestate_parts.h"

struct call {
    struct run *run;
    ir_instr_id id;
    const struct ir_instr *instr;
    struct set *out;
};

static ir_val arg_of(const struct call *call, uint32_t index)
{
    return call->run->prep->func->args.data[call->instr->first_arg + index];
}

static name_id arg_name(const struct call *call, uint32_t index)
{
    return name_of_val(&call->run->engine->locs, call->run->prep->loc_of, arg_of(call, index));
}

static loc_id dst_of(const struct call *call)
{
    return call->instr->dst ? call->run->prep->loc_of[call->instr->dst] : 0;
}

/* ---- callees without a body ---- */

/* Is the object handed over, itself or inside of what the argument points to?  To a body (NULL: none) that keeps it? */
static bool hands_over(const struct call *call, const struct prep *callee, const struct state *state)
{
    struct locs *locs = &call->run->engine->locs;
    for (uint32_t i = 0; i < call->instr->arg_count; i++) {
        name_id arg = arg_name(call, i);
        bool is_kept = !callee || i >= callee->func->param_count || callee->param_is_kept[i + 1];
        for (uint32_t j = 0; arg && j < state->name_count; j++)
            if (state->names[j] == arg ? is_kept || name_is_address(arg) : name_translate(locs, state->names[j], arg, arg))
                return true;
    }
    return false;
}

/* Memory that is handed over by address may be written. */
static void clobber_args(const struct call *call, struct state *state, bool names_too)
{
    struct locs *locs = &call->run->engine->locs;
    for (uint32_t i = 0; i < call->instr->arg_count; i++) {
        name_id arg = arg_name(call, i);
        if (arg && name_is_address(arg) && names_too)
            walk_write(call->run, state, name_loc(arg));
        else if (arg && name_is_address(arg))
            facts_forget(locs, &state->facts, name_loc(arg));
        else if (arg && loc_step(locs, name_loc(arg), LOC_DEREF, 0, 0))
            facts_forget(locs, &state->facts, loc_step(locs, name_loc(arg), LOC_DEREF, 0, 0));
    }
}

static void finish(const struct call *call, struct state *state, struct range result)
{
    loc_id dst = dst_of(call);
    if (dst)
        walk_write(call->run, state, dst);
    if (dst && !range_equal(result, RANGE_ALL))
        facts_set(&state->facts, (struct fact){.loc = dst, .range = result});
    set_merge(call->run, call->out, state, false);
}

static bool never_returns(const struct call *call)
{
    const struct typestate *engine = call->run->engine;
    if (engine->input->never_returns)
        return engine->input->never_returns(engine->input->context, call->run->prep->id, call->id);
    return call->instr->sym && engine->module->syms.data[call->instr->sym].flags & SYM_NORETURN;
}

static void apply_external(const struct call *call, const struct state *before)
{
    const struct typestate *engine = call->run->engine;
    struct state state;
    state_copy(&state, before);
    bool keeps = !engine->input->keeps || engine->input->keeps(engine->input->context, call->run->prep->id, call->id);
    if (keeps && hands_over(call, NULL, &state))
        state.escaped = true;
    clobber_args(call, &state, true);
    finish(call, &state, RANGE_ALL);
}

/* ---- what a body writes ---- */

static bool is_modified(const struct run *run, const struct prep *callee, loc_id loc)
{
    const struct loc *at = loc_get(&run->engine->locs, loc);
    if (!at->is_memory)
        return false;
    if (callee->mods_all)
        return true;
    for (;; at = loc_get(&run->engine->locs, at->parent)) {
        if (at->kind == LOC_FIELD && map_get(&callee->mods, (uint64_t)at->arg * 2))
            return true;
        if (at->kind == LOC_GLOBAL && map_get(&callee->mods, (uint64_t)at->arg * 2 + 1))
            return true;
        if (!at->parent)
            return false;
    }
}

struct modified_query {
    const struct run *run;
    const struct prep *callee;
};

static bool fact_is_modified(void *context, loc_id loc)
{
    const struct modified_query *query = context;
    return is_modified(query->run, query->callee, loc);
}

static void forget_modified(const struct call *call, const struct prep *callee, struct state *state)
{
    struct modified_query query = {call->run, callee};
    facts_drop(&state->facts, fact_is_modified, &query);
    for (uint32_t i = 0; i < call->instr->arg_count; i++) {
        name_id arg = arg_name(call, i);
        if (arg && name_is_address(arg))
            facts_forget(&call->run->engine->locs, &state->facts, name_loc(arg));
    }
}

static void keep_names(struct state *state, const bool *keeps)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < state->name_count; i++)
        if (keeps[i])
            state->names[count++] = state->names[i];
    state->name_count = (uint8_t)count;
}

/* Is it inside of something whose address goes to a parameter that is written through? */
static bool is_under_written(const struct call *call, const struct prep *callee, name_id name)
{
    const struct locs *locs = &call->run->engine->locs;
    for (uint32_t i = 0; i < call->instr->arg_count && i < callee->func->param_count; i++) {
        name_id arg = arg_name(call, i);
        if (arg && name_is_address(arg) && callee->param_is_written_through[i + 1] &&
            loc_has_prefix(locs, name_loc(name), name_loc(arg)))
            return true;
    }
    return false;
}

/* A body that has nothing to do with the object. */
static void apply_opaque(const struct call *call, const struct prep *callee, const struct state *before,
                         struct range result)
{
    struct state state;
    bool keeps[NAMES_MOST];
    state_copy(&state, before);
    if (hands_over(call, callee, &state))
        state.escaped = true;
    if (callee) {
        for (uint32_t i = 0; i < state.name_count; i++)
            keeps[i] = name_is_address(state.names[i]) || (!is_modified(call->run, callee, name_loc(state.names[i])) &&
                                                           !is_under_written(call, callee, state.names[i]));
        keep_names(&state, keeps);
        forget_modified(call, callee, &state);
    } else {
        clobber_args(call, &state, false);
    }
    finish(call, &state, result);
}

/* ---- into a callee ---- */

static loc_id param_loc(struct typestate *engine, uint32_t arg)
{
    return loc_base(&engine->locs, LOC_LOCAL, arg + 1);
}

static bool is_global(const struct typestate *engine, name_id name)
{
    return loc_get(&engine->locs, loc_get(&engine->locs, name_loc(name))->root)->kind == LOC_GLOBAL;
}

/* An index of the caller's as a parameter of the callee's, when it was handed in. */
static bool step_inside(void *context, struct loc *step)
{
    const struct call *call = context;
    struct typestate *engine = call->run->engine;
    const struct ir_func *func = call->run->prep->func;
    for (uint32_t i = 0; i < call->instr->arg_count; i++) {
        ir_val arg = arg_of(call, i);
        bool is_it = step->kind == LOC_AT ? ir_val_kind(arg) == VAL_INT &&
                                                (uint32_t)func->ints.data[ir_val_index(arg)] == step->arg
                                          : ir_val_kind(arg) == VAL_PATH && walk_val_loc(call->run, arg) == step->arg;
        if (is_it) {
            step->kind = LOC_INDEX;
            step->arg = param_loc(engine, i);
            return true;
        }
    }
    return step->kind == LOC_AT || loc_get(&engine->locs, step->arg)->kind == LOC_GLOBAL;
}

static bool step_stays(void *context, struct loc *step)
{
    const struct typestate *engine = ((const struct call *)context)->run->engine;
    return step->kind == LOC_AT || loc_get(&engine->locs, step->arg)->kind == LOC_GLOBAL;
}

static void name_inside(const struct call *call, const struct prep *callee, name_id name, prep_step_fn *move,
                        struct state *inside)
{
    struct typestate *engine = call->run->engine;
    for (uint32_t i = 0; i <= call->instr->arg_count && i <= callee->func->param_count; i++) {
        name_id arg = i ? arg_name(call, i - 1) : 0, moved = name;
        if (i)
            moved = arg ? name_translate(&engine->locs, name, arg, NAME_HELD(param_loc(engine, i - 1))) : 0;
        else if (!is_global(engine, name))
            moved = 0;
        loc_id loc = moved ? prep_rebase(engine, name_loc(moved), move, (void *)(uintptr_t)call) : 0;
        if (loc)
            state_add(inside, name_is_address(moved) ? NAME_AT(loc) : NAME_HELD(loc));
    }
}

/* How the callee calls what the caller calls `name`: all its ways. */
static void names_inside(const struct call *call, const struct prep *callee, name_id name, struct state *inside)
{
    name_inside(call, callee, name, step_stays, inside);
    name_inside(call, callee, name, step_inside, inside);
}

static bool is_touched(const struct prep *callee, const struct state *inside)
{
    for (uint32_t i = 0; i < callee->touched_out.count; i++)
        if (state_has(inside, callee->touched_out.data[i]))
            return true;
    for (uint32_t i = 0; i < callee->returned_out.count; i++)
        if (state_has(inside, callee->returned_out.data[i]))
            return true;
    return false;
}

/* What the caller calls the places that the callee's branches ask; the same each time. */
static const loc_id *tested_outside(const struct call *call, const struct prep *callee)
{
    struct typestate *engine = call->run->engine;
    struct prep *prep = call->run->prep;
    if (!prep->tested_outside)
        prep->tested_outside = arena_array(engine->arena, loc_id *, prep->func->instrs.count);
    loc_id **slot = &prep->tested_outside[call->id];
    if (*slot)
        return *slot;
    *slot = arena_array(engine->arena, loc_id, callee->tested_out.count);
    for (uint32_t i = 0; i < callee->tested_out.count; i++)
        (*slot)[i] = prep_loc_to_caller(engine, callee, prep, call->instr, callee->tested_out.data[i]);
    return *slot;
}

/* What the caller knows of a place that the callee's branches ask. */
static struct range known_inside(const struct call *call, const struct state *state, loc_id asked, loc_id outside)
{
    const struct loc *loc = loc_get(&call->run->engine->locs, asked);
    if (loc->kind == LOC_LOCAL && loc->arg <= call->instr->arg_count)
        return walk_value(call->run, state, arg_of(call, loc->arg - 1));
    return outside ? facts_range(&state->facts, outside) : RANGE_ALL;
}

static void facts_inside(const struct call *call, const struct state *state, const struct prep *callee,
                         struct facts *facts)
{
    const loc_id *outside = tested_outside(call, callee);
    for (uint32_t i = 0; i < callee->tested_out.count; i++) {
        struct fact fact = {.loc = callee->tested_out.data[i]};
        fact.range = known_inside(call, state, fact.loc, outside[i]);
        if (!range_equal(fact.range, RANGE_ALL))
            facts_set(facts, fact);
    }
}

static struct context *find_context(const struct prep *callee, const struct state *inside)
{
    for (uint32_t i = 0; i < callee->contexts.count; i++) {
        struct context *context = callee->contexts.data[i];
        if (context->typestate == inside->typestate && context->name_count == inside->name_count &&
            !memcmp(context->names, inside->names, inside->name_count * sizeof *inside->names) &&
            facts_equal(&context->facts, &inside->facts))
            return context;
    }
    return NULL;
}

static struct context *add_context(struct typestate *engine, struct prep *callee, const struct state *inside)
{
    struct context *context = arena_new(engine->arena, struct context);
    context->typestate = inside->typestate;
    context->name_count = inside->name_count;
    memcpy(context->names, inside->names, sizeof context->names);
    context->facts = inside->facts;
    *vec_push(engine->arena, &callee->contexts) = context;
    return context;
}

static void run_context(struct typestate *engine, struct prep *callee, struct context *context,
                        const struct state *inside)
{
    struct arena_mark mark = arena_mark(engine->scratch);
    struct run run;
    walk_open(&run, engine, callee);
    run.context = context;
    run.tally = arena_array(engine->scratch, struct tally, callee->func->instrs.count);
    engine->call_depth++;
    walk_seed(&run, 1, inside);
    walk_all(&run);
    engine->call_depth--;
    for (uint32_t i = 0; i < context->errors.count; i++) {
        const struct typestate_step *last = context->errors.data[i].steps;
        for (uint32_t j = 0; j < context->errors.data[i].step_count; j++)
            if (!context->errors.data[i].steps[j].depth)
                last = &context->errors.data[i].steps[j];
        context->errors.data[i].must &= !run.tally[last->instr].good;
    }
    context->matched_ok = run.matched_ok;
    context->is_done = true;
    arena_release(engine->scratch, mark);
}

/* NULL: recursive or too deep. */
static const struct context *enter(const struct call *call, struct prep *callee, struct state *inside)
{
    struct typestate *engine = call->run->engine;
    struct context *context = find_context(callee, inside);
    if (!context && callee->contexts.count >= CONTEXTS_MOST) {
        inside->facts.count = 0;
        context = find_context(callee, inside);
    }
    if (context)
        return context->is_done ? context : NULL;
    if (engine->call_depth >= CALL_DEEPEST)
        return NULL;
    context = add_context(engine, callee, inside);
    run_context(engine, callee, context, inside);
    return context;
}

/* ---- and back ---- */

/* Does the caller's name still name the object behind the call? */
static bool name_survives(const struct call *call, const struct prep *callee, const struct way *way, name_id name)
{
    struct state inside = {0};
    bool through_memory = false;
    names_inside(call, callee, name, &inside);
    for (uint32_t i = 0; i < inside.name_count; i++) {
        const struct loc *loc = loc_get(&call->run->engine->locs, name_loc(inside.names[i]));
        if (name_is_address(inside.names[i]) || (!loc->depth && loc->kind == LOC_LOCAL))
            continue; /* a value of the parameter's own, or a place that stays where it is */
        through_memory = true;
        for (uint32_t j = 0; j < way->name_count; j++)
            if (way->names[j] == inside.names[i])
                return true;
    }
    return !through_memory && (name_is_address(name) || !is_modified(call->run, callee, name_loc(name)));
}

static void add_names_outside(const struct call *call, const struct prep *callee, const struct way *way,
                              struct state *state)
{
    struct typestate *engine = call->run->engine;
    loc_id result = loc_base(&engine->locs, LOC_RESULT, 0), dst = dst_of(call);
    for (uint32_t i = 0; i < way->name_count; i++) {
        name_id name = way->names[i];
        if (loc_get(&engine->locs, name_loc(name))->root == result) {
            name_id outside = dst ? name_replace(&engine->locs, name, result, dst) : 0;
            state_add(state, outside);
        } else {
            state_add(state, prep_to_caller(engine, callee, call->run->prep, call->instr, name));
        }
    }
}

static void add_facts_outside(const struct call *call, const struct prep *callee, const struct way *way,
                              struct state *state)
{
    struct typestate *engine = call->run->engine;
    loc_id dst = dst_of(call);
    if (dst && !range_equal(way->result, RANGE_ALL))
        facts_set(&state->facts, (struct fact){.loc = dst, .range = way->result});
    for (uint32_t i = 0; i < way->facts.count; i++) {
        struct fact fact = {.range = way->facts.items[i].range};
        fact.loc = prep_loc_to_caller(engine, callee, call->run->prep, call->instr, way->facts.items[i].loc);
        if (fact.loc && map_get(&call->run->prep->is_tested, fact.loc)) /* others would only crowd out */
            facts_set(&state->facts, fact);
    }
}

static bool has_event(const struct typestate_step *steps, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (steps[i].kind == STEP_EVENT)
            return true;
    return false;
}

static void apply_way(const struct call *call, const struct prep *callee, const struct way *way,
                      const struct state *before)
{
    struct state state;
    bool keeps[NAMES_MOST];
    state_copy(&state, before);
    for (uint32_t i = 0; i < state.name_count; i++)
        keeps[i] = name_survives(call, callee, way, state.names[i]);
    keep_names(&state, keeps);
    forget_modified(call, callee, &state);
    if (dst_of(call))
        walk_write(call->run, &state, dst_of(call));
    add_names_outside(call, callee, way, &state);
    add_facts_outside(call, callee, way, &state);
    state.typestate = way->typestate;
    state.escaped |= way->escaped;
    state.inherited &= way->inherited;
    if (has_event(way->steps, way->step_count)) {
        struct typestate_step step = {.kind = STEP_CALL, .func = call->run->prep->id, .instr = call->id};
        walk_push(call->run, &state, step, way->steps, way->step_count);
    }
    set_merge(call->run, call->out, &state, false);
}

static void report_errors(const struct call *call, const struct context *context, const struct state *before)
{
    struct state state;
    state_copy(&state, before);
    for (uint32_t i = 0; i < context->errors.count; i++) {
        const struct inner_error *error = &context->errors.data[i];
        struct hit hit = {.error = error->error, .state = error->state, .event = error->event, .instr = call->id};
        hit.must_inside = error->must;
        hit.object = state.name_count ? state.names[0] : 0;
        walk_hit(call->run, &state, hit, error->steps, error->step_count);
    }
    if (context->matched_ok) {
        call->run->tally[call->id].good += context->errors.count == 0;
        call->run->matched_ok = true;
    }
}

static void apply_body(const struct call *call, ir_func_id body, const struct state *before, bool is_only)
{
    struct prep *callee = typestate_prep(call->run->engine, body);
    struct range result = callee && is_only ? callee->result : RANGE_ALL;
    bool has_to_do = callee && (callee->touched_out.count || callee->returned_out.count);
    if (!has_to_do || !before->typestate) {
        apply_opaque(call, callee, before, result);
        return;
    }
    struct state inside = {.typestate = before->typestate, .inherited = true};
    for (uint32_t i = 0; i < before->name_count; i++)
        names_inside(call, callee, before->names[i], &inside);
    if (!is_touched(callee, &inside)) {
        apply_opaque(call, callee, before, result);
        return;
    }
    facts_inside(call, before, callee, &inside.facts);
    const struct context *context = enter(call, callee, &inside);
    if (!context) {
        apply_opaque(call, callee, before, result);
        return;
    }
    report_errors(call, context, before);
    for (uint32_t i = 0; i < context->ways.count; i++)
        apply_way(call, callee, &context->ways.data[i], before);
}

void call_apply(struct run *run, const struct state *before, ir_instr_id id, struct set *out)
{
    struct call call = {run, id, &run->prep->func->instrs.data[id], out};
    const ir_func_id *bodies;
    bool complete;
    if (never_returns(&call))
        return;
    if (run->prep->events_at[id].count) {
        struct state state;
        state_copy(&state, before);
        clobber_args(&call, &state, false);
        set_merge(run, out, &state, false); /* the event's own effect stands; the result is written behind it */
        return;
    }
    uint32_t count = typestate_bodies(run->engine, run->prep->id, id, &bodies, &complete);
    if (count == 1)
        apply_body(&call, bodies[0], before, complete);
    for (uint32_t i = 0; count > 1 && i < count && i < BODIES_MOST; i++) /* one of several: not followed, only feared */
        apply_opaque(&call, typestate_prep(run->engine, bodies[i]), before, RANGE_ALL);
    if (!count)
        apply_external(&call, before);
    else if (!complete || count > BODIES_MOST)
        apply_opaque(&call, NULL, before, RANGE_ALL);
}

/* ---- out of the frame ---- */

/* Can somebody outside use the name, meaning the same? */
static bool is_outer_name(const struct run *run, name_id name)
{
    const struct loc *loc = loc_get(&run->engine->locs, name_loc(name));
    const struct loc *root = loc_get(&run->engine->locs, loc->root);
    if (root->kind == LOC_GLOBAL || root->kind == LOC_RESULT)
        return true;
    return root->kind == LOC_LOCAL && root->arg <= run->prep->func->param_count && loc->is_memory &&
           !run->prep->param_is_written[root->arg];
}

static void leave_names(const struct run *run, const struct state *state, ir_val result, struct state *out)
{
    struct locs *locs = &run->engine->locs;
    loc_id held = loc_base(locs, LOC_RESULT, 0);
    name_id from = name_of_val(locs, run->prep->loc_of, result);
    for (uint32_t i = 0; i < state->name_count; i++) {
        name_id name = state->names[i];
        if (is_outer_name(run, name))
            state_add(out, name);
        if (!from)
            continue;
        state_add(out, name_translate(locs, name, from, NAME_HELD(held)));
        if (!name_is_address(from) && !name_is_address(name))
            state_add(out, name_replace(locs, name, name_loc(from), held));
    }
}

static bool is_inner_fact(void *context, loc_id loc)
{
    const struct run *run = context;
    return !loc_get(&run->engine->locs, loc)->is_memory || !is_outer_name(run, NAME_HELD(loc));
}

static bool ways_alike(const struct way *a, const struct way *b, bool strictly)
{
    return a->typestate == b->typestate &&
           (!strictly || (a->escaped == b->escaped && a->inherited == b->inherited && a->name_count == b->name_count &&
                          !memcmp(a->names, b->names, a->name_count * sizeof *a->names) &&
                          range_equal(a->result, b->result)));
}

static void join_way(struct way *into, const struct way *way)
{
    struct state mine = {.name_count = 0}, theirs = {.name_count = way->name_count};
    memcpy(theirs.names, way->names, sizeof theirs.names);
    for (uint32_t i = 0; i < into->name_count; i++)
        if (state_has(&theirs, into->names[i]))
            state_add(&mine, into->names[i]);
    into->name_count = mine.name_count;
    memcpy(into->names, mine.names, sizeof into->names);
    into->escaped |= way->escaped;
    into->inherited &= way->inherited;
    into->result = range_join(into->result, way->result, true);
    facts_join(&into->facts, &way->facts, true);
}

/* NULL: it joined another one. */
static struct way *add_way(struct typestate *engine, way_list *ways, const struct way *way)
{
    for (int strictly = 1; strictly >= 0; strictly--) {
        for (uint32_t i = 0; i < ways->count; i++)
            if (ways_alike(&ways->data[i], way, strictly)) {
                join_way(&ways->data[i], way);
                return NULL;
            }
        if (ways->count < WAYS_MOST)
            break;
    }
    if (ways->count == WAYS_MOST)
        return NULL;
    struct way *slot = vec_push(engine->arena, ways);
    *slot = *way;
    return slot;
}

static struct way make_way(struct run *run, const struct state *state, const struct state *names, ir_val result)
{
    struct way way = {.typestate = state->typestate, .escaped = state->escaped, .inherited = state->inherited};
    way.name_count = names->name_count;
    memcpy(way.names, names->names, sizeof way.names);
    way.result = walk_value(run, state, result);
    way.facts = state->facts;
    facts_drop(&way.facts, is_inner_fact, run);
    return way;
}

/* A story that tells nothing but branches is none. */
static void tell_way(struct run *run, const struct state *state, struct way *way)
{
    for (const struct node *node = state->node; node; node = node->previous)
        if (node->step.kind != STEP_BRANCH) {
            way->steps = walk_story(run, state->node, &way->step_count);
            return;
        }
}

static void add_state(struct run *run, way_list *ways, const struct state *state, const struct state *names,
                      ir_val result)
{
    struct way made = make_way(run, state, names, result), *way = add_way(run->engine, ways, &made);
    if (way)
        tell_way(run, state, way);
}

void call_leave(struct run *run, const struct state *state, const struct ir_instr *instr)
{
    struct typestate *engine = run->engine;
    const struct typestate_automaton *automaton = engine->input->automaton;
    struct state names = {0};
    bool returns = instr->op == IR_RETURN;
    leave_names(run, state, returns ? instr->a : 0, &names);
    if (run->context) {
        if (returns)
            add_state(run, &run->context->ways, state, &names, instr->a);
        return;
    }
    if (!run->birth || !run->birth->is_real)
        return;
    ir_instr_id id = (ir_instr_id)(instr - run->prep->func->instrs.data);
    if (names.name_count && returns)
        add_state(run, &run->exits, state, &names, instr->a);
    if (!names.name_count && automaton->lost_error && automaton->lost_error[state->typestate] && !state->escaped) {
        struct state copy;
        state_copy(&copy, state);
        walk_hit(run, &copy,
                (struct hit){.error = automaton->lost_error[state->typestate], .state = state->typestate,
                             .event = UINT8_MAX, .instr = id, .must_inside = true},
                NULL, 0);
    } else {
        run->tally[id].good++;
    }
}
