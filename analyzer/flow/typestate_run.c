/* One object through one frame. */
#include <string.h>

#include "flow/typestate_parts.h"

/* ---- states ---- */

bool state_has(const struct state *state, name_id name)
{
    for (uint32_t i = 0; i < state->name_count; i++)
        if (state->names[i] == name)
            return true;
    return false;
}

bool state_add(struct state *state, name_id name)
{
    if (!name || state->name_count == NAMES_MOST || state_has(state, name))
        return false;
    uint32_t at = state->name_count++;
    for (; at && state->names[at - 1] > name; at--)
        state->names[at] = state->names[at - 1];
    state->names[at] = name;
    return true;
}

static void remove_name(struct state *state, uint32_t at)
{
    state->name_count--;
    memmove(state->names + at, state->names + at + 1, (state->name_count - at) * sizeof *state->names);
}

static bool same_names(const struct state *a, const struct state *b)
{
    return a->name_count == b->name_count && !memcmp(a->names, b->names, a->name_count * sizeof *a->names);
}

static bool keep_common_names(struct state *into, const struct state *other)
{
    bool changed = false;
    for (uint32_t at = into->name_count; at-- > 0;)
        if (!state_has(other, into->names[at])) {
            remove_name(into, at);
            changed = true;
        }
    return changed;
}

/* Where two ways fork, when only branches lie between there and here: which way was taken doesn't matter then. */
static const struct node *common_node(const struct node *a, const struct node *b)
{
    const struct node *mine = a;
    while (a != b && a && b) {
        const struct node **longer = a->length >= b->length ? &a : &b;
        if ((*longer)->step.kind != STEP_BRANCH)
            return mine;
        *longer = (*longer)->previous;
    }
    return a == b ? a : mine;
}

static bool merge_into(struct state *into, const struct state *state, bool widen)
{
    bool changed = facts_join(&into->facts, &state->facts, widen);
    changed |= keep_common_names(into, state);
    changed |= (state->escaped && !into->escaped) || (!state->inherited && into->inherited);
    into->escaped |= state->escaped;
    into->inherited &= state->inherited;
    into->node = common_node(into->node, state->node);
    return changed;
}

/* The state in the set that is like this one, in this order of strictness; NULL: none. */
static struct state *find_like(const struct set *set, const struct state *state, bool by_names)
{
    for (uint32_t i = 0; i < set->count; i++) {
        struct state *item = set->items[i];
        if (item->typestate != state->typestate)
            continue;
        if (!by_names || (same_names(item, state) && item->escaped == state->escaped && item->inherited == state->inherited))
            return item;
    }
    return NULL;
}

/* ---- sets ---- */

/* Facts beyond the count are not read: most states know little, and are copied at every step. */
void state_copy(struct state *to, const struct state *from)
{
    memcpy(to, from, offsetof(struct state, facts) + offsetof(struct facts, items) +
                         from->facts.count * sizeof *from->facts.items);
}

static struct state *new_state(struct run *run)
{
    struct state *state = run->spare;
    if (!state)
        return arena_new(run->engine->scratch, struct state);
    run->spare = state->next_spare;
    return state;
}

static void free_state(struct run *run, struct state *state)
{
    state->next_spare = run->spare;
    run->spare = state;
}

static void set_clear(struct run *run, struct set *set)
{
    for (uint32_t i = 0; i < set->count; i++)
        free_state(run, set->items[i]);
    set->count = 0;
}

/* Into the state that is like it. False: there is none, but room. */
static bool merge_like(struct run *run, const struct set *set, const struct state *state, bool widen, bool *changed)
{
    struct state *like = find_like(set, state, true);
    if (!like && set->count == STATES_MOST)
        like = find_like(set, state, false);
    if (!like && set->count == STATES_MOST)
        run->engine->bounded = true;
    *changed = like && merge_into(like, state, widen);
    return like || set->count == STATES_MOST;
}

bool set_merge(struct run *run, struct set *set, const struct state *state, bool widen)
{
    bool changed;
    if (merge_like(run, set, state, widen, &changed))
        return changed;
    struct state *copy = new_state(run);
    state_copy(copy, state);
    set->items[set->count++] = copy;
    return true;
}

/* The same with a state that is the set's from here on. */
static void set_take(struct run *run, struct set *set, struct state *state)
{
    bool changed;
    if (merge_like(run, set, state, false, &changed))
        free_state(run, state);
    else
        set->items[set->count++] = state;
}

struct set set_copy(struct run *run, const struct set *set)
{
    struct set copy = {.count = set->count};
    for (uint32_t i = 0; i < set->count; i++) {
        copy.items[i] = new_state(run);
        state_copy(copy.items[i], set->items[i]);
    }
    return copy;
}

