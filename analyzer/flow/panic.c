#include "flow/panic.h"
#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

#include "ir/cfg.h"

enum { MOST_UNKNOWN = 16, MOST_EXECUTABLES = 8, MOST_EFFECTS = 96, MOST_COMPARED = 64 };

struct effect_list {
    VEC(const struct panic_effect *) items;
};

struct func_state {
    struct effect_list escapes;
    bool never_returns;
    bool is_stale;         /* in a cycle: a callee changed since it was looked at */
    uint32_t first_caller; /* in the same component; into callers, 0: none */
    uint32_t seen_at, changed_at; /* by the clock of analyses: when it was last looked at, when it last changed */
};

struct caller {
    ir_func_id func;
    uint32_t next;
};

struct panics {
    struct arena *arena;
    const struct panic_input *input;
    const struct ir_module *module;
    struct func_state *funcs;
    uint32_t *component;     /* by function, from 1 */
    VEC(struct caller) callers;
    uint32_t clock;
};

/* One function, being analysed. */
struct walk {
    struct panics *panics;
    ir_func_id id;
    const struct ir_func *func;
    const struct ir_sym *sym;
    struct arena *tmp;
    bool *reachable, *told;     /* by block; told: looked at, and nothing changed since that it depends on */
    struct effect_list *caught; /* by handler */
    VEC(uint32_t) jump_keys;    /* buffers that a reachable setjmp sets */
    struct ir_cfg *cfg;         /* only when a `throw;` without a handler asks for it */
    uint64_t executables;
    ir_block_id block;          /* at hand */
    uint32_t since;             /* when it was looked at before, and everything in it told; 0: never, or it has handlers */
    bool again;                 /* a block already passed must be looked at */
    bool caught_more;           /* a handler has something new to throw again */
    bool returns;
};

/* The effect that is like this one on the way that `executables` hold; NULL: none. */
static const struct panic_effect **find_effect(const struct effect_list *list, const struct panic_effect *like,
                                               uint64_t executables)
{
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct panic_effect *other = list->items.data[i];
        if (other->executables == executables && other->type == like->type && other->key == like->key &&
            other->kind == like->kind && other->terminates == like->terminates)
            return &list->items.data[i];
    }
    return NULL;
}

static bool is_better(uint8_t certainty, uint32_t doubt, uint32_t depth, const struct panic_effect *than)
{
    if ((certainty == GUESSED) != (than->certainty == GUESSED))
        return than->certainty == GUESSED;
    return doubt != than->doubt ? doubt < than->doubt : depth < than->depth;
}

/* Whether one more would be too many: of unknown callees, and of sets of executables for the same effect. */
static bool is_full(const struct effect_list *list, const struct panic_effect *effect)
{
    uint32_t unknown = 0, executables = 0;
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct panic_effect *other = list->items.data[i];
        unknown += other->kind == PANIC_UNKNOWN;
        executables += other->kind == effect->kind && other->type == effect->type && other->key == effect->key;
    }
    return list->items.count >= MOST_EFFECTS || (effect->kind == PANIC_UNKNOWN && unknown >= MOST_UNKNOWN) ||
           executables >= MOST_EXECUTABLES;
}

/* Keeps the better of equal effects; true when the list changed. */
static bool put(struct arena *arena, struct effect_list *list, const struct panic_effect *effect)
{
    const struct panic_effect **slot = find_effect(list, effect, effect->executables);
    if (slot && !is_better(effect->certainty, effect->doubt, effect->depth, *slot))
        return false;
    if (!slot) {
        if (is_full(list, effect))
            return false;
        slot = vec_push(arena, &list->items);
    }
    *slot = arena_dup(arena, effect, sizeof *effect);
    return true;
}

static void reach(struct walk *walk, ir_block_id block)
{
    if (!block || walk->reachable[block])
        return;
    walk->reachable[block] = true;
    walk->again |= block <= walk->block; /* later ones are still to come */
}

static bool jump_lands_here(const struct walk *walk, const struct panic_effect *effect)
{
    for (uint32_t i = 0; i < walk->jump_keys.count; i++)
        if (!walk->jump_keys.data[i] || !effect->key || walk->jump_keys.data[i] == effect->key)
            return true;
    return false;
}

