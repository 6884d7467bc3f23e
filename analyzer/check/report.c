/* Growing a finding: the place, the trace, what is related, the fix. */
#include <string.h>

#include "base/path.h"
#include "check/check.h"

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_reported(const struct check_pass *pass, const struct place *place, const char *kind,
                        const char *subject)
{
    for (uint32_t i = 0; i < pass->findings->items.count; i++) {
        const struct finding *other = &pass->findings->items.data[i];
        if (other->place.offset == place->offset && same_text(other->check, pass->check->id) &&
            same_text(other->place.path, place->path) && same_text(other->kind, kind) &&
            same_text(other->subject, subject))
            return true;
    }
    return false;
}

static struct finding *report(struct check_pass *pass, enum severity severity, const char *kind, ir_func_id func,
                              struct place place, const char *subject, const char *format, va_list ap)
{
    const struct check_config *config = pass->config;
    if (!place.path || (config->is_excluded && config->is_excluded(config->context, place.path)) ||
        is_reported(pass, &place, kind, subject))
        return NULL;
    struct finding *finding = vec_push(pass->findings->arena, &pass->findings->items);
    finding->check = pass->check->id;
    finding->kind = kind;
    finding->severity = severity;
    finding->message = arena_vprintf(pass->arena, format, ap);
    finding->place = place;
    finding->function = arena_strdup(pass->arena, ir_sym_name(pass->module, pass->module->funcs.data[func].sym));
    finding->subject = subject;
    return finding;
}

void check_gap(struct check_pass *pass, ir_func_id func)
{
    const struct check_config *config = pass->config;
    const struct ir_func *body = &pass->module->funcs.data[func];
    struct place place = check_place(pass, body->span);
    if (!place.path || (config->is_excluded && config->is_excluded(config->context, place.path)))
        return;
    for (uint32_t i = 0; i < pass->findings->gaps.count; i++) {
        const struct finding *other = &pass->findings->gaps.data[i];
        if (other->place.offset == place.offset && same_text(other->check, pass->check->id) &&
            same_text(other->place.path, place.path))
            return;
    }
    struct finding *gap = vec_push(pass->findings->arena, &pass->findings->gaps);
    *gap = (struct finding){.check = pass->check->id, .kind = FINDING_GAP, .severity = SEVERITY_NOTE, .place = place};
    gap->function = arena_strdup(pass->arena, ir_sym_name(pass->module, body->sym));
    gap->message = arena_printf(pass->arena, "%s is too large for %s to follow to its end: findings there may be missing",
                                check_func_name(pass, body->sym), pass->check->id);
}

struct finding *check_report(struct check_pass *pass, enum severity severity, const char *kind, ir_func_id func,
                             ir_instr_id instr, const char *subject, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    struct finding *finding =
        report(pass, severity, kind, func, check_instr_place(pass, func, instr), subject, format, ap);
    va_end(ap);
    return finding;
}

struct finding *check_report_at(struct check_pass *pass, enum severity severity, const char *kind, ir_func_id func,
                                ir_span_id span, const char *subject, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    struct finding *finding = report(pass, severity, kind, func, check_place(pass, span), subject, format, ap);
    va_end(ap);
    return finding;
}

void check_step(struct check_pass *pass, struct finding *finding, struct place place, uint32_t task, uint32_t depth,
                const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    *vec_push(pass->arena, &finding->trace) =
        (struct trace_step){.place = place, .text = arena_vprintf(pass->arena, format, ap), .task = task, .depth = depth};
    va_end(ap);
}

void check_related(struct check_pass *pass, struct finding *finding, struct place place, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    *vec_push(pass->arena, &finding->related) =
        (struct related){.place = place, .text = arena_vprintf(pass->arena, format, ap)};
    va_end(ap);
}

/* The name at a call: the macro that a person wrote, else the callee. */
static const char *called_name(const struct check_pass *pass, const struct ir_instr *instr)
{
    const struct ir_span *span = &pass->module->spans.data[instr->span];
    if (span->flags & SPAN_MACRO && span->macro && !(span->flags & SPAN_MACRO_ARG))
        return arena_printf(pass->arena, "%s()", ir_text(pass->module, span->macro));
    if (!instr->sym)
        return "a function pointer";
    return check_func_name(pass, instr->sym);
}

