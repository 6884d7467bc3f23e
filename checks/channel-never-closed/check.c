/* A loop receives until the channel is closed, and nothing closes it while the receiver waits. */
#include "closed.h"

#include <string.h>

#include "check/endless.h"
#include "check/typestates.h"
#include "link/channels.h"

extern const char CHECK_DOC(channel_never_closed)[];

enum { WRAPPERS_DEEP = 3 };

struct search {
    struct check_pass *pass;
    const struct channel_uses *uses;
    struct channels *places; /* what is known of descriptors: non-blocking */
    struct closes *closes;
    const struct forks *forks;
};

static const struct ir_func *body(const struct search *search, ir_func_id func)
{
    return &search->pass->module->funcs.data[func];
}

/* ---- words ---- */

/* As the source says it: without the `&` of a method's object and the `this->` of captures and members. */
static const char *value_text(const struct search *search, ir_func_id func, ir_val val)
{
    struct buf text = {0};
    if (ir_val_kind(val) == VAL_ADDR)
        val = IR_VAL(VAL_PATH, ir_val_index(val));
    ir_print_val_source(&text, search->pass->module, body(search, func), val);
    const char *name = text.data && !strncmp(text.data, "this->", 6) ? text.data + 6 : text.data;
    const char *out = text.count ? arena_strdup(search->pass->arena, name) : "the channel";
    buf_free(&text);
    return out;
}

static ir_val channel_value(const struct search *search, const struct channel_use *use)
{
    const struct ir_func *func = body(search, use->func);
    return role_value(func, &func->instrs.data[use->instr], use->role->at[POS_CHANNEL]);
}

static const char *func_name(const struct search *search, ir_func_id func)
{
    return check_func_name(search->pass, body(search, func)->sym);
}

static const char *reason(const struct search *search, const struct receive *receive,
                          const struct late_close *late)
{
    struct arena *arena = search->pass->arena;
    const char *what = receive->open->pair == PAIR_ONE_WAY ? "the write end"
                       : receive->open->pair               ? "the other end"
                                                           : "it";
    if (late->close && late->join_instr)
        return arena_printf(
            arena, "%s is closed only after this task has been joined, so that each waits for the other",
            what);
    if (late->close)
        return arena_printf(arena, "%s is closed only after this loop", what);
    if (receive->open->pair == PAIR_ONE_WAY)
        return forks_only_child(search->forks, receive->func, receive->instr)
                   ? "this child never closes its own copy of the write end, which fork() gave it"
                   : "this process never closes its own write end of the pipe";
    return arena_printf(arena, "nothing in the program closes %s", what);
}

/* Made by main or kept in a global, and nobody waits for the receiver: it may be meant to run until the
 * process ends. */
static bool may_be_meant(const struct search *search, const struct receive *receive, channel_id channel,
                         const struct late_close *late)
{
    const struct channel_made *made = &search->uses->made.data[channel];
    const struct ir_func *func = body(search, receive->use->func);
    ir_val val = channel_value(search, receive->use);
    bool is_global = (ir_val_kind(val) == VAL_PATH || ir_val_kind(val) == VAL_ADDR) &&
                     func->paths.data[ir_val_index(val)].base_kind == BASE_GLOBAL;
    bool in_main = search->pass->module->syms.data[body(search, made->func)->sym].flags & SYM_MAIN;
    return late->only_tasks && !late->join_instr && (is_global || in_main);
}