/* ---- stories ---- */

void walk_push(struct run *run, struct state *state, struct typestate_step step, const struct typestate_step *inner,
              uint32_t inner_count)
{
    struct node *node = arena_new(run->engine->scratch, struct node);
    *node = (struct node){state->node, step, inner, inner_count, state->node ? state->node->length + 1 : 1};
    state->node = node;
}

static struct typestate_step step_at(const struct run *run, enum typestate_step_kind kind, ir_instr_id instr)
{
    return (struct typestate_step){.kind = (uint8_t)kind, .func = run->prep->id, .instr = instr};
}

enum { BRANCHES_IN_A_ROW = 3 };

/* The nodes of the way, the last one first: of the branches in a row only the last few, which decide. */
static uint32_t story_nodes(struct run *run, const struct node *node, const struct node ***out)
{
    VEC(const struct node *) nodes = {0};
    uint32_t in_a_row = 0;
    for (; node; node = node->previous) {
        in_a_row = node->step.kind == STEP_BRANCH ? in_a_row + 1 : 0;
        if (in_a_row <= BRANCHES_IN_A_ROW)
            *vec_push(run->engine->scratch, &nodes) = node;
    }
    *out = nodes.data;
    return nodes.count;
}

static uint32_t story_length(const struct node *node)
{
    uint32_t total = 0, in_a_row = 0;
    for (; node && total < STORY_MOST; node = node->previous) {
        in_a_row = node->step.kind == STEP_BRANCH ? in_a_row + 1 : 0;
        if (in_a_row <= BRANCHES_IN_A_ROW)
            total += 1 + node->inner_count;
    }
    return total < STORY_MOST ? total : STORY_MOST;
}

/* The way to a node as steps, the first one first. */
const struct typestate_step *walk_story(struct run *run, const struct node *node, uint32_t *count)
{
    const struct node **nodes;
    uint32_t node_count = story_nodes(run, node, &nodes), total = 0, at = 0;
    for (uint32_t i = 0; i < node_count; i++)
        total += 1 + nodes[i]->inner_count;
    struct typestate_step *steps = arena_array(run->engine->arena, struct typestate_step, total);
    for (uint32_t i = node_count; i-- > 0;) {
        steps[at++] = nodes[i]->step;
        for (uint32_t j = 0; j < nodes[i]->inner_count; j++) {
            steps[at] = nodes[i]->inner[j];
            steps[at++].depth++;
        }
    }
    *count = total > STORY_MOST ? STORY_MOST : total;
    return steps + (total - *count);
}

/* Where a hit goes: of those at one instruction with one error, the shortest stays, then the first.  NULL: nowhere. */
static struct hit *hit_slot(struct run *run, const struct hit *hit)
{
    for (uint32_t i = 0; i < run->hits->items.count; i++) {
        struct hit *other = &run->hits->items.data[i];
        if (other->instr == hit->instr && other->error == hit->error && other->birth->is_real == hit->birth->is_real)
            return hit->step_count < other->step_count ? other : NULL;
    }
    return vec_push(run->engine->arena, &run->hits->items); /* outlives the run */
}

/* The same for a callee's context, whose errors all meet at one instruction of the caller. */
static struct inner_error *error_slot(struct run *run, const struct hit *hit)
{
    for (uint32_t i = 0; i < run->context->errors.count; i++) {
        struct inner_error *other = &run->context->errors.data[i];
        if (other->error == hit->error)
            return hit->step_count < other->step_count ? other : NULL;
    }
    return vec_push(run->engine->arena, &run->context->errors);
}

void walk_hit(struct run *run, struct state *state, struct hit hit, const struct typestate_step *inner,
             uint32_t inner_count)
{
    struct state copy;
    state_copy(&copy, state);
    struct typestate_step step = step_at(run, inner_count ? STEP_CALL : STEP_EVENT, hit.instr);
    step.event = hit.event;
    if (hit.event == UINT8_MAX)
        step.kind = STEP_EXIT;
    walk_push(run, &copy, step, inner, inner_count);
    hit.step_count = story_length(copy.node);
    hit.birth = run->birth;
    struct hit *slot = run->context ? NULL : hit_slot(run, &hit);
    struct inner_error *error = run->context && state->inherited ? error_slot(run, &hit) : NULL;
    if (!slot && !error)
        return;
    hit.steps = walk_story(run, copy.node, &hit.step_count);
    if (slot)
        *slot = hit;
    else
        *error = (struct inner_error){hit.error, hit.state, hit.event, hit.must_inside, hit.steps, hit.step_count};
}

/* ---- values and writes ---- */

