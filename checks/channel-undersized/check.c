/* Tasks send more messages on a bounded channel than it holds and than are received: the rest block for ever.
 */
#include "undersized.h"

#include "check/typestates.h"

extern const char CHECK_DOC(channel_undersized)[];

enum { OPENERS_DEEP = 3 };

struct search {
    struct channel_question question;
    const struct channel_made *made;
    ir_func_id func; /* where it is made: the open, or the call of a function that does nothing but open */
    ir_instr_id instr;
    struct amount capacity;
    struct way_end end; /* the way on which too few are received */
};

static const struct ir_func *body(const struct search *search, ir_func_id func)
{
    return &search->question.pass->module->funcs.data[func];
}

/* ---- who has to do with it ---- */

static bool is_use_of(const struct search *search, const struct channel_use *use)
{
    const struct channel_question *question = &search->question;
    return channel_use_is_of(question->uses, use, question->receiving) ||
           channel_use_is_of(question->uses, use, question->sending);
}

static void mark_callers(const struct search *search, bool *marked)
{
    const struct program *program = search->question.pass->program;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < program->sites.count; i++) {
            const struct call_site *site = &program->sites.data[i];
            for (uint32_t k = 0; k < site->target_count && !marked[site->func]; k++)
                changed |= marked[site->func] = site->targets[k].func && marked[site->targets[k].func];
        }
    }
}

static bool starts_sender(const struct search *search, const struct spawn *spawn)
{
    for (uint32_t i = 0; i < spawn->entries.count; i++)
        if (search->question.sends[spawn->entries.items[i].func])
            return true;
    return false;
}

static void find_functions(struct search *search)
{
    struct channel_question *question = &search->question;
    uint32_t count = question->pass->module->funcs.count;
    question->is_relevant = arena_array(question->pass->arena, bool, count);
    question->sends = arena_array(question->pass->arena, bool, count);
    question->is_open = arena_array(question->pass->arena, bool, count);
    for (uint32_t i = 0; i < question->uses->uses.count; i++) {
        const struct channel_use *use = &question->uses->uses.data[i];
        if (!is_use_of(search, use))
            continue;
        question->is_relevant[use->func] = true;
        question->sends[use->func] |= use->kind == CHANNEL_SENT;
    }
    mark_callers(search, question->sends);
    for (uint32_t i = 0; i < question->pass->program->spawns.count; i++)
        if (starts_sender(search, &question->pass->program->spawns.data[i]))
            question->is_relevant[question->pass->program->spawns.data[i].func] = true;
    mark_callers(search, question->is_relevant);
}

/* ---- can it be counted at all? ---- */

static bool is_one_of(const ir_func_id *funcs, uint32_t count, ir_func_id func)
{
    for (uint32_t i = 0; i < count; i++)
        if (funcs[i] == func)
            return true;
    return false;
}

static bool is_received_by_sender(const struct search *search, ir_func_id func)
{
    const struct program *program = search->question.pass->program;
    for (uint32_t i = 0; i < program->spawns.count; i++) {
        const struct spawn *spawn = &program->spawns.data[i];
        for (uint32_t k = 0; k < spawn->entries.count; k++) {
            uint32_t count;
            const ir_func_id *funcs =
                program_reach(program, search->question.pass->arena, spawn->entries.items[k].func, &count);
            if (is_one_of(funcs, count, func))
                return true;
        }
    }
    return false;
}

/* It may be about another channel as well. */
static bool is_doubtful(const struct search *search, const struct channel_use *use)
{
    const struct channel_question *question = &search->question;
    for (channel_id id = 0; id < question->uses->made.count; id++)
        if (id != question->receiving && id != question->sending &&
            channel_use_is_of(question->uses, use, id))
            return true;
    return false;
}

/* All receives and closes are the maker's, and waiting ones; nothing is done by code that can't be seen. */
static bool is_countable(const struct search *search)
{
    const struct channel_question *question = &search->question;
    uint32_t count;
    const ir_func_id *funcs =
        program_reach(question->pass->program, question->pass->arena, search->func, &count);
    for (uint32_t i = 0; i < question->uses->uses.count; i++) {
        const struct channel_use *use = &question->uses->uses.data[i];
        if (!is_use_of(search, use))
            continue;
        if (use->kind == CHANNEL_HANDED || use->kind == CHANNEL_ESCAPES || is_doubtful(search, use))
            return false;
        if (use->kind == CHANNEL_SENT)
            continue;
        if (!is_one_of(funcs, count, use->func) || is_received_by_sender(search, use->func))
            return false;
        if (use->kind == CHANNEL_RECEIVED && !check_role(question->pass, use->func, use->instr, ROLE_BLOCK))
            return false;
    }
    return true;
}

