#include "base/hash.h"

#include <stdio.h>
#include <xxhash.h>

uint64_t hash_bytes64(const void *bytes, size_t count)
{
    return XXH3_64bits(bytes, count);
}

struct hash128 hash_bytes128(const void *bytes, size_t count)
{
    XXH128_hash_t hash = XXH3_128bits(bytes, count);
    return (struct hash128){hash.low64, hash.high64};
}

void hash_hex(struct hash128 hash, char out[HASH_HEX])
{
    snprintf(out, HASH_HEX, "%016llx%016llx", (unsigned long long)hash.high, (unsigned long long)hash.low);
}
