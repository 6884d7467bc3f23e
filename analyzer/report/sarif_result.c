#include "report/sarif_result.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "fix/include.h"
#include "report/utf8.h"
#include "report/words.h"

/* GitHub shows the first thousand locations of a result and refuses more than ten thousand. */
enum { MOST_STEPS = 1000, MOST_RELATED = 100 };

static void put_message(struct sarif *s, const char *text)
{
    json_put_key_open(&s->json, "message", '{');
    json_put_key_text(&s->json, "text", text ? text : "");
    json_put_close(&s->json, '}');
}

/* A link's text ends at the first bracket that is not escaped. */
static void put_link(struct buf *out, const char *text, uint32_t id)
{
    buf_char(out, '[');
    for (; *text; text++) {
        if (*text == '[' || *text == ']' || *text == '\\')
            buf_char(out, '\\');
        buf_char(out, *text);
    }
    buf_printf(out, "](%u)", id);
}

static uint32_t related_count(const struct finding *finding)
{
    return finding->related.count < MOST_RELATED ? finding->related.count : MOST_RELATED;
}

/* The sentence, and behind it the related places as links to relatedLocations. */
static void put_linked_message(struct sarif *s, const struct finding *finding)
{
    struct buf text = {0};
    buf_printf(&text, "%s.", finding->message);
    for (uint32_t i = 0; i < related_count(finding); i++) {
        const struct related *related = &finding->related.data[i];
        buf_char(&text, ' ');
        if (related->place.path)
            put_link(&text, related->text, i + 1);
        else
            buf_text(&text, related->text);
        buf_char(&text, '.');
    }
    put_message(s, text.data);
    buf_free(&text);
}

static void put_locations(struct sarif *s, const struct finding *finding)
{
    json_put_key_open(&s->json, "locations", '[');
    if (finding->place.path) {
        json_put_open(&s->json, '{');
        sarif_put_physical(s, &finding->place);
        if (finding->function) {
            json_put_key_open(&s->json, "logicalLocations", '[');
            json_put_open(&s->json, '{');
            json_put_key_text(&s->json, "fullyQualifiedName", finding->function);
            json_put_key_text(&s->json, "kind", "function");
            json_put_close(&s->json, '}');
            json_put_close(&s->json, ']');
        }
        json_put_close(&s->json, '}');
    }
    json_put_close(&s->json, ']');
}

static void put_related(struct sarif *s, const struct finding *finding)
{
    if (!finding->related.count)
        return;
    json_put_key_open(&s->json, "relatedLocations", '[');
    for (uint32_t i = 0; i < related_count(finding); i++) {
        json_put_open(&s->json, '{');
        json_put_key_int(&s->json, "id", i + 1);
        sarif_put_physical(s, &finding->related.data[i].place);
        put_message(s, finding->related.data[i].text);
        json_put_close(&s->json, '}');
    }
    json_put_close(&s->json, ']');
}

/* ---- code flows: one threadFlow per task ---- */

static void put_step(struct sarif *s, const struct trace_step *step, uint32_t order, bool last)
{
    json_put_open(&s->json, '{');
    json_put_key_open(&s->json, "location", '{');
    sarif_put_physical(s, &step->place);
    put_message(s, step->text);
    json_put_close(&s->json, '}');
    json_put_key_int(&s->json, "nestingLevel", step->depth);
    json_put_key_int(&s->json, "executionOrder", order);
    json_put_key_text(&s->json, "importance", last ? "essential" : "important");
    json_put_close(&s->json, '}');
}

static void put_thread(struct sarif *s, const struct finding *finding, uint32_t task, uint32_t count)
{
    char name[32] = "spawner";
    if (task)
        snprintf(name, sizeof name, "task %u", task);
    json_put_open(&s->json, '{');
    json_put_key_text(&s->json, "id", name);
    json_put_key_open(&s->json, "locations", '[');
    for (uint32_t i = 0; i < count; i++)
        if (finding->trace.data[i].task == task)
            put_step(s, &finding->trace.data[i], i + 1, i + 1 == count);
    json_put_close(&s->json, ']');
    json_put_close(&s->json, '}');
}

static bool is_first_of_task(const struct finding *finding, uint32_t step)
{
    for (uint32_t i = 0; i < step; i++)
        if (finding->trace.data[i].task == finding->trace.data[step].task)
            return false;
    return true;
}

static void put_flows(struct sarif *s, const struct finding *finding)
{
    uint32_t count = finding->trace.count < MOST_STEPS ? finding->trace.count : MOST_STEPS;
    if (!count)
        return;
    json_put_key_open(&s->json, "codeFlows", '[');
    json_put_open(&s->json, '{');
    json_put_key_open(&s->json, "threadFlows", '[');
    for (uint32_t i = 0; i < count; i++)
        if (is_first_of_task(finding, i))
            put_thread(s, finding, finding->trace.data[i].task, count);
    json_put_close(&s->json, ']');
    json_put_close(&s->json, '}');
    json_put_close(&s->json, ']');
}

/* ---- fixes: edits grouped by file, includes among them ---- */

struct edit_list {
    VEC(struct fix_edit) items;
};

