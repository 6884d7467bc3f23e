/* Private to ways.c and message.c. */
#ifndef CHECK_CHANNEL_UNDERSIZED_WAYS_H
#define CHECK_CHANNEL_UNDERSIZED_WAYS_H

#include "undersized.h"

#include "base/map.h"

/* The loop's block `from` ends in a branch on nothing but the message received in this turn. */
bool ways_leave_on_message(const struct channel_question *question, ir_func_id func, const struct ir_loops *loops,
                           ir_block_id head, ir_block_id from);
/* A join of a task that sends. */
bool ways_joins_sender(const struct channel_question *question, ir_func_id func, ir_instr_id instr);

#endif
