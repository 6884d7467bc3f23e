/* CHECKS.md, 1: a task whose entry lets a panic out takes the process down. */
#include "check/check.h"

#include <string.h>

#include "fix.h"

extern const char CHECK_DOC(spawn_without_recover)[];

/* Beyond one in 32 a panic behind pointers and virtual calls is no finding but a part that is not proven. */
enum { MOST_DOUBT = 5 };

static bool is_doubtful(const struct panic_effect *effect)
{
    return effect->certainty == GUESSED || effect->doubt > MOST_DOUBT;
}

static uint32_t counted_kinds(const struct check_pass *pass)
{
    return pass->config->panic_kinds ? pass->config->panic_kinds : ~0u;
}

/* The worst panic that leaves the entry and that the spawn API does not stop; NULL: none. */
static const struct panic_effect *worst_panic(const struct check_pass *pass, const struct spawn *spawn,
                                              ir_func_id entry)
{
    uint32_t count;
    const struct panic_effect *const *effects = panic_effects(pass->program->panics, entry, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct panic_effect *effect = effects[i];
        if (!(pass->program->funcs.data[spawn->func].executables & effect->executables))
            continue; /* another program's */
        bool stopped = spawn->kinds & PANIC_BIT(effect->kind) && !effect->terminates;
        if (effect->kind < PANIC_KIND_COUNT && counted_kinds(pass) & PANIC_BIT(effect->kind) && !stopped &&
            !is_doubtful(effect))
            return effect;
    }
    return NULL;
}

static enum severity severity_of(enum panic_kind kind)
{
    return kind == PANIC_ASSERT ? SEVERITY_NOTE : kind == PANIC_FATAL ? SEVERITY_WARNING : SEVERITY_ERROR;
}

static const struct panic_effect *origin(const struct panic_effect *effect)
{
    while (effect->next)
        effect = effect->next;
    return effect;
}

/* The call that raised it, as written: `exit()`, `assert()`. */
static const char *raiser(const struct check_pass *pass, const struct panic_effect *effect)
{
    const struct ir_instr *instr = &pass->module->funcs.data[effect->func].instrs.data[effect->instr];
    const struct ir_span *span = &pass->module->spans.data[instr->span];
    if (effect->kind == PANIC_ASSERT && span->flags & SPAN_MACRO && span->macro)
        return arena_printf(pass->arena, "%s()", ir_text(pass->module, span->macro));
    return instr->sym ? check_func_name(pass, instr->sym) : "a call";
}

static const char *thrown(const struct check_pass *pass, const struct panic_effect *effect)
{
    return effect->type ? arena_printf(pass->arena, "exception %s", check_type_name(pass, effect->type))
                        : "an exception";
}

/* One sentence about what will happen. */
static const char *describe(const struct check_pass *pass, const struct spawn *spawn, const char *entry,
                            const struct panic_effect *effect)
{
    const struct panic_effect *from = origin(effect);
    const char *task = spawn->role->task;
    switch (effect->kind) {
    case PANIC_EXCEPTION:
        if (effect->terminates)
            return arena_printf(pass->arena, "%s meets a noexcept function in %s, which the %s started here runs: "
                                "the process dies in std::terminate", thrown(pass, from), entry, task);
        return arena_printf(pass->arena, "%s leaves %s, which the %s started here runs: "
                            "the process dies in std::terminate", thrown(pass, from), entry, task);
    case PANIC_JUMP:
        return arena_printf(pass->arena, "%s leaves the stack of the %s started here, which runs %s: the process "
                            "crashes or goes on with a broken stack", raiser(pass, from), task, entry);
    case PANIC_PANIC:
        return arena_printf(pass->arena, "a panic of %s leaves %s, which the %s started here runs, and nothing "
                            "recovers it: the process aborts", raiser(pass, from), entry, task);
    case PANIC_FATAL:
        return arena_printf(pass->arena, "%s in %s, which the %s started here runs, ends the whole process and not "
                            "only this %s", raiser(pass, from), entry, task, task);
    default:
        return arena_printf(pass->arena, "%s in %s, which the %s started here runs, takes the whole process down "
                            "when it fails", raiser(pass, from), entry, task);
    }
}

