#include "link/bits.h"

#include <string.h>

struct func_bits func_bits_create(struct arena *arena, const struct program *program, uint32_t bit_count)
{
    struct func_bits bits = {.width = (bit_count + 63) / 64};
    bits.words = arena_array(arena, uint64_t, (size_t)bits.width * program->module->funcs.count);
    return bits;
}

static void add_row(const struct func_bits *bits, ir_func_id to, ir_func_id from)
{
    for (uint32_t i = 0; i < bits->width && to != from; i++)
        func_bits_row(bits, to)[i] |= func_bits_row(bits, from)[i];
}

static void add_callees(const struct func_bits *bits, const struct program *program, ir_func_id to,
                        ir_func_id func)
{
    const struct program_func *data = &program->funcs.data[func];
    for (uint32_t i = data->first_site; i < data->first_site + data->site_count; i++) {
        const struct call_site *site = &program->sites.data[i];
        for (uint32_t k = 0; k < site->target_count; k++)
            if (site->targets[k].func && site->targets[k].certainty != GUESSED)
                add_row(bits, to, site->targets[k].func);
    }
}

void func_bits_spread(const struct func_bits *bits, const struct program *program)
{
    for (uint32_t scc = 0; scc < program->scc_count && bits->width; scc++) {
        uint32_t first = program->scc_first[scc], last = program->scc_first[scc + 1];
        ir_func_id head = program->order[first];
        for (uint32_t i = first; i < last; i++) {
            add_row(bits, head, program->order[i]);
            add_callees(bits, program, head, program->order[i]);
        }
        for (uint32_t i = first + 1; i < last; i++)
            memcpy(func_bits_row(bits, program->order[i]), func_bits_row(bits, head),
                   bits->width * sizeof(uint64_t));
    }
}
