#include "base/vec.h"

#include <string.h>

#include "base/err.h"

void vec_reserve(struct arena *arena, void **data, uint32_t count, uint32_t *capacity, size_t size,
                 uint32_t more)
{
    if (*capacity - count >= more)
        return;
    if (count > UINT32_MAX - more || count + more > UINT32_MAX / 2)
        BUG("an array of more than 2^31 elements");
    uint32_t wanted = *capacity ? *capacity * 2 : 8;
    while (wanted < count + more)
        wanted *= 2;
    void *grown = arena_alloc(arena, (size_t)wanted * size);
    if (count)
        memcpy(grown, *data, (size_t)count * size);
    *data = grown;
    *capacity = wanted;
}
