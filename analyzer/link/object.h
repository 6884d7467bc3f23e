/* Which object a value denotes, in terms that survive a call: a global, what a parameter points to, or a local of the
 * function, and the fields from there.
 *
 * Two equal objects are the same object at run time as far as the names can tell: an index of unknown value, a pointer
 * loaded from memory in mid-path or a local assigned twice gives OBJECT_UNKNOWN, which equals nothing.  Used for once
 * controls, jump buffers, and whatever else is told apart by where it lives.
 */
#ifndef LINK_OBJECT_H
#define LINK_OBJECT_H

#include "link/program.h"

enum object_kind { OBJECT_UNKNOWN, OBJECT_GLOBAL, OBJECT_PARAM /* what it points to */, OBJECT_LOCAL };

enum { OBJECT_STEPS = 6 };

struct object {
    uint8_t kind, step_count;
    ir_func_id func; /* of a parameter or local; 0 for globals */
    uint32_t base;   /* ir_sym_id or ir_local_id */
    struct ir_step steps[OBJECT_STEPS];
};

/* The object whose address `val` is. */
struct object object_at(const struct ir_module *module, ir_func_id func, ir_val val);
/* The object that the path denotes. */
struct object object_of_path(const struct ir_module *module, ir_func_id func, ir_path_id path);
/* The same by name: a pointer local that is assigned several times, or by a call, stands for itself, so that equal objects
 * are the same only as long as no local in the name is assigned anew.  OBJECT_LOCAL then may begin with a DEREF. */
struct object object_named_at(const struct ir_module *module, ir_func_id func, ir_val val);
struct object object_named_of_path(const struct ir_module *module, ir_func_id func, ir_path_id path);
/* What the name begins with, an index of unknown value notwithstanding: of `s->threads[i]` and `&s->fd` what s points to, of
 * `ends[1]` the local.  No steps; OBJECT_PARAM also of what a plain local points to. */
struct object object_named_root(const struct ir_module *module, ir_func_id func, ir_val val);
/* The same of an object: `*rest` are the steps behind. */
struct object object_root(const struct object *object, const struct ir_step **rest, uint32_t *rest_count);
/* Goes on from the object by `count` further steps; OBJECT_UNKNOWN where that is too far. */
struct object object_extend(struct object object, const struct ir_step *steps, uint32_t count);
/* A local's only assignment, where it has exactly one, a copy, and its address is not taken; VAL_NONE otherwise. */
ir_val object_only_value(const struct ir_func *func, ir_local_id local);
/* The object that a call has at a position of its role: a handle, a channel, a control. */
struct object object_of_role(const struct ir_module *module, ir_func_id func, ir_instr_id instr, const struct role *role,
                             enum model_position position);
/* An object of `callee`'s body in terms of the caller, for the call's arguments as they are bound by position.
 * `first`: which argument of the call the callee's first parameter is. */
struct object object_in_caller(const struct ir_module *module, struct object object, ir_func_id caller,
                               ir_instr_id call, uint32_t first);
/* The same with the caller's objects by name. */
struct object object_named_in_caller(const struct ir_module *module, struct object object, ir_func_id caller,
                                     ir_instr_id call, uint32_t first);
bool object_equal(const struct object *a, const struct object *b);
/* `users_once`, `*server.lock`: for messages. */
const char *object_text(struct arena *arena, const struct ir_module *module, const struct object *object);

#endif
