/* check/contexts.h in three parts: which flags a branch tests (context_tests.c) and which deadlines
 * (context_deadlines.c), and what is at hand (contexts.c). */
#ifndef CHECK_CONTEXT_PARTS_H
#define CHECK_CONTEXT_PARTS_H

#include "check/contexts.h"

struct clock_uses; /* private to context_deadlines.c */

struct contexts {
    struct check_pass *pass;
    struct context_func **funcs; /* by function, made on demand */
    struct clock_uses *clocks;
};

static inline const struct ir_func *context_body(const struct contexts *contexts, ir_func_id func)
{
    return &contexts->pass->module->funcs.data[func];
}

/* Fills `out->tests`. */
void context_find_tests(struct contexts *contexts, ir_func_id func, struct context_func *out);
struct clock_uses *context_clocks_create(struct check_pass *pass);
/* Does the block end in a branch that leaves the loop around it when a clock says so? */
bool context_tests_deadline(struct contexts *contexts, ir_func_id func, ir_block_id block);

#endif
