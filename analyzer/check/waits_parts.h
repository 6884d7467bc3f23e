/* check/waits.h in two parts: what waits without bound (waits.c), and who ends it (wakes.c). */
#ifndef CHECK_WAITS_PARTS_H
#define CHECK_WAITS_PARTS_H

#include "check/waits.h"

struct waits {
    struct check_pass *pass;
    struct contexts *contexts;
    struct channels *channels;
    double max_wait; /* seconds */
    struct polls {
        ir_instr_id *items; /* calls that wait for several descriptors */
        uint32_t count;
    } **polls; /* by function, made on demand */
};

static inline const struct ir_func *waits_body(const struct waits *waits, ir_func_id func)
{
    return &waits->pass->module->funcs.data[func];
}

#endif
