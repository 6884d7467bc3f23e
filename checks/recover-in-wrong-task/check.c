/* A longjmp to a buffer that another task set, or a look at a panic that another task caught. */
#include "check/check.h"
#include "ir/loops.h"
#include "link/place.h"

extern const char CHECK_DOC(recover_in_wrong_task)[];

static const struct ir_func *body(const struct check_pass *pass, ir_func_id func)
{
    return &pass->module->funcs.data[func];
}

static const struct panic_effect *last_of(const struct panic_effect *effect)
{
    while (effect->next)
        effect = effect->next;
    return effect;
}

/* What a buffer is recognised by in another function: a field, or a global that tasks share. */
static value_place shared_buffer(const struct check_pass *pass, ir_func_id func, ir_instr_id instr, enum role_kind kind)
{
    const struct role *role = check_role(pass, func, instr, kind);
    value_place place = role ? place_of_role(pass->module, func, instr, role, POS_BUFFER) : 0;
    bool is_thread_local = place_kind(place) == PLACE_GLOBAL &&
                           pass->module->syms.data[place_index(place)].flags & SYM_THREAD_LOCAL;
    return place_is_shared(place) && !is_thread_local ? place : 0;
}

struct setjmp_place {
    ir_func_id func;
    ir_instr_id instr;
};

/* A setjmp on the same buffer outside the task; false where the task has one of its own, or there is none. */
static bool find_foreign_setjmp(const struct check_pass *pass, const ir_func_id *task, uint32_t count, value_place buffer,
                                struct setjmp_place *out)
{
    bool found = false;
    for (uint32_t i = 0; i < pass->program->sites.count; i++) {
        const struct call_site *site = &pass->program->sites.data[i];
        if (shared_buffer(pass, site->func, site->instr, ROLE_SETJMP) != buffer)
            continue;
        for (uint32_t k = 0; k < count; k++)
            if (task[k] == site->func)
                return false;
        if (!found)
            *out = (struct setjmp_place){site->func, site->instr};
        found = true;
    }
    return found;
}

static void report_jump(struct check_pass *pass, const struct spawn *spawn, const struct panic_effect *effect,
                        const struct setjmp_place *set)
{
    const struct panic_effect *jump = last_of(effect);
    struct finding *finding =
        check_report(pass, SEVERITY_ERROR, "jump", jump->func, jump->instr, NULL,
                     "this longjmp runs in a task of its own and goes to a buffer that another task set: it jumps into "
                     "the other task's stack, which is undefined and as a rule a crash far from here");
    if (!finding)
        return;
    check_step(pass, finding, check_instr_place(pass, set->func, set->instr), 0, 0, "the buffer is set here");
    check_step(pass, finding, check_instr_place(pass, spawn->func, spawn->instr), 0, 0, "a task is started here");
    check_panic_steps(pass, finding, effect, 1, 0);
    check_related(pass, finding, check_instr_place(pass, set->func, set->instr), "the setjmp, in another task");
    check_related(pass, finding, check_instr_place(pass, spawn->func, spawn->instr), "where the jumping task starts");
}

static void check_jumps(struct check_pass *pass, const struct spawn *spawn, ir_func_id entry, const ir_func_id *task,
                        uint32_t task_count)
{
    uint32_t count;
    const struct panic_effect *const *effects = panic_effects(pass->program->panics, entry, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (effects[i]->kind != PANIC_JUMP || effects[i]->certainty == GUESSED)
            continue;
        const struct panic_effect *jump = last_of(effects[i]);
        value_place buffer = shared_buffer(pass, jump->func, jump->instr, ROLE_JUMP);
        struct setjmp_place set = {0};
        if (buffer && find_foreign_setjmp(pass, task, task_count, buffer, &set))
            report_jump(pass, spawn, effects[i], &set);
    }
}

/* ---- reading what another task caught ---- */

static bool catches_anything(const struct check_pass *pass, ir_func_id func)
{
    return body(pass, func)->handlers.count > 1;
}

/* The spawn stands in a handler of its function: the task reads what that handler caught. */
static bool is_in_handler(struct check_pass *pass, ir_func_id func, ir_instr_id instr, ir_instr_id *handler)
{
    const struct ir_func *function = body(pass, func);
    const struct ir_cfg *cfg = ir_cfg_build(pass->arena, function, false);
    ir_block_id block = ir_block_of(function, instr);
    for (uint32_t i = 0; i < function->handlers.count; i++) {
        ir_block_id landing = function->handlers.data[i].block;
        if (!landing || !ir_dominates(cfg, landing, block))
            continue;
        *handler = function->blocks.data[landing].first;
        return true;
    }
    return false;
}

static void check_reads(struct check_pass *pass, const struct spawn *spawn, const ir_func_id *task, uint32_t count)
{
    ir_instr_id handler;
    for (uint32_t i = 0; i < count; i++)
        if (catches_anything(pass, task[i]))
            return;
    if (!is_in_handler(pass, spawn->func, spawn->instr, &handler))
        return;
    for (uint32_t i = 0; i < count; i++)
        for (ir_instr_id instr = 0; instr < body(pass, task[i])->instrs.count; instr++) {
            if (!check_role(pass, task[i], instr, ROLE_RECOVERED))
                continue;
            struct finding *finding = check_report(
                pass, SEVERITY_ERROR, "read", task[i], instr, NULL,
                "the task started in a handler asks for the exception being handled, but that belongs to the task that "
                "caught it: here the answer is always none, and the failure is lost");
            if (!finding)
                continue;
            check_step(pass, finding, check_instr_place(pass, spawn->func, handler), 0, 0, "the exception is caught here");
            check_step(pass, finding, check_instr_place(pass, spawn->func, spawn->instr), 0, 0,
                       "and a task is started from the handler");
            check_step(pass, finding, check_instr_place(pass, task[i], instr), 1, 0, "which handles no exception");
            check_related(pass, finding, check_instr_place(pass, spawn->func, spawn->instr), "where the task starts");
        }
}

static void run(struct check_pass *pass)
{
    for (uint32_t i = 0; i < pass->program->spawns.count; i++) {
        const struct spawn *spawn = &pass->program->spawns.data[i];
        for (uint32_t k = 0; k < spawn->entries.count; k++) {
            ir_func_id entry = spawn->entries.items[k].func;
            if (!entry || spawn->entries.items[k].certainty == GUESSED)
                continue;
            uint32_t count;
            const ir_func_id *task = program_reach(pass->program, pass->arena, entry, &count);
            check_jumps(pass, spawn, entry, task, count);
            check_reads(pass, spawn, task, count);
        }
    }
}

const struct check check_recover_in_wrong_task = {
    .id = "recover-in-wrong-task",
    .title = "A longjmp or a recovered panic crosses from one task into another",
    .doc = CHECK_DOC(recover_in_wrong_task),
    .since = "0.1",
    .severity = SEVERITY_ERROR,
    .run = run,
};
