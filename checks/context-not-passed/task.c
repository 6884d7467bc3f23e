/* Tasks that are started where a context is at hand, that go on for as long as they like, and that hear
 * nothing of it. */
#include <string.h>

#include "not_passed.h"

/* ---- is it handed one? ---- */

static bool holds_context(const struct not_passed *check, ir_class_id class_, int depth)
{
    const struct ir_module *module = check->pass->module;
    const struct ir_class *owner = &module->classes.data[class_];
    for (uint32_t i = 0; class_ && depth < 4 && i < owner->fields.count; i++) {
        const struct ir_field *field = &module->fields.data[owner->fields.data[i]];
        if (context_is_type(check->pass, field->type) || context_names_flag(ir_text(module, field->name)) ||
            holds_context(check, context_class(module, field->type), depth + 1))
            return true;
    }
    return false;
}

/* By an argument: the context, something that leads to it, a flag by address. */
static bool is_handed(const struct not_passed *check, const struct spawn *spawn)
{
    const struct ir_module *module = check->pass->module;
    const struct ir_func *func = not_passed_body(check, spawn->func);
    const struct ir_instr *call = &func->instrs.data[spawn->instr];
    uint32_t self = call->flags & CALL_CONSTRUCT && !spawn->hop_count ? 1 : 0; /* the handle */
    for (uint32_t i = self; i < call->arg_count; i++) {
        ir_val arg = func->args.data[call->first_arg + i];
        if (ir_val_kind(arg) != VAL_PATH && ir_val_kind(arg) != VAL_ADDR)
            continue;
        ir_type_id type = func->paths.data[ir_val_index(arg)].type;
        if (context_is_type(check->pass, type) ||
            context_is_flag_name(check->contexts, spawn->func, ir_val_index(arg)) ||
            holds_context(check, context_class(module, type), 0))
            return true;
    }
    return false;
}

/* Something in the function is a context or a flag, whatever it does with it. */
static bool mentions_context(const struct not_passed *check, ir_func_id id)
{
    const struct ir_func *func = not_passed_body(check, id);
    for (ir_local_id i = 1; i < func->locals.count; i++)
        if (context_is_type(check->pass, func->locals.data[i].type))
            return true;
    for (ir_path_id i = 1; i < func->paths.count; i++)
        if (context_is_type(check->pass, func->paths.data[i].type) ||
            context_is_flag_name(check->contexts, id, i) || context_is_flag(check->contexts, id, i))
            return true;
    return false;
}

static bool knows_context(const struct not_passed *check, ir_func_id entry)
{
    uint32_t count;
    const ir_func_id *funcs = program_reach(check->pass->program, check->pass->arena, entry, &count);
    for (uint32_t i = 0; i < count; i++)
        if (mentions_context(check, funcs[i]))
            return true;
    return false;
}

/* ---- does it go on? ---- */

/* What makes a task go on, and the calls that lead there. */
struct going_on {
    const struct role *role; /* of a wait; NULL: a loop without end */
    struct {
        ir_func_id func;
        ir_instr_id instr;
    } calls[8];
    uint32_t call_count;
    ir_func_id func;
    ir_instr_id instr;
    bool *seen; /* by function */
};

static bool is_handler(const struct ir_func *func, ir_block_id block)
{
    for (uint32_t i = 0; i < func->handlers.count; i++)
        if (func->handlers.data[i].block == block)
            return true;
    return false;
}

static bool is_normal_edge(const struct ir_func *func, ir_block_id from, ir_block_id to)
{
    const struct ir_block *block = &func->blocks.data[from];
    for (uint32_t i = 0; i < block->succ_count; i++)
        if (func->succs.data[block->first_succ + i] == to)
            return true;
    return false;
}

