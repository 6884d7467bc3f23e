/* A second close of the same channel. */
#include <string.h>

#include "check/check.h"
#include "check/meetings.h"
#include "check/typestates.h"

extern const char CHECK_DOC(channel_double_close)[];

enum { UNBORN, OPEN, CLOSED, STATES };
enum { EVENT_OPEN, EVENT_CLOSE, EVENT_ASK /* is it closed? who asks acts on the answer */, EVENTS };
enum { ERROR_CLOSE = 1 };

#define AT(state, event) [(state) * EVENTS + EVENT_##event]
static const char *const states[STATES] = {"unborn", "open", "closed"};
static const uint8_t next[STATES * EVENTS] = {AT(OPEN, OPEN) = OPEN, AT(OPEN, CLOSE) = CLOSED, AT(CLOSED, OPEN) = OPEN,
                                              AT(CLOSED, CLOSE) = CLOSED, AT(OPEN, ASK) = OPEN, AT(CLOSED, ASK) = OPEN};
static const uint8_t errors[STATES * EVENTS] = {AT(CLOSED, CLOSE) = ERROR_CLOSE};
static const struct typestate_automaton channel = {
    .name = "closing", .state_count = STATES, .event_count = EVENTS, .states = states, .next = next, .error = errors,
    .assumed = OPEN};

/* A half close is none, and where the send is the close (a promise) the second one is check send-on-closed-channel's;
 * a close-safe channel takes a second close for what it is. */
static bool is_close(const struct check_pass *pass, const struct role *role, ir_func_id func, ir_instr_id instr)
{
    return check_ends_channel(pass, role, func, instr) && !role->close_safe && !check_role(pass, func, instr, ROLE_CHAN_SEND);
}

static const struct typestate_rule rules[] = {
    {ROLE_CHAN_OPEN, POS_CHANNEL, EVENT_OPEN, OPEN, NULL},
    {ROLE_CHAN_CLOSE, POS_CHANNEL, EVENT_CLOSE, 0, is_close},
    {ROLE_TESTS, POS_OBJECT, EVENT_ASK, 0, NULL},
};

static const char *tell(struct check_pass *pass, const struct typestate_step *step, bool is_last)
{
    const char *callee = check_callee_text(pass, step->func, step->instr);
    if (step->event == EVENT_OPEN)
        return arena_printf(pass->arena, "%s opens it", callee);
    if (step->event == EVENT_ASK)
        return arena_printf(pass->arena, "%s asks whether it is closed", callee);
    return arena_printf(pass->arena, is_last ? "%s closes it again" : "%s closes it", callee);
}

static const char *consequence(const struct check_pass *pass, ir_func_id func, ir_instr_id instr)
{
    const struct role *role = check_role(pass, func, instr, ROLE_CHAN_CLOSE);
    const struct ir_func *body = &pass->module->funcs.data[func];
    ir_val object = role ? role_value(body, &body->instrs.data[instr], role->at[POS_CHANNEL]) : 0;
    if (ir_val_kind(object) == VAL_PATH) {
        const struct ir_type *type = &pass->module->types.data[body->paths.data[ir_val_index(object)].type];
        if (type->kind == TYPE_POINTER && pass->module->types.data[type->element].kind == TYPE_CLASS)
            return "it frees what is freed already";
    }
    return "where another task has opened something since, that is what gets closed";
}

static void report(struct check_pass *pass, const struct typestate_violation *violation)
{
    const struct typestate_step *close = &violation->steps[violation->step_count - 1];
    const char *object = violation->object ? violation->object : "the channel";
    struct finding *finding =
        check_report(pass, violation->must ? SEVERITY_ERROR : SEVERITY_WARNING, "sequential", violation->func,
                     violation->instr, object, "%s closes %s a second time%s: %s",
                     check_callee_text(pass, close->func, close->instr), object,
                     violation->must ? "" : " on one path", consequence(pass, close->func, close->instr));
    if (finding)
        check_typestate_steps(pass, finding, violation, tell);
}

/* Two tasks close it, or several of one kind. */
static void report_meeting(struct check_pass *pass, const struct meeting *meeting)
{
    const struct meeting_end *close = &meeting->other;
    bool is_same = meeting->close.instr == close->instr && meeting->close.func == close->func &&
                   meeting->close.task == close->task;
    struct finding *finding = check_report(
        pass, SEVERITY_WARNING, "concurrent", close->func, close->instr, meeting->channel,
        "%s may close %s a second time: %s closes it as well, and nothing lets only one of them do it; %s",
        check_callee_text(pass, close->func, close->instr), meeting->channel,
        is_same ? "another task of this kind" : check_meeting_who(pass, meeting, &meeting->close),
        consequence(pass, close->func, close->instr));
    if (finding)
        check_meeting_steps(pass, finding, meeting, "closes");
}

static void run(struct check_pass *pass)
{
    static const struct meeting_rules meetings = {.closes = is_close};
    struct typestate *engine = check_typestates(pass, &channel, rules, sizeof rules / sizeof *rules);
    check_run_typestates(pass, engine, report);
    check_meetings(pass, &meetings, report_meeting);
}

const struct check check_channel_double_close = {
    .id = "channel-double-close",
    .title = "A channel is closed a second time",
    .doc = CHECK_DOC(channel_double_close),
    .since = "0.1",
    .severity = SEVERITY_ERROR,
    .run = run,
};
