/* spawn-captures-stack in three parts: which stack objects an argument reaches (objects.c), whether the object can end, or
 * be written by the next turn of a loop, before anybody has waited for the task (ends.c), and the check. */
#ifndef CHECK_SPAWN_CAPTURES_STACK_STACK_H
#define CHECK_SPAWN_CAPTURES_STACK_STACK_H

#include "check/check.h"
#include "link/channels.h"

/* ---- objects.c ---- */

struct stack_object {
    ir_local_id local;
    bool is_param;             /* what the parameter points to: the caller's business */
    bool by_reference_capture;
    ir_span_id span;           /* the argument as written, 0: the call's */
};

/* Locals of `func` whose address `val` carries at `instr`: itself, in a closure, a std::ref, or a struct it points to.
 * `copies`: the callee takes references and copies what they refer to, as std::thread does. */
uint32_t stack_objects(const struct check_pass *pass, ir_func_id func, ir_instr_id instr, ir_val val, bool copies,
                       struct stack_object *out, uint32_t most);

/* ---- ends.c ---- */

struct stack_waits;

struct stack_end {
    ir_instr_id instr; /* a scope's end, a return, or a write in the next turn */
    bool is_write;
};

struct stack_waits *stack_waits_create(struct check_pass *pass);
/* A way from the spawn to the object's end, or to a write of it in the next turn, on which nothing waits for the task. */
bool stack_find_end(struct stack_waits *waits, ir_func_id func, ir_instr_id spawn, ir_local_id local,
                    struct stack_end *out);
/* The function hands its parameter's pointee to a task and returns without having waited. */
void stack_hand_on(struct stack_waits *waits, ir_func_id func, ir_instr_id spawn, ir_local_id param);
bool stack_is_handed_on(const struct stack_waits *waits, ir_func_id func, ir_local_id param);

#endif
