#include "once.h"

enum { MOST_CONTROLS = 64 };

static const struct ir_func *body(const struct check_pass *pass, ir_func_id func)
{
    return &pass->module->funcs.data[func];
}

const struct once_reach *once_find(const struct once_summary *summary, const struct object *control)
{
    for (uint32_t i = 0; i < summary->reaches.count; i++)
        if (object_equal(&summary->reaches.data[i].control, control))
            return &summary->reaches.data[i];
    return NULL;
}

/* Keeps the shortest way to each control; true when something is new. */
static bool add(struct check_pass *pass, struct once_summary *summary, struct once_reach reach)
{
    if (reach.control.kind == OBJECT_UNKNOWN || reach.control.kind == OBJECT_LOCAL)
        return false;
    if (once_find(summary, &reach.control) || summary->reaches.count == MOST_CONTROLS)
        return false;
    *vec_push(pass->arena, &summary->reaches) = reach;
    return true;
}

ir_sym_id once_static_of(const struct ir_func *func, ir_instr_id instr)
{
    for (uint32_t i = instr; i < func->instrs.count && i < instr + 64; i++) {
        const struct ir_instr *at = &func->instrs.data[i];
        if (!(at->flags & INSTR_STATIC_INIT))
            continue;
        const struct ir_path *dst = &func->paths.data[at->dst];
        if (at->op == IR_COPY && dst->base_kind == BASE_GLOBAL)
            return dst->base;
        if (at->op != IR_CALL || !(at->flags & CALL_CONSTRUCT) || !at->arg_count)
            continue;
        ir_val object = func->args.data[at->first_arg];
        const struct ir_path *path = &func->paths.data[ir_val_index(object)];
        if (ir_val_kind(object) == VAL_ADDR && path->base_kind == BASE_GLOBAL)
            return path->base;
    }
    return 0;
}

/* What the callee reaches, in the caller's terms.  A callback's parameters are bound elsewhere: only globals pass. */
static bool add_callee(struct check_pass *pass, struct once_summary *all, ir_func_id func, ir_instr_id instr,
                       const struct panic_callee *target)
{
    const struct ir_instr *call = &body(pass, func)->instrs.data[instr];
    bool is_direct = target->sym == call->sym || !call->sym || (call->flags & CALL_VIRTUAL);
    bool is_new = false;
    for (uint32_t i = 0; i < all[target->func].reaches.count; i++) {
        struct once_reach inner = all[target->func].reaches.data[i];
        if (inner.control.kind == OBJECT_PARAM && !is_direct)
            continue;
        struct once_reach reach = {
            .control = object_in_caller(pass->module, inner.control, func, instr, 0),
            .instr = instr,
            .next = target->func,
            .next_index = i,
            .depth = inner.depth + 1,
        };
        is_new |= add(pass, &all[func], reach);
    }
    return is_new;
}

static bool add_call(struct check_pass *pass, struct once_summary *all, ir_func_id func, ir_instr_id instr)
{
    const struct ir_func *function = body(pass, func);
    const struct ir_instr *call = &function->instrs.data[instr];
    const struct role *role = check_role(pass, func, instr, ROLE_ONCE_RUN);
    bool is_new = false;
    if (role) {
        struct object control = object_at(pass->module, func, role_value(function, call, role->at[POS_ONCE]));
        is_new |= add(pass, &all[func], (struct once_reach){.control = control, .instr = instr});
    }
    ir_sym_id local = call->flags & INSTR_STATIC_INIT ? once_static_of(function, instr) : 0;
    if (local) {
        struct object control = {.kind = OBJECT_GLOBAL, .base = local};
        is_new |= add(pass, &all[func],
                      (struct once_reach){.control = control, .instr = instr, .is_static_local = true});
    }
    const struct call_site *site = program_site(pass->program, func, instr);
    for (uint32_t i = 0; site && i < site->target_count; i++)
        if (site->targets[i].func && site->targets[i].certainty != GUESSED)
            is_new |= add_callee(pass, all, func, instr, &site->targets[i]);
    return is_new;
}

static bool summarise(struct check_pass *pass, struct once_summary *all, ir_func_id func)
{
    bool is_new = false;
    for (ir_instr_id instr = 0; instr < body(pass, func)->instrs.count; instr++)
        if (body(pass, func)->instrs.data[instr].op == IR_CALL)
            is_new |= add_call(pass, all, func, instr);
    return is_new;
}

struct once_summary *once_summarise(struct check_pass *pass)
{
    const struct program *program = pass->program;
    struct once_summary *all = arena_array(pass->arena, struct once_summary, pass->module->funcs.count);
    for (uint32_t scc = 0; scc < program->scc_count; scc++) {
        bool is_new = true;
        bool is_cycle = program->scc_first[scc + 1] - program->scc_first[scc] > 1;
        for (int round = 0; is_new && round < 8; round++) {
            is_new = false;
            for (uint32_t i = program->scc_first[scc]; i < program->scc_first[scc + 1]; i++)
                is_new |= summarise(pass, all, program->order[i]);
            if (!is_cycle && round)
                break;
        }
    }
    return all;
}
