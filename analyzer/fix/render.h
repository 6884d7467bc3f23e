/* The files that a set of items makes: edits merged, checked for overlap, applied to the base. */
#ifndef FIX_RENDER_H
#define FIX_RENDER_H

#include "fix/fix.h"

/* Of the items in `chosen` (indices into plan->items). False when two edits overlap; `out` then is of no use.
 */
bool fix_render(const struct fix_plan *plan, const uint32_t *chosen, uint32_t count, struct fix_files *out);

/* The file's real path; the path itself where it does not exist. */
const char *fix_real_path(struct arena *arena, const char *path);

#endif
