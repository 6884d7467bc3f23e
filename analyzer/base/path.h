/* Paths as text.  What returns a path allocates it in the arena; nothing here but path_real asks the disk. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>

#include "base/arena.h"

/* `path` seen from `directory`, lexically normal: no `.`, `..`, doubled or trailing slashes.  Absolute when one of
 * them is. */
const char *path_join(struct arena *arena, const char *directory, const char *path);
/* Symlinks resolved; NULL where the file is missing. */
const char *path_real(struct arena *arena, const char *path);
/* Without the last component; "/" stays, "a" gives ".". */
const char *path_parent(struct arena *arena, const char *path);
/* The last component; points into `path`. */
const char *path_name(const char *path);
/* What follows the last dot of the name, without the dot; "" when there is none.  Points into `path`. */
const char *path_extension(const char *path);
/* Is `path` the directory itself or below it?  Both absolute and normal. */
bool path_is_below(const char *path, const char *directory);
/* Relative to `directory` when below it, else `path` itself; points into `path`. */
const char *path_shorten(const char *path, const char *directory);
/* The working directory of the process; "." when the system won't say. */
const char *path_here(struct arena *arena);

#endif
