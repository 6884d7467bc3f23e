/* What the two halves of the check share: what counts as a send. */
#ifndef SEND_ON_CLOSED_CHANNEL_SEND_H
#define SEND_ON_CLOSED_CHANNEL_SEND_H

#include "check/check.h"

bool is_unsafe_send(const struct check_pass *pass, const struct role *role, ir_func_id func, ir_instr_id instr);

/* A task sends on a channel that its spawner closes while the task may still run. */
void check_concurrent_sends(struct check_pass *pass);

#endif
