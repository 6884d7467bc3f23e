/* What happens to a channel on each way through a function.
 *
 * Ways are followed block by block, each state once.  A loop in which nothing happens to the channel is
 * passed through; one in which something does is passed as often as it turns, where that can be told, and
 * besides is walked through once, for the ways that leave it in the first turn.
 */
#include "ways.h"

#include <string.h>

#include "check/endless.h"
#include "check/spawn_outcome.h"

enum { MOST_STEPS = 4000, LOOPS_DEEP = 4 };

/* What one instruction does. */
struct event {
    struct amount sends, receives;
    ir_block_id failed; /* the successor on which it has not happened; 0: not tested, or it can't fail */
    bool happens, is_spawn, is_timed, is_close, is_unknown;
};

struct state {
    struct amount sends, receives;
    ir_instr_id early, spawn;
};

struct item {
    ir_block_id from, block; /* from 0: the walk's beginning, or a loop that was passed as a whole */
    struct state state;
};

struct walk {
    struct channel_question *question;
    ir_func_id id;
    const struct ir_func *func;
    const struct ir_cfg *cfg;
    const struct ir_loops *loops;
    const bool *matters;     /* by block, of a loop's head: something happens to the channel in it */
    ir_block_id start, turn; /* the block where it begins; not 0: one turn of this loop */
    ir_instr_id behind;      /* the walk begins behind it */
    int depth;
    VEC(struct item) work;
    VEC(struct way_end) ends;
    struct map seen;
    bool complete;
};

/* ---- events ---- */

bool ways_waits(const struct check_pass *pass, const struct channel_use *use)
{
    return check_waits_for_ever(pass, use->func, use->instr);
}

/* What a use, which happens at this instruction, comes to. */
static void add_use(struct walk *walk, const struct channel_use *use, ir_instr_id instr, struct event *event)
{
    const struct channel_question *question = walk->question;
    bool receives = channel_use_is_of(question->uses, use, question->receiving);
    bool sends = channel_use_is_of(question->uses, use, question->sending);
    bool waits = use->kind != CHANNEL_CLOSED && ways_waits(question->pass, use);
    if (use->kind == CHANNEL_SENT && sends && waits)
        *event = (struct event){.sends = amount_of(1), .happens = true};
    if (use->kind == CHANNEL_RECEIVED && receives)
        *event = (struct event){.receives = amount_of(1),
                                .happens = true,
                                .is_timed = !waits,
                                .failed = check_spawn_outcome(question->pass, walk->id, instr).failed};
    if (use->kind == CHANNEL_CLOSED && (receives || sends))
        *event = (struct event){.happens = true, .is_close = true};
}

static void add_direct(struct walk *walk, ir_instr_id instr, struct event *event)
{
    const struct channel_uses *uses = walk->question->uses;
    ir_func_id wrapped = ways_wrapped(walk->question, walk->id, instr);
    for (uint32_t i = 0; i < uses->uses.count; i++) {
        const struct channel_use *use = &uses->uses.data[i];
        if (wrapped ? use->func == wrapped : use->func == walk->id && use->instr == instr)
            add_use(walk, use, instr, event);
    }
}

static void add_spawn(struct walk *walk, ir_instr_id instr, struct event *event)
{
    const struct check_pass *pass = walk->question->pass;
    for (uint32_t i = 0; i < pass->program->spawns.count; i++) {
        const struct spawn *spawn = &pass->program->spawns.data[i];
        if (spawn->func != walk->id || spawn->instr != instr)
            continue;
        for (uint32_t k = 0; k < spawn->entries.count; k++) {
            if (!walk->question->sends[spawn->entries.items[k].func])
                continue;
            *event = (struct event){.happens = true, .is_spawn = true};
            event->sends = ways_least_sends(walk->question, spawn->entries.items[k].func);
            event->failed = check_spawn_outcome(pass, walk->id, instr).failed;
            event->is_unknown = spawn->entries.count > 1;
        }
    }
}

/* All ways through a callee come to the same. */
static void add_callee(struct walk *walk, ir_instr_id instr, struct event *event)
{
    const struct check_pass *pass = walk->question->pass;
    const struct call_site *site = program_site(pass->program, walk->id, instr);
    bool relevant = false;
    for (uint32_t i = 0; site && i < site->target_count; i++)
        relevant |= walk->question->is_relevant[site->targets[i].func];
    if (!relevant)
        return;
    uint32_t count;
    bool complete;
    *event = (struct event){.happens = true};
    const struct way_end *ends = ways_of(walk->question, site->targets[0].func, 0, &count, &complete);
    event->is_unknown = !complete || site->target_count > 1 || !count;
    for (uint32_t i = 0; i < count && !event->is_unknown; i++)
        event->is_unknown = ends[i].is_join || !amount_equal(&ends[i].sends, &ends[0].sends) ||
                            !amount_equal(&ends[i].receives, &ends[0].receives);
    if (event->is_unknown)
        return;
    event->sends = amount_in_caller(pass, ends[0].sends, site);
    event->receives = amount_in_caller(pass, ends[0].receives, site);
    event->is_spawn = event->sends.constant || event->sends.factor || event->sends.is_unknown;
    event->failed = event->is_spawn ? check_spawn_outcome(pass, walk->id, instr).failed : 0;
}

