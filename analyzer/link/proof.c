#include "link/proof.h"

#include <string.h>

/* The condition of a branch and how it came out on the way to the call. */
struct condition {
    const struct ir_instr *instr; /* that computed it */
    ir_val val;                   /* what it asked of, where nothing computed it: `if (c->frame)` */
    bool holds;
    ir_block_id block;            /* of the branch */
};

static bool same_value(const struct proof *proof, ir_val a, ir_val b)
{
    if (a == b)
        return a != 0 && ir_val_kind(a) != VAL_UNKNOWN;
    return link_trace_value(proof->program, proof->id, a) == link_trace_value(proof->program, proof->id, b);
}

/* What made the value, or the object whose address it is. */
static const struct ir_instr *computed_by(const struct proof *proof, ir_val val)
{
    if (ir_val_kind(val) != VAL_PATH && ir_val_kind(val) != VAL_ADDR)
        return NULL;
    const struct ir_path *path = &proof->func->paths.data[ir_val_index(val)];
    if (path->base_kind != BASE_LOCAL || path->step_count)
        return NULL;
    ir_instr_id def = link_single_def(proof->program, proof->id, path->base);
    return def ? &proof->func->instrs.data[def] : NULL;
}

/* The next condition up the dominator tree from `*at`. */
static bool next_condition(const struct proof *proof, ir_block_id *at, struct condition *out)
{
    while ((*at = proof->cfg->idom[*at])) {
        const struct ir_block *block = &proof->func->blocks.data[*at];
        const struct ir_instr *last = &proof->func->instrs.data[block->first + block->count - 1];
        if (last->op != IR_BRANCH)
            continue;
        const ir_block_id *succ = proof->func->succs.data + block->first_succ;
        for (int side = 0; side < 2; side++) {
            if (succ[0] == succ[1] || proof->cfg->pred_count[succ[side]] != 1 ||
                !ir_dominates(proof->cfg, succ[side], proof->block))
                continue;
            *out = (struct condition){computed_by(proof, last->a), last->a, side == 0, *at};
            while (out->instr && out->instr->op == IR_UN && out->instr->sub == UN_NOT) {
                out->holds = !out->holds;
                out->val = out->instr->a;
                out->instr = computed_by(proof, out->val);
            }
            return true;
        }
    }
    return false;
}

static bool touches(const struct proof *proof, const struct ir_instr *instr, ir_val val)
{
    if (ir_val_kind(val) != VAL_PATH && ir_val_kind(val) != VAL_ADDR)
        return false;
    const struct ir_path *path = &proof->func->paths.data[ir_val_index(val)];
    if (instr->dst && proof->func->paths.data[instr->dst].base_kind == path->base_kind &&
        proof->func->paths.data[instr->dst].base == path->base && instr->op != IR_LIFE_BEGIN &&
        instr->op != IR_LIFE_END)
        return true;
    if (instr->op != IR_CALL)
        return false;
    const struct model_function *model = proof->program->tables->model[instr->sym];
    bool reads = model_role(model, ROLE_SIZE) || model_role(model, ROLE_EMPTY) || model_role(model, ROLE_TESTS) ||
                 model_role(model, ROLE_FIND) || model_role(model, ROLE_END) || model_role(model, ROLE_THROWS) ||
                 model_role(model, ROLE_FLOWS);
    for (uint32_t i = 0; !reads && i < instr->arg_count; i++) {
        ir_val arg = proof->func->args.data[instr->first_arg + i];
        if (ir_val_kind(arg) == VAL_ADDR && proof->func->paths.data[ir_val_index(arg)].base_kind == path->base_kind &&
            proof->func->paths.data[ir_val_index(arg)].base == path->base)
            return true;
    }
    return false;
}

static bool block_touches(const struct proof *proof, ir_block_id id, ir_instr_id end)
{
    const struct ir_block *block = &proof->func->blocks.data[id];
    for (ir_instr_id i = block->first; i < block->first + block->count && i < end; i++)
        if (touches(proof, &proof->func->instrs.data[i], proof->object) ||
            touches(proof, &proof->func->instrs.data[i], proof->index))
            return true;
    return false;
}

