/* Which functions belong to one executable alone: a compile database holds many, and what one of them registers in a
 * shared library is never called in another. */
#include <string.h>

#include "link/tables.h"

/* Marks the TUs that hold a main. */
static bool *tus_with_main(struct program *program, struct arena *tmp)
{
    bool *has_main = arena_array(tmp, bool, program->tus.count);
    const struct ir_module *module = program->module;
    for (ir_func_id func = 1; func < module->funcs.count; func++) {
        if (!(module->syms.data[module->funcs.data[func].sym].flags & SYM_MAIN))
            continue;
        const struct program_tables *tables = program->tables;
        for (uint32_t at = tables->func_tu_head.data[func]; at; at = tables->func_tus.data[at - 1].next)
            has_main[tables->func_tus.data[at - 1].tu] = true;
    }
    return has_main;
}

/* The TU whose main the TU shares an executable with; 0: not known.  A group with several mains is no executable. */
static uint32_t main_of(const struct program *program, const bool *has_main, uint32_t tu)
{
    const char *group = program->tus.data[tu].group;
    uint32_t found = 0;
    if (has_main[tu])
        return tu;
    for (uint32_t other = 1; *group && other < program->tus.count; other++) {
        if (!has_main[other] || strcmp(program->tus.data[other].group, group) != 0)
            continue;
        if (found)
            return 0;
        found = other;
    }
    return found;
}

void link_find_executables(struct program *program)
{
    struct arena *tmp = arena_create("executables");
    const struct program_tables *tables = program->tables;
    bool *has_main = tus_with_main(program, tmp);
    uint32_t *executable = arena_array(tmp, uint32_t, program->tus.count);
    for (uint32_t tu = 1; tu < program->tus.count; tu++)
        executable[tu] = main_of(program, has_main, tu);
    for (ir_func_id func = 1; func < program->module->funcs.count; func++) {
        uint32_t at = func < tables->func_tu_head.count ? tables->func_tu_head.data[func] : 0;
        uint32_t only = at ? executable[tables->func_tus.data[at - 1].tu] : 0;
        for (; at; at = tables->func_tus.data[at - 1].next)
            if (executable[tables->func_tus.data[at - 1].tu] != only)
                only = 0;
        program->funcs.data[func].executable = only;
    }
    arena_destroy(tmp);
}