/* What leaves the function, after its own boundary. */
static void escape(struct walk *walk, struct panic_effect effect)
{
    uint32_t flags = walk->sym->flags;
    bool catchable = effect.kind == PANIC_EXCEPTION && !effect.terminates;
    if (effect.kind == PANIC_JUMP && jump_lands_here(walk, &effect))
        return;
    if (flags & SYM_RECOVERS && (catchable || effect.kind == PANIC_JUMP || effect.kind == PANIC_PANIC ||
                                 effect.kind == PANIC_UNKNOWN))
        return;
    if (flags & SYM_COROUTINE && catchable)
        return; /* the promise's unhandled_exception has it */
    if (flags & SYM_NOEXCEPT && catchable)
        effect.terminates = true;
    put(walk->panics->arena, &walk->panics->funcs[walk->id].escapes, &effect);
}

/* The handlers of one try; true when they stop the effect. */
static bool handlers_stop(struct walk *walk, const struct ir_region *region, struct panic_effect *effect)
{
    for (uint32_t i = 0; i < region->handler_count; i++) {
        uint32_t index = region->first_handler + i;
        const struct ir_handler *handler = &walk->func->handlers.data[index];
        int catches = effect->kind == PANIC_UNKNOWN ? (handler->type ? -1 : 1)
                                                    : panic_catches(walk->panics->module, handler->type, effect->type);
        if (!catches)
            continue;
        reach(walk, handler->block);
        if (put(walk->panics->arena, &walk->caught[index], effect))
            walk->caught_more = true;
        if (catches == 1)
            return true;
        if (effect->kind != PANIC_UNKNOWN && effect->certainty == CERTAIN)
            effect->certainty = POSSIBLE;
    }
    return false;
}

static void raise_effect(struct walk *walk, struct panic_effect effect, ir_region_id region)
{
    bool catchable = (effect.kind == PANIC_EXCEPTION && !effect.terminates) || effect.kind == PANIC_UNKNOWN;
    for (; region && (catchable || effect.kind == PANIC_PANIC); region = walk->func->regions.data[region].parent) {
        const struct ir_region *entry = &walk->func->regions.data[region];
        if (entry->kind == REGION_CLEANUP)
            reach(walk, entry->cleanup);
        else if (catchable && handlers_stop(walk, entry, &effect))
            return;
    }
    escape(walk, effect);
}

static struct panic_effect effect_at(const struct walk *walk, enum panic_kind kind, ir_instr_id instr)
{
    return (struct panic_effect){.kind = kind, .func = walk->id, .instr = instr, .executables = walk->executables};
}

/* Whether a handler between the `throw;` that `way` leads to and its caller catches the effect. */
static bool is_caught_on(const struct walk *walk, const struct panic_effect *way, const struct panic_effect *effect)
{
    const struct ir_module *module = walk->panics->module;
    for (; way; way = way->next) {
        const struct ir_func *func = &module->funcs.data[way->func];
        if (panic_handler(module, func, func->instrs.data[way->instr].region, effect))
            return true;
    }
    return false;
}

/* What was caught leaves again; by `way` where a callee throws it. */
static void raise_caught(struct walk *walk, uint32_t handler, ir_instr_id instr, ir_region_id region,
                         const struct panic_effect *way)
{
    for (uint32_t i = 0; i < walk->caught[handler].items.count; i++) {
        struct panic_effect effect = *walk->caught[handler].items.data[i];
        if (effect.instr == instr && effect.func == walk->id)
            continue; /* it came from here */
        if (is_caught_on(walk, way, &effect))
            continue;
        effect.next = walk->caught[handler].items.data[i];
        effect.next_is_caught = true;
        effect.instr = instr;
        raise_effect(walk, effect, region);
    }
}

static void rethrow(struct walk *walk, ir_instr_id id, const struct ir_instr *instr)
{
    if (ir_val_kind(instr->a) == VAL_INT) {
        int64_t handler = walk->func->ints.data[ir_val_index(instr->a)];
        if (handler >= 0 && handler < walk->func->handlers.count)
            raise_caught(walk, (uint32_t)handler, id, instr->region, NULL);
        return;
    }
    struct panic_effect effect = effect_at(walk, PANIC_EXCEPTION, id);
    effect.key = 1;
    raise_effect(walk, effect, instr->region);
}

/* The innermost handler that is running at a block; UINT32_MAX: none. */
static uint32_t handler_around(struct walk *walk, ir_block_id block)
{
    if (!walk->cfg)
        walk->cfg = ir_cfg_build(walk->tmp, walk->func, true);
    uint32_t best = UINT32_MAX;
    for (uint32_t i = 0; i < walk->func->handlers.count; i++) {
        ir_block_id start = walk->func->handlers.data[i].block;
        if (start && ir_dominates(walk->cfg, start, block) &&
            (best == UINT32_MAX || ir_dominates(walk->cfg, walk->func->handlers.data[best].block, start)))
            best = i;
    }
    return best;
}

