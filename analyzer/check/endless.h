/* Whether a call that waits does so without a bound. */
#ifndef CHECK_ENDLESS_H
#define CHECK_ENDLESS_H

#include "check/check.h"

/* It waits, and neither a timeout, a context nor a flag that the call is given ends that.  A negative timeout
 * is none. */
bool check_waits_for_ever(const struct check_pass *pass, ir_func_id func, ir_instr_id instr);

#endif
