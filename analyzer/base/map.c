#include "base/map.h"

static uint32_t slot_of(uint64_t key, uint32_t slot_count)
{
    key ^= key >> 31;
    key *= 0x9e3779b97f4a7c15u;
    key ^= key >> 29;
    return (uint32_t)key & (slot_count - 1);
}

void map_init(struct map *map, struct arena *arena)
{
    *map = (struct map){.arena = arena, .slot_count = 16};
    map->slots = arena_array(arena, struct map_slot, map->slot_count);
}

static struct map_slot *find(struct map_slot *slots, uint32_t slot_count, uint64_t key)
{
    uint32_t at = slot_of(key, slot_count);
    while (slots[at].used && slots[at].key != key)
        at = (at + 1) & (slot_count - 1);
    return &slots[at];
}

static void grow(struct map *map)
{
    uint32_t slot_count = map->slot_count * 2;
    struct map_slot *slots = arena_array(map->arena, struct map_slot, slot_count);
    for (uint32_t i = 0; i < map->slot_count; i++)
        if (map->slots[i].used)
            *find(slots, slot_count, map->slots[i].key) = map->slots[i];
    map->slots = slots;
    map->slot_count = slot_count;
}

uint64_t *map_put(struct map *map, uint64_t key)
{
    struct map_slot *slot = find(map->slots, map->slot_count, key);
    if (slot->used)
        return &slot->value;
    if ((map->count + 1) * 3 > map->slot_count * 2) {
        grow(map);
        slot = find(map->slots, map->slot_count, key);
    }
    map->count++;
    *slot = (struct map_slot){.key = key, .used = true};
    return &slot->value;
}

uint64_t *map_get(const struct map *map, uint64_t key)
{
    struct map_slot *slot = find(map->slots, map->slot_count, key);
    return slot->used ? &slot->value : NULL;
}
