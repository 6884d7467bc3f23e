#include "check/meetings.h"

#include <string.h>

#include "check/excuses.h"
#include "check/typestates.h"
#include "flow/reach.h"

struct search {
    struct check_pass *pass;
    const struct program *program;
    struct parallel *parallel;
    struct uses *uses;
    struct excuses excuses;
    const struct meeting_rules *rules;
    void (*report)(struct check_pass *pass, const struct meeting *meeting);
};

static const struct ir_func *body(const struct check_pass *pass, ir_func_id func)
{
    return &pass->module->funcs.data[func];
}

/* ---- who runs when ---- */

static const struct task_start *start_of(const struct search *search, ir_func_id func, const struct use *use)
{
    uint32_t count;
    const struct task_start *starts = parallel_starts(search->parallel, func, &count);
    for (uint32_t i = 0; i < count; i++)
        if (starts[i].instr == use->via && starts[i].task == use->task)
            return &starts[i];
    return NULL;
}

/* Behind the use's start in the frame, while its task may still run, control gets to the other's place. */
static bool runs_until(const struct search *search, ir_func_id frame, const struct use *use,
                       const struct use *until)
{
    struct parallel_way way = {.func = frame, .task = use->task, .to = until->via, .name = &use->channel};
    way.start = start_of(search, frame, use);
    return way.start && parallel_is_running(search->parallel, &way);
}

/* From the frame's place down to the operation, nobody waits for the task on some way. */
static bool gets_there(const struct search *search, const struct use *use, task_id without_waiting_for)
{
    for (; use->child; use = uses_below(search->uses, use)) {
        struct parallel_way way = {
            .func = use->child, .task = without_waiting_for, .to = uses_below(search->uses, use)->via};
        if (!parallel_is_running(search->parallel, &way))
            return false;
    }
    return true;
}

/* Both are under way at once, in the frame: the close does not wait for the other. */
static bool overlap(const struct search *search, ir_func_id frame, const struct use *close,
                    const struct use *other)
{
    bool same_start = close->via == other->via && close->task && other->task;
    if (close->via == other->via && !same_start)
        return false; /* they meet further down */
    if (same_start && close->task != other->task)
        return false;
    bool meets = (other->task && runs_until(search, frame, other, close)) ||
                 (close->task && !same_start && runs_until(search, frame, close, other));
    return meets && gets_there(search, close, other->task);
}

/* ---- what keeps them apart ---- */

static bool share_lock(const struct lock_set *a, const struct lock_set *b)
{
    bool some_a = a->count || a->unknown, some_b = b->count || b->unknown;
    if (some_a && some_b && (a->unknown || b->unknown))
        return true;
    for (uint32_t i = 0; i < a->count; i++)
        if (lock_set_has(b, &a->items[i]))
            return true;
    return false;
}

static bool is_excused(const struct search *search, ir_func_id closer, const struct use *close,
                       ir_func_id frame, const struct use *other, bool is_locked)
{
    const struct excuses *excuses = &search->excuses;
    if (excuse_is_picked(excuses, closer, close) || excuse_ends_process(excuses, closer, close) ||
        (other->is_close &&
         (excuse_is_picked(excuses, frame, other) || excuse_ends_process(excuses, frame, other))))
        return true;
    return is_locked &&
           (excuse_is_tested(excuses, frame, other) || excuse_is_reopened(excuses, closer, close) ||
            (other->is_close && excuse_is_tested(excuses, closer, close)));
}

/* ---- ends ---- */

static struct meeting_end end_of(const struct search *search, ir_func_id func, const struct use *use)
{
    struct meeting_end end = {.task = use->task, .use = use};
    for (; use->child; use = uses_below(search->uses, use))
        func = use->child;
    end.func = func;
    end.instr = use->via;
    return end;
}

static const struct use *operation_of(const struct search *search, const struct use *use)
{
    while (use->child)
        use = uses_below(search->uses, use);
    return use;
}

/* As it is written there: `session->fd`. */
static const char *channel_text(const struct search *search, const struct meeting_end *end)
{
    const struct ir_func *func = body(search->pass, end->func);
    const struct role *role = check_role(search->pass, end->func, end->instr, ROLE_CHAN_SEND);
    role = role ? role : check_role(search->pass, end->func, end->instr, ROLE_CHAN_CLOSE);
    ir_val val = role_value(func, &func->instrs.data[end->instr], role->at[POS_CHANNEL]);
    struct buf text = {0};
    if (ir_val_kind(val) == VAL_PATH || ir_val_kind(val) == VAL_ADDR)
        ir_print_path_source(&text, search->pass->module, func, ir_val_index(val));
    bool is_plain = text.count && text.count < 60 && !strstr(text.data, "...");
    const char *result = is_plain ? arena_strdup(search->pass->arena, text.data) : "the channel";
    buf_free(&text);
    return result;
}

