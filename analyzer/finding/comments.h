/* The comments of a C or C++ source text, found by lexing just enough: strings, raw strings, characters,
 * digit separators and continued lines don't fool it.
 */
#ifndef FINDING_COMMENTS_H
#define FINDING_COMMENTS_H

#include <stdbool.h>

#include "base/vec.h"
#include "finding/sources.h"

struct comment {
    size_t offset, end; /* with its markers; `end` excludes the newline */
    uint32_t line, end_line;
    bool alone; /* nothing else stands on its lines */
};

struct comment_list {
    VEC(struct comment) items; /* in order */
};

/* The text with comments and what stands between quotes blanked (newlines stay, raw strings' too): what is
 * left of a brace or a `#` is code.  Ends with NUL. */
char *source_mask(struct arena *arena, const struct source *source);

void comments_find(struct arena *arena, const struct source *source, struct comment_list *out);

#endif
