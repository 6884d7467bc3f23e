/* Code that runs after a cancellation: what cleans up needs a context of its own, or none. */
#include "flow/reach.h"
#include "not_passed.h"

struct search {
    const struct not_passed *check;
    const struct context *context;
    ir_func_id func;
    ir_instr_id goal;
};

static bool is_the_context(const struct search *search, ir_val val)
{
    const struct ir_func *func = not_passed_body(search->check, search->func);
    const struct ir_module *module = search->check->pass->module;
    enum ir_val_kind kind = ir_val_kind(val);
    return (kind == VAL_PATH || kind == VAL_ADDR) &&
           context_class(module, func->paths.data[ir_val_index(val)].type) == search->context->class_;
}

static bool has_context(const struct search *search, ir_instr_id instr, enum role_kind kind)
{
    const struct ir_func *func = not_passed_body(search->check, search->func);
    const struct role *role = check_role(search->check->pass, search->func, instr, kind);
    return role && is_the_context(search, role_value(func, &func->instrs.data[instr], role->at[POS_CONTEXT]));
}

/* ---- which side of a branch is the cancelled one ---- */

enum side { SIDE_NONE, SIDE_TRUE, SIDE_FALSE, SIDE_BOTH };

static enum side other_side(enum side side)
{
    return side == SIDE_TRUE ? SIDE_FALSE : side == SIDE_FALSE ? SIDE_TRUE : side;
}

/* What a call with the context answers: a test says so; what waits with it fails. */
static enum side side_of_call(const struct search *search, ir_instr_id instr)
{
    const struct ir_module *module = search->check->pass->module;
    const struct ir_instr *call = &not_passed_body(search->check, search->func)->instrs.data[instr];
    if (has_context(search, instr, ROLE_CTX_TEST))
        return SIDE_TRUE;
    if (!has_context(search, instr, ROLE_CTX_PASS))
        return SIDE_NONE;
    return module->types.data[call->type].kind == TYPE_ENUM ? SIDE_TRUE
                                                            : SIDE_FALSE; /* a status, or a truth */
}

static enum side side_of(const struct search *search, ir_val val, int depth);

/* A comparison with a constant, which for a count or status tells failure from success. */
static enum side side_of_comparison(const struct search *search, const struct ir_instr *instr, int depth)
{
    const struct ir_func *func = not_passed_body(search->check, search->func);
    enum side side = side_of(search, instr->a, depth + 1);
    int64_t value;
    if (side == SIDE_NONE || !value_constant(func, instr->b, &value))
        return side == SIDE_NONE ? SIDE_NONE : SIDE_BOTH;
    switch ((enum ir_bin)instr->sub) {
    case BIN_NE:
        return value == 0 ? side : SIDE_BOTH;
    case BIN_EQ:
        return value == 0 ? other_side(side) : SIDE_TRUE;
    case BIN_LT:
    case BIN_LE:
        return SIDE_TRUE;
    case BIN_GT:
    case BIN_GE:
        return SIDE_FALSE;
    default:
        return SIDE_BOTH;
    }
}

static enum side side_of(const struct search *search, ir_val val, int depth)
{
    const struct ir_func *func = not_passed_body(search->check, search->func);
    const struct context_func *index = contexts_func(search->check->contexts, search->func);
    if (ir_val_kind(val) != VAL_PATH || depth > 5)
        return SIDE_NONE;
    for (uint32_t i = index->first_def[ir_val_index(val)]; i; i = index->next_def[i - 1]) {
        const struct ir_instr *instr = &func->instrs.data[i - 1];
        enum side side = SIDE_NONE;
        if (instr->op == IR_CALL)
            side = side_of_call(search, i - 1);
        else if (instr->op == IR_COPY)
            side = side_of(search, instr->a, depth + 1);
        else if (instr->op == IR_UN)
            side = other_side(side_of(search, instr->a, depth + 1));
        else if (instr->op == IR_BIN)
            side = side_of_comparison(search, instr, depth);
        if (side != SIDE_NONE)
            return side;
    }
    return SIDE_NONE;
}

/* ---- from there to the call ---- */

static bool is_goal(void *context, ir_instr_id instr)
{
    return instr == ((const struct search *)context)->goal;
}

/* Behind a further test its own branch decides. */
static bool is_test(void *context, ir_instr_id instr)
{
    const struct search *search = context;
    return not_passed_body(search->check, search->func)->instrs.data[instr].op == IR_CALL &&
           has_context(search, instr, ROLE_CTX_TEST);
}

static bool leads_there(struct search *search, ir_instr_id from, ir_block_id block)
{
    struct reach_query query = {.cfg = contexts_func(search->check->contexts, search->func)->cfg,
                                .from = from,
                                .block = block,
                                .is_goal = is_goal,
                                .is_barrier = from ? NULL : is_test,
                                .context = search};
    struct reach_way way;
    return flow_reach(search->check->pass->arena, &query, &way);
}

bool cancelled_before(struct not_passed *check, const struct context *context, ir_func_id id,
                      ir_instr_id instr)
{
    const struct ir_func *func = not_passed_body(check, id);
    struct search search = {check, context, id, instr};
    for (ir_instr_id i = 1; i < func->instrs.count; i++)
        if (func->instrs.data[i].op == IR_CALL && has_context(&search, i, ROLE_CTX_CANCEL) &&
            leads_there(&search, i, 0))
            return true;
    for (ir_block_id block = 1; block < func->blocks.count; block++) {
        const struct ir_block *at = &func->blocks.data[block];
        const struct ir_instr *last = &func->instrs.data[at->first + at->count - 1];
        enum side side = last->op == IR_BRANCH ? side_of(&search, last->a, 0) : SIDE_NONE;
        if ((side == SIDE_TRUE || side == SIDE_BOTH) &&
            leads_there(&search, 0, func->succs.data[at->first_succ]))
            return true;
        if ((side == SIDE_FALSE || side == SIDE_BOTH) &&
            leads_there(&search, 0, func->succs.data[at->first_succ + 1]))
            return true;
    }
    return false;
}