static void report_pair(const struct search *search, ir_func_id closer, const struct use *close,
                        ir_func_id frame, const struct use *other)
{
    struct meeting meeting = {.frame = frame, .closer = closer, .uses = search->uses};
    meeting.close = end_of(search, closer, close);
    meeting.other = end_of(search, frame, other);
    meeting.channel = channel_text(search, &meeting.other);
    search->report(search->pass, &meeting);
}

/* ---- pairs in one frame ---- */

static bool is_pair(const struct search *search, const struct use *close, const struct use *other)
{
    bool wants_sends = search->rules->sends != NULL;
    if (!close->is_close || !(wants_sends ? other->is_send : other->is_close) ||
        (!close->task && !other->task))
        return false;
    if (close == other && !close->task)
        return false;
    /* Of two that close alike, one story is enough: the task's end is the other. */
    bool are_alike = other->is_close && close->is_close && (close->is_send == other->is_send);
    if (are_alike && close != other && (!other->task || (close->task && close > other)))
        return false;
    return object_equal(&close->channel, &other->channel);
}

static void check_frame(const struct search *search, ir_func_id frame)
{
    uint32_t count, start_count;
    parallel_starts(search->parallel, frame, &start_count);
    const struct use *uses = start_count ? uses_in(search->uses, frame, &count) : NULL;
    for (uint32_t i = 0; uses && i < count; i++)
        for (uint32_t k = 0; uses[i].is_close && k < count; k++) {
            if (!is_pair(search, &uses[i], &uses[k]) || !overlap(search, frame, &uses[i], &uses[k]))
                continue;
            struct lock_set a = excuse_locks(&search->excuses, frame, &uses[i]);
            struct lock_set b = excuse_locks(&search->excuses, frame, &uses[k]);
            if (!is_excused(search, frame, &uses[i], frame, &uses[k], share_lock(&a, &b)))
                report_pair(search, frame, &uses[i], frame, &uses[k]);
        }
}

/* ---- closes before a join ---- */

/* In `func`, from behind the close, control gets to the join. */
static bool is_reached(void *context, ir_instr_id instr)
{
    return instr == *(const ir_instr_id *)context;
}

static bool joins_after(const struct search *search, ir_func_id func, const struct use *close,
                        const struct use *join)
{
    ir_instr_id goal = join->via;
    struct reach_query query = {.cfg = program_cfg(search->pass->program, func),
                                .from = close->via,
                                .is_goal = is_reached,
                                .context = &goal};
    struct reach_way way;
    return close->via != join->via && flow_reach(search->pass->arena, &query, &way);
}

/* The channel lies in what owns the handle as it does where the task is started. */
static bool lies_alike(const struct object *a, const struct object *owner_a, const struct object *b,
                       const struct object *owner_b)
{
    const struct ir_step *rest_a, *rest_b;
    uint32_t count_a, count_b;
    struct object root_a = object_root(a, &rest_a, &count_a), root_b = object_root(b, &rest_b, &count_b);
    if (a->kind == OBJECT_GLOBAL)
        return object_equal(a, b);
    if (!object_equal(&root_a, owner_a) || !object_equal(&root_b, owner_b) || count_a != count_b)
        return false;
    for (uint32_t i = 0; i < count_a; i++)
        if (rest_a[i].kind != rest_b[i].kind || rest_a[i].arg != rest_b[i].arg)
            return false;
    return true;
}

static bool share_lock_by_owner(const struct lock_set *a, const struct object *owner_a,
                                const struct lock_set *b, const struct object *owner_b)
{
    if (share_lock(a, b))
        return true;
    for (uint32_t i = 0; i < a->count; i++)
        for (uint32_t k = 0; k < b->count; k++)
            if (lies_alike(&a->items[i], owner_a, &b->items[k], owner_b))
                return true;
    return false;
}

/* The function closes, and then joins the task: so it may still have run, and gone on using what was closed.
 */
