/* A task is handed the address of a stack object that it may outlive, or that the next turn of a loop writes. */
#include "stack.h"

extern const char CHECK_DOC(spawn_captures_stack)[];

static const struct ir_func *body(const struct check_pass *pass, ir_func_id func)
{
    return &pass->module->funcs.data[func];
}

static const char *local_name(const struct check_pass *pass, ir_func_id func, ir_local_id local)
{
    return ir_text(pass->module, body(pass, func)->locals.data[local].name);
}

static void report(struct check_pass *pass, const struct stack_task *task, const struct stack_object *object,
                   const struct stack_end *end)
{
    const char *name = local_name(pass, task->func, object->local);
    struct finding *finding = check_report(
        pass, SEVERITY_ERROR, end->is_write ? "loop" : "lifetime", task->func, task->instr, name,
        end->is_write ? "the task reads %s through the address it is handed, while the next turn of the loop writes it: "
                        "tasks see each other's values"
                      : "the task may outlive %s, whose address it is handed: it reads and writes whatever the stack "
                        "holds by then",
        name);
    if (!finding)
        return;
    struct place end_place = check_instr_place(pass, task->func, end->instr);
    check_step(pass, finding, check_instr_place(pass, task->func, task->instr), 0, 0, "a task gets the address of %s%s",
               name, object->by_reference_capture ? ", captured by reference" : "");
    check_step(pass, finding, end_place, 0, 0,
               end->is_write ? "the next turn writes %s, with nobody having waited for the task"
                             : "the scope of %s ends here, with nobody having waited for the task",
               name);
    check_related(pass, finding, end_place, end->is_write ? "where %s is written" : "where %s ends", name);
}

/* The objects behind one argument of a call that gives it to a task. */
static void check_argument(struct stack_waits *waits, const struct stack_task *task, ir_val arg, bool copies)
{
    struct stack_object objects[16];
    uint32_t count =
        stack_objects(waits->pass, task->func, task->instr, arg, copies, objects, sizeof objects / sizeof *objects);
    for (uint32_t i = 0; i < count; i++) {
        struct stack_end end;
        if (objects[i].is_param) {
            stack_hand_on(waits, task, &objects[i]);
            continue;
        }
        if (stack_find_end(waits, task, objects[i].local, &end)) {
            report(waits->pass, task, &objects[i], &end);
            return;
        }
    }
}

static void check_spawn(struct stack_waits *waits, const struct call_site *site, const struct role *role)
{
    struct check_pass *pass = waits->pass;
    const struct ir_func *function = body(pass, site->func);
    const struct ir_instr *call = &function->instrs.data[site->instr];
    struct stack_task task = stack_task_of(waits, site->func, site->instr, role);
    ir_val entry = role_value(function, call, role->at[POS_ENTRY]);
    bool copies = !(pass->module->syms.data[call->sym].flags & SYM_EXTERN_C);
    if (entry)
        check_argument(waits, &task, entry, copies);
    if (role->at[POS_ARG] <= 0)
        return;
    uint32_t method = call->flags & (CALL_METHOD | CALL_CONSTRUCT) ? 1 : 0;
    uint32_t first = (uint32_t)role->at[POS_ARG] - 1 + method, last = role->rest ? call->arg_count : first + 1;
    for (uint32_t i = first; i < last && i < call->arg_count; i++)
        check_argument(waits, &task, function->args.data[call->first_arg + i], copies);
}

/* A call of a function that hands what it gets to a task it does not wait for. */
static void check_handed_on(struct stack_waits *waits, const struct call_site *site)
{
    const struct ir_func *function = body(waits->pass, site->func);
    const struct ir_instr *call = &function->instrs.data[site->instr];
    for (uint32_t i = 0; i < site->target_count; i++) {
        if (!site->targets[i].func || site->targets[i].certainty != CERTAIN)
            continue;
        for (uint32_t k = 0; k < call->arg_count; k++) {
            const struct stack_handed *handed = stack_handed_on(waits, site->targets[i].func, k + 1);
            struct stack_task task = handed ? handed->task : (struct stack_task){0};
            uint32_t hands = handed ? handed->hands : 0;
            task.func = site->func;
            task.instr = site->instr;
            if (hands & HANDS_ADDRESS)
                check_argument(waits, &task, function->args.data[call->first_arg + k], false);
            if (hands & HANDS_CONTENT)
                check_argument(waits, &task, function->args.data[call->first_arg + k], true);
        }
    }
}

static bool is_ours(const struct check_pass *pass, const struct call_site *site)
{
    const struct ir_instr *call = &body(pass, site->func)->instrs.data[site->instr];
    return !(pass->module->spans.data[call->span].flags & SPAN_SYSTEM);
}

static void run(struct check_pass *pass)
{
    const struct program *program = pass->program;
    struct stack_waits *waits = stack_waits_create(pass);
    for (uint32_t i = 0; i < program->scc_first[program->scc_count]; i++) {
        const struct program_func *func = &program->funcs.data[program->order[i]];
        for (uint32_t k = func->first_site; k < func->first_site + func->site_count; k++) {
            const struct call_site *site = &program->sites.data[k];
            const struct role *role = model_role(site->model, ROLE_SPAWN);
            if (role && is_ours(pass, site))
                check_spawn(waits, site, role);
            else if (!role)
                check_handed_on(waits, site);
        }
    }
}

const struct check check_spawn_captures_stack = {
    .id = "spawn-captures-stack",
    .title = "A task is handed the address of a stack object that it may outlive",
    .doc = CHECK_DOC(spawn_captures_stack),
    .since = "0.1",
    .severity = SEVERITY_ERROR,
    .run = run,
};
