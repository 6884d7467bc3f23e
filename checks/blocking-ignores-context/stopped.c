/* Whoever stops a thread sets its flag and joins it: where the thread waits for something else, the join
 * hangs. */
#include <string.h>

#include "blocking.h"

static const struct ir_func *body(const struct blocking *blocking, ir_func_id func)
{
    return &blocking->pass->module->funcs.data[func];
}

static value_place role_place(const struct blocking *blocking, ir_func_id func, ir_instr_id instr,
                              const struct role *role, enum model_position position)
{
    return place_of_value(
        blocking->pass->module, func,
        role_value(body(blocking, func), &body(blocking, func)->instrs.data[instr], role->at[position]));
}

/* ---- the function that stops ---- */

struct stopper {
    ir_func_id func;
    ir_instr_id join;
    value_place flag, handle;
    const char *flag_name;
};

/* The flag that an instruction sets: an assignment of a constant, or a call that stores through its address.
 */
static ir_path_id flag_set_at(const struct blocking *blocking, ir_func_id id, ir_instr_id instr)
{
    const struct ir_func *func = body(blocking, id);
    const struct ir_instr *at = &func->instrs.data[instr];
    const struct role *cancel =
        at->op == IR_CALL ? check_role(blocking->pass, id, instr, ROLE_CTX_CANCEL) : NULL;
    ir_val value = cancel ? role_value(func, at, cancel->at[POS_CONTEXT]) : 0;
    ir_path_id path = at->op == IR_COPY && ir_val_kind(at->a) == VAL_INT ? at->dst : 0;
    if (cancel && (ir_val_kind(value) == VAL_ADDR || ir_val_kind(value) == VAL_PATH))
        path = ir_val_index(value);
    bool is_flag = path && (context_is_flag(blocking->contexts, id, path) ||
                            context_is_flag_name(blocking->contexts, id, path));
    return is_flag && place_is_shared(place_of_path(blocking->pass->module, id, path)) ? path : 0;
}

/* Sets a flag, then joins.  The last flag before the join is the one that counts. */
static bool find_stopper(const struct blocking *blocking, ir_func_id id, struct stopper *out)
{
    const struct ir_func *func = body(blocking, id);
    *out = (struct stopper){.func = id};
    for (ir_instr_id i = 1; i < func->instrs.count; i++) {
        ir_path_id flag = flag_set_at(blocking, id, i);
        if (flag) {
            out->flag = place_of_path(blocking->pass->module, id, flag);
            out->flag_name = context_path_name(blocking->contexts, id, flag);
        }
        const struct role *join =
            func->instrs.data[i].op == IR_CALL ? check_role(blocking->pass, id, i, ROLE_JOIN) : NULL;
        if (!join || join->at[POS_TIMEOUT] || !out->flag)
            continue;
        out->join = i;
        out->handle = role_place(blocking, id, i, join, POS_HANDLE);
        return place_is_shared(out->handle);
    }
    return false;
}

/* ---- the thread that is joined ---- */

/* Where the spawn's handle ends up: `thread_ = std::thread(...)` moves it there. */
static value_place handle_of(const struct blocking *blocking, const struct spawn *spawn)
{
    const struct spawn_hop *last = spawn->hop_count ? &spawn->hops[spawn->hop_count - 1] : NULL;
    ir_func_id func = last ? last->func : spawn->func;
    ir_instr_id instr = last ? last->instr : spawn->instr;
    value_place place = role_place(blocking, func, instr, spawn->role, POS_HANDLE);
    for (ir_instr_id i = instr + 1;
         place && !place_is_shared(place) && i < body(blocking, func)->instrs.count; i++) {
        const struct role *move = check_role(blocking->pass, func, i, ROLE_MOVE_HANDLE);
        if (move && role_place(blocking, func, i, move, POS_FROM) == place)
            return role_place(blocking, func, i, move, POS_TO);
    }
    return place;
}

static bool mentions(const struct blocking *blocking, ir_func_id func, value_place flag)
{
    for (ir_path_id path = 1; path < body(blocking, func)->paths.count; path++)
        if (place_of_path(blocking->pass->module, func, path) == flag)
            return true;
    return false;
}

/* The flag is this thread's: something that it runs asks it. */
static bool is_for(const struct blocking *blocking, const ir_func_id *funcs, uint32_t count, value_place flag)
{
    for (uint32_t i = 0; i < count; i++)
        if (mentions(blocking, funcs[i], flag))
            return true;
    return false;
}

