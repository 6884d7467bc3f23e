/* One object under the names of several functions: through calls, and from a task's entry to where it is
 * started.
 *
 * Here an object may also be a parameter itself (OBJECT_LOCAL of a parameter): what is handed on by value,
 * such as a descriptor, is the same for callee and caller.  All by name (link/object.h); OBJECT_UNKNOWN where
 * nothing is known.
 */
#ifndef LINK_BINDING_H
#define LINK_BINDING_H

#include "link/object.h"

/* What a value that names something by handle denotes: what a pointer or address leads to, else the place
 * that a number (a descriptor) was read from, through copies.  `*read`: where it was read from memory into a
 * local, 0: it was not. */
struct object binding_named(const struct program *program, ir_func_id func, ir_val val, ir_instr_id *read);
/* From a callee's body to the caller. */
struct object binding_in_caller(const struct program *program, struct object object, ir_func_id caller,
                                ir_instr_id call);
/* The call of the API at the end of a spawn's hops. */
struct spawn_hop binding_innermost(const struct spawn *spawn);
/* From the body of one of the spawn's entries to the function where the spawn stands. */
struct object binding_in_spawner(const struct program *program, struct object object,
                                 const struct spawn *spawn, ir_func_id entry);

#endif
