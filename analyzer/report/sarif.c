/* SARIF 2.1.0 (OASIS Standard): one run. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/sort.h"
#include "base/strtab.h"
#include "finding/suppress.h"
#include "report/formats.h"
#include "report/sarif_result.h"
#include "report/words.h"

/* GitHub refuses a run with more. */
enum { MOST_RESULTS = 25000, MOST_DESCRIPTION = 1000 };

/* ---- rules ---- */

struct rules {
    struct report_rule *items; /* sorted by id: the checks and the two about suppressions */
    uint32_t count;
};

static int compare_rules(const void *a, const void *b)
{
    return strcmp(((const struct report_rule *)a)->id, ((const struct report_rule *)b)->id);
}

static struct rules all_rules(struct arena *arena, const struct report *report)
{
    struct rules rules = {arena_array(arena, struct report_rule, report->rule_count + 2), report->rule_count};
    for (uint32_t i = 0; i < report->rule_count; i++)
        rules.items[i] = report->rules[i];
    rules.items[rules.count++] = (struct report_rule){
        .id = SUPPRESS_CHECK, .title = "A suppression that can't take effect", .severity = SEVERITY_WARNING};
    rules.items[rules.count++] = (struct report_rule){.id = UNUSED_CHECK,
                                                      .title = "A suppression that nothing needs any more",
                                                      .severity = SEVERITY_WARNING};
    sort_items(rules.items, rules.count, sizeof *rules.items, compare_rules);
    return rules;
}

static uint32_t rule_index(const struct rules *rules, const char *id)
{
    struct report_rule key = {.id = id};
    const struct report_rule *rule = bsearch(&key, rules->items, rules->count, sizeof key, compare_rules);
    if (!rule)
        BUG("a finding of check %s, which report->rules does not hold", id);
    return (uint32_t)(rule - rules->items);
}

/* SpawnWithoutRecover: what the standard wants for a name. */
static void put_rule_name(struct sarif *s, const char *id)
{
    struct buf name = {0};
    bool upper = true;
    for (; *id; id++) {
        if (*id != '-')
            buf_char(&name, upper ? (char)toupper((unsigned char)*id) : *id);
        upper = *id == '-';
    }
    json_put_key_text(&s->json, "name", name.data);
    buf_free(&name);
}

static void put_described(struct sarif *s, const char *key, const char *text, const char *markdown)
{
    json_put_key_open(&s->json, key, '{');
    size_t length = strlen(text);
    json_put_key(&s->json, "text");
    json_put_text_n(&s->json, text, length < MOST_DESCRIPTION ? length : MOST_DESCRIPTION);
    if (markdown)
        json_put_key_text(&s->json, "markdown", markdown);
    json_put_close(&s->json, '}');
}

static void put_rule(struct sarif *s, const struct report_rule *rule)
{
    static const char *const problem[] = {"recommendation", "warning", "error"};
    json_put_open(&s->json, '{');
    json_put_key_text(&s->json, "id", rule->id);
    put_rule_name(s, rule->id);
    put_described(s, "shortDescription", rule->title, NULL);
    put_described(s, "fullDescription", rule->title, NULL);
    put_described(s, "help", rule->title, rule->doc);
    json_put_key_open(&s->json, "defaultConfiguration", '{');
    json_put_key_text(&s->json, "level", severity_name(rule->severity));
    json_put_close(&s->json, '}');
    json_put_key_open(&s->json, "properties", '{');
    json_put_key_open(&s->json, "tags", '[');
    json_put_text(&s->json, "concurrency");
    json_put_text(&s->json, "reliability");
    json_put_close(&s->json, ']');
    json_put_key_text(&s->json, "precision", "high");
    json_put_key_text(&s->json, "problem.severity", problem[rule->severity]);
    json_put_close(&s->json, '}');
    json_put_close(&s->json, '}');
}

static void put_tool(struct sarif *s, const struct rules *rules)
{
    json_put_key_open(&s->json, "tool", '{');
    json_put_key_open(&s->json, "driver", '{');
    json_put_key_text(&s->json, "name", "spawnlint");
    json_put_key_text(&s->json, "semanticVersion", s->report->version);
    json_put_key_open(&s->json, "rules", '[');
    for (uint32_t i = 0; i < rules->count; i++)
        put_rule(s, &rules->items[i]);
    json_put_close(&s->json, ']');
    json_put_close(&s->json, '}');
    json_put_close(&s->json, '}');
}

/* ---- the run ---- */

static void put_notification(struct sarif *s, const char *level, const char *text, const struct place *place)
{
    json_put_open(&s->json, '{');
    json_put_key_text(&s->json, "level", level);
    put_described(s, "message", text, NULL);
    json_put_key_open(&s->json, "locations", '[');
    json_put_open(&s->json, '{');
    sarif_put_physical(s, place);
    json_put_close(&s->json, '}');
    json_put_close(&s->json, ']');
    json_put_close(&s->json, '}');
}

static void put_trouble(struct sarif *s, const struct report_tu *tu)
{
    static const char *const words[] = {"was parsed with errors", "could not be analysed", "was skipped"};
    struct buf text = {0};
    buf_printf(&text, "%s %s: %s", report_path(s->report, tu->path), words[tu->status],
               tu->reason ? tu->reason : "");
    put_notification(s, tu->status == REPORT_TU_FAILED ? "error" : "warning", text.data, &(struct place){.path = tu->path});
    buf_free(&text);
}

