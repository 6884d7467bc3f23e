#include "check/endless.h"

#include "link/channels.h"

bool check_waits_for_ever(const struct check_pass *pass, ir_func_id func, ir_instr_id instr)
{
    const struct role *block = check_role(pass, func, instr, ROLE_BLOCK);
    const struct ir_func *body = &pass->module->funcs.data[func];
    const struct ir_instr *call = &body->instrs.data[instr];
    int64_t timeout;
    if (!block || block->at[POS_CONTEXT])
        return false;
    if (block->at[POS_TIMEOUT] &&
        (!value_constant(body, role_value(body, call, block->at[POS_TIMEOUT]), &timeout) || timeout >= 0))
        return false;
    return !block->bits || !block->at[POS_FLAGS] ||
           !value_has_bits(body, role_value(body, call, block->at[POS_FLAGS]), block->bits);
}