/* Nothing leaves the loop: no condition, no return, no handler behind it. */
static bool is_endless(const struct ir_func *func, const struct context_func *index, ir_block_id head)
{
    const struct ir_cfg *cfg = index->cfg;
    for (ir_block_id block = 1; block < func->blocks.count; block++) {
        if (cfg->rpo_index[block] == UINT32_MAX || !ir_loop_holds(index->loops, head, block))
            continue;
        for (uint32_t i = 0; i < cfg->succ_count[block]; i++) {
            ir_block_id to = cfg->succs[cfg->succ_first[block] + i];
            if (!ir_loop_holds(index->loops, head, to) &&
                (is_normal_edge(func, block, to) || is_handler(func, to)))
                return false;
        }
    }
    return true;
}

static bool find_endless(struct not_passed *check, ir_func_id id, struct going_on *out)
{
    const struct ir_func *func = not_passed_body(check, id);
    const struct context_func *index = contexts_func(check->contexts, id);
    for (ir_block_id block = 1; block < func->blocks.count; block++)
        if (index->cfg->rpo_index[block] != UINT32_MAX && index->loops->head[block] == block &&
            is_endless(func, index, block)) {
            out->role = NULL;
            out->func = id;
            out->instr = func->blocks.data[block].first;
            return true;
        }
    return false;
}

/* A wait for what is outside the program; one for another task ends when that one does its part. */
static bool is_outside_wait(const struct role *role)
{
    return role &&
           (!role->class_ || (strcmp(role->class_, "sync") != 0 && strcmp(role->class_, "lock") != 0));
}

static bool find_wait(struct not_passed *check, ir_func_id id, const struct context *hand,
                      struct going_on *out)
{
    const struct ir_func *func = not_passed_body(check, id);
    for (ir_instr_id i = 1; hand && i < func->instrs.count; i++) {
        const struct role *role = func->instrs.data[i].op == IR_CALL ? wait_role(check->waits, id, i) : NULL;
        if (!is_outside_wait(role) || wait_is_polled(check->waits, id, i) ||
            wait_is_woken(check->waits, hand, id, i, role))
            continue;
        out->role = role;
        out->func = id;
        out->instr = i;
        return true;
    }
    return false;
}

/* In the function or in what it is sure to call.  Without a context at hand only loops count. */
static bool find_going_on(struct not_passed *check, ir_func_id id, const struct context *hand, uint32_t depth,
                          struct going_on *out)
{
    if (out->seen[id])
        return false;
    out->seen[id] = true;
    if (find_endless(check, id, out) || find_wait(check, id, hand, out)) {
        out->call_count = depth;
        return true;
    }
    const struct program *program = check->pass->program;
    const struct program_func *func = &program->funcs.data[id];
    for (uint32_t i = func->first_site; depth < 6 && i < func->first_site + func->site_count; i++) {
        const struct call_site *site = &program->sites.data[i];
        bool is_sure = !site->model && site->target_count == 1 && site->targets[0].func &&
                       site->targets[0].certainty == CERTAIN && site->targets[0].func != id;
        out->calls[depth].func = site->func;
        out->calls[depth].instr = site->instr;
        if (is_sure && find_going_on(check, site->targets[0].func, hand, depth + 1, out))
            return true;
    }
    return false;
}

/* ---- the finding ---- */

/* The handle carries a context which the entry may take as its first parameter: std::jthread. */
static bool gives_context(const struct spawn *spawn)
{
    return spawn->role->at[POS_CONTEXT] == AT_THIS && !spawn->hop_count;
}

static bool is_detached(const struct not_passed *check, const struct spawn *spawn)
{
    const struct ir_func *func = not_passed_body(check, spawn->func);
    const struct ir_instr *call = &func->instrs.data[spawn->instr];
    value_place handle =
        place_of_value(check->pass->module, spawn->func, role_value(func, call, spawn->role->at[POS_HANDLE]));
    for (uint32_t i = 0; handle && i < check->pass->program->sites.count; i++) {
        const struct call_site *site = &check->pass->program->sites.data[i];
        const struct role *detach = model_role(site->model, ROLE_DETACH);
        const struct ir_func *other = not_passed_body(check, site->func);
        if (detach && place_of_value(check->pass->module, site->func,
                                     role_value(other, &other->instrs.data[site->instr],
                                                detach->at[POS_HANDLE])) == handle)
            return true;
    }
    return false;
}

