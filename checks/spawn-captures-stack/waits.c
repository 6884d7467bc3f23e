/* What waits for a task: joins of its handle, the end of a handle that joins by itself, and whatever else a task may be waited
 * for with: semaphores, conditions, latches, functions that do any of it. */
#include "check/spawned.h"
#include "check/typestates.h"
#include "stack.h"

static const struct ir_func *body(const struct stack_waits *waits, ir_func_id func)
{
    return &waits->pass->module->funcs.data[func];
}

/* Also with a join for an argument: std::for_each(threads, ..., std::mem_fn(&std::thread::join)). */
static bool is_some_wait(const struct check_pass *pass, const struct call_site *site)
{
    const struct ir_func *func = &pass->module->funcs.data[site->func];
    const struct ir_instr *call = &func->instrs.data[site->instr];
    const struct role *block = model_role(site->model, ROLE_BLOCK);
    bool waits = model_role(site->model, ROLE_JOIN) || (block && block->at[POS_CONDITION]);
    for (uint32_t i = 0; !waits && i < call->arg_count; i++) {
        ir_val arg = func->args.data[call->first_arg + i];
        waits = ir_val_kind(arg) == VAL_FUNC &&
                model_role(model_find(pass->program->models, pass->module, ir_val_index(arg)), ROLE_JOIN);
    }
    return waits;
}

static void find_named(struct stack_waits *waits)
{
    const struct check_pass *pass = waits->pass;
    map_init(&waits->named, pass->arena);
    for (uint32_t i = 0; i < pass->program->sites.count; i++) {
        const struct call_site *site = &pass->program->sites.data[i];
        const struct role *role = model_role(site->model, ROLE_SPAWN);
        struct stack_task task =
            role ? stack_task_of(waits, site->func, site->instr, role) : (struct stack_task){0};
        for (uint32_t k = 0; k < task.handle.count; k++)
            *map_put(&waits->named, task.handle.places[k]) = 1;
    }
}

struct stack_waits *stack_waits_create(struct check_pass *pass)
{
    struct stack_waits *waits = arena_new(pass->arena, struct stack_waits);
    waits->pass = pass;
    waits->handles = handles_solve(pass->arena, pass->program);
    waits->waits = arena_array(pass->arena, bool, pass->module->funcs.count);
    map_init(&waits->handed_on, pass->arena);
    find_named(waits);
    for (uint32_t i = 0; i < pass->program->sites.count; i++)
        waits->waits[pass->program->sites.data[i].func] |= is_some_wait(pass, &pass->program->sites.data[i]);
    check_mark_callers(pass, waits->waits);
    return waits;
}

struct stack_task stack_task_of(struct stack_waits *waits, ir_func_id func, ir_instr_id instr, const struct role *role)
{
    struct stack_task task = {.func = func, .instr = instr, .role = role};
    bool is_dropped = role && role->at[POS_HANDLE] == AT_RESULT && !body(waits, func)->instrs.data[instr].dst;
    if (role && role->at[POS_HANDLE] && !is_dropped)
        task.handle =
            handles_reach(waits->handles, place_of_role(waits->pass->module, func, instr, role, POS_HANDLE));
    return task;
}

/* ---- handles that wait when they end ---- */

static bool holds(const struct stack_task *task, value_place place)
{
    return task->handle.count && handles_reach_holds(&task->handle, place);
}

static value_place local_place(const struct stack_task *task, ir_local_id local)
{
    return place_of_local(task->func, local);
}

/* `std::move(local)`, where the value is what that call gave. */
static bool is_moved(const struct stack_waits *waits, const struct stack_task *task, value_place from, value_place local)
{
    const struct ir_func *func = body(waits, task->func);
    if (from == local)
        return true;
    for (ir_instr_id i = task->instr; i < func->instrs.count; i++) {
        const struct role *flows = check_role(waits->pass, task->func, i, ROLE_FLOWS);
        if (flows && flows->at[POS_TO] == AT_RESULT && func->instrs.data[i].dst &&
            place_of_path(waits->pass->module, task->func, func->instrs.data[i].dst) == from &&
            place_of_role(waits->pass->module, task->func, i, flows, POS_FROM) == local)
            return true;
    }
    return false;
}

