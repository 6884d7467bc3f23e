/* Which executables a function may be part of: a compile database holds many, and what one of them registers in a shared
 * library is never called in another.
 *
 * An executable is a TU with a main.  Where the build says groups, its group is its own.  Where it does not, it holds
 * what a linker would take: the TUs that define what its TUs refer to, transitively.  The rest may be part of any.
 */
#include <string.h>

#include "link/tables.h"

enum { MASK_BITS = 64 }; /* more executables share bits, which only loses precision */

struct linker {
    struct program *program;
    struct arena *tmp;
    bool *has_main;      /* by TU */
    uint64_t *mask;      /* by TU; 0: in no executable so far */
    struct map edges;    /* (tu, tu) */
    VEC(uint64_t) list;  /* the same, in order */
};

static void each_tu(const struct program *program, ir_func_id func, void (*visit)(struct linker *, uint32_t, uint32_t),
                    struct linker *linker, uint32_t context)
{
    const struct program_tables *tables = program->tables;
    uint32_t at = func < tables->func_tu_head.count ? tables->func_tu_head.data[func] : 0;
    for (; at; at = tables->func_tus.data[at - 1].next)
        visit(linker, tables->func_tus.data[at - 1].tu, context);
}

static void mark_main(struct linker *linker, uint32_t tu, uint32_t unused)
{
    (void)unused;
    linker->has_main[tu] = true;
}

static void find_mains(struct linker *linker)
{
    const struct ir_module *module = linker->program->module;
    for (ir_func_id func = 1; func < module->funcs.count; func++)
        if (module->syms.data[module->funcs.data[func].sym].flags & SYM_MAIN)
            each_tu(linker->program, func, mark_main, linker, 0);
}

/* `from` refers to something that `to` defines. */
static void add_reference(struct linker *linker, uint32_t to, uint32_t from)
{
    uint64_t key = map_key2(from, to), *slot = map_put(&linker->edges, key);
    if (from == to || *slot || linker->has_main[to])
        return;
    *slot = 1;
    *vec_push(linker->tmp, &linker->list) = key;
}

static void refer(struct linker *linker, uint32_t from, ir_sym_id sym)
{
    const struct program_tables *tables = linker->program->tables;
    const struct ir_sym *entry = &linker->program->module->syms.data[sym];
    if (!sym || entry->flags & SYM_INTERNAL || entry->kind != SYM_FUNCTION)
        return;
    for (uint32_t i = tables->body_first[sym]; i < tables->body_first[sym + 1]; i++)
        each_tu(linker->program, tables->bodies[i], add_reference, linker, from);
}

static void refer_from(struct linker *linker, uint32_t tu, uint32_t id)
{
    const struct ir_func *func = &linker->program->module->funcs.data[id];
    if (*linker->program->tus.data[tu].group)
        return;
    for (uint32_t i = 0; i < func->instrs.count; i++) {
        refer(linker, tu, func->instrs.data[i].sym);
        if (ir_val_kind(func->instrs.data[i].a) == VAL_FUNC)
            refer(linker, tu, ir_val_index(func->instrs.data[i].a));
    }
    for (uint32_t i = 0; i < func->args.count; i++)
        if (ir_val_kind(func->args.data[i]) == VAL_FUNC)
            refer(linker, tu, ir_val_index(func->args.data[i]));
}

/* Every main's bit, to its group or to what it refers to. */
static void spread_mains(struct linker *linker)
{
    const struct program *program = linker->program;
    uint32_t mains = 0;
    for (uint32_t tu = 1; tu < program->tus.count; tu++) {
        if (!linker->has_main[tu])
            continue;
        uint64_t bit = 1ull << mains++ % MASK_BITS;
        linker->mask[tu] |= bit;
        for (uint32_t other = 1; *program->tus.data[tu].group && other < program->tus.count; other++)
            if (!linker->has_main[other] && strcmp(program->tus.data[other].group, program->tus.data[tu].group) == 0)
                linker->mask[other] |= bit;
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < linker->list.count; i++) {
            uint64_t from = linker->mask[linker->list.data[i] >> 32], *to = &linker->mask[(uint32_t)linker->list.data[i]];
            changed |= (from & ~*to) != 0;
            *to |= from;
        }
    }
}

static void add_mask(struct linker *linker, uint32_t tu, uint32_t func)
{
    linker->program->funcs.data[func].executables |= linker->mask[tu] ? linker->mask[tu] : ANY_EXECUTABLE;
}

void link_find_executables(struct program *program)
{
    struct arena *tmp = arena_create("executables");
    struct linker linker = {.program = program, .tmp = tmp};
    linker.has_main = arena_array(tmp, bool, program->tus.count);
    linker.mask = arena_array(tmp, uint64_t, program->tus.count);
    map_init(&linker.edges, tmp);
    find_mains(&linker);
    for (ir_func_id func = 1; func < program->module->funcs.count; func++)
        each_tu(program, func, refer_from, &linker, func);
    spread_mains(&linker);
    program->funcs.data[0].executables = ANY_EXECUTABLE;
    for (ir_func_id func = 1; func < program->module->funcs.count; func++)
        each_tu(program, func, add_mask, &linker, func);
    arena_destroy(tmp);
}
