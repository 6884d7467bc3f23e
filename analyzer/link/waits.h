/* Who waits for whom: which instructions may wait for a task to end, or for a word from it.
 *
 * A wait is a join of the task's handle (also as an element of the array or container of handles, after
 * moves, by a helper that is handed it, or as the end of a handle whose owner joins), a group wait, a
 * condition, semaphore, latch or barrier that the task signals, a receive of what the task sends, or a loop
 * until a flag that the task writes.  Handles and flags are told apart by place (link/channels.h), not by
 * object: what might be a wait for the task counts as one, since "waits" keeps findings back.
 *
 * Read-only once solved.  Lifetime: the arena given.
 */
#ifndef LINK_WAITS_H
#define LINK_WAITS_H

#include "link/channels.h"
#include "link/object.h"

typedef uint32_t task_id;
enum { TASK_OUTSIDE = 0 /* the others: 1 + index into program->spawns */ };

struct waits;

struct waits *waits_solve(struct arena *arena, const struct program *program, const struct channels *flows);
/* May this instruction, or what it calls on the same task, wait for the task?  For the outside: for a word
 * from anybody. */
bool waits_at(const struct waits *waits, ir_func_id func, ir_instr_id instr, task_id task);
/* Does it wait for the very end of the task, itself and by nothing but its handle? */
bool waits_joins(const struct waits *waits, ir_func_id func, ir_instr_id instr, task_id task);
/* What the handle is a part of (object_named_root): the one joined at an instruction, in its function; the
 * one of a task, where its spawn stands. */
struct object waits_joined_owner(const struct waits *waits, ir_func_id func, ir_instr_id instr);
struct object waits_task_owner(const struct waits *waits, task_id task);
/* May anything in the function, or below, wait for the task? */
bool waits_in(const struct waits *waits, ir_func_id func, task_id task);

#endif
