#include "fix.h"

/* The call lies in a try with a catch-all. */
static bool is_covered(const struct ir_func *func, ir_region_id region)
{
    for (; region; region = func->regions.data[region].parent) {
        const struct ir_region *entry = &func->regions.data[region];
        for (uint32_t i = 0; entry->kind == REGION_TRY && i < entry->handler_count; i++)
            if (!func->handlers.data[entry->first_handler + i].type)
                return true;
    }
    return false;
}

static bool in_handler(const struct ir_cfg *cfg, const struct ir_func *func, ir_block_id block)
{
    for (uint32_t i = 0; i < func->handlers.count; i++)
        if (func->handlers.data[i].block && ir_dominates(cfg, func->handlers.data[i].block, block))
            return true;
    return false;
}

static bool is_wrapper(const struct check_pass *pass, ir_func_id id, ir_instr_id instr)
{
    ir_sym_id callee = pass->module->funcs.data[id].instrs.data[instr].sym;
    return check_role(pass, id, instr, ROLE_RECOVER) || check_role(pass, id, instr, ROLE_SETJMP) ||
           pass->module->syms.data[callee].flags & SYM_RECOVERS;
}

/* Calls that can do anything at all: with a body, or of which nothing is known. */
static bool matters(const struct check_pass *pass, ir_func_id id, ir_instr_id instr)
{
    const struct call_site *site = program_site(pass->program, id, instr);
    if (!site || model_role(site->model, ROLE_RECOVERED))
        return false;
    for (uint32_t i = 0; i < site->target_count; i++)
        if (site->targets[i].func)
            return true;
    return site->flags & SITE_UNRESOLVED;
}

bool swr_is_wrapped(const struct check_pass *pass, ir_func_id entry)
{
    const struct ir_func *func = &pass->module->funcs.data[entry];
    if (pass->module->syms.data[func->sym].flags & SYM_RECOVERS)
        return true;
    struct arena *tmp = arena_create("wrapped");
    const struct ir_cfg *cfg = ir_cfg_build(tmp, func, true);
    bool wrapped = false, open = false;
    for (uint32_t i = 0; i < cfg->rpo_count; i++) {
        const struct ir_block *block = &func->blocks.data[cfg->rpo[i]];
        for (ir_instr_id j = block->first; j < block->first + block->count; j++) {
            if (func->instrs.data[j].op != IR_CALL && func->instrs.data[j].op != IR_THROW)
                continue;
            bool wraps = func->instrs.data[j].op == IR_CALL && is_wrapper(pass, entry, j);
            bool covered = is_covered(func, func->instrs.data[j].region);
            wrapped |= wraps || covered;
            open |= !wraps && !covered && matters(pass, entry, j) && !in_handler(cfg, func, cfg->rpo[i]);
        }
    }
    arena_destroy(tmp);
    return wrapped && !open;
}