static bool has_like(const struct effect_list *list, const struct panic_effect *effect)
{
    for (uint32_t i = 0; i < list->items.count; i++)
        if (list->items.data[i]->kind == effect->kind && list->items.data[i]->type == effect->type)
            return true;
    return false;
}

/* How much less likely an effect becomes where only some of a call's targets have it, in bits. */
static uint32_t doubt_of(const struct walk *walk, const struct panic_call *call, const struct panic_effect *effect)
{
    uint32_t total = call->callee_count, with = 0, bits = 0;
    if (total <= 1)
        return 0;
    for (uint32_t i = 0; total <= MOST_COMPARED && i < total; i++)
        with += call->callees[i].func && has_like(&walk->panics->funcs[call->callees[i].func].escapes, effect);
    with = with ? with : 1;
    while (with << bits < total)
        bits++;
    return bits;
}

/* Cheap, and true for nearly all: does the function have the callee's effect by a better way already, whatever the
 * doubt of this call? */
static bool has_better(const struct walk *walk, const struct panic_callee *callee, const struct panic_effect *inner)
{
    const struct panic_effect **slot =
        find_effect(&walk->panics->funcs[walk->id].escapes, inner, inner->executables & walk->executables);
    uint8_t certainty = callee->certainty > inner->certainty ? callee->certainty : inner->certainty;
    return slot && !is_better(certainty, inner->doubt, inner->depth + 1, *slot);
}

static void raise_from_callee(struct walk *walk, const struct panic_call *call, const struct panic_callee *callee,
                              ir_block_id block, ir_instr_id id, ir_region_id region)
{
    const struct func_state *state = &walk->panics->funcs[callee->func];
    for (uint32_t i = 0; i < state->escapes.items.count; i++) {
        const struct panic_effect *inner = state->escapes.items.data[i];
        if (call->stops & PANIC_BIT(inner->kind) && !inner->terminates)
            continue;
        if (!(inner->executables & walk->executables))
            continue;
        if (inner->kind == PANIC_UNKNOWN && call->stops & PANIC_BIT(PANIC_EXCEPTION))
            continue;
        uint32_t handler = inner->kind == PANIC_EXCEPTION && inner->key == 1 && !inner->terminates
                               ? handler_around(walk, block)
                               : UINT32_MAX;
        if (handler != UINT32_MAX) {
            raise_caught(walk, handler, id, region, inner);
            continue;
        }
        if (!region && has_better(walk, callee, inner))
            continue;
        struct panic_effect effect = *inner;
        effect.func = walk->id;
        effect.instr = id;
        effect.next = inner;
        effect.next_is_caught = false;
        effect.depth = inner->depth + 1;
        effect.doubt += doubt_of(walk, call, inner);
        effect.executables &= walk->executables;
        if (callee->certainty > effect.certainty)
            effect.certainty = callee->certainty;
        raise_effect(walk, effect, region);
    }
}

static void raise_sources(struct walk *walk, const struct panic_call *call, ir_instr_id id, ir_region_id region)
{
    for (uint32_t i = 0; i < call->source_count; i++) {
        enum panic_kind kind = call->sources[i].kind;
        struct panic_effect effect =
            effect_at(walk, kind == PANIC_FATAL && call->in_assert ? PANIC_ASSERT : kind, id);
        effect.type = call->sources[i].type;
        effect.key = kind == PANIC_JUMP ? call->buffer_key : 0;
        raise_effect(walk, effect, region);
    }
    if (call->unknown || call->unknown_pointer) {
        struct panic_effect effect = effect_at(walk, PANIC_UNKNOWN, id);
        effect.key = call->unknown;
        raise_effect(walk, effect, region);
    }
}

/* Has any callee changed since the calls of this function were told last? What is reachable only shrinks meanwhile. */
static bool is_news(const struct walk *walk, const struct panic_call *call)
{
    for (uint32_t i = 0; i < call->callee_count; i++)
        if (walk->panics->funcs[call->callees[i].func].changed_at >= walk->since)
            return true;
    return false;
}

