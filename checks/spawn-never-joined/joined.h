/* spawn-never-joined in four parts: which spawns need somebody to join at all (detached.c), the handle on the paths of
 * one function (paths.c), handles that live on elsewhere (stored.c), and the check. */
#ifndef CHECK_SPAWN_NEVER_JOINED_JOINED_H
#define CHECK_SPAWN_NEVER_JOINED_JOINED_H

#include "base/map.h"
#include "check/check.h"
#include "link/handles.h"

struct joined {
    struct check_pass *pass;
    struct handles *handles;
    struct map reported; /* (func, instr) of spawns that have their finding */
};

/* ---- detached.c ---- */

/* By its API, its attributes, or itself: nobody needs to join what this call starts. */
bool is_detached(const struct check_pass *pass, const struct role *role, ir_func_id func, ir_instr_id instr);
/* The handle is one local variable of the function, which the call fills under its own name. */
bool fills_local(const struct check_pass *pass, const struct role *role, ir_func_id func, ir_instr_id instr);

/* ---- paths.c, stored.c ---- */

void check_paths(struct joined *joined);
void check_stored_handles(struct joined *joined);

#endif
