/* lsda.h (internal): would a C++ function end the process if a panic passed through it? */
#ifndef RH_SRC_LSDA_H
#define RH_SRC_LSDA_H

#include <stdbool.h>
#include <unwind.h>

/* True when the context is in a C++ function whose exception table has no entry for the current instruction:
 * a noexcept function, or a faulting instruction in code without -fnon-call-exceptions.  The C++ personality
 * would call std::terminate there. */
bool rh_lsda_terminates(struct _Unwind_Context *context);

#endif
