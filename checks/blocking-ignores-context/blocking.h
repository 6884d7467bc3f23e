/* blocking-ignores-context in four parts: what waits without bound (wait.c), which context is at hand where (hand.c), what
 * interrupts the wait all the same (excuse.c), and the check itself. */
#ifndef CHECK_BLOCKING_BLOCKING_H
#define CHECK_BLOCKING_BLOCKING_H

#include "check/check.h"
#include "ir/loops.h"
#include "link/channels.h"

struct blocking {
    struct check_pass *pass;
    struct channels *channels;
    double max_wait;     /* seconds */
    struct func_index **index; /* by function, made on demand */
    struct wait *waits;  /* by function: an unbounded wait in it or below, with no context at hand on the way */
};

struct wait {
    bool is_there;
    ir_instr_id instr;
    ir_func_id next; /* 0: instr is the blocking call itself */
};

/* What the questions about one function share. */
struct func_index {
    const struct ir_cfg *cfg;
    const struct ir_loops *loops;
    uint32_t *first_def; /* by path: the last instruction that defines it + 1; 0: none */
    uint32_t *next_def;  /* by instruction: the one before it, likewise */
    ir_instr_id *polls;  /* calls that wait for several descriptors */
    uint32_t poll_count;
    struct hand_test {
        ir_block_id block;
        ir_instr_id branch;
        const char *name;
        value_place place;
    } *tests; /* branches on a stop flag */
    uint32_t test_count;
};

const struct func_index *blocking_index(struct blocking *blocking, ir_func_id func);

/* ---- wait.c ---- */

/* The role of a call that may wait without bound for something outside the task; NULL otherwise. */
const struct role *wait_role(struct blocking *blocking, ir_func_id func, ir_instr_id instr);
/* A poll, bounded or not, that stands before the call on every way through the loop: the call finds its descriptor ready. */
bool wait_is_polled(struct blocking *blocking, ir_func_id func, ir_instr_id instr);
bool wait_has_context_argument(struct blocking *blocking, ir_func_id func, ir_instr_id instr);
/* "recv() waits for the network": for messages. */
const char *wait_text(const struct blocking *blocking, ir_func_id func, ir_instr_id instr, const struct role *role);

/* ---- hand.c ---- */

enum hand_kind { HAND_NONE, HAND_CONTEXT, HAND_FLAG };

struct hand {
    enum hand_kind kind;
    const char *name;
    value_place place; /* of a flag */
    ir_instr_id test;  /* the branch that tests the flag */
};

/* Fills index->tests. */
void hand_find_tests(struct blocking *blocking, ir_func_id func, struct func_index *index);
/* The context that the code at `instr` has at hand. */
struct hand hand_find(struct blocking *blocking, ir_func_id func, ir_instr_id instr);

/* ---- excuse.c ---- */

/* Whether whoever cancels also ends this wait: closes what it waits on, notifies, writes to what it polls, interrupts. */
bool excuse_find(struct blocking *blocking, const struct hand *hand, ir_func_id func, ir_instr_id instr,
                 const struct role *role);

#endif
