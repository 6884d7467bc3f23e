#include "closed.h"

#include <string.h>

/* What a receive may give when it received something, and when it did not. */
struct outcomes {
    int64_t some[8], none[4];
    uint32_t some_count, none_count;
};

struct walk {
    struct check_pass *pass;
    const struct ir_func *func;
    const struct ir_cfg *cfg;
    const struct ir_loops *loops;
    const struct receive *receive;
    ir_block_id head;
    int64_t outcome;
};

/* ---- outcomes ---- */

static void add_some(struct outcomes *outcomes, int64_t value)
{
    if (outcomes->some_count < sizeof outcomes->some / sizeof *outcomes->some)
        outcomes->some[outcomes->some_count++] = value;
}

static void add_none(struct outcomes *outcomes, int64_t value)
{
    outcomes->none[outcomes->none_count++] = value;
}

/* The last constant argument but the flags: how much is asked for. */
static int64_t asked(const struct ir_func *func, const struct ir_instr *call, const struct role *role)
{
    int64_t last = 0;
    for (uint32_t i = 0; i < call->arg_count; i++) {
        ir_val arg = func->args.data[call->first_arg + i];
        if (ir_val_kind(arg) == VAL_INT && role->at[POS_FLAGS] != (int)i + 1)
            last = func->ints.data[ir_val_index(arg)];
    }
    return last;
}

/* Counts of bytes or items; one object is received whole, a buffer perhaps in part. */
static void count_outcomes(const struct walk *walk, const struct ir_instr *call, struct outcomes *outcomes)
{
    const struct role *role = walk->receive->use->role;
    const struct ir_module *module = walk->pass->module;
    ir_val value = role->at[POS_VALUE] ? role_value(walk->func, call, role->at[POS_VALUE]) : 0;
    int64_t size = asked(walk->func, call, role);
    bool whole = ir_val_kind(value) == VAL_ADDR && size > 0 &&
                 module->types.data[walk->func->paths.data[ir_val_index(value)].type].kind != TYPE_ARRAY;
    if (size > 0)
        add_some(outcomes, size);
    if (!whole)
        for (int i = 0; i < 5; i++) /* short reads; characters */
            add_some(outcomes, (const int64_t[]){1, 10, 32, 65, 100}[i]);
    add_none(outcomes, 0);
    add_none(outcomes, -1);
}

static struct outcomes outcomes_of(const struct walk *walk, const struct ir_instr *call)
{
    struct outcomes outcomes = {0};
    const struct ir_module *module = walk->pass->module;
    uint8_t kind = module->types.data[walk->func->paths.data[call->dst].type].kind;
    const char *class_ = walk->receive->open->class_;
    if (kind == TYPE_POINTER || kind == TYPE_BOOL) {
        add_some(&outcomes, 1);
        add_none(&outcomes, 0);
    } else if (class_ && !strcmp(class_, "sync")) { /* a status */
        add_some(&outcomes, 0);
        for (int i = 0; i < 3; i++)
            add_none(&outcomes, (const int64_t[]){-1, 1, 3}[i]);
    } else {
        count_outcomes(walk, call, &outcomes);
    }
    return outcomes;
}

/* ---- values ---- */

static bool evaluate(const struct walk *walk, ir_val val, ir_instr_id at, int depth, int64_t *out);

/* The same function asked again, for the first message or the body behind a header. */
static bool is_receive(const struct walk *walk, ir_instr_id id)
{
    const struct ir_instr *receive = &walk->func->instrs.data[walk->receive->instr];
    const struct ir_instr *call = &walk->func->instrs.data[id];
    return id == walk->receive->instr || (call->op == IR_CALL && call->sym && call->sym == receive->sym);
}

static bool evaluate_binary(enum ir_bin op, int64_t a, int64_t b, int64_t *out)
{
    switch (op) {
    case BIN_EQ:
        *out = a == b;
        return true;
    case BIN_NE:
        *out = a != b;
        return true;
    case BIN_LT:
        *out = a < b;
        return true;
    case BIN_LE:
        *out = a <= b;
        return true;
    case BIN_GT:
        *out = a > b;
        return true;
    case BIN_GE:
        *out = a >= b;
        return true;
    default:
        return false;
    }
}

