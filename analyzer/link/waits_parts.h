/* Private to link/: waits.c knows handles and what ends a wait, waits_find.c where somebody waits. */
#ifndef LINK_WAITS_PARTS_H
#define LINK_WAITS_PARTS_H

#include "link/bits.h"
#include "link/tables.h"
#include "link/waits.h"

enum wait_kind {
    WAIT_JOIN,      /* of the handle at the place */
    WAIT_ANY,       /* for whatever: a group, a future, a handle of which nothing is known */
    WAIT_CONDITION, /* until the condition at the place is notified */
    WAIT_RECEIVE,   /* of what is sent at the place */
    WAIT_FLAG,      /* a loop until the place has another value */
};

struct wait {
    ir_func_id func;
    ir_instr_id instr;
    enum wait_kind kind;
    value_place place;
};

struct move {
    value_place from, to;
    ir_func_id func;
    ir_val target;
};

struct waits {
    struct arena *arena;
    const struct program *program;
    const struct channels *flows;
    VEC(struct wait) all;     /* by function, then by instruction */
    VEC(struct move) moves;   /* of handles */
    struct map owned;         /* places of handles whose end joins */
    struct map written;       /* shared places that somebody writes */
    uint32_t *first;          /* by func, one more at the end: into all */
    struct func_bits inside;  /* waits in the function or below */
    struct func_bits answers; /* waits that something in the function, or below, ends */
    uint64_t *match;          /* [task * inside.width]: waits for this task */
};

static inline const struct ir_func *waits_body(const struct waits *waits, ir_func_id func)
{
    return &waits->program->module->funcs.data[func];
}

/* Of the value at a position of a call's role, traced to where it comes from. */
value_place waits_place_at(const struct waits *waits, const struct call_site *site, const struct role *role,
                           enum model_position position);

/* ---- waits_find.c ---- */

/* The place that an instruction writes, also by an atomic operation on its address; 0: none. */
value_place waits_written_place(const struct waits *waits, ir_func_id func, const struct ir_instr *instr);
/* Fills `written`, then `all` and `first`; `moves` and `owned` must be there. */
void waits_find(struct waits *waits);

#endif