/* Nothing between the branch and the call assigns the index or may change the object. */
static bool unchanged_since(const struct proof *proof, ir_block_id branch)
{
    struct arena *tmp = arena_create("proof");
    bool *seen = arena_array(tmp, bool, proof->cfg->block_count);
    VEC(ir_block_id) work = {0};
    bool clean = !block_touches(proof, proof->block, proof->call);
    *vec_push(tmp, &work) = proof->block;
    for (bool first = true; clean && work.count; first = false) {
        ir_block_id block = work.data[--work.count];
        if (!first)
            clean = !block_touches(proof, block, UINT32_MAX);
        for (uint32_t i = 0; i < proof->cfg->pred_count[block]; i++) {
            ir_block_id pred = proof->cfg->preds[proof->cfg->pred_first[block] + i];
            if (pred != branch && !seen[pred]) {
                seen[pred] = true;
                *vec_push(tmp, &work) = pred;
            }
        }
    }
    arena_destroy(tmp);
    return clean;
}

static bool is_size_of(const struct proof *proof, ir_val val)
{
    const struct ir_instr *call = computed_by(proof, val);
    const struct role *role =
        call && call->op == IR_CALL ? model_role(proof->program->tables->model[call->sym], ROLE_SIZE) : NULL;
    return role && same_value(proof, role_value(proof->func, call, role->at[POS_OBJECT]), proof->object);
}

static bool constant(const struct proof *proof, ir_val val, int64_t *out)
{
    if (ir_val_kind(val) != VAL_INT)
        return false;
    *out = proof->func->ints.data[ir_val_index(val)];
    return true;
}

static enum ir_bin negated(enum ir_bin op)
{
    switch (op) {
    case BIN_LT: return BIN_GE;
    case BIN_GE: return BIN_LT;
    case BIN_GT: return BIN_LE;
    case BIN_LE: return BIN_GT;
    case BIN_EQ: return BIN_NE;
    case BIN_NE: return BIN_EQ;
    default: return BIN_OTHER;
    }
}

static enum ir_bin mirrored(enum ir_bin op)
{
    switch (op) {
    case BIN_LT: return BIN_GT;
    case BIN_GT: return BIN_LT;
    case BIN_LE: return BIN_GE;
    case BIN_GE: return BIN_LE;
    default: return op;
    }
}

/* `bound op size` with the size on the right. */
static bool bounds(const struct proof *proof, ir_val bound, enum ir_bin op)
{
    if (same_value(proof, bound, proof->index))
        return op == BIN_LT || op == BIN_NE; /* != ends an ascending loop */
    int64_t have, wanted;
    if (!constant(proof, bound, &have) || !constant(proof, proof->index, &wanted))
        return false;
    return op == BIN_LT ? have >= wanted : (op == BIN_LE || op == BIN_EQ) ? have > wanted
                                         : op == BIN_NE && have == 0 && wanted == 0;
}

/* `!object.empty()` and index 0. */
static bool proves_not_empty(const struct proof *proof, const struct condition *condition)
{
    const struct ir_instr *call = condition->instr;
    const struct role *role = model_role(proof->program->tables->model[call->sym], ROLE_EMPTY);
    int64_t index;
    return role && !condition->holds && constant(proof, proof->index, &index) && index == 0 &&
           same_value(proof, role_value(proof->func, call, role->at[POS_OBJECT]), proof->object);
}

static bool proves_bounds(const struct proof *proof, const struct condition *condition)
{
    const struct ir_instr *compare = condition->instr;
    enum ir_bin op = (enum ir_bin)compare->sub;
    op = condition->holds ? op : negated(op);
    return (is_size_of(proof, compare->b) && bounds(proof, compare->a, op)) ||
           (is_size_of(proof, compare->a) && bounds(proof, compare->b, mirrored(op)));
}

bool proof_in_bounds(const struct proof *proof)
{
    struct condition condition;
    for (ir_block_id at = proof->block; next_condition(proof, &at, &condition);) {
        bool proved = condition.instr && ((condition.instr->op == IR_BIN && proves_bounds(proof, &condition)) ||
                                          (condition.instr->op == IR_CALL && proves_not_empty(proof, &condition)));
        if (proved && unchanged_since(proof, condition.block))
            return true;
    }
    return false;
}