static struct event event_at(struct walk *walk, ir_instr_id instr)
{
    struct event event = {0};
    if (walk->func->instrs.data[instr].op != IR_CALL || instr == walk->behind)
        return event;
    add_direct(walk, instr, &event);
    if (!event.happens)
        add_spawn(walk, instr, &event);
    if (!event.happens)
        add_callee(walk, instr, &event);
    return event;
}

/* ---- loops ---- */

static const bool *find_loops_that_matter(struct walk *walk)
{
    bool *matters = arena_array(walk->question->pass->arena, bool, walk->cfg->block_count);
    for (ir_block_id block = 1; block < walk->func->blocks.count; block++) {
        const struct ir_block *at = &walk->func->blocks.data[block];
        bool happens = false;
        for (ir_instr_id i = at->first; walk->loops->head[block] && i < at->first + at->count && !happens;
             i++)
            happens = event_at(walk, i).happens;
        for (ir_block_id head = happens ? walk->loops->head[block] : 0; head;
             head = walk->loops->parent[head])
            matters[head] = true;
    }
    return matters;
}

static bool happens_in_block(struct walk *walk, ir_block_id id)
{
    const struct ir_block *block = &walk->func->blocks.data[id];
    for (ir_instr_id i = block->first; i < block->first + block->count; i++)
        if (event_at(walk, i).happens)
            return true;
    return false;
}

/* The outermost loop that matters and is left by the edge; 0: none.  Where the walk began inside, all is left
 * freely. */
static ir_block_id left_loop(const struct walk *walk, ir_block_id from, ir_block_id to)
{
    ir_block_id left = 0;
    for (ir_block_id head = walk->loops->head[from]; head; head = walk->loops->parent[head])
        if (walk->matters[head] && !ir_loop_holds(walk->loops, head, to) &&
            (walk->turn || !ir_loop_holds(walk->loops, head, walk->start)))
            left = head;
    return left;
}

static void push(struct walk *walk, ir_block_id from, ir_block_id block, const struct state *state)
{
    struct { /* no padding: it is hashed */
        int64_t numbers[8];
    } key = {{from && walk->loops->head[from], block, state->sends.constant, state->sends.factor,
              state->receives.constant, state->receives.factor, state->early, state->spawn}};
    uint64_t *slot = map_put(&walk->seen, hash_bytes64(&key, sizeof key));
    if (*slot)
        return;
    *slot = 1;
    *vec_push(walk->question->pass->arena, &walk->work) = (struct item){from, block, *state};
}

static void end_way(struct walk *walk, const struct state *state, ir_instr_id exit, bool is_join)
{
    if (state->sends.is_unknown || state->receives.is_unknown) {
        walk->complete = false;
        return;
    }
    *vec_push(walk->question->pass->arena, &walk->ends) =
        (struct way_end){state->sends, state->receives, exit, state->early, state->spawn, is_join};
}

static void run(struct walk *walk);

/* What one turn does, when all turns do the same. */
static bool one_turn(struct walk *walk, ir_block_id head, struct way_end *out)
{
    struct walk turn = {.question = walk->question,
                        .id = walk->id,
                        .func = walk->func,
                        .cfg = walk->cfg,
                        .loops = walk->loops,
                        .matters = walk->matters,
                        .start = head,
                        .turn = head,
                        .behind = walk->behind,
                        .depth = walk->depth + 1,
                        .complete = true};
    if (turn.depth > LOOPS_DEEP)
        return false;
    run(&turn);
    for (uint32_t i = 1; i < turn.ends.count; i++)
        if (!amount_equal(&turn.ends.data[i].sends, &turn.ends.data[0].sends) ||
            !amount_equal(&turn.ends.data[i].receives, &turn.ends.data[0].receives))
            return false;
    if (turn.ends.count)
        *out = turn.ends.data[0];
    return turn.ends.count && turn.complete;
}

/* The loop as a whole, left at its head. */
static void pass_loop(struct walk *walk, ir_block_id head, const struct state *state)
{
    const struct ir_block *block = &walk->func->blocks.data[head];
    struct amount turns = loop_turns(walk->question->pass, walk->id, walk->cfg, walk->loops, head);
    struct way_end turn;
    if (happens_in_block(walk, head) || !one_turn(walk, head, &turn)) {
        walk->complete = false;
        return;
    }
    struct state behind = *state;
    behind.sends = amount_add(state->sends, amount_multiply(turn.sends, turns));
    behind.receives = amount_add(state->receives, amount_multiply(turn.receives, turns));
    behind.spawn = turn.spawn ? turn.spawn : state->spawn;
    for (uint32_t i = 0; i < block->succ_count; i++) {
        ir_block_id next = walk->func->succs.data[block->first_succ + i];
        if (!ir_loop_holds(walk->loops, head, next))
            push(walk, 0, next, &behind);
    }
}