static const bool *sure_callees(struct blocking *blocking, ir_func_id entry)
{
    const struct program *program = blocking->pass->program;
    bool *sure = arena_array(blocking->pass->arena, bool, program->funcs.count);
    VEC(ir_func_id) work = {0};
    *vec_push(blocking->pass->arena, &work) = entry;
    while (work.count) {
        const struct program_func *func = &program->funcs.data[work.data[--work.count]];
        sure[func - program->funcs.data] = true;
        for (uint32_t i = func->first_site; i < func->first_site + func->site_count; i++) {
            const struct call_site *site = &program->sites.data[i];
            bool is_one = !site->model && site->target_count == 1 && site->targets[0].certainty == CERTAIN;
            if (is_one && site->targets[0].func && !sure[site->targets[0].func])
                *vec_push(blocking->pass->arena, &work) = site->targets[0].func;
        }
    }
    return sure;
}

/* A wait that somebody from outside ends when he likes.  For another task's signal: in a loop, as consumers
 * do, not once at the start; not for the end of another task. */
static bool is_stuck(struct blocking *blocking, const struct context *hand, ir_func_id func,
                     ir_instr_id instr)
{
    const struct role *role = wait_role(blocking->waits, func, instr);
    if (!role || role->at[POS_HANDLE] || wait_is_polled(blocking->waits, func, instr) ||
        context_is_argument(blocking->pass, func, instr))
        return false;
    bool is_sync = !role->class_ || !strcmp(role->class_, "sync");
    ir_block_id block = ir_block_of(body(blocking, func), instr);
    if (is_sync && !contexts_func(blocking->contexts, func)->loops->head[block])
        return false;
    return !wait_is_woken(blocking->waits, hand, func, instr, role);
}

static void report(struct blocking *blocking, const struct stopper *stopper, const struct spawn *spawn,
                   ir_func_id entry, ir_func_id func, ir_instr_id instr)
{
    struct check_pass *pass = blocking->pass;
    const struct role *role = wait_role(blocking->waits, func, instr);
    const char *waits = wait_text(blocking->waits, func, instr, role);
    const char *who = check_func_name(pass, body(blocking, stopper->func)->sym);
    struct finding *finding =
        check_report(pass, SEVERITY_WARNING, "joined", func, instr, stopper->flag_name,
                     "%s hangs while this call does not end: it sets %s and joins the %s, and %s", who,
                     stopper->flag_name, spawn->role->task, waits);
    if (!finding)
        return;
    check_step(pass, finding, check_instr_place(pass, spawn->func, spawn->instr), 0, 0,
               "a %s is started with %s", spawn->role->task,
               check_func_name(pass, body(blocking, entry)->sym));
    check_step(pass, finding, check_instr_place(pass, func, instr), 1, 0, "%s", waits);
    check_step(pass, finding, check_instr_place(pass, stopper->func, stopper->join), 0, 0,
               "%s sets %s and waits here for the %s", who, stopper->flag_name, spawn->role->task);
    check_related(pass, finding, check_instr_place(pass, stopper->func, stopper->join),
                  "the join that waits for it");
}

static void check_thread(struct blocking *blocking, const struct stopper *stopper, const struct spawn *spawn,
                         ir_func_id entry)
{
    uint32_t count;
    const ir_func_id *funcs = program_reach(blocking->pass->program, blocking->pass->arena, entry, &count);
    const struct context hand = {.kind = CONTEXT_FLAG,
                                 .name = stopper->flag_name,
                                 .place = stopper->flag,
                                 .stopper = stopper->func,
                                 .join = stopper->join};
    if (!is_for(blocking, funcs, count, stopper->flag))
        return;
    const bool *sure = sure_callees(blocking, entry);
    for (uint32_t i = 0; i < count; i++)
        for (ir_instr_id instr = 1; sure[funcs[i]] && instr < body(blocking, funcs[i])->instrs.count; instr++)
            if (body(blocking, funcs[i])->instrs.data[instr].op == IR_CALL &&
                !blocking_is_told(blocking, funcs[i], instr) && is_stuck(blocking, &hand, funcs[i], instr))
                report(blocking, stopper, spawn, entry, funcs[i], instr);
}

void blocking_check_stopped(struct blocking *blocking)
{
    const struct program *program = blocking->pass->program;
    for (ir_func_id func = 1; func < blocking->pass->module->funcs.count; func++) {
        struct stopper stopper;
        if (!find_stopper(blocking, func, &stopper))
            continue;
        for (uint32_t i = 0; i < program->spawns.count; i++) {
            const struct spawn *spawn = &program->spawns.data[i];
            if (spawn->is_openmp || spawn->entries.count != 1 || !spawn->entries.items[0].func ||
                handle_of(blocking, spawn) != stopper.handle)
                continue;
            check_thread(blocking, &stopper, spawn, spawn->entries.items[0].func);
        }
    }
}
