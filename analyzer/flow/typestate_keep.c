/* What a callee keeps of what it is handed: a body that stores a parameter nowhere, returns it nowhere and hands it to nobody
 * who does leaves the caller the only one that can name the object.  Flow-insensitive: once a local may hold it, it does. */
#include "flow/typestate_parts.h"

struct keeping {
    struct typestate *engine;
    struct prep *prep;
    bool *holds; /* by local: may hold the parameter's value */
};

static const struct ir_path *plain_local(const struct keeping *k, ir_path_id id)
{
    const struct ir_path *path = &k->prep->func->paths.data[id];
    return id && path->base_kind == BASE_LOCAL && !path->step_count ? path : NULL;
}

static bool is_held(const struct keeping *k, ir_val val)
{
    enum ir_val_kind kind = ir_val_kind(val);
    const struct ir_path *path = kind == VAL_PATH || kind == VAL_ADDR ? plain_local(k, ir_val_index(val)) : NULL;
    return path && k->holds[path->base];
}

static bool callee_keeps(const struct keeping *k, ir_instr_id id, uint32_t arg)
{
    const struct typestate_input *input = k->engine->input;
    const ir_func_id *bodies;
    bool complete;
    uint32_t count = typestate_bodies(k->engine, k->prep->id, id, &bodies, &complete);
    if (!count)
        return !input->keeps || input->keeps(input->context, k->prep->id, id);
    if (!complete || count > BODIES_MOST)
        return true;
    ir_func_id all[BODIES_MOST];
    for (uint32_t i = 0; i < count; i++)
        all[i] = bodies[i];
    for (uint32_t i = 0; i < count; i++) {
        const struct prep *callee = typestate_prep(k->engine, all[i]);
        if (!callee || arg >= callee->func->param_count || callee->param_is_kept[arg + 1])
            return true;
    }
    return false;
}

static bool call_keeps(const struct keeping *k, ir_instr_id id)
{
    const struct ir_instr *call = &k->prep->func->instrs.data[id];
    for (uint32_t i = 0; i < call->arg_count; i++) {
        ir_val arg = k->prep->func->args.data[call->first_arg + i];
        if (is_held(k, arg) && (ir_val_kind(arg) == VAL_ADDR || callee_keeps(k, id, i)))
            return true;
    }
    return false;
}

static bool instr_keeps(struct keeping *k, ir_instr_id id)
{
    const struct ir_instr *instr = &k->prep->func->instrs.data[id];
    const struct ir_path *into;
    switch ((enum ir_op)instr->op) {
    case IR_COPY:
        if (!is_held(k, instr->a))
            return false;
        into = plain_local(k, instr->dst);
        if (into && ir_val_kind(instr->a) == VAL_PATH)
            k->holds[into->base] = true;
        return !into || ir_val_kind(instr->a) == VAL_ADDR;
    case IR_CALL:
        return call_keeps(k, id);
    case IR_CLOSURE:
    case IR_HAVOC:
        for (uint32_t i = 0; i < instr->arg_count; i++)
            if (is_held(k, k->prep->func->args.data[instr->first_arg + i]))
                return true;
        return false;
    case IR_UN:
    case IR_BIN:
    case IR_BRANCH:
    case IR_SWITCH:
        return false;
    default:
        return is_held(k, instr->a);
    }
}

static bool is_kept(struct typestate *engine, struct prep *prep, ir_local_id param)
{
    struct keeping k = {engine, prep, arena_array(engine->arena, bool, prep->func->locals.count)};
    k.holds[param] = true;
    for (int pass = 0; pass < 2; pass++) /* a loop carries a copy back once */
        for (ir_instr_id id = 1; id < prep->func->instrs.count; id++)
            if (instr_keeps(&k, id))
                return true;
    return false;
}

void prep_find_kept(struct typestate *engine, struct prep *prep)
{
    prep->param_is_kept = arena_array(engine->arena, bool, prep->func->locals.count);
    for (ir_local_id param = 1; engine->input->automaton->lost_error && param <= prep->func->param_count; param++)
        prep->param_is_kept[param] = is_kept(engine, prep, param);
}
