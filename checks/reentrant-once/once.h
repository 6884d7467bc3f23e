/* Which once controls a function may run, by itself or through what it calls on the same task.
 *
 * Summaries go bottom-up over the call graph's SCCs; controls are objects (link/object.h), those behind parameters are
 * translated at each call.  A function-local static with a dynamic initialiser is a control too: its declaration is the
 * once call, what its initialiser calls is the initialiser.
 */
#ifndef CHECK_REENTRANT_ONCE_ONCE_H
#define CHECK_REENTRANT_ONCE_ONCE_H

#include "check/check.h"
#include "link/object.h"

struct once_reach {
    struct object control;
    ir_instr_id instr;    /* the once call, or the call that leads to it */
    ir_func_id next;      /* 0: instr is the once call itself */
    uint32_t next_index;  /* into next's summary */
    uint32_t depth;
    bool is_static_local; /* instr initialises it */
};

struct once_summary {
    VEC(struct once_reach) reaches; /* one per control: the shortest way */
};

/* By function id; arena of the pass. */
struct once_summary *once_summarise(struct check_pass *pass);
const struct once_reach *once_find(const struct once_summary *summary, const struct object *control);

/* The static local that an INSTR_STATIC_INIT instruction initialises, 0 when it can't be told. */
ir_sym_id once_static_of(const struct ir_func *func, ir_instr_id instr);

/* A way from an initialiser to the inner once call: one (function, call) per step. */
struct once_chain {
    struct {
        ir_func_id func;
        ir_instr_id instr;
    } steps[32];
    uint32_t count;
};

/* Whether a global flag set on the way, and tested before a later step, keeps control from getting there. */
bool once_is_cut_off(struct check_pass *pass, const struct once_chain *chain);

#endif