static void all_edits(struct sarif *s, struct arena *arena, const struct fix *fix, struct edit_list *out)
{
    for (uint32_t i = 0; i < fix->edits.count; i++)
        *vec_push(arena, &out->items) = fix->edits.data[i];
    for (uint32_t i = 0; i < fix->includes.count; i++) {
        const struct source *source = sources_get(s->report->sources, fix->includes.data[i].path);
        struct fix_edit edit;
        if (source && include_edit(arena, source, fix->includes.data[i].header, &edit))
            *vec_push(arena, &out->items) = edit;
    }
}

static void put_change(struct sarif *s, const struct edit_list *edits, const char *path)
{
    const struct source *source = sources_get(s->report->sources, path);
    json_put_open(&s->json, '{');
    sarif_put_artifact(s, path);
    json_put_key_open(&s->json, "replacements", '[');
    for (uint32_t i = 0; i < edits->items.count; i++) {
        const struct fix_edit *edit = &edits->items.data[i];
        if (strcmp(edit->path, path) != 0)
            continue;
        json_put_open(&s->json, '{');
        sarif_put_byte_region(s, "deletedRegion", source, edit->offset, edit->end_offset);
        json_put_key_open(&s->json, "insertedContent", '{');
        json_put_key_text(&s->json, "text", edit->text);
        json_put_close(&s->json, '}');
        json_put_close(&s->json, '}');
    }
    json_put_close(&s->json, ']');
    json_put_close(&s->json, '}');
}

static bool is_first_of_path(const struct edit_list *edits, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++)
        if (strcmp(edits->items.data[i].path, edits->items.data[index].path) == 0)
            return false;
    return true;
}

static bool can_be_written(struct sarif *s, const struct fix *fix, const struct edit_list *edits)
{
    for (uint32_t i = 0; i < edits->items.count; i++) {
        const struct source *source = sources_get(s->report->sources, edits->items.data[i].path);
        if (!source || !source->line_count || edits->items.data[i].end_offset > source->length)
            return false;
    }
    return !fix->not_offered && edits->items.count;
}

static void put_fix(struct sarif *s, const struct fix *fix)
{
    struct arena *arena = arena_create("sarif fix");
    struct edit_list edits = {0};
    all_edits(s, arena, fix, &edits);
    if (can_be_written(s, fix, &edits)) {
        json_put_open(&s->json, '{');
        json_put_key_open(&s->json, "description", '{');
        json_put_key_text(&s->json, "text", fix->title);
        json_put_close(&s->json, '}');
        json_put_key_open(&s->json, "artifactChanges", '[');
        for (uint32_t i = 0; i < edits.items.count; i++)
            if (is_first_of_path(&edits, i))
                put_change(s, &edits, edits.items.data[i].path);
        json_put_close(&s->json, ']');
        json_put_close(&s->json, '}');
    }
    arena_destroy(arena);
}

static void put_fixes(struct sarif *s, const struct finding *finding)
{
    if (!finding->fixes.count)
        return;
    json_put_key_open(&s->json, "fixes", '[');
    for (uint32_t i = 0; i < finding->fixes.count; i++)
        put_fix(s, &finding->fixes.data[i]);
    json_put_close(&s->json, ']');
}

/* ---- the rest ---- */

static void put_suppressions(struct sarif *s, const struct finding *finding)
{
    if (s->options->github_profile)
        return;
    json_put_key_open(&s->json, "suppressions", '[');
    if (finding->suppression != SUPPRESSED_NOT) {
        json_put_open(&s->json, '{');
        json_put_key_text(&s->json, "kind",
                          finding->suppression == SUPPRESSED_BASELINE ? "external" : "inSource");
        json_put_key_text(&s->json, "status", "accepted");
        if (finding->suppression_reason)
            json_put_key_text(&s->json, "justification", finding->suppression_reason);
        json_put_close(&s->json, '}');
    }
    json_put_close(&s->json, ']');
}

static void put_fingerprints(struct sarif *s, const struct finding *finding, const struct line_hashes *hashes)
{
    json_put_key_open(&s->json, "partialFingerprints", '{');
    uint32_t line = finding->place.line ? finding->place.line : 1;
    if (hashes && line <= hashes->count) {
        const struct line_hash *hash = &hashes->lines[line - 1];
        char text[40];
        snprintf(text, sizeof text, "%" PRIx64 ":%u", hash->hash, hash->occurrence);
        json_put_key_text(&s->json, "primaryLocationLineHash", text);
    }
    json_put_key_text(&s->json, "spawnlintFingerprint/v1", finding->fingerprint);
    json_put_close(&s->json, '}');
}

void sarif_put_result(struct sarif *s, const struct finding *finding, uint32_t rule_index,
                      const struct line_hashes *hashes)
{
    json_put_open(&s->json, '{');
    json_put_key_text(&s->json, "ruleId", finding->check);
    json_put_key_int(&s->json, "ruleIndex", rule_index);
    json_put_key_text(&s->json, "level", severity_name(finding->severity));
    put_linked_message(s, finding);
    put_locations(s, finding);
    put_fingerprints(s, finding, hashes);
    put_flows(s, finding);
    put_related(s, finding);
    put_fixes(s, finding);
    put_suppressions(s, finding);
    json_put_close(&s->json, '}');
}
