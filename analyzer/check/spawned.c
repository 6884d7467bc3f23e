#include "check/spawned.h"

/* ---- did it start? ---- */

enum { KNOWN_MOST = 8 };

struct known { /* what a value says of the status */
    ir_path_id path;
    bool fails_when_set;
};

struct status {
    const struct ir_func *func;
    struct known known[KNOWN_MOST];
    uint32_t count;
};

static const struct known *find_known(const struct status *status, ir_val val)
{
    for (uint32_t i = 0; ir_val_kind(val) == VAL_PATH && i < status->count; i++)
        if (status->known[i].path == ir_val_index(val))
            return &status->known[i];
    return NULL;
}

static void forget(struct status *status, ir_path_id path)
{
    for (uint32_t i = 0; path && i < status->count; i++)
        if (status->known[i].path == path)
            status->known[i--] = status->known[--status->count];
}

/* A comparison with a constant: 1 it holds where the status is set, 0 where it is not, -1 who knows. */
static int compares(const struct status *status, const struct ir_instr *instr)
{
    if (ir_val_kind(instr->b) != VAL_INT)
        return -1;
    bool is_zero = status->func->ints.data[ir_val_index(instr->b)] == 0;
    switch ((enum ir_bin)instr->sub) {
    case BIN_EQ:
        return is_zero ? 0 : 1;
    case BIN_NE:
        return is_zero ? 1 : -1;
    case BIN_LT:
    case BIN_GT:
        return is_zero ? 1 : -1;
    default:
        return -1;
    }
}

static void learn(struct status *status, const struct ir_instr *instr)
{
    const struct known *from = find_known(status, instr->a);
    bool fails_when_set = from && from->fails_when_set;
    int compared = instr->op == IR_BIN ? compares(status, instr) : 1;
    bool is_negated = (instr->op == IR_UN && instr->sub == UN_NOT) || compared == 0;
    bool tells = from && compared >= 0 && (instr->op == IR_COPY || instr->op == IR_BIN || instr->op == IR_UN);
    forget(status, instr->dst);
    if (tells && instr->dst && status->count < KNOWN_MOST)
        status->known[status->count++] = (struct known){instr->dst, is_negated ? !fails_when_set : fails_when_set};
}

/* The status itself: an error number, or a handle that is null where nothing was started. */
static bool fails_when_set(const struct role *role)
{
    if (role && role->success)
        return role->success == OPENS_ZERO;
    return !role || role->at[POS_HANDLE] != AT_RESULT;
}

uint32_t check_failed_blocks(const struct check_pass *pass, ir_func_id func, ir_instr_id spawn, ir_block_id *out)
{
    struct status status = {.func = &pass->module->funcs.data[func]};
    const struct role *role = check_role(pass, func, spawn, ROLE_SPAWN);
    uint32_t count = 0;
    if (!status.func->instrs.data[spawn].dst)
        return 0;
    status.known[status.count++] = (struct known){status.func->instrs.data[spawn].dst, fails_when_set(role)};
    for (ir_block_id id = 1; id < status.func->blocks.count; id++) {
        const struct ir_block *block = &status.func->blocks.data[id];
        for (ir_instr_id i = block->first; i < block->first + block->count; i++) {
            const struct ir_instr *instr = &status.func->instrs.data[i];
            const struct known *tested = i > spawn && instr->op == IR_BRANCH ? find_known(&status, instr->a) : NULL;
            if (tested && count < FAILED_BLOCKS)
                out[count++] = status.func->succs.data[block->first_succ + (tested->fails_when_set ? 0 : 1)];
            if (i > spawn)
                learn(&status, instr);
        }
    }
    return count;
}

bool check_is_failure(const struct ir_func *func, const ir_block_id *failed, uint32_t count, ir_instr_id instr)
{
    for (uint32_t i = 0; i < count; i++)
        if (func->blocks.data[failed[i]].first == instr)
            return true;
    return false;
}

/* ---- callers ---- */

/* Bottom-up, and once more for what is recursive. */
void check_mark_callers(const struct check_pass *pass, bool *marked)
{
    const struct program *program = pass->program;
    uint32_t count = program->scc_first[program->scc_count];
    for (uint32_t i = 0; i < 2 * count; i++) {
        ir_func_id func = program->order[i % count];
        const struct program_func *data = &program->funcs.data[func];
        for (uint32_t j = 0; j < data->site_count && !marked[func]; j++) {
            const struct call_site *site = &program->sites.data[data->first_site + j];
            for (uint32_t k = 0; k < site->target_count; k++)
                marked[func] |= site->targets[k].func && marked[site->targets[k].func];
        }
    }
}