static bool evaluate_definition(const struct walk *walk, ir_instr_id id, int depth, int64_t *out)
{
    const struct ir_instr *instr = &walk->func->instrs.data[id];
    int64_t a, b;
    if (is_receive(walk, id)) {
        *out = walk->outcome;
        return true;
    }
    if (instr->op == IR_COPY)
        return evaluate(walk, instr->a, id, depth + 1, out);
    if (instr->op == IR_UN && (instr->sub == UN_NOT || instr->sub == UN_NEG)) {
        if (!evaluate(walk, instr->a, id, depth + 1, &a))
            return false;
        *out = instr->sub == UN_NOT ? !a : -a;
        return true;
    }
    return instr->op == IR_BIN && evaluate(walk, instr->a, id, depth + 1, &a) &&
           evaluate(walk, instr->b, id, depth + 1, &b) && evaluate_binary((enum ir_bin)instr->sub, a, b, out);
}

/* The definition of the path in [first, before), 0: none. */
static ir_instr_id definition_within(const struct walk *walk, ir_path_id path, ir_instr_id first,
                                     ir_instr_id before)
{
    for (ir_instr_id id = before; id-- > first;)
        if (walk->func->instrs.data[id].dst == path && walk->func->instrs.data[id].op != IR_LIFE_BEGIN)
            return id;
    return 0;
}

/* What a variable holds, when all definitions that reach `at` agree. */
static bool evaluate_variable(const struct walk *walk, ir_path_id path, ir_instr_id at, int depth,
                              int64_t *out)
{
    const struct ir_cfg *cfg = walk->cfg;
    bool *seen = arena_array(walk->pass->arena, bool, cfg->block_count), any = false;
    ir_block_id *queue = arena_array(walk->pass->arena, ir_block_id, cfg->block_count + 1);
    uint32_t head = 0, tail = 0;
    queue[tail++] = ir_block_of(walk->func, at);
    while (head < tail) {
        ir_block_id id = queue[head];
        const struct ir_block *block = &walk->func->blocks.data[id];
        ir_instr_id definition =
            definition_within(walk, path, block->first, head++ ? block->first + block->count : at);
        int64_t value;
        if (definition) {
            if (!evaluate_definition(walk, definition, depth, &value) || (any && value != *out))
                return false;
            any = true;
            *out = value;
            continue;
        }
        if (id == 1)
            return false;
        for (uint32_t i = 0; i < cfg->pred_count[id]; i++) {
            ir_block_id pred = cfg->preds[cfg->pred_first[id] + i];
            if (seen[pred] || cfg->rpo_index[pred] == UINT32_MAX)
                continue;
            seen[pred] = true;
            queue[tail++] = pred;
        }
    }
    return any;
}

static bool evaluate(const struct walk *walk, ir_val val, ir_instr_id at, int depth, int64_t *out)
{
    if (ir_val_kind(val) == VAL_INT) {
        *out = walk->func->ints.data[ir_val_index(val)];
        return true;
    }
    if (ir_val_kind(val) != VAL_PATH || depth > 6)
        return false;
    const struct ir_path *path = &walk->func->paths.data[ir_val_index(val)];
    if (path->base_kind != BASE_LOCAL || path->step_count || path->base <= walk->func->param_count ||
        walk->func->locals.data[path->base].flags & LOCAL_ADDRESS_TAKEN)
        return false;
    return evaluate_variable(walk, ir_val_index(val), at, depth, out);
}

/* ---- ways ---- */

/* The one successor that the outcome decides for; -1: it decides nothing. */
static int decided(const struct walk *walk, const struct ir_block *block)
{
    ir_instr_id last = block->first + block->count - 1;
    const struct ir_instr *instr = &walk->func->instrs.data[last];
    int64_t value;
    if ((instr->op != IR_BRANCH && instr->op != IR_SWITCH) || !evaluate(walk, instr->a, last, 0, &value))
        return -1;
    if (instr->op == IR_BRANCH)
        return value ? 0 : 1;
    for (uint32_t i = 0; i + 1 < instr->arg_count; i += 2) {
        int64_t low = walk->func->ints.data[ir_val_index(walk->func->args.data[instr->first_arg + i])];
        int64_t high = walk->func->ints.data[ir_val_index(walk->func->args.data[instr->first_arg + i + 1])];
        if (low <= value && value <= high)
            return (int)(i / 2);
    }
    return (int)block->succ_count - 1;
}

static bool is_failing_assertion(const struct walk *walk, ir_block_id id)
{
    const struct ir_block *block = &walk->func->blocks.data[id];
    for (ir_instr_id i = block->first; i < block->first + block->count; i++)
        if (check_role(walk->pass, walk->receive->func, i, ROLE_ASSERT))
            return true;
    return false;
}

