/* The objects of a function, and what is to be said of them. */
#include "flow/typestate.h"
#include "base/sort.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "flow/typestate_parts.h"
#include "ir/text.h"

typedef VEC(struct birth) birth_list;

struct typestate *typestate_create(struct arena *arena, const struct typestate_input *input)
{
    struct typestate *engine = arena_new(arena, struct typestate);
    engine->arena = arena;
    engine->input = arena_dup(arena, input, sizeof *input);
    engine->module = input->module;
    engine->preps = arena_array(arena, struct prep *, input->module->funcs.count);
    locs_init(&engine->locs, arena);
    return engine;
}

/* ---- births ---- */

static void add_birth(struct typestate *engine, birth_list *births, struct birth birth, name_id name)
{
    if (name) {
        birth.names[0] = name;
        birth.name_count = 1;
    }
    if (birth.name_count)
        *vec_push(engine->scratch, births) = birth;
}

static void births_by_events(struct typestate *engine, const struct prep *prep, ir_instr_id id, birth_list *births)
{
    struct event_range range = prep->events_at[id];
    for (uint32_t i = 0; i < range.count; i++) {
        const struct event *event = &prep->events.data[range.first + i];
        if (event->born)
            add_birth(engine, births,
                      (struct birth){.instr = id, .typestate = event->born, .event = event->event, .is_real = true,
                                     .success = event->success, .result = event->result, .result_range = RANGE_ALL,
                                     .born_func = prep->id, .born_instr = id},
                      event->object);
    }
}

/* What a callee made and handed out, under the caller's names. */
static void birth_by_creation(struct typestate *engine, const struct prep *prep, ir_instr_id id,
                              const struct prep *callee, const struct creation *creation, birth_list *births)
{
    const struct ir_instr *call = &prep->func->instrs.data[id];
    loc_id result = loc_base(&engine->locs, LOC_RESULT, 0), dst = call->dst ? prep->loc_of[call->dst] : 0;
    struct birth birth = {.instr = id, .typestate = creation->typestate, .is_real = true, .result = dst};
    birth.result_range = creation->result;
    birth.inner = creation->steps;
    birth.inner_count = creation->step_count;
    birth.born_func = creation->born_func;
    birth.born_instr = creation->born_instr;
    for (uint32_t i = 0; i < creation->name_count; i++) {
        name_id name = creation->names[i];
        bool is_result = loc_get(&engine->locs, name_loc(name))->root == result;
        name = !is_result ? prep_to_caller(engine, callee, prep, call, name)
               : dst      ? name_replace(&engine->locs, name, result, dst)
                          : 0;
        if (name)
            birth.names[birth.name_count++] = name;
    }
    for (uint32_t i = 0; i < creation->facts.count; i++) {
        struct fact fact = {.range = creation->facts.items[i].range};
        fact.loc = prep_loc_to_caller(engine, callee, prep, call, creation->facts.items[i].loc);
        if (fact.loc && map_get(&prep->is_tested, fact.loc))
            facts_set(&birth.facts, fact);
    }
    add_birth(engine, births, birth, 0);
}

static void births_by_callees(struct typestate *engine, const struct prep *prep, ir_instr_id id, birth_list *births)
{
    const ir_func_id *bodies;
    bool complete;
    if (prep->func->instrs.data[id].op != IR_CALL || prep->events_at[id].count)
        return;
    uint32_t count = typestate_bodies(engine, prep->id, id, &bodies, &complete);
    for (uint32_t i = 0; i < count && count == 1; i++) {
        struct prep *callee = typestate_prep(engine, bodies[i]);
        if (!callee || !callee->makes_any || callee->answer_is_busy)
            continue;
        typestate_analyse(engine, bodies[i]);
        for (uint32_t j = 0; j < callee->creations.count; j++)
            birth_by_creation(engine, prep, id, callee, &callee->creations.data[j], births);
    }
}

