/* Which calls wait without bound for something outside the task, and who ends such a wait.
 *
 * What waits says the role `block` of the models; the class of a descriptor, O_NONBLOCK and timeouts are
 * followed through the program (link/channels.h).  Everything lives in the pass's arena.
 */
#ifndef CHECK_WAITS_H
#define CHECK_WAITS_H

#include "check/contexts.h"

struct waits;
/* `max_wait`: seconds that a call may take and still be bounded. */
struct waits *waits_create(struct check_pass *pass, struct contexts *contexts, double max_wait);

/* The role of a call that may wait without bound; NULL otherwise. */
const struct role *wait_role(struct waits *waits, ir_func_id func, ir_instr_id instr);
/* A wait for several descriptors that stands before the call on every way to it: the call finds its
 * descriptor ready. */
bool wait_is_polled(struct waits *waits, ir_func_id func, ir_instr_id instr);
/* "recv() waits for the network": for messages. */
const char *wait_text(const struct waits *waits, ir_func_id func, ir_instr_id instr, const struct role *role);

/* Whether whoever cancels the context also ends this wait: closes what it waits on, notifies, writes to what
 * it polls, interrupts. */
bool wait_is_woken(struct waits *waits, const struct context *context, ir_func_id func, ir_instr_id instr,
                   const struct role *role);

#endif
