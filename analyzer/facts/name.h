/* Names as models compare them, and spelling suggestions. */
#ifndef FACTS_NAME_H
#define FACTS_NAME_H

#include <stdbool.h>

#include "base/arena.h"

/* A function type's parameters as written in its spelling, `int (const char *, ...)` -> {"const char *"}; an ellipsis
 * is none.  -1 when the spelling is no function type. */
int name_params(struct arena *arena, const char *type_spelling, const char ***out);
/* `*` matches any run of characters. */
bool name_glob(const char *pattern, const char *text);
/* The candidate (NULL-terminated) nearest to `wrong`, NULL when none is near. */
const char *name_nearest(const char *wrong, const char *const *candidates);

#endif
