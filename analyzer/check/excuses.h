/* What keeps two uses of a channel apart though their tasks run in parallel.  Private to check/. */
#ifndef CHECK_EXCUSES_H
#define CHECK_EXCUSES_H

#include "check/uses.h"
#include "link/locks.h"

struct excuses {
    struct check_pass *pass;
    struct uses *uses;
    struct locks *locks;
};

/* The locks that are held at a send, and those that were held at a close or before it (a flag that is set
 * under one keeps others off from then on), in the terms of `func`, which sees the use. */
struct lock_set excuse_locks(const struct excuses *excuses, ir_func_id func, const struct use *use);
/* Does a branch between a lock and the operation decide about it? */
bool excuse_is_tested(const struct excuses *excuses, ir_func_id func, const struct use *use);
/* Does a close under a lock leave another channel in the same place before it gives the lock back? */
bool excuse_is_reopened(const struct excuses *excuses, ir_func_id func, const struct use *use);
/* Does the process end behind the operation, whatever way control takes? */
bool excuse_ends_process(const struct excuses *excuses, ir_func_id func, const struct use *use);
/* Is it done by who got a certain answer from an atomic operation, or brought a count to its end? */
bool excuse_is_picked(const struct excuses *excuses, ir_func_id func, const struct use *use);

#endif
