#include "closed.h"

struct forks {
    struct check_pass *pass;
    bool *only_child;   /* by function: all calls of it are a child's */
    bool **child_block; /* by function: the blocks that only a child runs; NULL: none */
};

static const struct ir_func *body(const struct forks *forks, ir_func_id func)
{
    return &forks->pass->module->funcs.data[func];
}

/* A branch on what fork gave, perhaps through a comparison in front of it. */
static bool tests(const struct ir_func *func, ir_instr_id branch, ir_val *subject,
                  const struct ir_instr **how)
{
    const struct ir_instr *instr = &func->instrs.data[branch];
    *subject = instr->a;
    *how = NULL;
    if (ir_val_kind(instr->a) != VAL_PATH)
        return false;
    for (ir_instr_id i = branch; i-- > 1 && branch - i < 8;) {
        const struct ir_instr *at = &func->instrs.data[i];
        if (at->dst != ir_val_index(instr->a))
            continue;
        if ((at->op == IR_BIN && ir_val_kind(at->b) == VAL_INT) || (at->op == IR_UN && at->sub == UN_NOT)) {
            *subject = at->a;
            *how = at;
        }
        return true;
    }
    return true;
}

/* Does the condition hold for the process identity `pid`? */
static bool holds(const struct ir_func *func, const struct ir_instr *how, int64_t pid)
{
    if (!how)
        return pid != 0;
    if (how->op == IR_UN)
        return pid == 0;
    int64_t with = func->ints.data[ir_val_index(how->b)];
    switch ((enum ir_bin)how->sub) {
    case BIN_EQ:
        return pid == with;
    case BIN_NE:
        return pid != with;
    case BIN_LT:
        return pid < with;
    case BIN_LE:
        return pid <= with;
    case BIN_GT:
        return pid > with;
    case BIN_GE:
        return pid >= with;
    default:
        return true;
    }
}

/* The successor that the child takes and the parent does not; 0: none. */
static ir_block_id child_of(const struct ir_func *func, const struct ir_block *block, ir_path_id pid)
{
    ir_instr_id last = block->first + block->count - 1;
    const struct ir_instr *instr = &func->instrs.data[last], *how;
    ir_val subject;
    if (instr->op == IR_SWITCH && instr->a == IR_VAL(VAL_PATH, pid)) {
        for (uint32_t i = 0; i + 1 < instr->arg_count; i += 2)
            if (func->ints.data[ir_val_index(func->args.data[instr->first_arg + i])] == 0)
                return func->succs.data[block->first_succ + i / 2];
        return 0;
    }
    if (instr->op != IR_BRANCH || !tests(func, last, &subject, &how) || subject != IR_VAL(VAL_PATH, pid))
        return 0;
    bool child = holds(func, how, 0), parent = holds(func, how, 4711);
    return child == parent ? 0 : func->succs.data[block->first_succ + (child ? 0 : 1)];
}

static void mark_child(struct forks *forks, ir_func_id id, const struct ir_cfg *cfg, ir_block_id from)
{
    if (cfg->pred_count[from] != 1)
        return; /* the parent comes this way, too */
    if (!forks->child_block[id])
        forks->child_block[id] = arena_array(forks->pass->arena, bool, cfg->block_count);
    for (ir_block_id block = 1; block < cfg->block_count; block++)
        if (cfg->rpo_index[block] != UINT32_MAX && cfg->rpo_index[from] != UINT32_MAX)
            forks->child_block[id][block] |= ir_dominates(cfg, from, block);
}

static void find_children(struct forks *forks, ir_func_id id, ir_instr_id fork)
{
    const struct ir_func *func = body(forks, id);
    const struct ir_cfg *cfg = program_cfg(forks->pass->program, id);
    ir_path_id pid = func->instrs.data[fork].dst, copy = pid;
    if (pid && func->instrs.data[fork + 1].op == IR_COPY &&
        func->instrs.data[fork + 1].a == IR_VAL(VAL_PATH, pid))
        copy = func->instrs.data[fork + 1].dst;
    for (ir_block_id block = 1; pid && block < func->blocks.count; block++) {
        ir_block_id child = child_of(func, &func->blocks.data[block], pid);
        child = child ? child : child_of(func, &func->blocks.data[block], copy);
        if (child)
            mark_child(forks, id, cfg, child);
    }
}

/* A function is a child's when it is called, and all its calls are. */
static void find_child_functions(struct forks *forks)
{
    const struct program *program = forks->pass->program;
    bool *called = arena_array(forks->pass->arena, bool, forks->pass->module->funcs.count), changed = true;
    for (uint32_t i = 0; i < program->sites.count; i++)
        for (uint32_t k = 0; k < program->sites.data[i].target_count; k++)
            called[program->sites.data[i].targets[k].func] = true;
    for (ir_func_id func = 1; func < forks->pass->module->funcs.count; func++)
        forks->only_child[func] = called[func];
    for (uint32_t i = 0; i < program->spawns.count; i++)
        for (uint32_t k = 0; k < program->spawns.data[i].entries.count; k++)
            forks->only_child[program->spawns.data[i].entries.items[k].func] = false;
    while (changed) {
        changed = false;
        for (uint32_t i = 0; i < program->sites.count; i++) {
            const struct call_site *site = &program->sites.data[i];
            if (forks_only_child(forks, site->func, site->instr))
                continue;
            for (uint32_t k = 0; k < site->target_count; k++) {
                changed |= forks->only_child[site->targets[k].func];
                forks->only_child[site->targets[k].func] = false;
            }
        }
    }
}

struct forks *forks_find(struct check_pass *pass)
{
    struct forks *forks = arena_new(pass->arena, struct forks);
    bool any = false;
    forks->pass = pass;
    forks->only_child = arena_array(pass->arena, bool, pass->module->funcs.count);
    forks->child_block = arena_array(pass->arena, bool *, pass->module->funcs.count);
    for (uint32_t i = 0; i < pass->program->sites.count; i++) {
        const struct call_site *site = &pass->program->sites.data[i];
        if (!model_role(site->model, ROLE_FORK))
            continue;
        find_children(forks, site->func, site->instr);
        any = true;
    }
    if (any)
        find_child_functions(forks);
    return forks;
}

bool forks_only_child(const struct forks *forks, ir_func_id func, ir_instr_id instr)
{
    if (forks->only_child[func])
        return true;
    return instr && forks->child_block[func] &&
           forks->child_block[func][ir_block_of(body(forks, func), instr)];
}
