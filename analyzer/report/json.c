/* Everything a run found, as our own JSON: for scripts.  "version" is bumped when a key changes its meaning.
 */
#include "base/json.h"
#include "finding/order.h"
#include "report/formats.h"
#include "report/words.h"

enum { JSON_REPORT_VERSION = 1 };

static void put_place(struct json_writer *json, const struct report *report, const struct place *place)
{
    json_put_key_open(json, "place", '{');
    if (place->path) {
        json_put_key_text(json, "path", report_path(report, place->path));
        json_put_key_int(json, "line", place->line);
        json_put_key_int(json, "column", place->column);
        json_put_key_int(json, "endLine", place->end_line);
        json_put_key_int(json, "endColumn", place->end_column);
    }
    json_put_close(json, '}');
}

static void put_trace(struct json_writer *json, const struct report *report, const struct finding *finding)
{
    json_put_key_open(json, "trace", '[');
    for (uint32_t i = 0; i < finding->trace.count; i++) {
        const struct trace_step *step = &finding->trace.data[i];
        json_put_open(json, '{');
        put_place(json, report, &step->place);
        json_put_key_text(json, "text", step->text);
        json_put_key_int(json, "task", step->task);
        json_put_key_int(json, "depth", step->depth);
        json_put_close(json, '}');
    }
    json_put_close(json, ']');
    json_put_key_open(json, "related", '[');
    for (uint32_t i = 0; i < finding->related.count; i++) {
        json_put_open(json, '{');
        put_place(json, report, &finding->related.data[i].place);
        json_put_key_text(json, "text", finding->related.data[i].text);
        json_put_close(json, '}');
    }
    json_put_close(json, ']');
}

static void put_fixes(struct json_writer *json, const struct report *report, const struct finding *finding)
{
    json_put_key_open(json, "fixes", '[');
    for (uint32_t i = 0; i < finding->fixes.count; i++) {
        const struct fix *fix = &finding->fixes.data[i];
        json_put_open(json, '{');
        json_put_key_text(json, "title", fix->title);
        json_put_key_bool(json, "offered", !fix->not_offered);
        if (fix->not_offered)
            json_put_key_text(json, "reason", fix->not_offered);
        json_put_key_bool(json, "verified", fix->verified);
        json_put_key_open(json, "edits", '[');
        for (uint32_t e = 0; e < fix->edits.count; e++) {
            json_put_open(json, '{');
            json_put_key_text(json, "path", report_path(report, fix->edits.data[e].path));
            json_put_key_int(json, "offset", fix->edits.data[e].offset);
            json_put_key_int(json, "endOffset", fix->edits.data[e].end_offset);
            json_put_key_text(json, "text", fix->edits.data[e].text);
            json_put_close(json, '}');
        }
        json_put_close(json, ']');
        json_put_close(json, '}');
    }
    json_put_close(json, ']');
}

static void put_finding(struct json_writer *json, const struct report *report, const struct finding *finding)
{
    static const char *const suppressions[] = {"none", "source", "baseline", "detached"};
    json_put_open(json, '{');
    json_put_key_text(json, "check", finding->check);
    json_put_key_text(json, "kind", finding->kind);
    json_put_key_text(json, "severity", severity_name(finding->severity));
    json_put_key_text(json, "message", finding->message);
    put_place(json, report, &finding->place);
    json_put_key_text(json, "function", finding->function);
    json_put_key_text(json, "subject", finding->subject);
    json_put_key_text(json, "fingerprint", finding->fingerprint);
    json_put_key_text(json, "suppression", suppressions[finding->suppression]);
    json_put_key_text(json, "reason", finding->suppression_reason);
    put_trace(json, report, finding);
    put_fixes(json, report, finding);
    json_put_close(json, '}');
}

static void put_summary(struct json_writer *json, const struct report *report)
{
    const struct report_counters *c = &report->counters;
    struct tally tally = report_tally(report);
    uint64_t havoc = 0;
    for (int i = 1; i < HAVOC_COUNT; i++)
        havoc += c->havoc[i];
    const struct {
        const char *key;
        uint64_t value;
    } numbers[] = {{"files", c->files},
                   {"translationUnits", c->tus},
                   {"functions", c->functions},
                   {"functionsPartial", c->functions_partial},
                   {"instructions", c->instrs},
                   {"instructionsNotUnderstood", havoc},
                   {"tasks", c->tasks},
                   {"tasksWrapped", c->wrapped},
                   {"tasksProven", c->proven},
                   {"tasksNotProven", c->not_proven},
                   {"tasksMayPanic", c->may_panic},
                   {"errors", tally.by_severity[SEVERITY_ERROR]},
                   {"warnings", tally.by_severity[SEVERITY_WARNING]},
                   {"notes", tally.by_severity[SEVERITY_NOTE]},
                   {"suppressed", tally.in_source + tally.baseline + tally.detached}};
    json_put_key_open(json, "summary", '{');
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        json_put_key_int(json, numbers[i].key, (int64_t)numbers[i].value);
    json_put_key_bool(json, "incomplete", report->incomplete);
    json_put_close(json, '}');
}

static void put_tus(struct json_writer *json, const struct report *report)
{
    static const char *const statuses[] = {"partial", "failed", "skipped"};
    json_put_key_open(json, "troubled", '[');
    for (uint32_t i = 0; i < report->tu_count; i++) {
        json_put_open(json, '{');
        json_put_key_text(json, "path", report_path(report, report->tus[i].path));
        json_put_key_text(json, "status", statuses[report->tus[i].status]);
        json_put_key_text(json, "reason", report->tus[i].reason);
        json_put_close(json, '}');
    }
    json_put_close(json, ']');
}

/* What checks could not follow to the end. */
static void put_gaps(struct json_writer *json, const struct report *report)
{
    json_put_key_open(json, "unfinished", '[');
    for (uint32_t i = 0; i < report->findings->gaps.count; i++) {
        const struct finding *gap = &report->findings->gaps.data[i];
        json_put_open(json, '{');
        json_put_key_text(json, "check", gap->check);
        json_put_key_text(json, "function", gap->function);
        put_place(json, report, &gap->place);
        json_put_key_text(json, "message", gap->message);
        json_put_close(json, '}');
    }
    json_put_close(json, ']');
}

void json_write(const struct report *report, const struct report_options *options, struct buf *out)
{
    (void)options;
    struct json_writer json = {.out = out, .indent = 2};
    json_put_open(&json, '{');
    json_put_key_int(&json, "version", JSON_REPORT_VERSION);
    json_put_key_text(&json, "program", report->version);
    json_put_key_open(&json, "findings", '[');
    for (uint32_t i = 0; i < report->findings->items.count; i++)
        put_finding(&json, report, &report->findings->items.data[i]);
    json_put_close(&json, ']');
    put_tus(&json, report);
    put_gaps(&json, report);
    put_summary(&json, report);
    json_put_close(&json, '}');
    buf_char(out, '\n');
}