loc_id walk_val_loc(const struct run *run, ir_val val)
{
    return ir_val_kind(val) == VAL_PATH ? run->prep->loc_of[ir_val_index(val)] : 0;
}

struct range walk_value(const struct run *run, const struct state *state, ir_val val)
{
    switch (ir_val_kind(val)) {
    case VAL_INT:
        return range_of(run->prep->func->ints.data[ir_val_index(val)]);
    case VAL_PATH:
        return facts_range(&state->facts, run->prep->loc_of[ir_val_index(val)]);
    case VAL_STR:
    case VAL_FUNC:
    case VAL_ADDR:
        return (struct range){1, INT64_MAX, 0, false};
    default:
        return RANGE_ALL;
    }
}

/* Is loc the written place or inside of it, with no pointer between? */
static bool is_part_of(const struct locs *locs, loc_id loc, loc_id written)
{
    for (; loc && loc != written; loc = loc_get(locs, loc)->parent)
        if (loc_get(locs, loc)->kind == LOC_DEREF)
            return false;
    return loc == written;
}

void walk_write(struct run *run, struct state *state, loc_id written)
{
    const struct locs *locs = &run->engine->locs;
    if (!written)
        return;
    facts_forget(locs, &state->facts, written);
    for (uint32_t at = state->name_count; at-- > 0;) {
        name_id name = state->names[at];
        /* What lies at x.f goes on lying there when x is written, but not when the way there changes. */
        if (loc_is_changed_by(locs, name_loc(name), written) &&
            !(name_is_address(name) && is_part_of(locs, name_loc(name), written)))
            remove_name(state, at);
    }
}

bool walk_check_lost(struct run *run, struct state *state, ir_instr_id id)
{
    const uint8_t *errors = run->engine->input->automaton->lost_error;
    if (state->name_count || !run->birth)
        return false;
    if (run->birth->is_real && errors && errors[state->typestate] && !state->escaped)
        walk_hit(run, state,
                (struct hit){.error = errors[state->typestate], .state = state->typestate, .event = UINT8_MAX, .instr = id,
                             .must_inside = true},
                NULL, 0);
    return true;
}

/* ---- plain instructions ---- */

static bool wants_fact(const struct run *run, loc_id loc)
{
    const struct loc *data = loc_get(&run->engine->locs, loc);
    if (!loc || data->is_vague)
        return false;
    return data->is_memory || map_get(&run->prep->is_tested, loc);
}

static void add_fact(struct run *run, struct state *state, struct fact fact)
{
    bool says_something = fact.source != SOURCE_NONE || !range_equal(fact.range, RANGE_ALL);
    if (says_something && wants_fact(run, fact.loc))
        facts_set(&state->facts, fact);
}

/* An element that some computed index chose: whoever goes through the array finds it under another name. */
static bool is_some_element(const struct locs *locs, loc_id loc)
{
    for (; loc; loc = loc_get(locs, loc)->parent)
        if (loc_get(locs, loc)->kind == LOC_INDEX || loc_get(locs, loc)->kind == LOC_ANY)
            return true;
    return false;
}

/* The object's names through dst = a: what is reached through a is reached through dst as well. */
/* `out->stream = stdout` */
static bool is_stand_in(const struct run *run, loc_id dst, name_id from)
{
    const struct typestate_input *input = run->engine->input;
    const struct loc *loc = from ? loc_get(&run->engine->locs, name_loc(from)) : NULL;
    return loc && loc->kind == LOC_GLOBAL && !name_is_address(from) && input->is_standing &&
           loc_get(&run->engine->locs, dst)->is_memory && input->is_standing(input->context, loc->arg);
}

static void copy_names(struct run *run, struct state *state, loc_id dst, ir_val a)
{
    struct locs *locs = &run->engine->locs;
    name_id from = name_of_val(locs, run->prep->loc_of, a), added[NAMES_MOST * 2];
    if (is_stand_in(run, dst, from))
        from = 0;
    struct range known[NAMES_MOST * 2]; /* of what is there */
    uint32_t count = 0;
    for (uint32_t i = 0; from && i < state->name_count; i++) {
        name_id name = state->names[i];
        known[count] = name_is_address(name) ? RANGE_ALL : facts_range(&state->facts, name_loc(name));
        added[count++] = name_translate(locs, name, from, NAME_HELD(dst));
        known[count] = known[count - 1];
        if (!name_is_address(from) && !name_is_address(name))
            added[count++] = name_replace(locs, name, name_loc(from), dst);
    }
    walk_write(run, state, dst);
    for (uint32_t i = 0; i < count; i++) {
        if (added[i] && !name_is_address(added[i]) && name_loc(added[i]) != dst)
            add_fact(run, state, (struct fact){.loc = name_loc(added[i]), .range = known[i]});
        if (added[i] == NAME_HELD(dst) && (loc_get(locs, dst)->is_memory || is_some_element(locs, dst)))
            state->escaped = true;
        state_add(state, added[i]);
    }
}