static struct amount capacity_of(const struct search *search)
{
    const struct channel_made *made = search->made;
    const struct ir_func *func = body(search, made->func);
    if (made->role->unbuffered)
        return amount_of(0);
    if (!made->role->at[POS_CAPACITY])
        return amount_unknown();
    return amount_of_value(search->question.pass, made->func,
                           role_value(func, &func->instrs.data[made->instr], made->role->at[POS_CAPACITY]));
}

static bool each_sends_one(struct search *search)
{
    const struct program *program = search->question.pass->program;
    for (uint32_t i = 0; i < program->spawns.count; i++) {
        const struct spawn *spawn = &program->spawns.data[i];
        for (uint32_t k = 0; k < spawn->entries.count; k++) {
            if (!search->question.sends[spawn->entries.items[k].func])
                continue;
            struct amount sends = ways_least_sends(&search->question, spawn->entries.items[k].func);
            if (sends.constant != 1 || sends.func)
                return false;
        }
    }
    return true;
}

/* ---- the finding ---- */

static const char *channel_name(const struct search *search)
{
    const struct check_pass *pass = search->question.pass;
    const struct ir_func *func = body(search, search->func);
    const struct ir_instr *call = &func->instrs.data[search->instr];
    int at = search->instr == search->made->instr ? search->made->role->at[POS_CHANNEL] : AT_RESULT;
    ir_val val = role_value(func, call, at);
    if (at == AT_RESULT && call[1].op == IR_COPY && call[1].a == val)
        val = IR_VAL(VAL_PATH, call[1].dst);
    struct buf text = {0};
    if (ir_val_kind(val) == VAL_ADDR) /* the thing itself */
        val = IR_VAL(VAL_PATH, ir_val_index(val));
    ir_print_val_source(&text, pass->module, func, val);
    const char *name = text.count ? arena_strdup(pass->arena, text.data) : "the channel";
    buf_free(&text);
    return name;
}

/* The first send that blocks; there is one, since some were counted. */
static const struct channel_use *find_send(const struct search *search)
{
    const struct channel_question *question = &search->question;
    uint32_t i = 0;
    for (; i + 1 < question->uses->uses.count; i++) {
        const struct channel_use *use = &question->uses->uses.data[i];
        if (use->kind == CHANNEL_SENT && channel_use_is_of(question->uses, use, question->sending) &&
            ways_waits(question->pass, use))
            break;
    }
    return &question->uses->uses.data[i];
}

static void tell(struct search *search, struct finding *finding, const struct channel_use *send)
{
    struct check_pass *pass = search->question.pass;
    const struct way_end *end = &search->end;
    ir_instr_id out = end->early ? end->early : end->exit;
    const char *way_out = end->is_join ? "this join waits for a task that waits for a receiver"
                          : end->early ? "here the receiving ends before all messages are in"
                                       : "here the function is left, and nobody receives the rest";
    check_step(pass, finding, check_instr_place(pass, search->func, search->instr), 0, 0,
               "the channel is made here");
    if (end->spawn)
        check_step(pass, finding, check_instr_place(pass, search->func, end->spawn), 0, 0,
                   "tasks that send are started here");
    check_step(pass, finding, check_instr_place(pass, send->func, send->instr), end->spawn ? 1 : 0, 0,
               "%s waits until there is room", check_callee_text(pass, send->func, send->instr));
    check_step(pass, finding, check_instr_place(pass, search->func, out), 0, 0, "%s", way_out);
    check_related(pass, finding, check_instr_place(pass, send->func, send->instr),
                  "the messages are sent here");
    check_related(pass, finding, check_instr_place(pass, search->func, out), "%s", way_out);
}

static bool is_constant(struct amount amount, int64_t value)
{
    return !amount.func && amount.constant == value;
}

static const char *messages(const struct search *search, struct amount amount)
{
    const struct check_pass *pass = search->question.pass;
    if (amount.is_loop && !amount.constant && !amount.is_unknown)
        return amount.factor == 1 ? "one message for each turn of the loop"
                                  : arena_printf(pass->arena, "%lld messages for each turn of the loop",
                                                 (long long)amount.factor);
    return arena_printf(pass->arena, "%s message%s", amount_text(pass, amount),
                        is_constant(amount, 1) ? "" : "s");
}