static bool is_entry_name(const struct typestate *engine, const struct prep *prep, name_id name)
{
    const struct loc *loc = loc_get(&engine->locs, name_loc(name)), *root = loc_get(&engine->locs, loc->root);
    bool is_param = root->kind == LOC_LOCAL && root->arg <= prep->func->param_count;
    return root->kind == LOC_GLOBAL || is_param || (name_is_address(name) && !loc->is_memory);
}

/* The result has a name already: what was returned is one of the caller's own places. */
static bool is_accessor(struct typestate *engine, const struct prep *prep, ir_instr_id id)
{
    const struct prep *callee = prep->events_at[id].count ? NULL : prep_single_callee(engine, prep, id);
    return callee && callee->returned_out.count && !callee->returns_more;
}

/* A new index means another element: `table[i].fd` begins anew at `i++`. */
static bool is_index_definition(const struct typestate *engine, const struct prep *prep, ir_instr_id id, name_id name)
{
    const struct ir_instr *instr = &prep->func->instrs.data[id];
    loc_id dst = instr->dst ? prep->loc_of[instr->dst] : 0;
    return dst && loc_get(&engine->locs, dst)->kind == LOC_LOCAL && instr->op != IR_LIFE_BEGIN &&
           instr->op != IR_LIFE_END && is_entry_name(engine, prep, name) &&
           !loc_has_prefix(&engine->locs, name_loc(name), dst) && loc_is_changed_by(&engine->locs, name_loc(name), dst);
}

/* Does the instruction give the place, or the way to it, a value from nobody knows where? */
static bool is_opaque_definition(struct typestate *engine, const struct prep *prep, ir_instr_id id, name_id name)
{
    const struct ir_instr *instr = &prep->func->instrs.data[id];
    if (!instr->dst || !loc_has_prefix(&engine->locs, name_loc(name), prep->loc_of[instr->dst]))
        return false;
    if (name_is_address(name) && !loc_get(&engine->locs, name_loc(name))->is_memory)
        return false;
    enum ir_val_kind kind = ir_val_kind(instr->a);
    if (instr->op == IR_COPY)
        return kind == VAL_UNKNOWN || (kind == VAL_PATH && loc_get(&engine->locs, prep->loc_of[ir_val_index(instr->a)])->is_vague);
    return (instr->op == IR_CALL && !is_accessor(engine, prep, id)) || instr->op == IR_AWAIT || instr->op == IR_CATCH;
}

/* A call that is handed &x may have given x its value. */
static bool is_out_argument(struct typestate *engine, const struct prep *prep, ir_instr_id id, name_id name)
{
    const struct ir_instr *instr = &prep->func->instrs.data[id];
    if (instr->op != IR_CALL || prep->events_at[id].count || name_is_address(name))
        return false;
    for (uint32_t i = 0; i < instr->arg_count; i++) {
        name_id arg = name_of_val(&engine->locs, prep->loc_of, prep->func->args.data[instr->first_arg + i]);
        if (arg && name_is_address(arg) && loc_has_prefix(&engine->locs, name_loc(name), name_loc(arg)))
            return true;
    }
    return false;
}

static bool has_real_birth(const birth_list *births, uint32_t first, ir_instr_id id)
{
    for (uint32_t i = first; i < births->count; i++)
        if (births->data[i].instr == id && births->data[i].is_real)
            return true;
    return false;
}

/* By the root of their base, so that an instruction meets only the names it can define. */
static void assumed_births(struct typestate *engine, const struct prep *prep, birth_list *births)
{
    uint8_t assumed = engine->input->automaton->assumed;
    for (uint32_t i = 0; assumed && i < prep->touched.count; i++) {
        name_id name = prep->touched.data[i];
        struct birth birth = {.typestate = assumed, .result_range = RANGE_ALL};
        if (is_entry_name(engine, prep, name))
            add_birth(engine, births, birth, name);
        for (ir_instr_id id = 1; id < prep->func->instrs.count; id++) {
            const struct ir_instr *instr = &prep->func->instrs.data[id];
            if (!instr->dst && instr->op != IR_CALL)
                continue;
            birth.instr = id;
            if ((is_opaque_definition(engine, prep, id, name) || is_index_definition(engine, prep, id, name) ||
                 is_out_argument(engine, prep, id, name)) &&
                !has_real_birth(births, 0, id))
                add_birth(engine, births, birth, name);
        }
    }
}