/* False when control does not come back from the call. */
static bool walk_call(struct walk *walk, ir_block_id block, ir_instr_id id, const struct ir_instr *instr)
{
    const struct panic_call *call = walk->panics->input->call(walk->panics->input->context, walk->id, id);
    if (!call)
        return true;
    if (call->sets_jump) {
        bool known = false;
        for (uint32_t i = 0; i < walk->jump_keys.count; i++)
            known |= walk->jump_keys.data[i] == call->buffer_key;
        if (!known)
            *vec_push(walk->tmp, &walk->jump_keys) = call->buffer_key;
    }
    bool returns = call->callee_count == 0, tell = is_news(walk, call);
    raise_sources(walk, call, id, instr->region);
    for (uint32_t i = 0; i < call->callee_count; i++) {
        const struct panic_callee *callee = &call->callees[i];
        if (callee->func && tell)
            raise_from_callee(walk, call, callee, block, id, instr->region);
        returns |= !callee->func || !walk->panics->funcs[callee->func].never_returns;
    }
    return !call->never_returns && (returns || call->unknown_pointer || call->stops);
}

static bool is_case(const struct ir_func *func, const struct ir_instr *instr, uint32_t i, int64_t value)
{
    ir_val low = func->args.data[instr->first_arg + 2 * i], high = func->args.data[instr->first_arg + 2 * i + 1];
    return value >= func->ints.data[ir_val_index(low)] && value <= func->ints.data[ir_val_index(high)];
}

/* The only successor that a constant condition leaves, UINT32_MAX: any. */
static uint32_t folded(const struct ir_func *func, const struct ir_instr *instr)
{
    if (ir_val_kind(instr->a) != VAL_INT)
        return UINT32_MAX;
    int64_t value = func->ints.data[ir_val_index(instr->a)];
    if (instr->op == IR_BRANCH)
        return value ? 0 : 1;
    uint32_t cases = instr->arg_count / 2;
    for (uint32_t i = 0; i < cases; i++)
        if (is_case(func, instr, i, value))
            return i;
    return cases;
}

static void walk_terminator(struct walk *walk, const struct ir_block *block, ir_instr_id id)
{
    const struct ir_instr *instr = &walk->func->instrs.data[id];
    switch (instr->op) {
    case IR_THROW: {
        struct panic_effect effect = effect_at(walk, PANIC_EXCEPTION, id);
        effect.type = instr->type;
        raise_effect(walk, effect, instr->region);
        break;
    }
    case IR_RETHROW: rethrow(walk, id, instr); break;
    case IR_RETURN: walk->returns = true; break;
    default: {
        uint32_t only = instr->op == IR_BRANCH || instr->op == IR_SWITCH ? folded(walk->func, instr) : UINT32_MAX;
        for (uint32_t i = 0; i < block->succ_count; i++)
            if (only == UINT32_MAX || only == i)
                reach(walk, walk->func->succs.data[block->first_succ + i]);
    }
    }
}

static void walk_block(struct walk *walk, ir_block_id id)
{
    const struct ir_block *block = &walk->func->blocks.data[id];
    for (ir_instr_id i = block->first; i < block->first + block->count; i++) {
        const struct ir_instr *instr = &walk->func->instrs.data[i];
        if (instr->op == IR_CALL && !walk_call(walk, id, i, instr))
            return;
        if (instr->op == IR_HAVOC)
            raise_effect(walk, effect_at(walk, PANIC_UNKNOWN, i), instr->region);
        if (ir_op_is_terminator((enum ir_op)instr->op))
            walk_terminator(walk, block, i);
    }
}

/* One function to its own fixpoint; true when what its callers see changed. */
static bool analyse(struct panics *panics, ir_func_id id)
{
    const struct ir_func *func = &panics->module->funcs.data[id];
    struct arena *tmp = arena_create("panic");
    struct walk walk = {.panics = panics, .id = id, .func = func, .sym = &panics->module->syms.data[func->sym],
                        .tmp = tmp};
    walk.reachable = arena_array(tmp, bool, func->blocks.count + 1);
    walk.told = arena_array(tmp, bool, func->blocks.count + 1);
    walk.caught = arena_array(tmp, struct effect_list, func->handlers.count + 1);
    walk.executables = panics->input->executables(panics->input->context, id);
    struct func_state *state = &panics->funcs[id];
    walk.since = func->handlers.count ? 0 : state->seen_at;
    state->seen_at = ++panics->clock;
    uint32_t had = state->escapes.items.count;
    const struct panic_effect **before = arena_dup(tmp, state->escapes.items.data, had * sizeof *before);
    walk.reachable[1] = true;
    do {
        if (walk.caught_more)
            memset(walk.told, 0, func->blocks.count * sizeof *walk.told);
        walk.again = walk.caught_more = false;
        for (walk.block = 1; walk.block < func->blocks.count; walk.block++) {
            if (!walk.reachable[walk.block] || walk.told[walk.block])
                continue;
            walk.told[walk.block] = true;
            walk_block(&walk, walk.block);
        }
    } while (walk.again || walk.caught_more);
    bool changed = state->escapes.items.count != had || state->never_returns != !walk.returns ||
                   (had && memcmp(before, state->escapes.items.data, had * sizeof *before) != 0);
    state->never_returns = !walk.returns;
    if (changed)
        state->changed_at = panics->clock;
    arena_destroy(tmp);
    return changed;
}

