/* The initialiser of a once control reaches the same control again on the same task, and waits for itself. */
#include "once.h"

extern const char CHECK_DOC(reentrant_once)[];

/* A once call and one function that it runs. */
struct outer {
    ir_func_id func;
    ir_instr_id instr;
    struct object control;
    ir_func_id initialiser;
    bool is_static_local;
};

static const struct ir_func *body(const struct check_pass *pass, ir_func_id func)
{
    return &pass->module->funcs.data[func];
}

static void follow(const struct once_summary *all, ir_func_id func, const struct once_reach *reach,
                   struct once_chain *chain)
{
    chain->count = 0;
    while (chain->count < sizeof chain->steps / sizeof *chain->steps) {
        chain->steps[chain->count].func = func;
        chain->steps[chain->count++].instr = reach->instr;
        if (!reach->next)
            return;
        func = reach->next;
        reach = &all[func].reaches.data[reach->next_index];
    }
}

static uint32_t line_of(const struct check_pass *pass, ir_func_id func, ir_instr_id instr)
{
    return check_instr_place(pass, func, instr).line;
}

/* Which step a reader should look at: the inner once call; where that is the outer one's line too, the call in the
 * initialiser that leads back; for a static local the call that re-enters. */
static uint32_t primary_step(const struct check_pass *pass, const struct outer *outer, const struct once_chain *chain)
{
    uint32_t last = chain->count - 1;
    if (outer->is_static_local)
        return last ? last - 1 : 0;
    bool same = chain->steps[last].func == outer->func &&
                line_of(pass, outer->func, chain->steps[last].instr) == line_of(pass, outer->func, outer->instr);
    return same ? 0 : last;
}

static void trace(struct check_pass *pass, struct finding *finding, const struct outer *outer,
                  const struct once_chain *chain, uint32_t task)
{
    const char *control = object_text(pass->arena, pass->module, &outer->control);
    check_step(pass, finding, check_instr_place(pass, outer->func, outer->instr), 0, 0,
               outer->is_static_local ? "%s is initialised here, once" : "the once call on %s runs %s", control,
               check_func_name(pass, body(pass, outer->initialiser)->sym));
    for (uint32_t i = 0; i < chain->count; i++) {
        bool is_last = i + 1 == chain->count;
        ir_func_id func = chain->steps[i].func;
        if (is_last)
            check_step(pass, finding, check_instr_place(pass, func, chain->steps[i].instr), task, i + 1,
                       "which waits for %s to be initialised: for itself", control);
        else
            check_step(pass, finding, check_instr_place(pass, func, chain->steps[i].instr), task, i + 1,
                       "%s calls %s", check_func_name(pass, body(pass, func)->sym),
                       check_func_name(pass, body(pass, chain->steps[i + 1].func)->sym));
    }
}

/* Every once call on the control becomes the one that reports re-entry. */
static void offer_fix(struct check_pass *pass, struct finding *finding, const struct outer *outer)
{
    const struct call_site *site = program_site(pass->program, outer->func, outer->instr);
    const struct model_fix *model = site && site->model ? site->model->fix : NULL;
    if (!model)
        return;
    struct fix *fix = check_fix(pass, finding, "use %s, which reports the re-entry instead of waiting", model->to);
    for (uint32_t i = 0; i < pass->program->sites.count; i++) {
        const struct call_site *other = &pass->program->sites.data[i];
        const struct role *role = check_role(pass, other->func, other->instr, ROLE_ONCE_RUN);
        if (!role || other->model != site->model)
            continue;
        const struct ir_instr *call = &body(pass, other->func)->instrs.data[other->instr];
        struct object control =
            object_at(pass->module, other->func, role_value(body(pass, other->func), call, role->at[POS_ONCE]));
        if (!object_equal(&control, &outer->control))
            continue;
        check_fix_replace(pass, fix, call->name_span, model->to);
        check_fix_include(pass, fix, call->name_span, model->header);
    }
}