/* What a copy of `from` is made of: what from is made of, where that is known (a temporary won't outlive its block). */
static void set_source(const struct run *run, const struct state *state, struct fact *fact, loc_id from)
{
    const struct fact *known = facts_find(&state->facts, from);
    fact->source = SOURCE_COPY;
    fact->other = from;
    if (known && known->source != SOURCE_NONE) {
        fact->source = known->source;
        fact->other = known->other;
        fact->op = known->op;
        fact->constant = known->constant;
    }
    if (loc_is_changed_by(&run->engine->locs, fact->other, fact->loc) || loc_get(&run->engine->locs, fact->other)->is_vague)
        fact->source = SOURCE_NONE, fact->other = 0;
}

static void do_copy(struct run *run, struct state *state, loc_id dst, ir_val a)
{
    struct fact fact = {.loc = dst, .range = walk_value(run, state, a)};
    loc_id from = walk_val_loc(run, a);
    if (from)
        set_source(run, state, &fact, from);
    copy_names(run, state, dst, a);
    if (fact.source == SOURCE_COPY && !wants_fact(run, fact.other))
        fact.source = SOURCE_NONE, fact.other = 0;
    if (map_get(&run->prep->is_tested, dst) || !range_equal(fact.range, RANGE_ALL))
        add_fact(run, state, fact);
}

static void do_not(struct run *run, struct state *state, loc_id dst, ir_val a)
{
    struct fact fact = {.loc = dst, .source = SOURCE_NOT, .other = walk_val_loc(run, a), .range = {0, 1, 0, false}};
    int truth = range_decides(walk_value(run, state, a), BIN_NE, 0);
    if (truth >= 0)
        fact.range = range_of(!truth);
    if (!fact.other || loc_is_changed_by(&run->engine->locs, fact.other, dst))
        fact.source = SOURCE_NONE, fact.other = 0;
    walk_write(run, state, dst);
    add_fact(run, state, fact);
}

static bool is_comparison(enum ir_bin op)
{
    return op >= BIN_EQ && op <= BIN_GE;
}

static enum ir_bin mirrored(enum ir_bin op)
{
    return op == BIN_LT ? BIN_GT : op == BIN_LE ? BIN_GE : op == BIN_GT ? BIN_LT : op == BIN_GE ? BIN_LE : op;
}

static bool constant_of(struct range range, int64_t *value)
{
    *value = range.lo;
    return range.lo == range.hi;
}

/* Two names of one object are equal. */
static void compare_names(struct run *run, struct state *state, loc_id dst, const struct ir_instr *instr)
{
    name_id a = name_of_val(&run->engine->locs, run->prep->loc_of, instr->a);
    name_id b = name_of_val(&run->engine->locs, run->prep->loc_of, instr->b);
    bool same = a && b && state_has(state, a) && state_has(state, b);
    walk_write(run, state, dst);
    if (same && (instr->sub == BIN_EQ || instr->sub == BIN_NE))
        add_fact(run, state, (struct fact){.loc = dst, .range = range_of(instr->sub == BIN_EQ)});
}

static void do_compare(struct run *run, struct state *state, loc_id dst, const struct ir_instr *instr)
{
    struct range a = walk_value(run, state, instr->a), b = walk_value(run, state, instr->b);
    struct fact fact = {.loc = dst, .source = SOURCE_COMPARE, .op = instr->sub, .range = {0, 1, 0, false}};
    ir_val other = instr->a;
    if (!constant_of(b, &fact.constant)) {
        if (!constant_of(a, &fact.constant)) {
            compare_names(run, state, dst, instr);
            return;
        }
        other = instr->b;
        a = b;
        fact.op = (uint8_t)mirrored((enum ir_bin)instr->sub);
    }
    int truth = range_decides(a, (enum ir_bin)fact.op, fact.constant);
    if (truth >= 0)
        fact.range = range_of(truth);
    fact.other = walk_val_loc(run, other);
    if (!fact.other || loc_is_changed_by(&run->engine->locs, fact.other, dst) ||
        loc_get(&run->engine->locs, fact.other)->is_vague)
        fact.source = SOURCE_NONE, fact.other = 0;
    walk_write(run, state, dst);
    add_fact(run, state, fact);
}

