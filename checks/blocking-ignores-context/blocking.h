/* blocking-ignores-context in three parts: calls where a context is at hand (check.c), threads that are
 * stopped by a flag and a join while they wait (stopped.c), and what to call instead (fix.c). */
#ifndef CHECK_BLOCKING_BLOCKING_H
#define CHECK_BLOCKING_BLOCKING_H

#include "check/check.h"
#include "check/contexts.h"
#include "check/waits.h"

struct wait {
    bool is_there;
    ir_instr_id instr;
    ir_func_id next; /* 0: instr is the blocking call itself */
};

struct blocking {
    struct check_pass *pass;
    struct contexts *contexts;
    struct waits *waits;
    struct wait
        *unbounded; /* by function: an unbounded wait in it or below, with no context at hand on the way */
    VEC(uint64_t) told; /* blocking calls that a finding is about: function and instruction */
};

/* Whether some finding is about this blocking call. */
bool blocking_is_told(const struct blocking *blocking, ir_func_id func, ir_instr_id instr);

/* fix.c: the call that takes the context at hand, where a model knows one. */
void blocking_add_fix(struct blocking *blocking, struct finding *finding, const struct context *hand, ir_func_id func,
                      ir_instr_id instr);
/* stopped.c */
void blocking_check_stopped(struct blocking *blocking);

#endif
