/* Private to closes.c and tasks.c: which task the receiver is, and who waits for it or ends it. */
#ifndef CHECK_CHANNEL_NEVER_CLOSED_TASKS_H
#define CHECK_CHANNEL_NEVER_CLOSED_TASKS_H

#include "closed.h"

struct closes {
    struct check_pass *pass;
    const struct channel_uses *uses;
    const struct forks *forks;
    bool *reaches_receive, *reaches_spawn; /* by function, without passing a spawn */
    bool *has_barrier, *is_early;
    bool *may_close, *is_called, *is_entry;
    bool *is_spawn; /* by spawn: it starts the receiver's task */
};

/* Everybody who calls one that is marked gets marked. */
void closes_mark_callers(const struct closes *closes, bool *marked);
/* Fills reaches_receive, reaches_spawn and is_spawn for this receiver. */
void closes_find_tasks(struct closes *closes, const struct receive *receive);
/* The call waits for the end of the receiver's task. */
bool closes_joins_receiver(const struct closes *closes, ir_func_id func, ir_instr_id instr);
/* The call asks whether there is a task to join: `if (thread.joinable()) thread.join();`.  Without one there
 * is no receiver either. */
bool closes_tests_receiver(const struct closes *closes, ir_func_id func, ir_instr_id instr);
/* Some code interrupts the receiver's task, ends it as it joins it, or interrupts one of which nobody knows
 * which it is. */
bool closes_is_interrupted(const struct closes *closes, const struct receive *receive);

#endif
