/* Source texts as the run saw them: read once, split into lines, shared by suppressions, fingerprints,
 * reports, fixes.
 *
 * A text given with sources_set (an editor's buffer, a fix under verification) stands before the disk's.
 * Everything lives in the arena given at creation.  A file that can't be read or is larger than 256 MB is
 * NULL, always again.
 */
#ifndef FINDING_SOURCES_H
#define FINDING_SOURCES_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/hash.h"

struct source {
    const char *path;
    const char *text; /* ends with NUL; may hold NULs and invalid UTF-8 before it */
    size_t length;
    struct hash128 hash;        /* of the text */
    const uint32_t *line_start; /* offsets; line_count + 1 entries, the last is `length` */
    uint32_t line_count;        /* an empty file has 0 lines; "a" and "a\n" have 1 */
};

struct sources;

struct sources *sources_create(struct arena *arena);
/* NULL where it can't be read. */
const struct source *sources_get(struct sources *sources, const char *path);
void sources_set(struct sources *sources, const char *path, const char *text, size_t length);

/* The line (1-based) without its end; `*length` 0 and "" beyond the file. */
const char *source_line(const struct source *source, uint32_t line, size_t *length);
/* The line that holds the byte, 1-based. */
uint32_t source_line_at(const struct source *source, size_t offset);

#endif
