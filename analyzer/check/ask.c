/* What a check may ask. */
#include <string.h>

#include "base/map.h"
#include "check/check.h"
#include "check/facts.h"

struct check_facts {
    struct map values; /* (hash of the fact's name, func) -> value */
};

struct check_facts *check_facts_create(struct arena *arena)
{
    struct check_facts *facts = arena_new(arena, struct check_facts);
    map_init(&facts->values, arena);
    return facts;
}

static uint64_t fact_key(const char *fact, ir_func_id func)
{
    return hash_bytes64(fact, strlen(fact)) ^ ((uint64_t)func * 0x9e3779b97f4a7c15u);
}

void check_export(struct check_pass *pass, const char *fact, ir_func_id func, uint64_t value)
{
    *map_put(&pass->facts->values, fact_key(fact, func)) = value;
}

uint64_t check_import(const struct check_pass *pass, const char *fact, ir_func_id func)
{
    const uint64_t *value = map_get(&pass->facts->values, fact_key(fact, func));
    return value ? *value : 0;
}

const struct role *check_role(const struct check_pass *pass, ir_func_id func, ir_instr_id instr, enum role_kind kind)
{
    const struct call_site *site = program_site(pass->program, func, instr);
    return site ? model_role(site->model, kind) : NULL;
}

const char *check_option_value(const struct check_pass *pass, const char *name)
{
    const char *value = pass->config->option ? pass->config->option(pass->config->context, pass->check, name) : NULL;
    for (const struct check_option *option = pass->check->options; !value && option && option->name; option++)
        if (strcmp(option->name, name) == 0)
            value = option->value;
    return value;
}

struct place check_place(const struct check_pass *pass, ir_span_id id)
{
    const struct ir_span *span = &pass->module->spans.data[id];
    if (!id || !span->file)
        return (struct place){0};
    return (struct place){.path = ir_text(pass->module, pass->module->files.data[span->file].path),
                          .line = span->line, .column = span->column, .end_line = span->end_line,
                          .end_column = span->end_column, .offset = span->offset, .end_offset = span->end_offset};
}

struct place check_instr_place(const struct check_pass *pass, ir_func_id func, ir_instr_id instr)
{
    const struct ir_func *body = &pass->module->funcs.data[func];
    ir_span_id span = body->instrs.data[instr].span;
    return check_place(pass, span ? span : body->span);
}

static uint32_t line_of(const struct check_pass *pass, ir_span_id span)
{
    return pass->module->spans.data[span].line;
}

const char *check_func_name(const struct check_pass *pass, ir_sym_id id)
{
    const struct ir_sym *sym = &pass->module->syms.data[id];
    const char *name = model_normalise(pass->arena, ir_text(pass->module, sym->name));
    if (sym->flags & SYM_LAMBDA)
        return arena_printf(pass->arena, "the lambda of line %u", line_of(pass, sym->span));
    if (sym->flags & SYM_OUTLINED)
        return arena_printf(pass->arena, "the %s of line %u", strstr(name, "(block)") ? "block" : "region",
                            line_of(pass, sym->span));
    bool is_macro = strncmp(name, "#macro ", 7) == 0;
    return arena_printf(pass->arena, "%s()", is_macro ? name + 7 : name);
}

const char *check_type_name(const struct check_pass *pass, ir_type_id type)
{
    const char *spelling = ir_text(pass->module, pass->module->types.data[type].spelling);
    return *spelling ? spelling : "an unknown type";
}