/* A call with that role on the object. */
static bool is_call_on_object(const struct proof *proof, const struct ir_instr *call, enum role_kind kind)
{
    const struct role *role =
        call && call->op == IR_CALL ? model_role(proof->program->tables->model[call->sym], kind) : NULL;
    return role && same_value(proof, role_value(proof->func, call, role->at[POS_OBJECT]), proof->object);
}

/* `find(k) != end()`, however it is put. */
static bool proves_found(const struct proof *proof, const struct condition *condition)
{
    const struct ir_instr *compare = condition->instr;
    if (compare->op != IR_CALL || compare->arg_count != 2)
        return false;
    const char *name = ir_text(proof->program->module, proof->program->module->syms.data[compare->sym].name);
    const char *last = strrchr(name, ':');
    name = last ? last + 1 : name;
    if (strcmp(name, condition->holds ? "operator!=" : "operator==") != 0)
        return false;
    const struct ir_instr *a = computed_by(proof, proof->func->args.data[compare->first_arg]);
    const struct ir_instr *b = computed_by(proof, proof->func->args.data[compare->first_arg + 1]);
    return (is_call_on_object(proof, a, ROLE_FIND) && is_call_on_object(proof, b, ROLE_END)) ||
           (is_call_on_object(proof, a, ROLE_END) && is_call_on_object(proof, b, ROLE_FIND));
}

static bool proves_tested(const struct proof *proof, const struct condition *condition)
{
    const struct ir_instr *test = condition->instr;
    bool holds = condition->holds;
    int64_t zero;
    if (test->op == IR_BIN && constant(proof, test->b, &zero) && zero == 0) { /* count(k) != 0, > 0 */
        holds = test->sub == BIN_EQ ? !holds : holds;
        test = computed_by(proof, test->a);
    }
    return holds && is_call_on_object(proof, test, ROLE_TESTS);
}

/* The place whose value `pointed` was found through: c->frame of &c->frame->buffer. */
static bool is_pointer_to(const struct proof *proof, ir_val pointer, ir_val pointed)
{
    if (ir_val_kind(pointer) != VAL_PATH || (ir_val_kind(pointed) != VAL_PATH && ir_val_kind(pointed) != VAL_ADDR))
        return false;
    const struct ir_path *a = &proof->func->paths.data[ir_val_index(pointer)];
    const struct ir_path *b = &proof->func->paths.data[ir_val_index(pointed)];
    const struct ir_step *x = &proof->func->steps.data[a->first_step], *y = &proof->func->steps.data[b->first_step];
    if (a->base_kind != b->base_kind || a->base != b->base || a->step_count >= b->step_count ||
        y[a->step_count].kind != STEP_DEREF)
        return false;
    for (uint32_t i = 0; i < a->step_count; i++)
        if (x[i].kind != y[i].kind || x[i].arg != y[i].arg)
            return false;
    return true;
}

bool proof_pointer_tested(const struct proof *proof)
{
    struct condition condition;
    for (ir_block_id at = proof->block; next_condition(proof, &at, &condition);) {
        const struct ir_instr *compare = condition.instr;
        int64_t zero;
        ir_val pointer = condition.val;
        bool holds = condition.holds;
        if (compare && compare->op == IR_BIN && (compare->sub == BIN_NE || compare->sub == BIN_EQ) &&
            constant(proof, compare->b, &zero) && zero == 0) {
            pointer = compare->a;
            holds = compare->sub == BIN_EQ ? !holds : holds;
        }
        if (holds && is_pointer_to(proof, pointer, proof->object))
            return true;
    }
    return false;
}

bool proof_tested(const struct proof *proof)
{
    struct condition condition;
    for (ir_block_id at = proof->block; next_condition(proof, &at, &condition);)
        if (condition.instr && (proves_tested(proof, &condition) || proves_found(proof, &condition)) &&
            unchanged_since(proof, condition.block))
            return true;
    return false;
}
