/* spawn-never-joined in six parts: which spawns need somebody to join at all (detached.c), what the program joins or
 * detaches (settled.c), the handle on the paths of one function (paths.c), in memory that is freed (freed.c), where it lives
 * on elsewhere (stored.c), and the check. */
#ifndef CHECK_SPAWN_NEVER_JOINED_JOINED_H
#define CHECK_SPAWN_NEVER_JOINED_JOINED_H

#include "base/map.h"
#include "check/check.h"
#include "link/handles.h"

struct joined {
    struct check_pass *pass;
    struct handles *handles;
    struct map settled;  /* places that some join or detach names, or that code outside the project gets to see */
    struct map reported; /* (func, instr) of spawns that have their finding */
};

/* ---- detached.c ---- */

/* False: detached by its API, its attributes or itself, or started by a library's own template for a call that counts. */
bool needs_join(const struct check_pass *pass, const struct role *role, ir_func_id func, ir_instr_id instr);
/* The handle is one local variable of the function, which the call fills under its own name. */
bool fills_local(const struct check_pass *pass, const struct role *role, ir_func_id func, ir_instr_id instr);

/* ---- settled.c ---- */

void find_settled(struct joined *joined);
bool is_settled(const struct joined *joined, const struct handle_reach *reach);
/* It has got into a field or a global, and is not only settled under the name that it was made with. */
bool is_settled_elsewhere(const struct joined *joined, const struct handle_reach *reach);

/* ---- paths.c, freed.c, stored.c: each leaves alone what has been reported ---- */

void check_paths(struct joined *joined);
void check_freed(struct joined *joined);
void check_stored_handles(struct joined *joined);

#endif
