/* Whose task is meant: which joins, detaches and readers may be about the handle that a spawn has filled.
 *
 * Handles flow by assignments, arguments, results, captures, containers and moves, from where the spawn puts them to all
 * places that may hold them later.  Calls and returns are matched (a context is the last few calls entered), so that a
 * helper that names or joins threads takes many handles without making them one.  Places are those of link/place.h:
 * fields are not told apart by object, and going through one forgets the context.  What holds an address can be written
 * through, so pointers flow both ways; plain values do not.
 *
 * Everything lives in the arena given and is deterministic.
 */
#ifndef LINK_HANDLES_H
#define LINK_HANDLES_H

#include "base/map.h"
#include "link/place.h"

struct handles;

struct handle_reach { /* where a handle may be; the first place is where it begins */
    const struct map *seen;
    const value_place *places;
    uint32_t count;
};

struct handles *handles_solve(struct arena *arena, const struct program *program);
struct handle_reach handles_reach(struct handles *handles, value_place from);
bool handles_reach_holds(const struct handle_reach *reach, value_place place);

/* The calls whose target may be the function, in the order of the program's sites. */
const struct call_site *const *handles_callers(const struct handles *handles, ir_func_id func, uint32_t *count);
/* Calls of code that is not in the project and of which nothing is known: what they are handed may end up anywhere. */
bool handles_leave_by(const struct handles *handles, const struct call_site *site);
/* Puts the places that code outside the project gets to see: what such calls are handed, what functions that nobody here
 * calls are given and give, and what was not lowered. */
void handles_put_outside(const struct handles *handles, struct map *places);
/* Where a spawn's task puts its handle, in the outermost function that says where; 0: nowhere. */
value_place handles_of_spawn(const struct handles *handles, const struct spawn *spawn);

#endif