static void put_invocation(struct sarif *s)
{
    json_put_key_open(&s->json, "invocations", '[');
    json_put_open(&s->json, '{');
    json_put_key_bool(&s->json, "executionSuccessful", !s->report->incomplete);
    json_put_key_open(&s->json, "toolExecutionNotifications", '[');
    for (uint32_t i = 0; i < s->report->tu_count; i++)
        put_trouble(s, &s->report->tus[i]);
    for (uint32_t i = 0; i < s->report->findings->gaps.count; i++)
        put_notification(s, "note", s->report->findings->gaps.data[i].message, &s->report->findings->gaps.data[i].place);
    json_put_close(&s->json, ']');
    json_put_close(&s->json, '}');
    json_put_close(&s->json, ']');
}

/* Where %SRCROOT% is on this machine: editors need it, GitHub knows better. */
static void put_base(struct sarif *s)
{
    if (s->options->github_profile || !s->report->root)
        return;
    struct buf uri = {0};
    buf_text(&uri, "file://");
    put_uri(&uri, s->report->root);
    if (uri.data[uri.count - 1] != '/')
        buf_char(&uri, '/');
    json_put_key_open(&s->json, "originalUriBaseIds", '{');
    json_put_key_open(&s->json, "%SRCROOT%", '{');
    json_put_key_text(&s->json, "uri", uri.data);
    json_put_close(&s->json, '}');
    json_put_close(&s->json, '}');
    buf_free(&uri);
}

static void put_counters(struct sarif *s)
{
    const struct report_counters *c = &s->report->counters;
    uint64_t havoc = 0;
    for (int i = 1; i < HAVOC_COUNT; i++)
        havoc += c->havoc[i];
    json_put_key_open(&s->json, "properties", '{');
    json_put_key_int(&s->json, "translationUnits", c->tus);
    json_put_key_int(&s->json, "files", c->files);
    json_put_key_int(&s->json, "functions", (int64_t)c->functions);
    json_put_key_int(&s->json, "instructions", (int64_t)c->instrs);
    json_put_key_int(&s->json, "instructionsNotUnderstood", (int64_t)havoc);
    json_put_key_int(&s->json, "tasks", c->tasks);
    json_put_key_int(&s->json, "tasksWrapped", c->wrapped);
    json_put_key_int(&s->json, "tasksProven", c->proven);
    json_put_key_int(&s->json, "tasksNotProven", c->not_proven);
    json_put_key_int(&s->json, "tasksMayPanic", c->may_panic);
    json_put_close(&s->json, '}');
}

/* ---- results ---- */

struct hash_cache { /* line hashes by file, worked out once */
    struct arena *arena;
    struct strtab paths;
    VEC(struct line_hashes *) by_path;
};

static const struct line_hashes *hashes_of(struct hash_cache *cache, struct sources *sources,
                                           const char *path)
{
    const struct source *source = sources_get(sources, path);
    if (!source)
        return NULL;
    uint32_t index = strtab_intern(&cache->paths, path);
    while (cache->by_path.count <= index)
        *vec_push(cache->arena, &cache->by_path) = NULL;
    if (!cache->by_path.data[index]) {
        cache->by_path.data[index] = arena_new(cache->arena, struct line_hashes);
        *cache->by_path.data[index] = line_hashes_compute(cache->arena, source);
    }
    return cache->by_path.data[index];
}

/* How many of each severity go in: errors first, so that the limit cuts the notes. */
static void allot(const struct sarif *s, uint32_t quota[3])
{
    struct tally tally = report_tally(s->report);
    uint32_t left = s->options->github_profile ? MOST_RESULTS : UINT32_MAX;
    for (int severity = SEVERITY_ERROR; severity >= SEVERITY_NOTE; severity--) {
        uint32_t wanted = s->options->github_profile ? tally.by_severity[severity] : UINT32_MAX;
        quota[severity] = wanted < left ? wanted : left;
        left -= s->options->github_profile ? quota[severity] : 0;
    }
}

static void put_results(struct sarif *s, struct arena *arena, const struct rules *rules)
{
    uint32_t quota[3];
    allot(s, quota);
    struct hash_cache cache = {.arena = arena};
    strtab_init(&cache.paths, arena);
    json_put_key_open(&s->json, "results", '[');
    for (uint32_t i = 0; i < s->report->findings->items.count; i++) {
        const struct finding *finding = &s->report->findings->items.data[i];
        if ((s->options->github_profile && !report_shows(finding)) || !quota[finding->severity])
            continue;
        quota[finding->severity]--;
        sarif_put_result(s, finding, rule_index(rules, finding->check),
                         hashes_of(&cache, s->report->sources, finding->place.path));
    }
    json_put_close(&s->json, ']');
}

void sarif_write(const struct report *report, const struct report_options *options, struct buf *out)
{
    struct arena *arena = arena_create("sarif");
    struct sarif s = {report, options, {.out = out, .indent = 2}};
    struct rules rules = all_rules(arena, report);
    json_put_open(&s.json, '{');
    json_put_key_text(&s.json, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    json_put_key_text(&s.json, "version", "2.1.0");
    json_put_key_open(&s.json, "runs", '[');
    json_put_open(&s.json, '{');
    put_tool(&s, &rules);
    put_invocation(&s);
    put_base(&s);
    json_put_key_text(&s.json, "columnKind", "utf16CodeUnits");
    put_results(&s, arena, &rules);
    put_counters(&s);
    json_put_close(&s.json, '}');
    json_put_close(&s.json, ']');
    json_put_close(&s.json, '}');
    buf_char(out, '\n');
    arena_destroy(arena);
}
