/* Branches above an instruction, and what can be told of their conditions.  Private to check/ and the checks.
 */
#ifndef CHECK_BRANCHES_H
#define CHECK_BRANCHES_H

#include "check/check.h"

/* Does some branch fit on which it depends that control gets to the instruction?  Innermost first. */
bool check_some_branch(const struct check_pass *pass, ir_func_id func, ir_instr_id instr,
                       bool (*fits)(void *context, ir_func_id func, ir_instr_id branch), void *context);
/* `old = place; place = ...` at one go: how atomic operations are lowered. */
bool check_is_read_modify_write(const struct check_pass *pass, ir_func_id func, ir_instr_id read);
/* Is the instruction reached only by who got a certain answer from an atomic operation, or brought a count to
 * its end? `if (--refs == 0) close(fd)` happens once, however many call it. */
bool check_is_picked(const struct check_pass *pass, ir_func_id func, ir_instr_id instr);

#endif
