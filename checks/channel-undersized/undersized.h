/* channel-undersized in four parts: numbers with at most one unknown (amount.c), how often a loop turns
 * (turns.c), what happens to a channel on each way through a function (ways.c, with message.c for what may
 * leave a loop), and the check. */
#ifndef CHECK_CHANNEL_UNDERSIZED_UNDERSIZED_H
#define CHECK_CHANNEL_UNDERSIZED_UNDERSIZED_H

#include "check/check.h"
#include "ir/loops.h"
#include "link/channel_uses.h"

/* ---- amount.c ---- */

/* constant + factor * symbol.  A symbol is a value that nobody changes meanwhile, or how often a loop turns.
 */
struct amount {
    int64_t constant, factor;
    ir_func_id func; /* of the symbol; 0: there is none */
    uint32_t symbol; /* an ir_path_id, or with `is_loop` the loop's head */
    bool is_loop, is_unknown;
};

struct amount amount_of(int64_t constant);
struct amount amount_unknown(void);
struct amount amount_add(struct amount a, struct amount b);
struct amount amount_negate(struct amount a);
struct amount amount_multiply(struct amount a, struct amount b);
bool amount_equal(const struct amount *a, const struct amount *b);
/* Positive whatever the symbol is, which is taken to be 2 or more: one worker needs neither a loop nor a
 * channel. */
bool amount_is_positive(struct amount amount);
/* What a value of the function is, if it stays so. */
struct amount amount_of_value(const struct check_pass *pass, ir_func_id func, ir_val val);
/* A callee's amount in the caller's terms. */
struct amount amount_in_caller(const struct check_pass *pass, struct amount amount,
                               const struct call_site *site);
/* "3", "count", "2 * count + 1", "once for each turn of the loop": for messages; `unit`: "message". */
const char *amount_text(const struct check_pass *pass, struct amount amount);

/* ---- turns.c ---- */

/* How often the body of the loop runs when it is left at its head. */
struct amount loop_turns(const struct check_pass *pass, ir_func_id func, const struct ir_cfg *cfg,
                         const struct ir_loops *loops, ir_block_id head);

/* ---- ways.c ---- */

struct channel_question {
    struct check_pass *pass;
    const struct channel_uses *uses;
    channel_id receiving, sending; /* the ends; the same where there is one */
    bool *is_relevant;             /* by function: it or what it calls has to do with the channel */
    bool *sends;                   /* by function: it or what it calls sends */
    bool *is_open;                 /* by function: its ways are being found */
    bool one_each;                 /* every task sends just one message */
};

struct way_end {
    struct amount sends, receives;
    ir_instr_id exit;  /* where the function is left, or the join that waits for ever */
    ir_instr_id early; /* the branch that leaves the receiving early; 0: none */
    ir_instr_id spawn; /* the last on the way; 0: none */
    bool is_join;
};

/* The ways from behind `from` (0: the entry) to where the function ends, each once, but those on which the
 * channel is closed or something could not be counted.  `*complete`: none of the latter. */
const struct way_end *ways_of(struct channel_question *question, ir_func_id func, ir_instr_id from,
                              uint32_t *count, bool *complete);
/* What a task that enters there sends at least. */
struct amount ways_least_sends(struct channel_question *question, ir_func_id entry);
/* A send or receive that waits for as long as it takes. */
bool ways_waits(const struct check_pass *pass, const struct channel_use *use);

#endif