static void trace_spawn(struct check_pass *pass, struct finding *finding, const struct spawn *spawn,
                        const struct callable *entry)
{
    const char *name = check_func_name(pass, entry->sym);
    check_step(pass, finding, check_instr_place(pass, spawn->func, spawn->instr), 0, 0,
               spawn->hop_count ? "%s hands %s on to be started" : "%s starts a %s here",
               check_func_name(pass, pass->module->funcs.data[spawn->func].sym),
               spawn->hop_count ? name : spawn->role->task);
    for (uint32_t i = 0; i < spawn->hop_count; i++)
        check_step(pass, finding, check_instr_place(pass, spawn->hops[i].func, spawn->hops[i].instr), 0, i + 1,
                   i + 1 < spawn->hop_count ? "%s hands it on" : "%s starts it here on a new %s",
                   check_func_name(pass, pass->module->funcs.data[spawn->hops[i].func].sym), spawn->role->task);
    check_step(pass, finding, check_place(pass, pass->module->syms.data[entry->sym].span), 1, 0,
               "%s runs on the new %s", name, spawn->role->task);
}

/* A handler or setjmp around the spawn that looks as if it helped. */
static void relate_useless_handler(struct check_pass *pass, struct finding *finding, ir_func_id id, ir_instr_id instr,
                                   const struct panic_effect *effect)
{
    const struct ir_func *func = &pass->module->funcs.data[id];
    const struct ir_handler *handler =
        panic_handler(pass->module, func, func->instrs.data[instr].region, effect);
    if (handler)
        check_related(pass, finding, check_place(pass, handler->span),
                      "this handler cannot catch it: it belongs to the task that starts the other one");
    const struct program_func *entry = &pass->program->funcs.data[id];
    for (uint32_t i = 0; effect->kind == PANIC_JUMP && i < entry->site_count; i++) {
        const struct call_site *site = &pass->program->sites.data[entry->first_site + i];
        if (site->instr < instr && model_role(site->model, ROLE_SETJMP))
            check_related(pass, finding, check_instr_place(pass, id, site->instr),
                          "the frame of this setjmp is on the stack of another task");
    }
}

static void report_panic(struct check_pass *pass, const struct spawn *spawn, const struct callable *entry,
                         const struct panic_effect *effect)
{
    const char *name = check_func_name(pass, entry->sym);
    struct finding *finding =
        check_report(pass, severity_of(effect->kind), panic_kind_text(effect->kind), spawn->func, spawn->instr,
                     name, "%s", describe(pass, spawn, name, effect));
    if (!finding)
        return;
    trace_spawn(pass, finding, spawn, entry);
    check_panic_steps(pass, finding, effect, 1, 1);
    relate_useless_handler(pass, finding, spawn->func, spawn->instr, effect);
    for (uint32_t i = 0; i < spawn->hop_count; i++)
        relate_useless_handler(pass, finding, spawn->hops[i].func, spawn->hops[i].instr, effect);
    swr_add_fix(pass, finding, spawn, entry->func, origin(effect));
}

/* ---- spawns that are not proven ---- */

static void name_one(struct buf *out, const char *name, uint32_t *named)
{
    if ((*named)++ < 4)
        buf_printf(out, "%s%s", *named > 1 ? ", " : "", name);
}

/* "f(), g() and 3 more", "" when everything is known. */
static const char *unknown_names(const struct check_pass *pass, ir_func_id entry)
{
    struct buf out = {0};
    uint32_t count, named = 0;
    const struct panic_effect *const *effects = panic_effects(pass->program->panics, entry, &count);
    bool pointer = false;
    for (uint32_t i = 0; i < count; i++) {
        if (effects[i]->kind == PANIC_UNKNOWN && effects[i]->key)
            name_one(&out, check_func_name(pass, effects[i]->key), &named);
        else
            pointer |= effects[i]->kind == PANIC_UNKNOWN || is_doubtful(effects[i]);
    }
    if (pointer)
        name_one(&out, "a function through a pointer", &named);
    if (named > 4)
        buf_printf(&out, " and %u more", named - 4);
    const char *text = arena_strdup(pass->arena, out.data ? out.data : "");
    buf_free(&out);
    return text;
}

static enum severity unproven_severity(const struct check_pass *pass)
{
    return pass->config->strict ? SEVERITY_WARNING : SEVERITY_NOTE;
}