/* ---- cycles ---- */

static void add_callers(struct panics *panics, ir_func_id caller, const struct panic_call *call)
{
    for (uint32_t i = 0; call && i < call->callee_count; i++) {
        ir_func_id callee = call->callees[i].func;
        if (!callee || panics->component[callee] != panics->component[caller])
            continue;
        struct func_state *state = &panics->funcs[callee];
        if (state->first_caller && panics->callers.data[state->first_caller].func == caller)
            continue;
        *vec_push(panics->arena, &panics->callers) = (struct caller){caller, state->first_caller};
        state->first_caller = panics->callers.count - 1;
    }
}

static void find_callers(struct panics *panics, ir_func_id caller)
{
    const struct ir_func *func = &panics->module->funcs.data[caller];
    for (ir_instr_id id = 1; id < func->instrs.count; id++)
        if (func->instrs.data[id].op == IR_CALL)
            add_callers(panics, caller, panics->input->call(panics->input->context, caller, id));
}

/* Members are looked at in order, again and again, but only those of which a callee changed: for the others it would
 * give the same. */
static void solve_component(struct panics *panics, const ir_func_id *members, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        find_callers(panics, members[i]);
        panics->funcs[members[i]].is_stale = true;
    }
    for (bool again = true; again;) {
        again = false;
        for (uint32_t i = 0; i < count; i++) {
            struct func_state *state = &panics->funcs[members[i]];
            if (!state->is_stale)
                continue;
            state->is_stale = false;
            bool changed = analyse(panics, members[i]);
            for (uint32_t at = state->first_caller; changed && at; at = panics->callers.data[at].next)
                panics->funcs[panics->callers.data[at].func].is_stale = again = true;
        }
    }
}

static const char *effect_name(const struct ir_module *module, const struct panic_effect *effect)
{
    return effect->kind == PANIC_UNKNOWN ? ir_sym_name(module, effect->key)
                                         : ir_text(module, module->types.data[effect->type].spelling);
}

static int compare(const void *a, const void *b, void *module)
{
    const struct panic_effect *x = *(const struct panic_effect *const *)a, *y = *(const struct panic_effect *const *)b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if ((x->certainty == GUESSED) != (y->certainty == GUESSED))
        return y->certainty == GUESSED ? -1 : 1;
    if (x->doubt != y->doubt)
        return x->doubt < y->doubt ? -1 : 1;
    if (x->depth != y->depth)
        return x->depth < y->depth ? -1 : 1;
    if (x->instr != y->instr)
        return x->instr < y->instr ? -1 : 1;
    return strcmp(effect_name(module, x), effect_name(module, y));
}

struct panics *panic_solve(struct arena *arena, const struct panic_input *input)
{
    struct panics *panics = arena_new(arena, struct panics);
    *panics = (struct panics){.arena = arena, .input = input, .module = input->module};
    panics->funcs = arena_array(arena, struct func_state, input->module->funcs.count);
    panics->component = arena_array(arena, uint32_t, input->module->funcs.count);
    vec_push(arena, &panics->callers); /* 0 means none */
    for (uint32_t scc = 0; scc < input->scc_count; scc++) {
        uint32_t first = input->scc_first[scc], end = input->scc_first[scc + 1];
        for (uint32_t i = first; i < end; i++)
            panics->component[input->order[i]] = scc + 1;
        solve_component(panics, input->order + first, end - first);
    }
    for (ir_func_id func = 1; func < input->module->funcs.count; func++) {
        struct effect_list *list = &panics->funcs[func].escapes;
        if (list->items.count > 1)
            sort_items_r(list->items.data, list->items.count, sizeof *list->items.data, compare,
                    (void *)(uintptr_t)input->module);
    }
    panics->input = NULL;
    return panics;
}

const struct panic_effect *const *panic_effects(const struct panics *panics, ir_func_id func, uint32_t *count)
{
    *count = panics->funcs[func].escapes.items.count;
    return panics->funcs[func].escapes.items.data;
}

bool panic_returns(const struct panics *panics, ir_func_id func)
{
    return !panics->funcs[func].never_returns;
}