static void report(const struct search *search, const struct receive *receive, channel_id channel,
                   const struct late_close *late)
{
    struct check_pass *pass = search->pass;
    const struct channel_made *made = &search->uses->made.data[channel];
    const char *name = value_text(search, receive->use->func, channel_value(search, receive->use));
    const char *callee = check_callee_text(pass, receive->func, receive->instr);
    struct place at = check_instr_place(pass, receive->func, receive->instr);
    struct finding *finding = check_report(
        pass, may_be_meant(search, receive, channel, late) ? SEVERITY_NOTE : SEVERITY_WARNING,
        late->join_instr ? "join" : "loop", receive->func, receive->instr, name,
        "the loop in %s ends only when %s finds %s%s, but %s: once all messages are read it waits for ever%s",
        func_name(search, receive->func), callee, receive->open->pair ? "the end of " : name,
        receive->open->pair ? name : " closed", reason(search, receive, late),
        late->join_instr && !late->close ? ", and whoever joins its task does too" : "");
    if (!finding)
        return;
    check_step(pass, finding, check_instr_place(pass, made->func, made->instr), 0, 0, "%s makes it",
               check_callee_text(pass, made->func, made->instr));
    check_step(pass, finding, at, 1, 0, "%s receives until it is closed", func_name(search, receive->func));
    check_related(pass, finding, check_instr_place(pass, made->func, made->instr),
                  "the channel is made here");
    if (late->join_instr)
        check_related(pass, finding, check_instr_place(pass, late->join_func, late->join_instr),
                      "this join waits for the receiver");
    if (late->close)
        check_related(pass, finding, check_instr_place(pass, late->close->func, late->close->instr),
                      "this close comes too late");
}

/* ---- what counts ---- */

static bool waits_for_ever(const struct search *search, const struct channel_use *use)
{
    value_place place = place_of_value(search->pass->module, use->func, channel_value(search, use));
    return check_waits_for_ever(search->pass, use->func, use->instr) &&
           !(channels_at(search->places, place) & CHANNEL_NONBLOCKING);
}

static void check_channels(const struct search *search, const struct receive *receive,
                           const struct until_close *loop)
{
    channel_id found = 0;
    struct late_close late = {0};
    for (channel_id id = 1; id < search->uses->made.count; id++) {
        const struct channel_made *made = &search->uses->made.data[id];
        if (!channel_use_is_of(search->uses, receive->use, id))
            continue;
        if (made->role->pair == PAIR_ONE_WAY && made->end == 1)
            return; /* the ends could not be told apart */
        if (closes_in_time(search->closes, receive, loop, id, &late))
            return;
        found = found ? found : id;
    }
    if (found)
        report(search, receive, found, &late);
}

static void check_receive(const struct search *search, const struct receive *receive, int depth)
{
    const struct program *program = search->pass->program;
    struct until_close loop;
    if (loop_until_close(search->pass, receive, &loop)) {
        check_channels(search, receive, &loop);
        return;
    }
    if (depth == WRAPPERS_DEEP || !loop_gives_on(search->pass, receive))
        return;
    for (uint32_t i = 0; i < program->sites.count; i++) {
        const struct call_site *site = &program->sites.data[i];
        struct receive outer = {site->func, site->instr, receive->use, receive->open};
        if (site->target_count == 1 && site->targets[0].func == receive->func && site->func != receive->func)
            check_receive(search, &outer, depth + 1);
    }
}

static const struct role *open_of(const struct search *search, const struct channel_use *use)
{
    for (channel_id id = 1; id < search->uses->made.count; id++)
        if (channel_use_is_of(search->uses, use, id))
            return search->uses->made.data[id].role;
    return NULL;
}

static void run(struct check_pass *pass)
{
    struct search search = {.pass = pass, .uses = channel_uses_find(pass->arena, pass->program)};
    if (search.uses->made.count == 1)
        return;
    search.places = channels_solve(pass->arena, pass->program);
    search.forks = forks_find(pass);
    search.closes = closes_create(pass, search.uses, search.forks);
    for (uint32_t i = 0; i < search.uses->uses.count; i++) {
        const struct channel_use *use = &search.uses->uses.data[i];
        const struct role *open = use->kind == CHANNEL_RECEIVED ? open_of(&search, use) : NULL;
        if (!open || channel_use_is_of(search.uses, use, 0) || !waits_for_ever(&search, use))
            continue;
        struct receive receive = {use->func, use->instr, use, open};
        check_receive(&search, &receive, 0);
    }
}

const struct check check_channel_never_closed = {
    .id = "channel-never-closed",
    .title = "A receiver waits for a close that never comes",
    .doc = CHECK_DOC(channel_never_closed),
    .since = "0.1",
    .severity = SEVERITY_WARNING,
    .run = run,
};
