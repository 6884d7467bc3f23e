/* What a configuration says, and how it looks as a file. */
#include <string.h>

#include "base/path.h"
#include "driver/config.h"
#include "facts/name.h"

static const char *const fail_on_names[] = {"note", "warning", "error", "never", NULL};

bool fail_on_parse(const char *text, enum fail_on *out)
{
    for (int i = 0; fail_on_names[i]; i++)
        if (!strcmp(text, fail_on_names[i])) {
            *out = (enum fail_on)i;
            return true;
        }
    return false;
}

const char *config_unsigned(const char *glob)
{
    return glob + (*glob == '-' || *glob == '+');
}

/* ---- asking ---- */

bool config_enables(const struct config *config, const struct check *check)
{
    bool enabled = !(check->flags & CHECK_OFF_BY_DEFAULT);
    for (uint32_t i = 0; i < config->checks.count; i++)
        if (name_glob(config_unsigned(config->checks.data[i]), check->id))
            enabled = config->checks.data[i][0] != '-';
    return enabled;
}

const char *config_option(const struct config *config, const struct check *check, const char *name)
{
    const char *value = NULL;
    for (uint32_t i = 0; i < config->options.count; i++)
        if (!strcmp(config->options.data[i].check, check->id) && !strcmp(config->options.data[i].name, name))
            value = config->options.data[i].value;
    return value;
}

const char *config_program_of(const struct config *config, const char *path)
{
    const char *found = NULL;
    for (uint32_t i = 0; i < config->programs.count; i++) {
        const struct config_program *program = &config->programs.data[i];
        if (!path_is_below(path, program->directory))
            continue;
        for (uint32_t k = 0; k < program->globs.count; k++)
            if (name_glob(program->globs.data[k], path_shorten(path, program->directory)))
                found = program->name;
    }
    return found;
}

bool config_owns_headers(const struct config *config, const char *directory)
{
    for (uint32_t i = 0; i < config->headers.count; i++)
        if (name_glob(config->headers.data[i], directory))
            return true;
    return false;
}

/* ---- showing ---- */

static void print_list(struct buf *out, const char *key, const char *const *items, uint32_t count)
{
    if (!count)
        return;
    buf_printf(out, "%s:\n", key);
    for (uint32_t i = 0; i < count; i++)
        buf_printf(out, "  - \"%s\"\n", items[i]);
}

static void print_severity(struct buf *out, const struct config *config)
{
    if (config->severity.count)
        buf_text(out, "severity:\n");
    for (uint32_t i = 0; i < config->severity.count; i++) {
        const struct severity_rule *rule = &config->severity.data[i];
        buf_printf(out, "  \"%s\": %s\n", rule->check, rule->off ? "off" : severity_name(rule->severity));
    }
}

static void print_checks(struct buf *out, const struct config *config)
{
    if (config->checks.count || config->options.count)
        buf_text(out, "checks:\n");
    for (uint32_t i = 0; i < config->checks.count; i++)
        buf_printf(out, "  - \"%s\"\n", config->checks.data[i]);
    for (uint32_t i = 0; i < config->options.count; i++)
        buf_printf(out, "  - {%s: {%s: \"%s\"}}\n", config->options.data[i].check, config->options.data[i].name,
                   config->options.data[i].value);
}

static void print_block_classes(struct buf *out, const struct config *config)
{
    const char *comma = "";
    buf_text(out, "block-classes: [");
#define BLOCK_CLASS(NAME, text, counts)                                                                      \
    if (config->block_classes ? config->block_classes & BLOCK_BIT(BLOCK_##NAME) : (counts)) {                \
        buf_printf(out, "%s%s", comma, text);                                                                \
        comma = ", ";                                                                                        \
    }
#include "facts/block_classes.def"
#undef BLOCK_CLASS
    buf_text(out, "]\n");
}

void config_print(struct buf *out, const struct config *config)
{
    if (!config->files.count)
        buf_text(out, "# no .spawnlint.yaml: defaults\n");
    for (uint32_t i = 0; i < config->files.count; i++)
        buf_printf(out, "# from %s\n", config->files.data[i]);
    print_checks(out, config);
    print_severity(out, config);
    buf_printf(out, "fail-on: %s\n", fail_on_names[config->fail_on]);
    buf_printf(out, "strict: %s\n", config->strict ? "true" : "false");
    buf_text(out, "panic-kinds: [");
    const char *comma = "";
    for (int kind = 0; kind < PANIC_KIND_COUNT; kind++)
        if (!config->panic_kinds || config->panic_kinds & PANIC_BIT(kind)) {
            buf_printf(out, "%s%s", comma, panic_kind_text((enum panic_kind)kind));
            comma = ", ";
        }
    buf_text(out, "]\n");
    print_list(out, "exclude", config->exclude.data, config->exclude.count);
    print_list(out, "models", config->models.data, config->models.count);
    print_list(out, "wrappers", config->wrappers.data, config->wrappers.count);
    print_list(out, "contexts", config->contexts.data, config->contexts.count);
    print_list(out, "stop-flags", config->stop_flags.data, config->stop_flags.count);
    print_list(out, "headers", config->headers.data, config->headers.count);
    print_block_classes(out, config);
    for (uint32_t i = 0; i < config->programs.count; i++) {
        buf_text(out, i ? "" : "programs:\n");
        buf_printf(out, "  \"%s\":\n", config->programs.data[i].name);
        for (uint32_t k = 0; k < config->programs.data[i].globs.count; k++)
            buf_printf(out, "    - \"%s\"\n", config->programs.data[i].globs.data[k]);
    }
    if (config->baseline)
        buf_printf(out, "baseline: \"%s\"\n", config->baseline);
}
