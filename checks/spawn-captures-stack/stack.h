/* spawn-captures-stack in four parts: which stack objects an argument reaches (objects.c), what waits for a task (waits.c),
 * whether the object can end, or be written by the next turn of a loop, before (ends.c), and the check. */
#ifndef CHECK_SPAWN_CAPTURES_STACK_STACK_H
#define CHECK_SPAWN_CAPTURES_STACK_STACK_H

#include "check/check.h"
#include "link/handles.h"

/* ---- objects.c ---- */

struct stack_object {
    ir_local_id local;
    bool is_param;   /* what the parameter points to, or holds the addresses of: the caller's business */
    bool is_content; /* the task gets a copy of the parameter, and with it the addresses in it */
    bool by_reference_capture;
};

/* Locals of `func` whose address a task gets by `val` at `instr`, at most `most`: the value itself, or with `copies` what lies
 * in what it refers to: a closure, a std::ref, a struct. */
uint32_t stack_objects(const struct check_pass *pass, ir_func_id func, ir_instr_id instr, ir_val val, bool copies,
                       struct stack_object *out, uint32_t most);

/* ---- waits.c ---- */

/* A call that starts a task, or hands on to one what it gets. */
struct stack_task {
    ir_func_id func;
    ir_instr_id instr;
    const struct role *role;    /* of the spawn, which may be further down */
    struct handle_reach handle; /* where its handle may be; empty: not known */
};

struct stack_handed { /* by a parameter, to a task that may outlive the call */
    uint32_t hands; /* HANDS_ bits */
    struct stack_task task;
};

struct stack_waits {
    struct check_pass *pass;
    struct handles *handles;
    struct map named;     /* places that may hold the handle of some spawn */
    bool *waits;          /* by function: it, or what it calls, may wait for a task */
    struct map handed_on; /* (function, parameter) -> index + 1 */
    VEC(struct stack_handed) handed;
};

struct stack_waits *stack_waits_create(struct check_pass *pass);
struct stack_task stack_task_of(struct stack_waits *waits, ir_func_id func, ir_instr_id instr, const struct role *role);
/* Does something wait for the task at the instruction of the task's function? */
bool stack_waits_at(const struct stack_waits *waits, const struct stack_task *task, ir_instr_id instr);
/* Nobody goes on before the task has ended: the result that waits when it ends is thrown away. */
bool stack_is_synchronous(const struct stack_waits *waits, const struct stack_task *task);

/* ---- ends.c ---- */

struct stack_end {
    ir_instr_id instr; /* a scope's end, a return, or a write in the next turn */
    bool is_write;
};

/* A way from the spawn to the object's end (local 0: to a return), or to a write of it in the next turn, on which nothing
 * waits for the task. */
bool stack_find_end(struct stack_waits *waits, const struct stack_task *task, ir_local_id local, struct stack_end *out);

enum { HANDS_ADDRESS = 1, HANDS_CONTENT = 2 };

/* The function hands what it gets by a parameter to a task and returns without having waited. */
void stack_hand_on(struct stack_waits *waits, const struct stack_task *task, const struct stack_object *param);
/* NULL: it does not. */
const struct stack_handed *stack_handed_on(const struct stack_waits *waits, ir_func_id func, ir_local_id param);

#endif