static bool fold(enum ir_bin op, int64_t a, int64_t b, int64_t *out)
{
    switch (op) {
    case BIN_ADD:
        return !__builtin_add_overflow(a, b, out);
    case BIN_SUB:
        return !__builtin_sub_overflow(a, b, out);
    case BIN_MUL:
        return !__builtin_mul_overflow(a, b, out);
    case BIN_AND:
        *out = a & b;
        return true;
    case BIN_OR:
        *out = a | b;
        return true;
    case BIN_XOR:
        *out = a ^ b;
        return true;
    default:
        return false;
    }
}

static int64_t moved_bound(int64_t bound, int64_t by, int64_t infinite)
{
    int64_t moved;
    return bound == infinite || __builtin_add_overflow(bound, by, &moved) ? infinite : moved;
}

/* range + by; what leaves the numbers is anything. */
static struct range moved_range(struct range range, int64_t by)
{
    return (struct range){moved_bound(range.lo, by, INT64_MIN), moved_bound(range.hi, by, INT64_MAX), 0, false};
}

/* `flags & 4` is a place of its own: two tests of it agree while flags is not written. */
static void do_arithmetic(struct run *run, struct state *state, loc_id dst, const struct ir_instr *instr)
{
    struct range a = walk_value(run, state, instr->a), b = walk_value(run, state, instr->b);
    struct fact fact = {.loc = dst, .range = RANGE_ALL};
    int64_t left, right, value;
    loc_id from = walk_val_loc(run, instr->a);
    bool b_is_known = constant_of(b, &right);
    if (b_is_known && constant_of(a, &left) && fold((enum ir_bin)instr->sub, left, right, &value)) {
        fact.range = range_of(value);
    } else if (b_is_known && right != INT64_MIN && (instr->sub == BIN_ADD || instr->sub == BIN_SUB) &&
               !range_equal(a, RANGE_ALL)) {
        fact.range = moved_range(a, instr->sub == BIN_ADD ? right : -right);
    } else if (b_is_known && from && right >= 0 && right < (1 << 30) && !loc_is_changed_by(&run->engine->locs, from, dst)) {
        fact.other = loc_step(&run->engine->locs, from, LOC_EXPR, (uint32_t)right, instr->sub);
        fact.source = fact.other ? SOURCE_COPY : SOURCE_NONE;
        fact.range = facts_range(&state->facts, fact.other);
    }
    walk_write(run, state, dst);
    if (map_get(&run->prep->is_tested, dst) || fact.source == SOURCE_NONE)
        add_fact(run, state, fact);
    if (instr->sub == BIN_OR && b_is_known && right > 0 && right < (1 << 30) && wants_fact(run, dst)) {
        loc_id bits = loc_step(&run->engine->locs, dst, LOC_EXPR, (uint32_t)right, BIN_AND);
        facts_set(&state->facts, (struct fact){.loc = bits, .range = range_of(right)});
    }
}

/* A local with __attribute__((cleanup)) hands its address to a function that may end what it holds. */
static void do_end(struct run *run, struct state *state, loc_id local)
{
    const struct loc *root = local ? loc_get(&run->engine->locs, local) : NULL;
    bool is_cleaned = root && root->kind == LOC_LOCAL && run->prep->func->locals.data[root->arg].flags & LOCAL_CLEANUP;
    for (uint32_t at = state->name_count; at-- > 0;)
        if (loc_has_prefix(&run->engine->locs, name_loc(state->names[at]), local)) {
            remove_name(state, at);
            state->escaped |= is_cleaned;
        }
    facts_forget(&run->engine->locs, &state->facts, local);
}

/* `return local;` reads it behind the end of its scope: what it holds goes out all the same. */
static bool is_returned(const struct run *run, const struct ir_instr *end)
{
    const struct ir_func *func = run->prep->func;
    const struct ir_block *block = &func->blocks.data[walk_block_of(run->prep, (ir_instr_id)(end - func->instrs.data))];
    const struct ir_instr *last = &func->instrs.data[block->first + block->count - 1];
    if (last->op != IR_RETURN || ir_val_kind(last->a) != VAL_PATH)
        return false;
    const struct ir_path *returned = &func->paths.data[ir_val_index(last->a)];
    return returned->base_kind == BASE_LOCAL && returned->base == func->paths.data[end->dst].base;
}

static void escape_args(struct run *run, struct state *state, const struct ir_instr *instr)
{
    for (uint32_t i = 0; i < instr->arg_count; i++) {
        ir_val arg = run->prep->func->args.data[instr->first_arg + i];
        name_id name = name_of_val(&run->engine->locs, run->prep->loc_of, arg);
        if (name && state_has(state, name))
            state->escaped = true;
    }
}

