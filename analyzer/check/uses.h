/* Uses of channels, as each function of the program sees them: its own, those of what it calls, and those of
 * the tasks that it, or what it calls, starts.
 *
 * A use is known in a function for as long as the channel has a name there (link/binding.h).  It leads, level
 * by level, down to the call that is the operation.  Uses in a forked child, and closes below a once call,
 * are left out.  Private to check/.  Lifetime: the pass's arena.
 */
#ifndef CHECK_USES_H
#define CHECK_USES_H

#include "check/meetings.h"
#include "link/parallel.h"

enum { NO_SPAWN = UINT32_MAX };

struct use {
    bool is_close, is_send; /* setting a promise is both */
    bool is_join;           /* neither: a task is joined; `channel` is then what its handle is a part of */
    uint16_t doubt; /* one in so many: ways past calls and spawns with several possible targets; 1: sure */
    task_id task;   /* who does it; TASK_OUTSIDE: whoever runs the function itself */
    struct object channel; /* by name, in the function's terms */
    ir_instr_id via;       /* the operation; or the call or spawn that leads to it */
    ir_instr_id read;      /* of an operation: where the number was read from memory, 0: there itself */
    uint32_t spawn;        /* `via` is this spawn, NO_SPAWN: a call or the operation */
    ir_func_id child;      /* a callee or an entry, 0: `via` is the operation */
    uint32_t child_use;    /* there */
};

struct uses;

struct uses *uses_create(struct check_pass *pass, struct parallel *parallel,
                         const struct meeting_rules *rules);
/* By place; `*count` 0 where there is none. */
const struct use *uses_in(struct uses *uses, ir_func_id func, uint32_t *count);
/* The next level down of one that has a child. */
const struct use *uses_below(const struct uses *uses, const struct use *use);

#endif