/* What is called may end the task or the process, or throw. */
static bool may_not_come_back(const struct walk *walk, ir_instr_id id)
{
    const struct program *program = walk->pass->program;
    const struct call_site *site = program_site(program, walk->receive->func, id);
    for (uint32_t i = 0; site && i < site->target_count; i++) {
        uint32_t count = 0, funcs = 0;
        if (!site->targets[i].func)
            continue;
        const struct panic_effect *const *effects =
            panic_effects(program->panics, site->targets[i].func, &count);
        for (uint32_t k = 0; k < count; k++)
            if (effects[k]->kind != PANIC_ASSERT && effects[k]->kind != PANIC_UNKNOWN)
                return true;
        const ir_func_id *reach = program_reach(program, walk->pass->arena, site->targets[i].func, &funcs);
        for (uint32_t k = 0; k < funcs; k++)
            for (ir_instr_id instr = 1; instr < program->module->funcs.data[reach[k]].instrs.count; instr++)
                if (check_role(walk->pass, reach[k], instr, ROLE_NORETURN))
                    return true;
    }
    return false;
}

/* A call that may not come back, or something that was not understood. */
static bool may_leave_inside(const struct walk *walk, ir_block_id id)
{
    const struct ir_block *block = &walk->func->blocks.data[id];
    for (ir_instr_id i = block->first; i < block->first + block->count; i++) {
        const struct ir_instr *instr = &walk->func->instrs.data[i];
        if (instr->op == IR_HAVOC || (instr->op == IR_CALL && may_not_come_back(walk, i)))
            return true;
    }
    return false;
}

/* From behind the receive, with that outcome: is there a way out of the loop? */
static bool leaves(const struct walk *walk, bool inside)
{
    bool *seen = arena_array(walk->pass->arena, bool, walk->cfg->block_count);
    ir_block_id *queue = arena_array(walk->pass->arena, ir_block_id, walk->cfg->block_count + 1);
    uint32_t head = 0, tail = 0;
    queue[tail++] = ir_block_of(walk->func, walk->receive->instr);
    while (head < tail) {
        ir_block_id id = queue[head++];
        const struct ir_block *block = &walk->func->blocks.data[id];
        int way = decided(walk, block);
        if (inside && may_leave_inside(walk, id))
            return true;
        for (uint32_t i = 0; i < block->succ_count; i++) {
            ir_block_id next = walk->func->succs.data[block->first_succ + i];
            if ((way >= 0 && (uint32_t)way != i) || seen[next] || is_failing_assertion(walk, next))
                continue;
            if (!ir_loop_holds(walk->loops, walk->head, next))
                return true;
            seen[next] = true;
            queue[tail++] = next;
        }
    }
    return false;
}

static bool ends_only_with_channel(struct walk *walk, const struct outcomes *outcomes)
{
    bool ends = false;
    for (uint32_t i = 0; i < outcomes->none_count && !ends; i++) {
        walk->outcome = outcomes->none[i];
        ends = leaves(walk, false);
    }
    for (uint32_t i = 0; i < outcomes->some_count && ends; i++) {
        walk->outcome = outcomes->some[i];
        ends = !leaves(walk, i == 0);
    }
    return ends;
}

bool loop_until_close(struct check_pass *pass, const struct receive *receive, struct until_close *out)
{
    struct walk walk = {.pass = pass, .func = &pass->module->funcs.data[receive->func], .receive = receive};
    const struct ir_instr *call = &walk.func->instrs.data[receive->instr];
    walk.cfg = program_cfg(pass->program, receive->func);
    ir_block_id block = ir_block_of(walk.func, receive->instr);
    if (!call->dst || walk.cfg->rpo_index[block] == UINT32_MAX)
        return false;
    walk.loops = program_loops(pass->program, receive->func);
    struct outcomes outcomes = outcomes_of(&walk, call);
    for (walk.head = walk.loops->head[block]; walk.head; walk.head = walk.loops->parent[walk.head]) {
        *out = (struct until_close){walk.head, walk.loops};
        if (ends_only_with_channel(&walk, &outcomes))
            return true;
    }
    return false;
}

bool loop_gives_on(struct check_pass *pass, const struct receive *receive)
{
    struct walk walk = {.pass = pass, .func = &pass->module->funcs.data[receive->func], .receive = receive};
    walk.cfg = program_cfg(pass->program, receive->func);
    bool any = false;
    walk.outcome = 7;
    for (ir_instr_id i = 1; i < walk.func->instrs.count; i++) {
        int64_t value;
        if (walk.func->instrs.data[i].op != IR_RETURN)
            continue;
        if (!evaluate(&walk, walk.func->instrs.data[i].a, i, 0, &value) || value != walk.outcome)
            return false;
        any = true;
    }
    return any;
}