static void do_plain(struct run *run, struct state *state, const struct ir_instr *instr)
{
    loc_id dst = instr->dst ? run->prep->loc_of[instr->dst] : 0;
    switch ((enum ir_op)instr->op) {
    case IR_COPY:
        do_copy(run, state, dst, instr->a);
        break;
    case IR_UN:
        if (instr->sub == UN_NOT)
            do_not(run, state, dst, instr->a);
        else
            walk_write(run, state, dst);
        break;
    case IR_BIN:
        if (is_comparison((enum ir_bin)instr->sub))
            do_compare(run, state, dst, instr);
        else
            do_arithmetic(run, state, dst, instr);
        break;
    case IR_LIFE_END:
        if (!is_returned(run, instr))
            do_end(run, state, dst);
        break;
    case IR_CLOSURE:
    case IR_HAVOC:
        escape_args(run, state, instr);
        walk_write(run, state, dst);
        break;
    default:
        walk_write(run, state, dst);
    }
}

/* ---- events ---- */

/* False: an error, and the state ends here (the first one on a path is told). */
static bool do_event(struct run *run, struct state *state, ir_instr_id id, const struct event *event)
{
    const struct typestate_automaton *automaton = run->engine->input->automaton;
    if (event->born || event->alias || !state->typestate || !state_has(state, event->object))
        return true;
    uint32_t at = state->typestate * automaton->event_count + event->event;
    if (automaton->error && automaton->error[at]) {
        walk_hit(run, state,
                (struct hit){.error = automaton->error[at], .state = state->typestate, .event = event->event,
                             .instr = id, .object = event->object, .must_inside = true},
                NULL, 0);
        return false;
    }
    run->tally[id].good++;
    run->matched_ok = true;
    struct typestate_step step = step_at(run, STEP_EVENT, id);
    step.event = event->event;
    if (automaton->next[at] != state->typestate) {
        walk_push(run, state, step, NULL, 0);
        state->inherited = false;
    }
    state->typestate = automaton->next[at];
    return true;
}

static bool do_events(struct run *run, struct state *state, ir_instr_id id)
{
    struct event_range range = run->prep->events_at[id];
    for (uint32_t i = 0; i < range.count; i++)
        if (!do_event(run, state, id, &run->prep->events.data[range.first + i]))
            return false;
    return true;
}

/* An object being born is another one than what its names meant until now; an alias is the same. */
static void do_births(struct run *run, struct state *state, ir_instr_id id)
{
    struct event_range range = run->prep->events_at[id];
    for (uint32_t i = 0; i < range.count; i++) {
        const struct event *event = &run->prep->events.data[range.first + i];
        for (uint32_t at = state->name_count; event->born && at-- > 0;)
            if (state->names[at] == event->object)
                remove_name(state, at);
        if (event->alias && state_has(state, event->object))
            state_add(state, event->alias);
    }
}

/* ---- instructions ---- */

static bool may_unwind(const struct run *run, ir_instr_id id)
{
    const struct ir_instr *instr = &run->prep->func->instrs.data[id];
    if (!ir_op_may_unwind(instr->op) || instr->op == IR_HAVOC)
        return false;
    if (instr->op != IR_CALL)
        return true;
    if (run->engine->input->may_unwind)
        return run->engine->input->may_unwind(run->engine->input->context, run->prep->id, id);
    return instr->region && !(instr->sym && run->engine->module->syms.data[instr->sym].flags & SYM_NOEXCEPT);
}

static void unwind(struct run *run, const struct state *state, ir_instr_id id)
{
    if (!may_unwind(run, id))
        return;
    const struct landing *landing = prep_landing(run->engine, run->prep, run->prep->func->instrs.data[id].region);
    for (uint32_t i = 0; i < landing->count; i++)
        walk_seed(run, landing->blocks[i], state);
    if (landing->escapes && run->prep->func->instrs.data[id].op == IR_CALL)
        call_leave(run, state, &run->prep->func->instrs.data[id]);
}

/* Is it the end of the frame's straight line: an exit that nothing in the function catches? */
static bool leaves(struct run *run, ir_instr_id id)
{
    const struct ir_instr *instr = &run->prep->func->instrs.data[id];
    if (instr->op == IR_RETURN)
        return true;
    bool throws = instr->op == IR_THROW || instr->op == IR_RETHROW || instr->op == IR_RESUME;
    return throws && prep_landing(run->engine, run->prep, instr->region)->escapes;
}

static void lose_or_keep(struct run *run, struct set *out, struct state *state, ir_instr_id id)
{
    if (walk_check_lost(run, state, id))
        free_state(run, state);
    else
        set_take(run, out, state);
}

