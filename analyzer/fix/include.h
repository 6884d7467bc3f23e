/* Where an #include goes in a file, and whether it is there already.
 *
 * Behind the last #include of the main block: the includes that stand at the outermost level of conditionals
 * (an include guard counts as no level), outside of extern "C" braces.  Without any: behind the guard's
 * #define or #pragma once, else behind the comment that opens the file.  The file's line ending is kept.
 */
#ifndef FIX_INCLUDE_H
#define FIX_INCLUDE_H

#include "finding/finding.h"
#include "finding/sources.h"

/* `header` as between the brackets.  False when the file includes it already (at the outermost level). */
bool include_edit(struct arena *arena, const struct source *source, const char *header, struct fix_edit *out);

#endif