static birth_list find_births(struct typestate *engine, const struct prep *prep)
{
    birth_list births = {0};
    for (ir_instr_id id = 1; id < prep->func->instrs.count; id++) {
        births_by_events(engine, prep, id, &births);
        births_by_callees(engine, prep, id, &births);
    }
    assumed_births(engine, prep, &births);
    return births;
}

/* ---- objects ---- */

struct analysis {
    struct typestate *engine;
    struct prep *prep;
    birth_list births;
    struct state *start; /* by birth: what is known when it is born; typestate 0: never reached */
    struct hits hits;
    struct tally *tally;
};

static bool apply_success(struct state *state, const struct birth *birth)
{
    for (uint32_t i = 0; i < birth->facts.count; i++)
        facts_set(&state->facts, birth->facts.items[i]);
    if (!birth->result)
        return true;
    if (!range_equal(birth->result_range, RANGE_ALL))
        facts_set(&state->facts, (struct fact){.loc = birth->result, .range = birth->result_range});
    switch ((enum typestate_success)birth->success) {
    case SUCCESS_NOT_NEGATIVE:
        return facts_refine(&state->facts, birth->result, BIN_GE, 0);
    case SUCCESS_NOT_NULL:
        return facts_refine(&state->facts, birth->result, BIN_NE, 0);
    case SUCCESS_ZERO:
        return facts_refine(&state->facts, birth->result, BIN_EQ, 0);
    case SUCCESS_ALWAYS:
        break;
    }
    return true;
}

static void start_births(struct analysis *analysis, ir_instr_id id, const struct state *known)
{
    for (uint32_t i = 0; i < analysis->births.count; i++) {
        const struct birth *birth = &analysis->births.data[i];
        if (birth->instr != id)
            continue;
        struct state *state = &analysis->start[i];
        state_copy(state, known);
        state->node = NULL;
        state->typestate = birth->typestate;
        for (uint32_t j = 0; j < birth->name_count; j++)
            state_add(state, birth->names[j]);
        if (!apply_success(state, birth))
            state->typestate = 0;
    }
}

/* Once through the function with no object: what is known at each birth. */
static void run_facts(struct analysis *analysis)
{
    struct typestate *engine = analysis->engine;
    struct prep *prep = analysis->prep;
    struct state nothing = {0};
    struct run run;
    struct arena_mark mark = arena_mark(engine->scratch);
    walk_open(&run, engine, prep);
    run.tally = arena_array(engine->scratch, struct tally, prep->func->instrs.count);
    run.hits = &analysis->hits;
    walk_seed(&run, 1, &nothing);
    walk_all(&run);
    start_births(analysis, 0, &nothing);
    bool *has_birth = arena_array(engine->scratch, bool, prep->func->instrs.count);
    for (uint32_t i = 0; i < analysis->births.count; i++)
        has_birth[analysis->births.data[i].instr] = true;
    for (uint32_t i = 0; i < prep->cfg->rpo_count; i++) {
        ir_block_id block = prep->cfg->rpo[i];
        const struct ir_block *data = &prep->func->blocks.data[block];
        struct set set = set_copy(&run, &run.at[block]);
        for (ir_instr_id id = data->first; id < data->first + data->count && set.count; id++) {
            walk_instr(&run, &set, id);
            if (has_birth[id] && set.count)
                start_births(analysis, id, set.items[0]);
        }
    }
    arena_release(engine->scratch, mark);
}

static void first_step(struct run *run, struct state *state, const struct birth *birth)
{
    struct typestate_step step = {.kind = STEP_START, .func = run->prep->id, .instr = birth->instr};
    if (birth->is_real)
        step.kind = birth->inner_count ? STEP_CALL : STEP_EVENT;
    step.event = birth->event;
    walk_push(run, state, step, birth->inner, birth->inner_count);
}

