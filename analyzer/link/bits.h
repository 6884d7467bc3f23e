/* A row of bits for each function, and their union over what each function calls. */
#ifndef LINK_BITS_H
#define LINK_BITS_H

#include "link/program.h"

struct func_bits {
    uint64_t *words; /* [func * width + word] */
    uint32_t width;  /* words of a row */
};

struct func_bits func_bits_create(struct arena *arena, const struct program *program, uint32_t bit_count);
static inline uint64_t *func_bits_row(const struct func_bits *bits, ir_func_id func)
{
    return bits->words + (size_t)func * bits->width;
}
static inline void func_bits_set(const struct func_bits *bits, ir_func_id func, uint32_t bit)
{
    func_bits_row(bits, func)[bit / 64] |= UINT64_C(1) << bit % 64;
}
static inline bool func_bits_has(const struct func_bits *bits, ir_func_id func, uint32_t bit)
{
    return func_bits_row(bits, func)[bit / 64] >> bit % 64 & 1;
}
static inline bool bits_meet(const uint64_t *a, const uint64_t *b, uint32_t width)
{
    for (uint32_t i = 0; i < width; i++)
        if (a[i] & b[i])
            return true;
    return false;
}
/* Each function gets what the functions have that it calls on the same task: bottom-up, equal within a cycle
 * of calls. What is called only by guess does not count. */
void func_bits_spread(const struct func_bits *bits, const struct program *program);

#endif