static void report(struct check_pass *pass, const struct outer *outer, const struct once_chain *chain)
{
    uint32_t at = primary_step(pass, outer, chain);
    const char *control = object_text(pass->arena, pass->module, &outer->control);
    const char *initialiser = check_func_name(pass, body(pass, outer->initialiser)->sym);
    struct finding *finding =
        check_report(pass, SEVERITY_ERROR, "reentry", chain->steps[at].func, chain->steps[at].instr, control,
                     outer->is_static_local
                         ? "%s is still being initialised when this call comes back to its declaration: undefined, "
                           "and with gcc and clang a recursive_init_error or a wait for ever"
                         : "the once call on %s is reached again from its own initialiser %s: the task waits for itself "
                           "for ever",
                     control, initialiser);
    if (!finding)
        return;
    trace(pass, finding, outer, chain, 0);
    check_related(pass, finding, check_instr_place(pass, outer->func, outer->instr),
                  outer->is_static_local ? "the initialisation of %s begins here" : "the outer once call on %s", control);
    offer_fix(pass, finding, outer);
}

static void check_initialiser(struct check_pass *pass, const struct once_summary *all, const struct outer *outer)
{
    const struct once_reach *reach = once_find(&all[outer->initialiser], &outer->control);
    if (!reach)
        return;
    struct once_chain chain;
    follow(all, outer->initialiser, reach, &chain);
    /* A static local: the chain must come back through its own function, and the outer call is its first step. */
    if (!once_is_cut_off(pass, &chain))
        report(pass, outer, &chain);
}

/* ---- a task that the initialiser starts ---- */

/* The join that waits for the spawn's task, in a function that the initialiser runs. */
static bool find_join(const struct check_pass *pass, const struct spawn *spawn, const ir_func_id *funcs, uint32_t count,
                      struct place *where)
{
    struct object handle = object_of_role(pass->module, spawn->func, spawn->instr, spawn->role, POS_HANDLE);
    for (uint32_t i = 0; i < count; i++)
        for (ir_instr_id instr = 0; instr < body(pass, funcs[i])->instrs.count; instr++) {
            const struct role *join = check_role(pass, funcs[i], instr, ROLE_JOIN);
            if (!join)
                continue;
            struct object joined = object_of_role(pass->module, funcs[i], instr, join, POS_HANDLE);
            if (!object_equal(&handle, &joined))
                continue;
            *where = check_instr_place(pass, funcs[i], instr);
            return true;
        }
    return false;
}

static void report_task(struct check_pass *pass, const struct outer *outer, const struct spawn *spawn,
                        const struct once_chain *chain, const struct place *join)
{
    const char *control = object_text(pass->arena, pass->module, &outer->control);
    uint32_t last = chain->count - 1;
    bool same = chain->steps[last].func == outer->func && chain->steps[last].instr == outer->instr;
    ir_func_id func = same ? spawn->func : chain->steps[last].func;
    ir_instr_id instr = same ? spawn->instr : chain->steps[last].instr;
    struct finding *finding = check_report(
        pass, join ? SEVERITY_ERROR : SEVERITY_NOTE, join ? "joined-task" : "task", func, instr, control,
        join ? "the initialiser of %s starts a task that needs %s, and waits for that task: each waits for the other for ever"
             : "the initialiser of %s starts a task that needs %s: the task stands still until the initialiser returns",
        control, control);
    if (!finding)
        return;
    check_step(pass, finding, check_instr_place(pass, outer->func, outer->instr), 0, 0, "the once call on %s runs %s",
               control, check_func_name(pass, body(pass, outer->initialiser)->sym));
    check_step(pass, finding, check_instr_place(pass, spawn->func, spawn->instr), 0, 1, "a task is started here");
    for (uint32_t i = 0; i < chain->count; i++)
        check_step(pass, finding, check_instr_place(pass, chain->steps[i].func, chain->steps[i].instr), 1, i,
                   i == last ? "the task waits for %s" : "the task goes on to where it needs %s", control);
    if (join)
        check_step(pass, finding, *join, 0, 1, "and the initialiser waits for the task here");
    check_related(pass, finding, check_instr_place(pass, outer->func, outer->instr), "the outer once call on %s", control);
}

