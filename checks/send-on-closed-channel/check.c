/* A send reached by a path on which the same channel was closed and not opened again. */
#include <string.h>

#include "send.h"

#include "check/typestates.h"

extern const char CHECK_DOC(send_on_closed_channel)[];

/* ---- the automaton ---- */

enum { UNBORN, OPEN, SHUT /* for sending, by shutdown */, CLOSED, STATES };
enum { EVENT_OPEN, EVENT_SEND, EVENT_SHUT, EVENT_CLOSE, EVENT_ASK /* is it closed? who asks acts on the answer */, EVENTS };
enum { ERROR_SEND = 1 };

#define AT(state, event) [(state) * EVENTS + EVENT_##event]
static const char *const states[STATES] = {"unborn", "open", "shut for sending", "closed"};
static const uint8_t next[STATES * EVENTS] = {
    AT(OPEN, OPEN) = OPEN,   AT(OPEN, SEND) = OPEN,     AT(OPEN, SHUT) = SHUT,     AT(OPEN, CLOSE) = CLOSED,
    AT(SHUT, OPEN) = OPEN,   AT(SHUT, SEND) = SHUT,     AT(SHUT, SHUT) = SHUT,     AT(SHUT, CLOSE) = CLOSED,
    AT(CLOSED, OPEN) = OPEN, AT(CLOSED, SEND) = CLOSED, AT(CLOSED, SHUT) = CLOSED, AT(CLOSED, CLOSE) = CLOSED,
    AT(OPEN, ASK) = OPEN,    AT(SHUT, ASK) = OPEN,      AT(CLOSED, ASK) = OPEN,
};
static const uint8_t errors[STATES * EVENTS] = {AT(SHUT, SEND) = ERROR_SEND, AT(CLOSED, SEND) = ERROR_SEND};
static const struct typestate_automaton channel = {
    .name = "channel", .state_count = STATES, .event_count = EVENTS, .states = states, .next = next, .error = errors,
    .assumed = OPEN};

/* On a close-safe channel a late send is an error only for who does not look. */
bool is_unsafe_send(const struct check_pass *pass, const struct role *role, ir_func_id func, ir_instr_id instr)
{
    return !role->close_safe || (pass->module->funcs.data[func].instrs.data[instr].flags & CALL_DISCARDED);
}

/* shutdown(fd, SHUT_RD) leaves sending alone; a direction that is no constant says nothing. */
static bool ends_sending(const struct check_pass *pass, const struct role *role, ir_func_id func, ir_instr_id instr)
{
    const struct ir_func *body = &pass->module->funcs.data[func];
    if (!role->half_send || role->half_receive)
        return false;
    ir_val how = role->at[POS_FLAGS] ? role_value(body, &body->instrs.data[instr], role->at[POS_FLAGS]) : 0;
    return !how || (ir_val_kind(how) == VAL_INT && body->ints.data[ir_val_index(how)] != 0);
}

static const struct typestate_rule rules[] = {
    {ROLE_CHAN_OPEN, POS_CHANNEL, EVENT_OPEN, OPEN, NULL},
    {ROLE_CHAN_SEND, POS_CHANNEL, EVENT_SEND, 0, is_unsafe_send},
    {ROLE_CHAN_CLOSE, POS_CHANNEL, EVENT_SHUT, 0, ends_sending},
    {ROLE_CHAN_CLOSE, POS_CHANNEL, EVENT_CLOSE, 0, check_ends_channel},
    {ROLE_TESTS, POS_OBJECT, EVENT_ASK, 0, NULL},
};

/* ---- the finding ---- */

static const struct typestate_step *last_step(const struct typestate_violation *violation)
{
    return &violation->steps[violation->step_count - 1];
}

static const char *callee(struct check_pass *pass, const struct typestate_step *step)
{
    return check_callee_text(pass, step->func, step->instr);
}

static const char *tell(struct check_pass *pass, const struct typestate_step *step, bool is_last)
{
    static const char *const forms[EVENTS] = {"%s opens it", "%s sends on it", "%s ends sending on it", "%s closes it",
                                               "%s asks whether it is closed"};
    if (is_last)
        return arena_printf(pass->arena, "%s sends on it all the same", callee(pass, step));
    return step->event < EVENTS ? arena_printf(pass->arena, forms[step->event], callee(pass, step)) : NULL;
}

/* A pointer to something, and no descriptor. */
static bool is_object(const struct check_pass *pass, const struct ir_func *body, ir_val val)
{
    if (ir_val_kind(val) != VAL_PATH)
        return false;
    const struct ir_type *type = &pass->module->types.data[body->paths.data[ir_val_index(val)].type];
    return type->kind == TYPE_POINTER && pass->module->types.data[type->element].kind == TYPE_CLASS;
}

const char *send_consequence(const struct check_pass *pass, ir_func_id func, ir_instr_id instr, bool is_shut)
{
    const struct role *role = check_role(pass, func, instr, ROLE_CHAN_SEND);
    const struct ir_func *body = &pass->module->funcs.data[func];
    ir_val object = role ? role_value(body, &body->instrs.data[instr], role->at[POS_CHANNEL]) : 0;
    if (check_role(pass, func, instr, ROLE_CHAN_CLOSE))
        return "it takes one, and throws std::future_error";
    if (role && role->close_safe)
        return "it is refused, and nobody looks at the answer: what was sent is lost";
    if (is_shut)
        return is_object(pass, body, object)
                   ? "it is refused, and there are libraries that end the process for it"
                   : "it fails with EPIPE, and SIGPIPE ends a process that does not ignore it";
    if (ir_val_kind(object) == VAL_ADDR)
        return "the object is in no state to take it";
    if (is_object(pass, body, object))
        return "it works on what the close has freed";
    return "it fails with EBADF, or reaches whatever was opened since under the same descriptor";
}

static void report(struct check_pass *pass, const struct typestate_violation *violation)
{
    const struct typestate_step *send = last_step(violation);
    bool is_one_shot = check_role(pass, send->func, send->instr, ROLE_CHAN_CLOSE);
    const char *object = violation->object ? violation->object : "the channel";
    struct finding *finding = check_report(
        pass, violation->must ? SEVERITY_ERROR : SEVERITY_WARNING, violation->state == SHUT ? "shut" : "closed",
        violation->func, violation->instr, object, "%s sends on %s, which %s%s: %s", callee(pass, send), object,
        is_one_shot ? "has its value already" : violation->state == SHUT ? "is shut for sending" : "is closed",
        violation->must ? " by now" : " on one path", send_consequence(pass, send->func, send->instr, violation->state == SHUT));
    if (finding)
        check_typestate_steps(pass, finding, violation, tell);
}

static void run(struct check_pass *pass)
{
    struct typestate *engine = check_typestates(pass, &channel, rules, sizeof rules / sizeof *rules);
    check_run_typestates(pass, engine, report);
    check_concurrent_sends(pass);
}

const struct check check_send_on_closed_channel = {
    .id = "send-on-closed-channel",
    .title = "A send reaches a channel that was closed on the way",
    .doc = CHECK_DOC(send_on_closed_channel),
    .since = "0.1",
    .severity = SEVERITY_ERROR,
    .run = run,
};
