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

/* The locks that are held at the use's operation, in the terms of `func`, which sees the use.  A close of
 * what was read from memory under a lock counts as done there. */
struct lock_set excuse_locks(const struct excuses *excuses, ir_func_id func, const struct use *use);
/* Does a branch between a lock and the operation decide about it? */
bool excuse_is_tested(const struct excuses *excuses, ir_func_id func, const struct use *use);
/* Is it done by who got a certain answer from an atomic operation, or brought a count to its end? */
bool excuse_is_picked(const struct excuses *excuses, ir_func_id func, const struct use *use);

#endif
