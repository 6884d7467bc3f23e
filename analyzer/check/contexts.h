/* Which context is at hand where: a value that carries cancellation, or a stop flag that the loop around
 * tests.
 *
 * A value is at hand in a function that has it as a parameter (`this` and captures included) or in a field of
 * one; a flag is at hand in the loop that tests it, directly or through a one-line getter.  What is known of
 * each function is made on demand and kept; everything lives in the pass's arena.
 */
#ifndef CHECK_CONTEXTS_H
#define CHECK_CONTEXTS_H

#include "check/check.h"
#include "ir/loops.h"
#include "link/channels.h"

enum context_kind { CONTEXT_NONE, CONTEXT_VALUE, CONTEXT_FLAG, CONTEXT_DEADLINE };

struct context {
    enum context_kind kind;
    const char *name;   /* of the parameter, field or flag */
    value_place place;  /* of a flag, or of a value in a field */
    ir_instr_id test;   /* the branch that tests the flag or the clock */
    ir_func_id stopper; /* of a flag: who sets it and then waits at `join` for the task; 0: not asked for */
    ir_instr_id join;
    const char *text;   /* of a value: how the function writes it, `conn->ctx` */
    ir_local_id param;  /* of a value: the parameter that it is or that leads to it */
    ir_field_id field;  /* of a value: 0 where it is the parameter itself */
    ir_class_id class_; /* of a value */
};

struct context_test {
    enum context_kind kind; /* FLAG or DEADLINE */
    ir_block_id block;
    ir_instr_id branch;
    const char *name;
    value_place place;
};

/* What the questions about one function share. */
struct context_func {
    const struct ir_cfg *cfg;
    const struct ir_loops *loops;
    uint32_t *first_def;        /* by path: the last instruction that defines it + 1; 0: none */
    uint32_t *next_def;         /* by instruction: the one before it, likewise */
    struct context_test *tests; /* branches in loops on a stop flag or a clock */
    uint32_t test_count;
};

struct contexts;
struct contexts *contexts_create(struct check_pass *pass);
const struct context_func *contexts_func(struct contexts *contexts, ir_func_id func);

/* The context that the code at `instr` has at hand. */
struct context context_at_hand(struct contexts *contexts, ir_func_id func, ir_instr_id instr);
/* The value of this class (0: of any) that the function has at hand; kind NONE where it has none. */
struct context context_of_class(const struct contexts *contexts, ir_func_id func, ir_class_id class_);
/* The class of a value, pointer or reference; 0: none. */
ir_class_id context_class(const struct ir_module *module, ir_type_id type);
/* Whether the path is a stop flag by its name and type, or by the configuration. */
bool context_is_flag(const struct contexts *contexts, ir_func_id func, ir_path_id path);
/* The same by its name alone: a plain bool under a mutex. */
bool context_is_flag_name(const struct contexts *contexts, ir_func_id func, ir_path_id path);
/* The last name on a path: of the field, global or local. */
const char *context_path_name(const struct contexts *contexts, ir_func_id func, ir_path_id path);
bool context_names_flag(const char *name); /* stop, quit, shutting_down, isRunning, ... */
/* A class that carries cancellation, or a pointer or reference to one. */
bool context_is_type(const struct check_pass *pass, ir_type_id type);
/* Whether the call is handed a value of such a type. */
bool context_is_argument(const struct check_pass *pass, ir_func_id func, ir_instr_id instr);

#endif
