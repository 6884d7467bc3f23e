/* Content hashes (XXH3): 128 bits for cache keys and fingerprints, 64 for tables. Not cryptographic. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hash128 {
    uint64_t low, high;
};

uint64_t hash_bytes64(const void *bytes, size_t count);
struct hash128 hash_bytes128(const void *bytes, size_t count);
static inline bool hash_equal(struct hash128 a, struct hash128 b)
{
    return a.low == b.low && a.high == b.high;
}
/* 32 hex digits and NUL. */
#define HASH_HEX 33
void hash_hex(struct hash128 hash, char out[HASH_HEX]);

#endif