static void do_call(struct run *run, struct state *state, ir_instr_id id, struct set *out)
{
    const struct ir_instr *instr = &run->prep->func->instrs.data[id];
    struct set behind = {0};
    unwind(run, state, id); /* what throws has not done its event */
    if (do_events(run, state, id))
        call_apply(run, state, id, &behind);
    free_state(run, state);
    for (uint32_t i = 0; i < behind.count; i++) {
        if (instr->dst && run->prep->events_at[id].count)
            walk_write(run, behind.items[i], run->prep->loc_of[instr->dst]);
        do_births(run, behind.items[i], id);
        lose_or_keep(run, out, behind.items[i], id);
    }
}

static void do_other(struct run *run, struct state *state, ir_instr_id id, struct set *out)
{
    const struct ir_instr *instr = &run->prep->func->instrs.data[id];
    if (!do_events(run, state, id)) {
        free_state(run, state);
        return;
    }
    unwind(run, state, id);
    if (leaves(run, id))
        call_leave(run, state, instr);
    do_plain(run, state, instr);
    do_births(run, state, id);
    lose_or_keep(run, out, state, id);
}

void walk_instr(struct run *run, struct set *set, ir_instr_id id)
{
    bool is_call = run->prep->func->instrs.data[id].op == IR_CALL;
    struct set out = {.count = 0};
    for (uint32_t i = 0; i < set->count; i++) {
        run->engine->steps_left--;
        if (is_call)
            do_call(run, set->items[i], id, &out);
        else
            do_other(run, set->items[i], id, &out);
    }
    set->count = out.count;
    memcpy(set->items, out.items, out.count * sizeof *out.items);
}

/* ---- blocks ---- */

void walk_seed(struct run *run, ir_block_id block, const struct state *state)
{
    const struct ir_cfg *cfg = run->prep->cfg;
    uint32_t index = cfg->rpo_index[block];
    if (index == UINT32_MAX || !set_merge(run, &run->at[block], state, cfg->is_loop_head[block]) || run->is_dirty[block])
        return;
    run->is_dirty[block] = true;
    run->dirty_count++;
    run->first_dirty = index < run->first_dirty ? index : run->first_dirty;
}

static bool is_short_lived(void *context, loc_id loc)
{
    const struct run *run = context;
    const struct loc *root = loc_get(&run->engine->locs, loc_get(&run->engine->locs, loc)->root);
    return root->kind == LOC_LOCAL && (run->prep->func->locals.data[root->arg].flags & LOCAL_TEMP) &&
           !run->prep->local_crosses[root->arg];
}

static bool is_pointer(const struct run *run, loc_id loc)
{
    for (ir_path_id id = 1; id < run->prep->func->paths.count; id++)
        if (run->prep->loc_of[id] == loc)
            return run->engine->module->types.data[run->prep->func->paths.data[id].type].kind == TYPE_POINTER;
    return false;
}

/* A place that turns out null or negative is no name: the wrapping that would have made it one has failed. */
static void drop_null_names(struct run *run, struct state *state)
{
    for (uint32_t at = state->name_count; at-- > 0 && state->name_count > 1;) {
        name_id name = state->names[at];
        struct range range = facts_range(&state->facts, name_loc(name));
        bool is_null = range.lo == 0 && range.hi == 0 && is_pointer(run, name_loc(name));
        if (!name_is_address(name) && (range.hi < 0 || is_null))
            remove_name(state, at);
    }
}

/* op constant holds of the value on the way to the block. */
static void follow(struct run *run, const struct state *state, ir_instr_id id, ir_block_id to, enum ir_bin op,
                   int64_t constant, bool taken)
{
    const struct ir_instr *instr = &run->prep->func->instrs.data[id];
    struct state next;
    loc_id loc = walk_val_loc(run, instr->a);
    state_copy(&next, state);
    struct range range = walk_value(run, state, instr->a);
    if (!range_refine(&range, op, constant) || (loc && !facts_refine(&next.facts, loc, op, constant)))
        return;
    struct typestate_step step = step_at(run, STEP_BRANCH, id);
    step.taken = taken;
    if (ir_val_kind(instr->a) != VAL_INT)
        walk_push(run, &next, step, NULL, 0);
    drop_null_names(run, &next);
    facts_drop(&next.facts, is_short_lived, run);
    walk_seed(run, to, &next);
}

/* Into [low, high], given as two conditions. */
static void follow_case(struct run *run, const struct state *state, ir_instr_id id, ir_block_id to, int64_t low,
                        int64_t high)
{
    struct state next;
    loc_id loc = walk_val_loc(run, run->prep->func->instrs.data[id].a);
    state_copy(&next, state);
    if (low != high && loc && !facts_refine(&next.facts, loc, BIN_LE, high))
        return;
    follow(run, &next, id, to, low == high ? BIN_EQ : BIN_GE, low, true);
}

