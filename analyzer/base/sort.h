/* qsort and qsort_r that take an empty array: the standard's may not be handed NULL, whatever the count. */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stdlib.h>

static inline void sort_items(void *items, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    if (count > 1)
        qsort(items, count, size, compare);
}

static inline void sort_items_r(void *items, size_t count, size_t size,
                                int (*compare)(const void *, const void *, void *), void *context)
{
    if (count > 1)
        qsort_r(items, count, size, compare, context);
}

#endif