/* ---- steps ---- */

/* The edge is no way out of a loop, or one that the first turn may take. */
static bool may_leave(struct walk *walk, ir_block_id from, ir_block_id to, struct state *state,
                      bool timed_out)
{
    ir_block_id head = left_loop(walk, from, to);
    if (!head)
        return true;
    if (walk->turn == head || from == head)
        return false;
    const struct ir_block *block = &walk->func->blocks.data[from];
    bool on_message =
        walk->question->one_each && ways_leave_on_message(walk->question, walk->id, walk->loops, head, from);
    if (!timed_out && !on_message) {
        walk->complete = false;
        return false;
    }
    state->early = block->first + block->count - 1;
    return true;
}

static void follow_edges(struct walk *walk, const struct item *item, const struct state *state,
                         const struct event *tested)
{
    const struct ir_block *block = &walk->func->blocks.data[item->block];
    for (uint32_t i = 0; i < block->succ_count; i++) {
        ir_block_id next = walk->func->succs.data[block->first_succ + i];
        struct state after = *state;
        bool failed = tested->failed && tested->failed == next;
        if (failed && !tested->is_timed)
            continue; /* a task that did not start; a receive fails only where somebody closes */
        if (failed) {
            after.receives = amount_add(after.receives, amount_of(-1));
            after.early = block->first + block->count - 1;
        }
        if (may_leave(walk, item->block, next, &after, failed))
            push(walk, item->block, next, &after);
    }
}

/* False: the way ends here. */
static bool step_instr(struct walk *walk, ir_instr_id instr, struct state *state, struct event *tested)
{
    struct event event = event_at(walk, instr);
    enum sender_end end = event.happens ? SENDER_GOES_ON : ways_ends_sender(walk->question, walk->id, instr);
    if (end == SENDER_IS_JOINED && !walk->turn)
        end_way(walk, state, instr, true);
    if (event.is_unknown || event.is_close || end == SENDER_IS_ENDED ||
        walk->func->instrs.data[instr].op == IR_HAVOC) {
        walk->complete = false;
        return false;
    }
    if (!event.happens)
        return true;
    state->sends = amount_add(state->sends, event.sends);
    state->receives = amount_add(state->receives, event.receives);
    state->spawn = event.is_spawn ? instr : state->spawn;
    if (event.failed)
        *tested = event;
    return true;
}

static void step(struct walk *walk, const struct item *item)
{
    const struct ir_block *block = &walk->func->blocks.data[item->block];
    bool back = item->from && ir_loop_holds(walk->loops, item->block, item->from);
    struct state state = item->state;
    struct event tested = {0};
    if (back && walk->turn == item->block)
        end_way(walk, &state, 0, false);
    if (back)
        return;
    if (walk->matters[item->block] && item->block != walk->turn && item->block != walk->start)
        pass_loop(walk, item->block, &state);
    ir_instr_id first =
        item->block == walk->start && walk->behind && !walk->turn ? walk->behind + 1 : block->first;
    for (ir_instr_id i = first; i < block->first + block->count; i++)
        if (!step_instr(walk, i, &state, &tested))
            return;
    ir_instr_id last = block->first + block->count - 1;
    if (walk->func->instrs.data[last].op == IR_RETURN && !walk->turn)
        end_way(walk, &state, last, false);
    follow_edges(walk, item, &state, &tested);
}

static void run(struct walk *walk)
{
    struct state state = {0};
    uint32_t steps = 0;
    map_init(&walk->seen, walk->question->pass->arena);
    push(walk, 0, walk->start, &state);
    for (; walk->work.count && steps < MOST_STEPS; steps++) {
        struct item item = walk->work.data[--walk->work.count];
        step(walk, &item);
    }
    walk->complete &= !walk->work.count;
}

const struct way_end *ways_of(struct channel_question *question, ir_func_id func, ir_instr_id from,
                              uint32_t *count, bool *complete)
{
    struct walk walk = {.question = question,
                        .id = func,
                        .func = &question->pass->module->funcs.data[func],
                        .behind = from,
                        .complete = true};
    *count = 0;
    *complete = false;
    if (!func || question->is_open[func]) /* recursion */
        return NULL;
    question->is_open[func] = true;
    walk.cfg = program_cfg(question->pass->program, func);
    walk.loops = program_loops(question->pass->program, func);
    walk.start = from ? ir_block_of(walk.func, from) : 1;
    walk.matters = find_loops_that_matter(&walk);
    run(&walk);
    question->is_open[func] = false;
    *count = walk.ends.count;
    *complete = walk.complete;
    return walk.ends.data;
}

struct amount ways_least_sends(struct channel_question *question, ir_func_id entry)
{
    uint32_t count;
    bool complete;
    const struct way_end *ends = ways_of(question, entry, 0, &count, &complete);
    struct amount least = amount_of(0);
    for (uint32_t i = 0; i < count && complete; i++) {
        if (ends[i].sends.func)
            return amount_of(0);
        if (!i || ends[i].sends.constant < least.constant)
            least = ends[i].sends;
    }
    return least;
}
