/* The memory that holds a handle is given back while the task still runs: on a way from the spawn to the free nothing joins.
 */
#include "check/spawned.h"
#include "flow/reach.h"
#include "joined.h"

struct holder { /* what the spawner's local points to, with the handle in it */
    const struct joined *joined;
    const bool *settles; /* by function: it or what it calls joins or detaches something, or leaves the project */
    const struct ir_func *func;
    ir_func_id id;
    ir_local_id pointer;
    ir_block_id failed[FAILED_BLOCKS];
    uint32_t failed_count;
};

static bool names_pointer(const struct holder *holder, ir_val val)
{
    if (ir_val_kind(val) != VAL_PATH)
        return false;
    const struct ir_path *path = &holder->func->paths.data[ir_val_index(val)];
    return path->base_kind == BASE_LOCAL && path->base == holder->pointer && !path->step_count;
}

static bool is_free(void *context, ir_instr_id instr)
{
    const struct holder *holder = context;
    const struct role *role = check_role(holder->joined->pass, holder->id, instr, ROLE_FREE);
    return role && names_pointer(holder, role_value(holder->func, &holder->func->instrs.data[instr], role->at[POS_OBJECT]));
}

static bool settles_here(const struct holder *holder, const struct call_site *site)
{
    if (model_role(site->model, ROLE_JOIN) || model_role(site->model, ROLE_DETACH) ||
        handles_leave_by(holder->joined->handles, site))
        return true;
    for (uint32_t i = 0; i < site->target_count; i++)
        if (site->targets[i].func && holder->settles[site->targets[i].func])
            return true;
    return false;
}

static bool is_barrier(void *context, ir_instr_id instr)
{
    const struct holder *holder = context;
    const struct ir_instr *at = &holder->func->instrs.data[instr];
    const struct call_site *site = program_site(holder->joined->pass->program, holder->id, instr);
    bool is_written = at->dst && names_pointer(holder, IR_VAL(VAL_PATH, at->dst));
    return is_written || check_is_failure(holder->func, holder->failed, holder->failed_count, instr) ||
           (site && settles_here(holder, site));
}

/* The local through which the call fills a handle in memory of its own; 0: it does not. */
static ir_local_id holding_pointer(const struct ir_func *func, const struct role *role, ir_instr_id instr)
{
    ir_val handle = role_value(func, &func->instrs.data[instr], role->at[POS_HANDLE]);
    if (ir_val_kind(handle) != VAL_ADDR || role->at[POS_HANDLE] == AT_RESULT)
        return 0;
    const struct ir_path *path = &func->paths.data[ir_val_index(handle)];
    bool is_local = path->base_kind == BASE_LOCAL && path->base > func->param_count && path->step_count > 1;
    if (!is_local || func->steps.data[path->first_step].kind != STEP_DEREF)
        return 0;
    for (uint32_t i = 1; i < path->step_count; i++)
        if (func->steps.data[path->first_step + i].kind != STEP_FIELD)
            return 0;
    return path->base;
}

static void report(struct joined *joined, const struct holder *holder, ir_instr_id spawn, const struct reach_way *way)
{
    struct check_pass *pass = joined->pass;
    const char *name = ir_text(pass->module, holder->func->locals.data[holder->pointer].name);
    struct finding *finding = check_report(
        pass, SEVERITY_WARNING, "freed", holder->id, spawn, name,
        "on one path %s is freed with the task's handle in it: nobody can join the task any more, and it goes on with whatever "
        "it was given",
        name);
    *map_put(&joined->reported, map_key2(holder->id, spawn)) = 1;
    if (!finding)
        return;
    check_step(pass, finding, check_instr_place(pass, holder->id, spawn), 0, 0, "a task is started, its handle in %s", name);
    check_step(pass, finding, check_instr_place(pass, holder->id, way->goal), 0, 0, "%s is freed, with no join before", name);
    check_related(pass, finding, check_instr_place(pass, holder->id, way->goal), "where the handle is lost");
}

static void check_spawn(struct joined *joined, const bool *settles, const struct call_site *site)
{
    struct check_pass *pass = joined->pass;
    const struct role *role = model_role(site->model, ROLE_SPAWN);
    struct holder holder = {.joined = joined, .settles = settles, .func = &pass->module->funcs.data[site->func],
                            .id = site->func};
    if (!role || !role->at[POS_HANDLE] || !needs_join(pass, role, site->func, site->instr))
        return;
    holder.pointer = holding_pointer(holder.func, role, site->instr);
    if (!holder.pointer)
        return;
    holder.failed_count = check_failed_blocks(pass, site->func, site->instr, holder.failed);
    struct reach_way way;
    struct reach_query query = {.cfg = program_cfg(pass->program, site->func), .from = site->instr,
                                .is_goal = is_free, .is_barrier = is_barrier, .context = &holder};
    if (flow_reach(pass->arena, &query, &way))
        report(joined, &holder, site->instr, &way);
}

void check_freed(struct joined *joined)
{
    const struct program *program = joined->pass->program;
    bool *settles = arena_array(joined->pass->arena, bool, program->module->funcs.count);
    for (uint32_t i = 0; i < program->sites.count; i++) {
        const struct call_site *site = &program->sites.data[i];
        settles[site->func] |= model_role(site->model, ROLE_JOIN) || model_role(site->model, ROLE_DETACH);
    }
    check_mark_callers(joined->pass, settles);
    for (uint32_t i = 0; i < program->sites.count; i++)
        check_spawn(joined, settles, &program->sites.data[i]);
}
