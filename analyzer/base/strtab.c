#include "base/strtab.h"

#include <string.h>

#include "base/hash.h"

enum { FIRST_SLOTS = 1024 };

static uint32_t text_hash(const char *text, size_t length)
{
    return (uint32_t)hash_bytes64(text, length);
}

static void grow_slots(struct strtab *table)
{
    uint32_t slot_count = table->slot_count ? table->slot_count * 2 : FIRST_SLOTS;
    uint32_t *slots = arena_array(table->arena, uint32_t, slot_count);
    for (uint32_t id = 0; id < table->count; id++) {
        uint32_t at = table->hash[id] & (slot_count - 1);
        while (slots[at])
            at = (at + 1) & (slot_count - 1);
        slots[at] = id + 1;
    }
    table->slots = slots;
    table->slot_count = slot_count;
}

static void grow_entries(struct strtab *table)
{
    uint32_t capacity = table->capacity ? table->capacity * 2 : FIRST_SLOTS / 2;
    const char **text = arena_array(table->arena, const char *, capacity);
    uint32_t *length = arena_array(table->arena, uint32_t, capacity);
    uint32_t *hash = arena_array(table->arena, uint32_t, capacity);
    if (table->count) {
        memcpy(text, table->text, table->count * sizeof *text);
        memcpy(length, table->length, table->count * sizeof *length);
        memcpy(hash, table->hash, table->count * sizeof *hash);
    }
    table->text = text;
    table->length = length;
    table->hash = hash;
    table->capacity = capacity;
}

void strtab_init(struct strtab *table, struct arena *arena)
{
    *table = (struct strtab){.arena = arena};
    grow_entries(table);
    grow_slots(table);
    strtab_intern_n(table, "", 0);
}

/* The slot of the text, or the free slot where it belongs. */
static uint32_t find_slot(const struct strtab *table, const char *text, size_t length, uint32_t hash)
{
    uint32_t at = hash & (table->slot_count - 1);
    for (; table->slots[at]; at = (at + 1) & (table->slot_count - 1)) {
        uint32_t id = table->slots[at] - 1;
        if (table->hash[id] == hash && table->length[id] == length && !memcmp(table->text[id], text, length))
            break;
    }
    return at;
}

str_id strtab_intern_n(struct strtab *table, const char *text, size_t length)
{
    uint32_t hash = text_hash(text, length);
    uint32_t at = find_slot(table, text, length, hash);
    if (table->slots[at])
        return table->slots[at] - 1;
    if (table->count == table->capacity)
        grow_entries(table);
    str_id id = table->count++;
    table->text[id] = arena_strndup(table->arena, text, length);
    table->length[id] = (uint32_t)length;
    table->hash[id] = hash;
    table->slots[at] = id + 1;
    if (table->count * 2 > table->slot_count)
        grow_slots(table);
    return id;
}

str_id strtab_intern(struct strtab *table, const char *text)
{
    return text ? strtab_intern_n(table, text, strlen(text)) : 0;
}

str_id strtab_find(const struct strtab *table, const char *text)
{
    size_t length = strlen(text);
    uint32_t at = find_slot(table, text, length, text_hash(text, length));
    return table->slots[at] ? table->slots[at] - 1 : 0;
}