/* loc is not in [low, high]; said only where that leaves one range. */
static bool exclude(struct facts *facts, loc_id loc, int64_t low, int64_t high)
{
    struct range range = facts_range(facts, loc);
    if (low == high)
        return facts_refine(facts, loc, BIN_NE, low);
    if (low <= range.lo && range.lo <= high)
        return facts_refine(facts, loc, BIN_GT, high);
    if (low <= range.hi && range.hi <= high)
        return facts_refine(facts, loc, BIN_LT, low);
    return true;
}

static void leave_switch(struct run *run, const struct state *state, const struct ir_block *block, ir_instr_id id)
{
    const struct ir_func *func = run->prep->func;
    const struct ir_instr *instr = &func->instrs.data[id];
    const ir_val *cases = func->args.data + instr->first_arg;
    struct state rest;
    state_copy(&rest, state);
    loc_id loc = walk_val_loc(run, instr->a);
    bool rest_is_possible = true;
    for (uint32_t i = 0; i < instr->arg_count / 2; i++) {
        int64_t low = func->ints.data[ir_val_index(cases[2 * i])], high = func->ints.data[ir_val_index(cases[2 * i + 1])];
        follow_case(run, state, id, func->succs.data[block->first_succ + i], low, high);
        if (loc && rest_is_possible)
            rest_is_possible = exclude(&rest.facts, loc, low, high);
    }
    if (rest_is_possible)
        follow(run, &rest, id, func->succs.data[block->first_succ + block->succ_count - 1], BIN_GE, INT64_MIN, false);
}

static void leave_block(struct run *run, struct state *state, ir_block_id id)
{
    const struct ir_func *func = run->prep->func;
    const struct ir_block *block = &func->blocks.data[id];
    ir_instr_id last = block->first + block->count - 1;
    const ir_block_id *succs = func->succs.data + block->first_succ;
    switch ((enum ir_op)func->instrs.data[last].op) {
    case IR_JUMP:
        facts_drop(&state->facts, is_short_lived, run);
        walk_seed(run, succs[0], state);
        break;
    case IR_BRANCH:
        follow(run, state, last, succs[0], BIN_NE, 0, true);
        follow(run, state, last, succs[1], BIN_EQ, 0, false);
        break;
    case IR_SWITCH:
        leave_switch(run, state, block, last);
        break;
    default:
        break;
    }
}

/* The set is used up. */
static void walk_rest(struct run *run, ir_block_id block, ir_instr_id from, struct set *set)
{
    const struct ir_block *data = &run->prep->func->blocks.data[block];
    for (ir_instr_id id = from; id < data->first + data->count && set->count; id++)
        walk_instr(run, set, id);
    for (uint32_t i = 0; i < set->count; i++)
        leave_block(run, set->items[i], block);
    set_clear(run, set);
}

ir_block_id walk_block_of(const struct prep *prep, ir_instr_id instr)
{
    uint32_t low = 1, high = prep->func->blocks.count - 1;
    while (low < high) {
        uint32_t middle = (low + high + 1) / 2;
        if (prep->func->blocks.data[middle].first <= instr)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

void walk_from(struct run *run, ir_instr_id instr, const struct state *state)
{
    if (!instr) {
        walk_seed(run, 1, state);
        return;
    }
    struct set set = {0};
    set_merge(run, &set, state, false);
    walk_rest(run, walk_block_of(run->prep, instr), instr + 1, &set);
}

/* Blocks in reverse postorder until nothing changes. */
void walk_all(struct run *run)
{
    const struct ir_cfg *cfg = run->prep->cfg;
    while (run->dirty_count && run->engine->steps_left > 0) {
        uint32_t i = run->first_dirty;
        run->first_dirty = UINT32_MAX;
        for (; run->dirty_count && i < cfg->rpo_count && run->engine->steps_left > 0; i++) {
            ir_block_id block = cfg->rpo[i];
            if (!run->is_dirty[block])
                continue;
            run->is_dirty[block] = false;
            run->dirty_count--;
            struct set set = set_copy(run, &run->at[block]);
            walk_rest(run, block, run->prep->func->blocks.data[block].first, &set);
        }
    }
    if (run->engine->steps_left <= 0)
        run->engine->bounded = true;
}

void walk_open(struct run *run, struct typestate *engine, struct prep *prep)
{
    *run = (struct run){.engine = engine, .prep = prep, .first_dirty = UINT32_MAX};
    run->at = arena_array(engine->scratch, struct set, prep->func->blocks.count);
    run->is_dirty = arena_array(engine->scratch, bool, prep->func->blocks.count);
}
