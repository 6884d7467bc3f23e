/* Which locks are surely held where: a forward must-analysis over each function's normal edges.
 *
 * Locks are objects by name (link/object.h), so that sets compare within one function, and after
 * object_named_in_caller across calls.  Helpers that lock or unlock what they are handed count, and so do
 * guards: a local whose constructor locks (by its model or by its body) holds until the local's end or its
 * own unlock.  A lock that has no name (an array's element at a variable) sets `unknown`.  What callers hold
 * is not in the sets: who walks a chain of calls adds them up.
 *
 * Functions are solved when asked for.  Lifetime: the arena given.
 */
#ifndef LINK_LOCKS_H
#define LINK_LOCKS_H

#include "link/object.h"

enum { MOST_LOCKS = 6 };

struct lock_set {
    struct object items[MOST_LOCKS];
    uint32_t count;
    bool unknown; /* some lock that has no name may be held too */
};

struct locks;

struct locks *locks_create(struct arena *arena, const struct program *program);
/* Right before the instruction. */
struct lock_set locks_held(struct locks *locks, ir_func_id func, ir_instr_id instr);
/* All that surely were held, there or before, on every way to the instruction within the function: what a
 * flag that was set under a lock is protected by even after the unlock. */
struct lock_set locks_passed(struct locks *locks, ir_func_id func, ir_instr_id instr);
/* Adds the locks of a callee, in terms of its caller; what has no name there becomes unknown. */
void lock_set_add_callee(struct lock_set *set, const struct ir_module *module, const struct lock_set *inner,
                         ir_func_id caller, ir_instr_id call);
bool lock_set_has(const struct lock_set *set, const struct object *lock);

#endif
