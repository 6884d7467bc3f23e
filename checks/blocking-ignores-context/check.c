/* A blocking call that goes on after the cancellation that its function is there to notice. */
#include <stdlib.h>
#include <string.h>

#include "blocking.h"

extern const char CHECK_DOC(blocking_ignores_context)[];

static const struct ir_func *body(const struct blocking *blocking, ir_func_id func)
{
    return &blocking->pass->module->funcs.data[func];
}

/* The blocking call at the end of a chain of calls. */
struct innermost {
    ir_func_id func;
    ir_instr_id instr;
};

static struct innermost innermost_of(const struct blocking *blocking, ir_func_id func, ir_instr_id instr,
                                     ir_func_id next)
{
    for (int depth = 0; next && depth < 64; depth++) {
        func = next;
        instr = blocking->unbounded[func].instr;
        next = blocking->unbounded[func].next;
    }
    return (struct innermost){func, instr};
}

static const char *cancelled_text(const struct blocking *blocking, const struct context *hand)
{
    return arena_printf(blocking->pass->arena,
                        hand->kind == CONTEXT_FLAG       ? "%s is set"
                        : hand->kind == CONTEXT_DEADLINE ? "%s has passed"
                                                         : "%s is cancelled",
                        hand->name);
}

/* A pause that goes on a little beyond the deadline is no harm. */
static bool is_mere_pause(const struct context *hand, const struct role *role)
{
    return hand->kind == CONTEXT_DEADLINE && role->class_ && !strcmp(role->class_, "sleep");
}

bool blocking_is_told(const struct blocking *blocking, ir_func_id func, ir_instr_id instr)
{
    for (uint32_t i = 0; i < blocking->told.count; i++)
        if (blocking->told.data[i] == ((uint64_t)func << 32 | instr))
            return true;
    return false;
}

static void report(struct blocking *blocking, const struct context *hand, ir_func_id func, ir_instr_id instr,
                   ir_func_id next)
{
    struct check_pass *pass = blocking->pass;
    struct innermost inner = innermost_of(blocking, func, instr, next);
    const struct role *role = wait_role(blocking->waits, inner.func, inner.instr);
    if (!role || is_mere_pause(hand, role) ||
        wait_is_woken(blocking->waits, hand, inner.func, inner.instr, role))
        return;
    *vec_push(blocking->pass->arena, &blocking->told) = (uint64_t)inner.func << 32 | inner.instr;
    const char *cancelled = cancelled_text(blocking, hand),
               *waits = wait_text(blocking->waits, inner.func, inner.instr, role);
    const char *callee = next ? check_func_name(pass, body(blocking, next)->sym) : NULL;
    struct finding *finding =
        check_report(pass, SEVERITY_WARNING, role->class_, func, instr, hand->name,
                     next ? "when %s this call does not end: %s knows nothing of it, and in it %s"
                          : "when %s this call does not end: %s%s",
                     cancelled, next ? callee : waits, next ? waits : "");
    if (!finding)
        return;
    if (hand->kind != CONTEXT_VALUE)
        check_step(pass, finding, check_instr_place(pass, func, hand->test), 0, 0, "the loop tests %s here",
                   hand->name);
    for (ir_func_id at = next, depth = 1; at && depth < 32; depth++) {
        check_step(pass, finding, check_instr_place(pass, func, instr), 0, depth - 1,
                   "%s is called without it", check_func_name(pass, body(blocking, at)->sym));
        func = at;
        instr = blocking->unbounded[at].instr;
        at = blocking->unbounded[at].next;
    }
    check_step(pass, finding, check_instr_place(pass, inner.func, inner.instr), 0, 32, "%s", waits);
    if (!next)
        blocking_add_fix(blocking, finding, hand, func, instr);
    if (next)
        check_related(pass, finding, check_instr_place(pass, inner.func, inner.instr),
                      "the call that blocks");
}

/* The callee that waits, for a call of project code; 0: none. */
static ir_func_id waiting_callee(const struct blocking *blocking, ir_func_id func, ir_instr_id instr)
{
    const struct call_site *site = program_site(blocking->pass->program, func, instr);
    for (uint32_t i = 0; site && !site->model && i < site->target_count; i++)
        if (site->targets[i].func && site->targets[i].certainty == CERTAIN &&
            blocking->unbounded[site->targets[i].func].is_there)
            return site->targets[i].func;
    return 0;
}

static void check_call(struct blocking *blocking, ir_func_id func, ir_instr_id instr)
{
    bool waits = wait_role(blocking->waits, func, instr) && !wait_is_polled(blocking->waits, func, instr);
    ir_func_id next = waits ? 0 : waiting_callee(blocking, func, instr);
    if ((!waits && !next) || context_is_argument(blocking->pass, func, instr))
        return;
    struct context hand = context_at_hand(blocking->contexts, func, instr);
    if (hand.kind != CONTEXT_NONE) {
        report(blocking, &hand, func, instr, next);
        return;
    }
    if (!blocking->unbounded[func].is_there)
        blocking->unbounded[func] = (struct wait){.is_there = true, .instr = instr, .next = next};
}

static void run(struct check_pass *pass)
{
    uint32_t count = pass->module->funcs.count;
    struct blocking blocking = {.pass = pass, .contexts = contexts_create(pass)};
    blocking.waits = waits_create(pass, blocking.contexts, atof(check_option_value(pass, "max-wait")));
    blocking.unbounded = arena_array(pass->arena, struct wait, count);
    /* Bottom-up: a callee's wait is known before its callers ask. */
    for (uint32_t i = 0; i < pass->program->scc_first[pass->program->scc_count]; i++) {
        ir_func_id func = pass->program->order[i];
        for (ir_instr_id instr = 0; instr < body(&blocking, func)->instrs.count; instr++)
            if (body(&blocking, func)->instrs.data[instr].op == IR_CALL)
                check_call(&blocking, func, instr);
    }
    blocking_check_stopped(&blocking);
}

static const struct check_option options[] = {
    {"max-wait", "seconds that a call may wait without asking the context", "5"},
    {NULL, NULL, NULL},
};

const struct check check_blocking_ignores_context = {
    .id = "blocking-ignores-context",
    .title = "A blocking call goes on after the cancellation that its function should notice",
    .doc = CHECK_DOC(blocking_ignores_context),
    .since = "0.1",
    .severity = SEVERITY_WARNING,
    .options = options,
    .run = run,
};
