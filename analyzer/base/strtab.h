/* String interning: equal strings get equal ids, so that names compare as integers.
 *
 * Id 0 is the empty string.  Ids are given in order of first interning, hence deterministic for a
 * deterministic input.  Strings live as long as the table's arena and end with NUL.
 */
#ifndef BASE_STRTAB_H
#define BASE_STRTAB_H

#include "base/arena.h"

typedef uint32_t str_id;

struct strtab {
    struct arena *arena;
    const char **text; /* by id */
    uint32_t *length;
    uint32_t *hash;
    uint32_t count, capacity;
    uint32_t *slots; /* open addressing, id + 1 */
    uint32_t slot_count;
};

void strtab_init(struct strtab *table, struct arena *arena);
str_id strtab_intern(struct strtab *table, const char *text);
str_id strtab_intern_n(struct strtab *table, const char *text, size_t length);
/* The id, or 0 where the text was never interned (or is empty). */
str_id strtab_find(const struct strtab *table, const char *text);
static inline const char *strtab_get(const struct strtab *table, str_id id)
{
    return table->text[id];
}

#endif
