/* The checks that the build found: looking them up, validating them, running them. */
#include <string.h>

#include "base/map.h"
#include "check/check.h"
#include "check/facts.h"

const struct check *check_find(const char *id)
{
    for (const struct check *const *check = check_table; *check; check++)
        if (strcmp((*check)->id, id) == 0)
            return *check;
    return NULL;
}

static bool names(const char *const *list, const char *fact)
{
    for (; list && *list; list++)
        if (strcmp(*list, fact) == 0)
            return true;
    return false;
}

static const struct check *exporter_of(const struct check *const *table, const char *fact)
{
    for (; *table; table++)
        if (names((*table)->exports, fact))
            return *table;
    return NULL;
}

/* Follows imports; `depth` beyond the number of checks means a cycle. */
static bool reaches_end(const struct check *const *table, const struct check *check, uint32_t depth)
{
    for (const char *const *fact = check->imports; fact && *fact; fact++) {
        const struct check *from = exporter_of(table, *fact);
        if (depth == 0 || (from && from != check && !reaches_end(table, from, depth - 1)))
            return false;
    }
    return true;
}

static bool validate(const struct check *const *table, const struct check *check, uint32_t count, struct err *err)
{
    if (!check->id || !*check->id || !check->title || !check->doc || !check->since || !check->run)
        return err_set(err, ERR_INPUT, "the check \"%s\" lacks its id, title, doc, since or run",
                       check->id ? check->id : "?"),
               false;
    if (!strstr(check->doc, check->id))
        return err_set(err, ERR_INPUT, "the doc.md of the check \"%s\" is not about it", check->id), false;
    for (const struct check *const *other = table; *other; other++)
        if (*other != check && strcmp((*other)->id, check->id) == 0)
            return err_set(err, ERR_INPUT, "two checks have the id \"%s\"", check->id), false;
    for (const char *const *fact = check->imports; fact && *fact; fact++)
        if (!exporter_of(table, *fact))
            return err_set(err, ERR_INPUT, "the check \"%s\" imports the fact \"%s\", which no check exports",
                           check->id, *fact),
                   false;
    if (!reaches_end(table, check, count))
        return err_set(err, ERR_INPUT, "the imports of the check \"%s\" lead back to it", check->id), false;
    return true;
}

bool check_validate(const struct check *const *table, struct err *err)
{
    uint32_t count = 0;
    while (table[count])
        count++;
    for (uint32_t i = 0; i < count; i++)
        if (!validate(table, table[i], count, err))
            return false;
    return true;
}

static bool is_enabled(const struct check *check, const struct check_config *config)
{
    if (config->is_enabled)
        return config->is_enabled(config->context, check);
    return !(check->flags & CHECK_OFF_BY_DEFAULT);
}

void check_run_all(struct arena *arena, const struct program *program, const struct check_config *config,
                   struct finding_list *findings, struct check_stats *stats)
{
    struct check_facts *facts = check_facts_create(arena);
    struct check_pass pass = {.arena = arena, .program = program, .module = program->module, .config = config,
                              .findings = findings, .stats = stats, .facts = facts};
    findings->arena = arena;
    for (const struct check *const *check = check_table; *check; check++) {
        pass.check = *check;
        for (ir_func_id func = 1; (*check)->extract && func < program->module->funcs.count; func++)
            (*check)->extract(&pass, func);
    }
    for (const struct check *const *check = check_table; *check; check++) {
        pass.check = *check;
        if (is_enabled(*check, config))
            (*check)->run(&pass);
    }
}