static void report_unproven(struct check_pass *pass, const struct spawn *spawn, const struct callable *entry,
                            const char *unknown)
{
    const char *name = check_func_name(pass, entry->sym);
    struct finding *finding = check_report(
        pass, unproven_severity(pass), "not-proven", spawn->func, spawn->instr, name,
        "not proven: %s, which the %s started here runs, calls what this program does not show (%s)", name,
        spawn->role->task, unknown);
    if (finding)
        trace_spawn(pass, finding, spawn, entry);
}

static void report_unresolved(struct check_pass *pass, const struct spawn *spawn)
{
    check_report(pass, unproven_severity(pass), "not-proven", spawn->func, spawn->instr, "?",
                 "not proven: what the %s started here runs is not to be seen in this program", spawn->role->task);
}

static void report_unwrapped(struct check_pass *pass, const struct spawn *spawn, const struct callable *entry)
{
    const char *name = check_func_name(pass, entry->sym);
    struct finding *finding =
        check_report(pass, SEVERITY_WARNING, "unwrapped", spawn->func, spawn->instr, name,
                     "%s, which the %s started here runs, passes through no recover wrapper, as strict mode demands",
                     name, spawn->role->task);
    if (!finding)
        return;
    trace_spawn(pass, finding, spawn, entry);
    swr_add_fix(pass, finding, spawn, 0, NULL);
}

enum status { WRAPPED, PROVEN, NOT_PROVEN, MAY_PANIC };

/* A library function as the entry: what its model says. */
static enum status check_bodiless(struct check_pass *pass, const struct spawn *spawn, const struct callable *entry)
{
    const struct model_function *model = model_find(pass->program->models, pass->module, entry->sym);
    bool fatal = model_role(model, ROLE_FATAL) != NULL;
    const char *name = check_func_name(pass, entry->sym);
    if (!fatal && (model || model_is_quiet(pass->program->models, pass->module, entry->sym)))
        return PROVEN;
    struct finding *finding =
        fatal ? check_report(pass, SEVERITY_WARNING, panic_kind_text(PANIC_FATAL), spawn->func, spawn->instr, name,
                             "%s is all that the %s started here runs: it ends the whole process", name,
                             spawn->role->task)
              : check_report(pass, unproven_severity(pass), "not-proven", spawn->func, spawn->instr, name,
                             "not proven: the code of %s, which the %s started here runs, is not in this program",
                             name, spawn->role->task);
    if (finding)
        trace_spawn(pass, finding, spawn, entry);
    return fatal ? MAY_PANIC : NOT_PROVEN;
}

static enum status check_entry(struct check_pass *pass, const struct spawn *spawn, const struct callable *entry)
{
    if (!entry->func)
        return check_bodiless(pass, spawn, entry);
    const struct panic_effect *effect = worst_panic(pass, spawn, entry->func);
    if (effect) {
        report_panic(pass, spawn, entry, effect);
        return MAY_PANIC;
    }
    bool wrapped = spawn->kinds || swr_is_wrapped(pass, entry->func);
    if (pass->config->strict && !wrapped)
        report_unwrapped(pass, spawn, entry);
    const char *unknown = unknown_names(pass, entry->func);
    if (*unknown && !spawn->kinds) {
        report_unproven(pass, spawn, entry, unknown);
        return NOT_PROVEN;
    }
    return wrapped ? WRAPPED : PROVEN;
}

static void count(struct check_stats *stats, enum status status)
{
    stats->spawns++;
    *(status == WRAPPED      ? &stats->wrapped
      : status == PROVEN     ? &stats->proven
      : status == NOT_PROVEN ? &stats->not_proven
                             : &stats->may_panic) += 1;
}

static void run(struct check_pass *pass)
{
    for (uint32_t i = 0; i < pass->program->spawns.count; i++) {
        const struct spawn *spawn = &pass->program->spawns.data[i];
        enum status worst = spawn->entries.count ? WRAPPED : NOT_PROVEN;
        for (uint32_t j = 0; j < spawn->entries.count; j++) {
            enum status status = check_entry(pass, spawn, &spawn->entries.items[j]);
            worst = status > worst ? status : worst;
        }
        if (!spawn->entries.count)
            report_unresolved(pass, spawn);
        count(pass->stats, worst);
    }
}

const struct check check_spawn_without_recover = {
    .id = "spawn-without-recover",
    .title = "A panic leaves a task and takes the process down",
    .doc = CHECK_DOC(spawn_without_recover),
    .since = "0.1.0",
    .severity = SEVERITY_ERROR,
    .run = run,
};
