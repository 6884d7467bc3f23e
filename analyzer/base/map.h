/* Hash map from 64-bit keys to 64-bit values; open addressing, arena-backed, no removal.
 *
 * Iteration order is not defined: never let it reach an output.  Combine several ids into one key with
 * map_key2/map_key3 (a mix; collisions of the mix of distinct id pairs are impossible for key2 of two
 * 32-bit ids, which is a plain concatenation).
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>

#include "base/arena.h"

struct map_slot {
    uint64_t key, value;
    bool used;
};

struct map {
    struct arena *arena;
    struct map_slot *slots;
    uint32_t slot_count, count;
};

void map_init(struct map *map, struct arena *arena);
/* The value's place, made (zero) when absent; valid until the next map_put of a new key. */
uint64_t *map_put(struct map *map, uint64_t key);
/* NULL when absent. */
uint64_t *map_get(const struct map *map, uint64_t key);
static inline uint64_t map_key2(uint32_t a, uint32_t b)
{
    return (uint64_t)a << 32 | b;
}

#endif
