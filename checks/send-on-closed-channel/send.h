/* What the two halves of the check share: what counts as a send. */
#ifndef SEND_ON_CLOSED_CHANNEL_SEND_H
#define SEND_ON_CLOSED_CHANNEL_SEND_H

#include "check/check.h"

bool is_unsafe_send(const struct check_pass *pass, const struct role *role, ir_func_id func, ir_instr_id instr);

/* What a send on a closed channel, or one that is shut for sending, does: by what a channel of this sort is. */
const char *send_consequence(const struct check_pass *pass, ir_func_id func, ir_instr_id instr, bool is_shut);

/* A task sends on a channel that its spawner closes while the task may still run. */
void check_concurrent_sends(struct check_pass *pass);

#endif