/* The same object by another way: made by the same instruction, wherever that is, and handed out alike. */
static struct creation *find_creation(const struct prep *prep, const struct birth *birth, const struct way *way)
{
    for (uint32_t i = 0; i < prep->creations.count; i++) {
        struct creation *creation = &prep->creations.data[i];
        if (creation->born_func == birth->born_func && creation->born_instr == birth->born_instr &&
            creation->typestate == way->typestate && creation->name_count == way->name_count &&
            !memcmp(creation->names, way->names, way->name_count * sizeof *way->names) &&
            range_equal(creation->result, way->result))
            return creation;
    }
    return NULL;
}

static void add_creations(struct typestate *engine, struct prep *prep, const struct birth *birth, const way_list *exits)
{
    enum { CREATIONS_MOST = 8 };
    for (uint32_t i = 0; i < exits->count; i++) {
        const struct way *way = &exits->data[i];
        struct creation *creation = find_creation(prep, birth, way);
        if (creation)
            facts_join(&creation->facts, &way->facts, true);
        if (creation || prep->creations.count == CREATIONS_MOST)
            continue;
        creation = vec_push(engine->arena, &prep->creations);
        creation->typestate = way->typestate;
        creation->name_count = way->name_count;
        memcpy(creation->names, way->names, sizeof creation->names);
        creation->result = way->result;
        creation->facts = way->facts;
        creation->steps = way->steps;
        creation->step_count = way->step_count;
        creation->born_func = birth->born_func;
        creation->born_instr = birth->born_instr;
    }
}

static void run_object(struct analysis *analysis, uint32_t index)
{
    struct typestate *engine = analysis->engine;
    struct run run;
    struct arena_mark mark = arena_mark(engine->scratch);
    walk_open(&run, engine, analysis->prep);
    run.birth = &analysis->births.data[index];
    run.tally = analysis->tally;
    run.hits = &analysis->hits;
    struct state *state = &analysis->start[index];
    first_step(&run, state, run.birth);
    walk_from(&run, run.birth->instr, state);
    walk_all(&run);
    add_creations(engine, analysis->prep, run.birth, &run.exits);
    arena_release(engine->scratch, mark);
}

/* ---- answers ---- */

static int compare_hits(const void *left, const void *right)
{
    const struct hit *a = left, *b = right;
    if (a->instr != b->instr)
        return a->instr < b->instr ? -1 : 1;
    if (a->error != b->error)
        return a->error < b->error ? -1 : 1;
    if (a->birth->is_real != b->birth->is_real)
        return a->birth->is_real ? -1 : 1;
    if (a->step_count != b->step_count)
        return a->step_count < b->step_count ? -1 : 1;
    return a < b ? -1 : 1;
}

static const char *text_of_name(const struct analysis *analysis, name_id name)
{
    struct typestate *engine = analysis->engine;
    struct buf text = {0};
    bool good = name && loc_print(&text, &engine->locs, engine->module, analysis->prep->func, name_loc(name));
    const char *result = good ? arena_strdup(engine->arena, text.data) : NULL;
    buf_free(&text);
    return result;
}

static struct typestate_violation violation_of(const struct analysis *analysis, const struct hit *hit)
{
    struct typestate_violation violation = {.error = hit->error, .state = hit->state, .event = hit->event};
    violation.func = analysis->prep->id;
    violation.instr = hit->instr;
    violation.must = hit->must_inside && !analysis->tally[hit->instr].good;
    violation.born_func = hit->birth->born_func;
    violation.born_instr = hit->birth->born_instr;
    violation.object = text_of_name(analysis, hit->object ? hit->object : hit->birth->names[0]);
    violation.steps = hit->steps;
    violation.step_count = hit->step_count;
    return violation;
}

