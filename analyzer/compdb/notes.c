#include "compdb/notes.h"
#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

void note_add(struct arena *arena, struct compdb *db, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    vec_push(arena, &db->notes)->text = arena_vprintf(arena, format, ap);
    va_end(ap);
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct compdb_note *)a)->text, ((const struct compdb_note *)b)->text);
}

void note_finish(struct compdb *db)
{
    if (!db->notes.count)
        return;
    sort_items(db->notes.data, db->notes.count, sizeof *db->notes.data, compare);
    uint32_t kept = 1;
    for (uint32_t i = 1; i < db->notes.count; i++)
        if (strcmp(db->notes.data[i].text, db->notes.data[kept - 1].text))
            db->notes.data[kept++] = db->notes.data[i];
    db->notes.count = kept;
}
