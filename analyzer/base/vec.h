/* Growable arrays in an arena.  `VEC(int) v = {0}; *vec_push(arena, &v) = 7;`
 *
 * Elements move when the array grows: keep indices, not pointers.  The old storage stays in the arena until
 * the arena ends; growth doubles, so that this at most doubles the memory.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/arena.h"

#define VEC(type)                                                                                            \
    struct {                                                                                                 \
        type *data;                                                                                          \
        uint32_t count, capacity;                                                                            \
    }

/* A pointer to a new, zeroed last element. */
#define vec_push(arena, v)                                                                                   \
    (vec_reserve((arena), (void **)&(v)->data, (v)->count, &(v)->capacity, sizeof *(v)->data, 1),            \
     &(v)->data[(v)->count++])

/* Appends `n` elements from `src`. */
#define vec_append(arena, v, src, n)                                                                         \
    (vec_reserve((arena), (void **)&(v)->data, (v)->count, &(v)->capacity, sizeof *(v)->data, (n)),          \
     (void)((n) ? memcpy((v)->data + (v)->count, (src), (size_t)(n) * sizeof *(v)->data) : NULL),            \
     (v)->count += (uint32_t)(n))

#define vec_last(v) (&(v)->data[(v)->count - 1])

void vec_reserve(struct arena *arena, void **data, uint32_t count, uint32_t *capacity, size_t size,
                 uint32_t more);

#endif