/* What happens instead of receiving them all. */
static const char *instead(const struct search *search)
{
    const struct way_end *end = &search->end;
    struct arena *arena = search->question.pass->arena;
    bool none = is_constant(end->receives, 0);
    const char *received = messages(search, end->receives);
    if (end->is_join)
        return none ? "waits for their end before it receives any"
                    : arena_printf(arena, "waits for their end after %s", received);
    if (end->early)
        return none ? "can return without having received any"
                    : arena_printf(arena, "can return after receiving %s", received);
    return none ? "receives none" : arena_printf(arena, "receives %s", received);
}

static void report(struct search *search)
{
    struct check_pass *pass = search->question.pass;
    const char *name = channel_name(search), *func = check_func_name(pass, body(search, search->func)->sym);
    const struct channel_use *send = find_send(search);
    const char *holds = is_constant(search->capacity, 0)
                            ? "has no buffer"
                            : arena_printf(pass->arena, "holds %s", messages(search, search->capacity));
    struct finding *finding = check_report(
        pass, SEVERITY_WARNING,
        search->end.is_join ? "join"
        : search->end.early ? "early-exit"
                            : "too-few",
        search->func, search->instr, name, "%s %s, and the tasks of %s send %s, but it %s: %s in %s for ever",
        name, holds, func, messages(search, search->end.sends), instead(search),
        is_constant(search->end.sends, 1) ? "the task waits" : "those that are left wait",
        check_callee_text(pass, send->func, send->instr));
    if (finding)
        tell(search, finding, send);
}

/* ---- the search ---- */

static const struct call_site *only_call(const struct program *program, ir_func_id func)
{
    const struct call_site *only = NULL;
    for (uint32_t i = 0; i < program->sites.count; i++)
        for (uint32_t k = 0; k < program->sites.data[i].target_count; k++) {
            if (program->sites.data[i].targets[k].func != func)
                continue;
            if (only || program->sites.data[i].target_count > 1)
                return NULL;
            only = &program->sites.data[i];
        }
    return only;
}

/* Out of functions that only open it: who calls them makes it. */
static void find_maker(struct search *search)
{
    search->func = search->made->func;
    search->instr = search->made->instr;
    search->capacity = capacity_of(search);
    for (int i = 0; i < OPENERS_DEEP && !search->question.is_relevant[search->func]; i++) {
        const struct call_site *site = only_call(search->question.pass->program, search->func);
        if (!site)
            return;
        search->capacity = amount_in_caller(search->question.pass, search->capacity, site);
        search->func = site->func;
        search->instr = site->instr;
    }
}

static bool is_main(const struct search *search, ir_func_id func)
{
    return search->question.pass->module->syms.data[body(search, func)->sym].flags & SYM_MAIN;
}

/* Who leaves main ends the tasks, too. */
static bool blocks_for_ever(const struct search *search, const struct way_end *end)
{
    struct amount rest = amount_add(end->sends, amount_negate(amount_add(end->receives, search->capacity)));
    return amount_is_positive(rest) && (end->is_join || !is_main(search, search->func));
}

static bool is_better(const struct way_end *end, const struct way_end *than)
{
    return !than->exit || (end->is_join && !than->is_join) ||
           (end->is_join == than->is_join && end->exit < than->exit);
}

static void check_channel(struct search *search)
{
    uint32_t count;
    bool complete;
    find_functions(search);
    find_maker(search);
    if (search->capacity.is_unknown || !is_countable(search))
        return;
    search->question.one_each = each_sends_one(search);
    search->end = (struct way_end){0};
    const struct way_end *ends = ways_of(&search->question, search->func, search->instr, &count, &complete);
    for (uint32_t i = 0; i < count; i++)
        if (blocks_for_ever(search, &ends[i]) && is_better(&ends[i], &search->end))
            search->end = ends[i];
    if (search->end.exit)
        report(search);
}

static void run(struct check_pass *pass)
{
    const struct channel_uses *uses = channel_uses_find(pass->arena, pass->program);
    for (channel_id id = 1; id < uses->made.count; id++) {
        const struct channel_made *made = &uses->made.data[id];
        struct search search = {.made = made};
        search.question =
            (struct channel_question){.pass = pass, .uses = uses, .receiving = id, .sending = made->other};
        check_channel(&search);
    }
}

const struct check check_channel_undersized = {
    .id = "channel-undersized",
    .title = "Tasks send more than a channel holds and anybody receives",
    .doc = CHECK_DOC(channel_undersized),
    .since = "0.1",
    .severity = SEVERITY_WARNING,
    .run = run,
};