/* Behind the spawn the handle goes from this local to another: its end waits for nothing. */
static bool is_moved_from(const struct stack_waits *waits, const struct stack_task *task, ir_local_id local)
{
    const struct ir_func *func = body(waits, task->func);
    for (ir_instr_id i = task->instr + 1; i < func->instrs.count; i++) {
        const struct call_site *site = program_site(waits->pass->program, task->func, i);
        const struct role *move = site ? model_role(site->model, ROLE_MOVE_HANDLE) : NULL;
        if (move && is_moved(waits, task, place_of_role(waits->pass->module, task->func, i, move, POS_FROM),
                             local_place(task, local)))
            return true;
        for (uint32_t k = 0; site && !move && k < func->instrs.data[i].arg_count; k++)
            if (check_gives_away(waits->pass, site, k) &&
                is_moved(waits, task, place_of_value(waits->pass->module, task->func,
                                                     func->args.data[func->instrs.data[i].first_arg + k]),
                         local_place(task, local)))
                return true;
    }
    return false;
}

/* Is the handle in the local, or in a member of it? */
static bool holds_in(const struct stack_waits *waits, const struct stack_task *task, ir_local_id local)
{
    const struct ir_module *module = waits->pass->module;
    const struct ir_type *type = &module->types.data[body(waits, task->func)->locals.data[local].type];
    if (type->kind != TYPE_CLASS)
        return false;
    const struct ir_class *class_ = &module->classes.data[type->class_];
    bool found = holds(task, local_place(task, local));
    for (uint32_t i = 0; i < class_->fields.count; i++)
        found |= holds(task, place_of_field(class_->fields.data[i]));
    return found;
}

/* The storage of a local ends, or its destructor runs, and the handle in it joins by itself. */
static bool ends_handle(const struct stack_waits *waits, const struct stack_task *task, const struct ir_instr *at)
{
    const struct ir_func *func = body(waits, task->func);
    ir_path_id path_id = 0;
    if (at->op == IR_LIFE_END)
        path_id = at->dst;
    else if (at->op == IR_CALL && at->flags & CALL_DESTROY && at->arg_count &&
             ir_val_kind(func->args.data[at->first_arg]) == VAL_ADDR)
        path_id = ir_val_index(func->args.data[at->first_arg]);
    const struct ir_path *path = &func->paths.data[path_id];
    return path_id && path->base_kind == BASE_LOCAL && !path->step_count && holds_in(waits, task, path->base) &&
           !is_moved_from(waits, task, path->base);
}

bool stack_is_synchronous(const struct stack_waits *waits, const struct stack_task *task)
{
    const struct ir_instr *call = &body(waits, task->func)->instrs.data[task->instr];
    bool is_here = task->role && check_role(waits->pass, task->func, task->instr, ROLE_SPAWN) == task->role;
    return is_here && task->role->scoped && task->role->at[POS_HANDLE] == AT_RESULT &&
           call->flags & (CALL_DISCARDED | CALL_VOID_CAST);
}

/* ---- at an instruction ---- */

/* A join whose handle is another task's waits for that one; a future may be what the task keeps a promise of. */
static bool joins(const struct stack_waits *waits, const struct stack_task *task, ir_instr_id instr)
{
    const struct role *join = check_role(waits->pass, task->func, instr, ROLE_JOIN);
    if (!join)
        return false;
    value_place handle = place_of_role(waits->pass->module, task->func, instr, join, POS_HANDLE);
    return !task->handle.count || holds(task, handle) || !map_get(&waits->named, handle);
}

bool stack_waits_at(const struct stack_waits *waits, const struct stack_task *task, ir_instr_id instr)
{
    const struct ir_instr *at = &body(waits, task->func)->instrs.data[instr];
    const struct call_site *site = at->op == IR_CALL ? program_site(waits->pass->program, task->func, instr) : NULL;
    if (at->flags & CALL_DESTROY && at->op == IR_CALL && check_role(waits->pass, task->func, instr, ROLE_JOIN))
        return ends_handle(waits, task, at) || !task->handle.count;
    if (task->role && task->role->scoped && ends_handle(waits, task, at))
        return true;
    if (!site || instr == task->instr)
        return false;
    if (model_role(site->model, ROLE_JOIN))
        return joins(waits, task, instr);
    if (is_some_wait(waits->pass, site))
        return true;
    for (uint32_t i = 0; i < site->target_count; i++)
        if (site->targets[i].func && waits->waits[site->targets[i].func])
            return true;
    return false;
}