static void raised_here(struct check_pass *pass, struct finding *finding, const struct panic_effect *effect,
                        uint32_t task, uint32_t depth)
{
    const struct ir_instr *instr = &pass->module->funcs.data[effect->func].instrs.data[effect->instr];
    struct place place = check_instr_place(pass, effect->func, effect->instr);
    const char *type = effect->type ? check_type_name(pass, effect->type) : "an exception";
    switch (effect->kind) {
    case PANIC_EXCEPTION:
        if (instr->op == IR_THROW)
            check_step(pass, finding, place, task, depth, "%s is thrown here", type);
        else if (instr->op == IR_RETHROW)
            check_step(pass, finding, place, task, depth, "what is being handled is thrown again here");
        else
            check_step(pass, finding, place, task, depth, "%s may throw %s", called_name(pass, instr), type);
        break;
    case PANIC_JUMP: check_step(pass, finding, place, task, depth, "%s jumps away", called_name(pass, instr)); break;
    case PANIC_PANIC: check_step(pass, finding, place, task, depth, "%s panics", called_name(pass, instr)); break;
    case PANIC_FATAL:
        check_step(pass, finding, place, task, depth, "%s ends the process", called_name(pass, instr));
        break;
    case PANIC_ASSERT:
        check_step(pass, finding, place, task, depth, "%s ends the process when it fails", called_name(pass, instr));
        break;
    case PANIC_UNKNOWN:
        check_step(pass, finding, place, task, depth, "nothing is known of %s", called_name(pass, instr));
        break;
    }
}

static void one_step(struct check_pass *pass, struct finding *finding, const struct panic_effect *effect,
                     uint32_t task, uint32_t depth)
{
    const struct ir_instr *instr = &pass->module->funcs.data[effect->func].instrs.data[effect->instr];
    struct place place = check_instr_place(pass, effect->func, effect->instr);
    const char *self = check_func_name(pass, pass->module->funcs.data[effect->func].sym);
    if (effect->next_is_caught || effect->next->func == effect->func) {
        check_step(pass, finding, place, task, depth, "%s throws again what it caught", self);
        return;
    }
    const char *callee = check_func_name(pass, pass->module->funcs.data[effect->next->func].sym);
    if (instr->flags & CALL_DESTROY)
        check_step(pass, finding, place, task, depth, "%s destroys an object: %s runs", self, callee);
    else
        check_step(pass, finding, place, task, depth, "%s calls %s", self, callee);
}

void check_panic_steps(struct check_pass *pass, struct finding *finding, const struct panic_effect *effect,
                       uint32_t task, uint32_t depth)
{
    const struct panic_effect *boundary = NULL;
    for (; effect->next; depth += effect->next_is_caught ? 0 : 1, effect = effect->next) {
        if (effect->terminates && !effect->next->terminates)
            boundary = effect;
        /* A rethrow's story begins with what was caught; it is told after it. */
        one_step(pass, finding, effect, task, depth);
    }
    if (effect->terminates)
        boundary = effect;
    raised_here(pass, finding, effect, task, depth);
    if (boundary) {
        ir_sym_id sym = pass->module->funcs.data[boundary->func].sym;
        check_step(pass, finding, check_place(pass, pass->module->syms.data[sym].span), task, depth,
                   "%s is noexcept: here std::terminate ends the process", check_func_name(pass, sym));
    }
}

struct fix *check_fix(struct check_pass *pass, struct finding *finding, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    struct fix *fix = vec_push(pass->arena, &finding->fixes);
    fix->title = arena_vprintf(pass->arena, format, ap);
    va_end(ap);
    return fix;
}

void check_fix_refuse(struct fix *fix, const char *reason)
{
    if (!fix->not_offered)
        fix->not_offered = reason;
}

/* With the place: a fix may edit many, and only one of them stand in its way. */
static const char *why_not_editable(const struct check_pass *pass, ir_span_id id)
{
    const struct ir_span *span = &pass->module->spans.data[id];
    const char *where = span->flags & SPAN_SYSTEM      ? "in a system header"
                        : span->flags & SPAN_GENERATED ? "in a generated file"
                        : span->flags & SPAN_MACRO     ? "inside a macro's body"
                                                       : "not one piece of text";
    struct place place = check_place(pass, id);
    if (!span->file || !place.path)
        return "the place is not written in the source";
    return arena_printf(pass->arena, "what %s:%u would have to change is %s", path_name(place.path), place.line, where);
}

void check_fix_replace(struct check_pass *pass, struct fix *fix, ir_span_id id, const char *text)
{
    const struct ir_span *span = &pass->module->spans.data[id];
    if (!(span->flags & SPAN_EDITABLE)) {
        check_fix_refuse(fix, why_not_editable(pass, id));
        return;
    }
    struct place place = check_place(pass, id);
    *vec_push(pass->arena, &fix->edits) = (struct fix_edit){place.path, place.offset, place.end_offset, text};
}

void check_fix_edit(struct check_pass *pass, struct fix *fix, struct place place, const char *text)
{
    *vec_push(pass->arena, &fix->edits) = (struct fix_edit){place.path, place.offset, place.end_offset, text};
}

void check_fix_include(struct check_pass *pass, struct fix *fix, ir_span_id id, const char *header)
{
    struct place place = check_place(pass, id);
    for (uint32_t i = 0; i < fix->includes.count; i++)
        if (same_text(fix->includes.data[i].path, place.path) && same_text(fix->includes.data[i].header, header))
            return;
    if (place.path)
        *vec_push(pass->arena, &fix->includes) = (struct fix_include){place.path, header};
}
