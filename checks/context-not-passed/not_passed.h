/* context-not-passed in four parts: what an argument hands over (value.c), which code runs after a
 * cancellation (cancelled.c), tasks that are started without a context (task.c), and calls that are handed
 * none (check.c). */
#ifndef CHECK_NOT_PASSED_NOT_PASSED_H
#define CHECK_NOT_PASSED_NOT_PASSED_H

#include "check/check.h"
#include "check/contexts.h"
#include "check/waits.h"

struct not_passed {
    struct check_pass *pass;
    struct contexts *contexts;
    struct waits *waits;
    VEC(uint64_t) fresh; /* contexts that were told of: function and instruction that made them */
};

static inline const struct ir_func *not_passed_body(const struct not_passed *check, ir_func_id func)
{
    return &check->pass->module->funcs.data[func];
}

/* ---- value.c ---- */

enum handed { HANDED_UNKNOWN, HANDED_NONE, HANDED_BACKGROUND, HANDED_FRESH };

struct handed_value {
    enum handed kind;
    ir_instr_id made; /* of a fresh one: where */
};

/* What a context argument is; what derives from the context at hand, or may, is unknown. */
struct handed_value handed_find(const struct not_passed *check, ir_func_id func, ir_val val);
/* The callee does something with its context parameter (from 1) while it runs, and does not just keep it. */
bool handed_is_used(struct not_passed *check, ir_func_id callee, ir_local_id param);

/* ---- cancelled.c ---- */

/* May the code at `instr` run after the context was found cancelled or was cancelled here? */
bool cancelled_before(struct not_passed *check, const struct context *context, ir_func_id func,
                      ir_instr_id instr);

/* ---- task.c ---- */

void task_check(struct not_passed *check, const struct spawn *spawn);

#endif