static bool is_certain(const struct check_pass *pass, const struct once_chain *chain)
{
    for (uint32_t i = 0; i + 1 < chain->count; i++) {
        const struct call_site *site = program_site(pass->program, chain->steps[i].func, chain->steps[i].instr);
        if (!site || site->target_count != 1 || site->targets[0].certainty != CERTAIN)
            return false;
    }
    return true;
}

static void check_tasks(struct check_pass *pass, const struct once_summary *all, const struct outer *outer)
{
    uint32_t count;
    const ir_func_id *funcs = program_reach(pass->program, pass->arena, outer->initialiser, &count);
    for (uint32_t i = 0; i < pass->program->spawns.count; i++) {
        const struct spawn *spawn = &pass->program->spawns.data[i];
        bool is_inside = false;
        for (uint32_t k = 0; k < count; k++)
            is_inside |= funcs[k] == spawn->func;
        for (uint32_t k = 0; is_inside && spawn->role && k < spawn->entries.count; k++) {
            ir_func_id entry = spawn->entries.items[k].func;
            const struct once_reach *reach = entry ? once_find(&all[entry], &outer->control) : NULL;
            if (!reach || spawn->entries.items[k].certainty == GUESSED)
                continue;
            struct once_chain chain;
            struct place join;
            follow(all, entry, reach, &chain);
            bool joined = find_join(pass, spawn, funcs, count, &join);
            /* A task that is not waited for does no harm where it is only possible that it comes here. */
            if (!joined && !is_certain(pass, &chain))
                continue;
            report_task(pass, outer, spawn, &chain, joined ? &join : NULL);
        }
    }
}

/* ---- the once calls ---- */

static void check_once_call(struct check_pass *pass, const struct once_summary *all, ir_func_id func, ir_instr_id instr)
{
    const struct role *role = check_role(pass, func, instr, ROLE_ONCE_RUN);
    const struct call_site *site = program_site(pass->program, func, instr);
    if (!role || !site)
        return;
    const struct ir_func *function = body(pass, func);
    const struct ir_instr *call = &function->instrs.data[instr];
    struct outer outer = {.func = func, .instr = instr};
    outer.control = object_at(pass->module, func, role_value(function, call, role->at[POS_ONCE]));
    if (outer.control.kind != OBJECT_GLOBAL)
        return;
    for (uint32_t i = 0; i < site->target_count; i++) {
        outer.initialiser = site->targets[i].func;
        if (!outer.initialiser || site->targets[i].sym == call->sym || site->targets[i].certainty == GUESSED)
            continue;
        check_initialiser(pass, all, &outer);
        check_tasks(pass, all, &outer);
    }
}

static void check_static_local(struct check_pass *pass, const struct once_summary *all, ir_func_id func,
                               ir_instr_id instr)
{
    const struct ir_func *function = body(pass, func);
    ir_sym_id local = function->instrs.data[instr].flags & INSTR_STATIC_INIT ? once_static_of(function, instr) : 0;
    const struct call_site *site = local ? program_site(pass->program, func, instr) : NULL;
    struct outer outer = {.func = func, .instr = instr, .is_static_local = true};
    outer.control = (struct object){.kind = OBJECT_GLOBAL, .base = local};
    for (uint32_t i = 0; site && i < site->target_count; i++) {
        outer.initialiser = site->targets[i].func;
        if (outer.initialiser && site->targets[i].certainty != GUESSED)
            check_initialiser(pass, all, &outer);
    }
}

static void run(struct check_pass *pass)
{
    const struct once_summary *all = once_summarise(pass);
    for (ir_func_id func = 1; func < pass->module->funcs.count; func++)
        for (ir_instr_id instr = 0; instr < body(pass, func)->instrs.count; instr++)
            if (body(pass, func)->instrs.data[instr].op == IR_CALL) {
                check_once_call(pass, all, func, instr);
                check_static_local(pass, all, func, instr);
            }
}

const struct check check_reentrant_once = {
    .id = "reentrant-once",
    .title = "A once initialiser comes back to its own once call and waits for itself",
    .doc = CHECK_DOC(reentrant_once),
    .since = "0.1",
    .severity = SEVERITY_ERROR,
    .run = run,
};