static void check_join(const struct search *search, ir_func_id func, const struct use *close,
                       const struct use *join, task_id task)
{
    ir_func_id frame = search->program->spawns.data[task - 1].func;
    const struct use *joined = operation_of(search, join);
    struct meeting_end at = end_of(search, func, join);
    struct parallel_way way = {.func = func, .task = task, .to = close->via};
    if (!waits_joins(parallel_waits(search->parallel), at.func, joined->via, task) ||
        !parallel_is_running(search->parallel, &way) || !gets_there(search, close, task) ||
        !joins_after(search, func, close, join))
        return;
    const struct ir_step *rest;
    uint32_t count, rest_count;
    struct object owner = object_root(&join->channel, &rest, &rest_count);
    struct object task_owner = waits_task_owner(parallel_waits(search->parallel), task);
    const struct use *uses = uses_in(search->uses, frame, &count);
    for (uint32_t i = 0; i < count; i++) {
        bool wanted = search->rules->sends ? uses[i].is_send : uses[i].is_close;
        if (uses[i].task != task || !wanted ||
            !lies_alike(&close->channel, &owner, &uses[i].channel, &task_owner))
            continue;
        struct lock_set a = excuse_locks(&search->excuses, func, close);
        struct lock_set b = excuse_locks(&search->excuses, frame, &uses[i]);
        bool is_locked = share_lock_by_owner(&a, &owner, &b, &task_owner);
        if (!is_excused(search, func, close, frame, &uses[i], is_locked))
            report_pair(search, func, close, frame, &uses[i]);
    }
}

static void check_joins(const struct search *search, ir_func_id func)
{
    uint32_t count;
    const struct use *uses = uses_in(search->uses, func, &count);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; uses[i].is_join && !uses[i].task && k < count; k++)
            for (task_id task = 1; uses[k].is_close && !uses[k].task && task <= search->program->spawns.count;
                 task++)
                check_join(search, func, &uses[k], &uses[i], task);
}

void check_meetings(struct check_pass *pass, const struct meeting_rules *rules,
                    void (*report)(struct check_pass *pass, const struct meeting *meeting))
{
    const struct program *program = pass->program;
    if (!program->spawns.count)
        return;
    const struct channels *flows = channels_solve(pass->arena, program);
    struct search search = {.pass = pass, .program = program, .rules = rules, .report = report};
    search.parallel = parallel_solve(pass->arena, program, flows);
    search.uses = uses_create(pass, search.parallel, rules);
    search.excuses = (struct excuses){pass, search.uses, locks_create(pass->arena, program)};
    for (uint32_t i = 0; i < program->scc_first[program->scc_count]; i++) {
        check_frame(&search, program->order[i]);
        check_joins(&search, program->order[i]);
    }
}

/* ---- words ---- */

const char *check_meeting_who(struct check_pass *pass, const struct meeting *meeting,
                              const struct meeting_end *end)
{
    ir_func_id frame = end == &meeting->close ? meeting->closer : meeting->frame;
    if (!end->task)
        return check_func_name(pass, body(pass, frame)->sym);
    const struct use *use = end->use;
    while (use->spawn == NO_SPAWN)
        use = uses_below(meeting->uses, use);
    return arena_printf(pass->arena, "the task that runs %s",
                        check_func_name(pass, body(pass, use->child)->sym));
}

/* The calls and spawns from the frame down to an end's operation. */
static void tell_way(struct check_pass *pass, struct finding *finding, const struct meeting *meeting,
                     ir_func_id func, const struct use *use, uint32_t task)
{
    uint32_t depth = 0, at = 0;
    for (; use->child; func = use->child, use = uses_below(meeting->uses, use), depth++) {
        const char *callee = check_func_name(pass, body(pass, use->child)->sym);
        struct place place = check_instr_place(pass, func, use->via);
        check_step(pass, finding, place, at, depth,
                   use->spawn == NO_SPAWN ? "%s is called" : "a task is started: %s", callee);
        if (use->spawn != NO_SPAWN) {
            check_related(pass, finding, place, "the task is started here");
            at = task;
            depth = UINT32_MAX; /* the task's own frames begin at 0 */
        }
    }
}

void check_meeting_steps(struct check_pass *pass, struct finding *finding, const struct meeting *meeting,
                         const char *verb)
{
    const struct meeting_end *close = &meeting->close, *other = &meeting->other;
    uint32_t closer = close->task ? 1 : 0, sender = other->task ? closer + 1 : 0;
    if (other->task)
        tell_way(pass, finding, meeting, meeting->frame, other->use, sender);
    tell_way(pass, finding, meeting, meeting->closer, close->use, closer);
    struct place place = check_instr_place(pass, close->func, close->instr);
    check_step(pass, finding, place, closer, 0, "%s closes %s, with nobody having waited in between",
               check_callee_text(pass, close->func, close->instr), meeting->channel);
    if (!other->task)
        tell_way(pass, finding, meeting, meeting->frame, other->use, sender);
    check_step(pass, finding, check_instr_place(pass, other->func, other->instr), sender, 0,
               "meanwhile %s %s it", check_callee_text(pass, other->func, other->instr), verb);
    check_related(pass, finding, place, "the close");
}
