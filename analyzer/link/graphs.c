/* Graphs of functions, each made once for all checks. */
#include "ir/cfg.h"
#include "ir/loops.h"
#include "link/tables.h"

const struct ir_cfg *program_cfg(const struct program *program, ir_func_id func)
{
    uint64_t *slot = map_put(&program->tables->cfgs, func);
    if (!*slot)
        *slot = (uint64_t)(uintptr_t)ir_cfg_build(program->arena, &program->module->funcs.data[func], true);
    return (const struct ir_cfg *)(uintptr_t)*slot;
}

const struct ir_loops *program_loops(const struct program *program, ir_func_id func)
{
    uint64_t *slot = map_put(&program->tables->loops, func);
    if (!*slot)
        *slot = (uint64_t)(uintptr_t)ir_loops_find(program->arena, &program->module->funcs.data[func],
                                                   program_cfg(program, func));
    return (const struct ir_loops *)(uintptr_t)*slot;
}