static const char *what_goes_on(const struct not_passed *check, const struct going_on *found)
{
    struct check_pass *pass = check->pass;
    const char *name = check_func_name(pass, not_passed_body(check, found->func)->sym);
    return found->role ? wait_text(check->waits, found->func, found->instr, found->role)
                       : arena_printf(pass->arena, "%s loops for ever", name);
}

static void tell(const struct not_passed *check, struct finding *finding, const struct spawn *spawn,
                 ir_func_id entry, const struct going_on *found)
{
    struct check_pass *pass = check->pass;
    check_step(pass, finding, check_instr_place(pass, spawn->func, spawn->instr), 0, 0,
               "a %s is started with %s", spawn->role->task,
               check_func_name(pass, not_passed_body(check, entry)->sym));
    for (uint32_t i = 0; i < found->call_count; i++)
        check_step(
            pass, finding, check_instr_place(pass, found->calls[i].func, found->calls[i].instr), 1, i,
            "%s is called",
            check_func_name(
                pass, not_passed_body(check, found->calls[i].func)->instrs.data[found->calls[i].instr].sym));
    check_step(pass, finding, check_instr_place(pass, found->func, found->instr), 1, found->call_count, "%s",
               what_goes_on(check, found));
    check_related(pass, finding, check_instr_place(pass, found->func, found->instr), "what goes on");
}

static void report(struct not_passed *check, const struct spawn *spawn, ir_func_id entry,
                   const struct context *hand, const struct going_on *found)
{
    struct check_pass *pass = check->pass;
    const char *name = check_func_name(pass, not_passed_body(check, entry)->sym);
    struct finding *finding;
    if (hand->kind == CONTEXT_NONE)
        finding = check_report(
            pass, SEVERITY_WARNING, "task", spawn->func, spawn->instr, name,
            "whoever destroys this %s hangs: its destructor asks %s to stop and waits for it, but %s "
            "takes no stop token and loops for ever",
            spawn->role->task, name, name);
    else
        finding =
            check_report(pass, SEVERITY_WARNING, "task", spawn->func, spawn->instr, name,
                         hand->kind == CONTEXT_FLAG
                             ? "when %s is set this %s goes on: %s is handed no context, and in it %s"
                             : "when %s is cancelled this %s goes on: %s is handed no context, and in it %s",
                         hand->name, spawn->role->task, name, what_goes_on(check, found));
    if (finding)
        tell(check, finding, spawn, entry, found);
}

void task_check(struct not_passed *check, const struct spawn *spawn)
{
    struct context hand = context_at_hand(check->contexts, spawn->func, spawn->instr);
    bool gives = gives_context(spawn);
    if (hand.kind == CONTEXT_DEADLINE)
        hand.kind = CONTEXT_NONE; /* of the loop that starts tasks, not of the tasks */
    if (spawn->is_openmp || (hand.kind == CONTEXT_NONE && !gives) || (spawn->role->at[POS_CONTEXT] && !gives))
        return;
    bool is_handed_one = is_handed(check, spawn) || (gives && is_detached(check, spawn));
    for (uint32_t i = 0; i < spawn->entries.count && !is_handed_one; i++) {
        const struct callable *entry = &spawn->entries.items[i];
        struct going_on found = {.seen =
                                     arena_array(check->pass->arena, bool, check->pass->module->funcs.count)};
        if (!entry->func || entry->certainty != CERTAIN || knows_context(check, entry->func))
            continue;
        if (find_going_on(check, entry->func, hand.kind == CONTEXT_NONE ? NULL : &hand, 0, &found)) {
            report(check, spawn, entry->func, &hand, &found);
            return;
        }
    }
}
