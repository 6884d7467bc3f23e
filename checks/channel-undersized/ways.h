/* Private to ways.c and message.c. */
#ifndef CHECK_CHANNEL_UNDERSIZED_WAYS_H
#define CHECK_CHANNEL_UNDERSIZED_WAYS_H

#include "undersized.h"

#include "base/map.h"

/* The loop's block `from` ends in a branch on nothing but the message received in this turn. */
bool ways_leave_on_message(const struct channel_question *question, ir_func_id func,
                           const struct ir_loops *loops, ir_block_id head, ir_block_id from);
/* The call is of a function that does nothing but use the channel once, without a branch: which; 0: it is
 * not. */
ir_func_id ways_wrapped(const struct channel_question *question, ir_func_id func, ir_instr_id instr);
/* What a call does to a task that sends: waits for it, or ends it, waiting or not. */
enum sender_end { SENDER_GOES_ON, SENDER_IS_JOINED, SENDER_IS_ENDED };
enum sender_end ways_ends_sender(const struct channel_question *question, ir_func_id func, ir_instr_id instr);

#endif