/* One per instruction and error: of several objects and ways the most real and the shortest. */
static void tell(struct analysis *analysis, struct typestate_result *result)
{
    VEC(struct typestate_violation) violations = {0};
    struct hit *hits = analysis->hits.items.data;
    uint32_t count = analysis->hits.items.count;
    if (count)
        sort_items(hits, count, sizeof *hits, compare_hits);
    for (uint32_t i = 0; i < count; i++) {
        if (i && hits[i].instr == hits[i - 1].instr && hits[i].error == hits[i - 1].error)
            continue;
        *vec_push(analysis->engine->arena, &violations) = violation_of(analysis, &hits[i]);
    }
    result->violations = violations.data;
    result->count = violations.count;
}

static void analyse(struct typestate *engine, struct prep *prep)
{
    struct analysis analysis = {.engine = engine, .prep = prep};
    analysis.births = find_births(engine, prep);
    if (!analysis.births.count)
        return;
    analysis.start = arena_array(engine->scratch, struct state, analysis.births.count);
    analysis.tally = arena_array(engine->scratch, struct tally, prep->func->instrs.count);
    run_facts(&analysis);
    for (uint32_t i = 0; i < analysis.births.count && engine->steps_left > 0; i++)
        if (analysis.start[i].typestate)
            run_object(&analysis, i);
    tell(&analysis, prep->answer);
}

const struct typestate_result *typestate_analyse(struct typestate *engine, ir_func_id func)
{
    static const struct typestate_result none;
    struct prep *prep = typestate_prep(engine, func);
    if (!prep || prep->answer_is_busy)
        return &none;
    if (prep->answer)
        return prep->answer;
    prep->answer = arena_new(engine->arena, struct typestate_result);
    if (!prep->touched.count && !prep->makes_any)
        return prep->answer;
    prep->answer_is_busy = true;
    struct arena *outer_scratch = engine->scratch;
    int64_t outer_steps = engine->steps_left;
    bool outer_bounded = engine->bounded;
    engine->scratch = arena_create("typestate");
    engine->steps_left = TYPESTATE_STEPS;
    engine->bounded = false;
    analyse(engine, prep);
    prep->answer->bounded = engine->bounded;
    if (engine->bounded && engine->input->bounded)
        engine->input->bounded(engine->input->context, func);
    arena_destroy(engine->scratch);
    engine->scratch = outer_scratch;
    engine->steps_left = outer_steps;
    engine->bounded = outer_bounded;
    prep->answer_is_busy = false;
    return prep->answer;
}

/* ---- dumps ---- */

static void print_step(struct buf *out, const struct typestate *engine, const struct typestate_step *step)
{
    static const char *const kinds[] = {"start", "event", "call", "branch", "exit"};
    const struct ir_func *func = &engine->module->funcs.data[step->func];
    buf_printf(out, "  %*s%s", (int)step->depth * 2, "", kinds[step->kind]);
    if (step->kind == STEP_BRANCH)
        buf_text(out, step->taken ? " yes" : " no");
    if (step->instr) {
        buf_text(out, ": ");
        ir_print_instr(out, engine->module, func, step->instr);
    } else {
        buf_printf(out, ": entry of %s", ir_sym_name(engine->module, func->sym));
    }
    buf_char(out, '\n');
}

void typestate_print(struct buf *out, struct typestate *engine, ir_func_id func)
{
    const struct typestate_result *result = typestate_analyse(engine, func);
    const struct ir_func *data = &engine->module->funcs.data[func];
    buf_printf(out, "%s:%s\n", ir_sym_name(engine->module, data->sym), result->bounded ? " bounded" : "");
    for (uint32_t i = 0; i < result->count; i++) {
        const struct typestate_violation *violation = &result->violations[i];
        buf_printf(out, "  %s error %u of ", violation->must ? "must" : "may", violation->error);
        buf_printf(out, "%s in state %s\n", violation->object ? violation->object : "?",
                   engine->input->automaton->states[violation->state]);
        for (uint32_t j = 0; j < violation->step_count; j++)
            print_step(out, engine, &violation->steps[j]);
    }
}
