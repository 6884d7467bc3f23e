/* The report for people. */
#include <string.h>

#include "finding/order.h"
#include "report/formats.h"
#include "report/snippet.h"
#include "report/utf8.h"
#include "report/words.h"

struct colors {
    const char *bold, *dim, *mark, *plain, *severity[3];
};

static const struct colors colored = {
    "\x1b[1m", "\x1b[2m", "\x1b[1;32m", "\x1b[0m", {"\x1b[1;36m", "\x1b[1;35m", "\x1b[1;31m"}};
static const struct colors colorless = {"", "", "", "", {"", "", ""}};

struct text {
    const struct report *report;
    const struct report_options *options;
    const struct colors *colors;
    struct buf *out;
};

static void put_place(const struct text *t, const struct place *place, bool column)
{
    put_clean(t->out, report_path(t->report, place->path));
    if (place->line)
        buf_printf(t->out, ":%u", place->line);
    if (place->line && column)
        buf_printf(t->out, ":%u", place->column);
}

/* ---- one finding ---- */

static void put_headline(const struct text *t, const struct finding *finding)
{
    const struct colors *c = t->colors;
    buf_text(t->out, c->bold);
    if (finding->place.path) {
        put_place(t, &finding->place, true);
        buf_text(t->out, ": ");
    }
    buf_printf(t->out, "%s%s%s:%s ", c->plain, c->severity[finding->severity],
               severity_name(finding->severity), c->plain);
    buf_text(t->out, c->bold);
    put_clean(t->out, finding->message);
    buf_printf(t->out, "%s %s[%s]%s\n", c->plain, c->dim, finding->check, c->plain);
}

static void put_indent(struct buf *out, uint32_t columns)
{
    for (uint32_t i = 0; i < columns && i < 60; i++)
        buf_char(out, ' ');
}

static void put_step(const struct text *t, const struct trace_step *step)
{
    put_indent(t->out, 8 + 2 * step->depth);
    if (step->place.path) {
        buf_text(t->out, t->colors->bold);
        put_place(t, &step->place, false);
        buf_printf(t->out, "%s: ", t->colors->plain);
    }
    put_clean(t->out, step->text);
    buf_char(t->out, '\n');
}

/* Who does a step needs saying only where there are several. */
static uint32_t first_task_told(const struct finding *finding)
{
    for (uint32_t i = 0; i < finding->trace.count; i++)
        if (finding->trace.data[i].task)
            return UINT32_MAX;
    return 0;
}

static void put_trace(const struct text *t, const struct finding *finding)
{
    uint32_t task = first_task_told(finding);
    for (uint32_t i = 0; i < finding->trace.count; i++) {
        const struct trace_step *step = &finding->trace.data[i];
        if (step->task != task && step->task == 0)
            buf_printf(t->out, "    %sin the spawner:%s\n", t->colors->dim, t->colors->plain);
        else if (step->task != task)
            buf_printf(t->out, "    %sin task %u:%s\n", t->colors->dim, step->task, t->colors->plain);
        task = step->task;
        put_step(t, step);
    }
}

static void put_related(const struct text *t, const struct finding *finding)
{
    for (uint32_t i = 0; i < finding->related.count; i++) {
        const struct related *related = &finding->related.data[i];
        buf_printf(t->out, "    %snote:%s ", t->colors->severity[SEVERITY_NOTE], t->colors->plain);
        if (related->place.path) {
            put_place(t, &related->place, true);
            buf_text(t->out, ": ");
        }
        put_clean(t->out, related->text);
        buf_char(t->out, '\n');
    }
}

static void put_fixes(const struct text *t, const struct finding *finding)
{
    for (uint32_t i = 0; i < finding->fixes.count; i++) {
        const struct fix *fix = &finding->fixes.data[i];
        buf_printf(t->out, "    %s%s:%s ", t->colors->mark, fix->not_offered ? "no fix" : "fix",
                   t->colors->plain);
        put_clean(t->out, fix->title);
        if (fix->not_offered) {
            buf_text(t->out, ": ");
            put_clean(t->out, fix->not_offered);
        } else {
            buf_text(t->out, " (spawnlint fix)");
        }
        buf_char(t->out, '\n');
    }
}

static void put_suppression(const struct text *t, const struct finding *finding)
{
    static const char *const by[] = {"", "a comment in the source", "the baseline", "its detachment"};
    if (finding->suppression == SUPPRESSED_NOT)
        return;
    buf_printf(t->out, "    silenced by %s", by[finding->suppression]);
    if (finding->suppression_reason) {
        buf_text(t->out, ": ");
        put_clean(t->out, finding->suppression_reason);
    }
    buf_char(t->out, '\n');
}

static void put_finding(const struct text *t, const struct finding *finding)
{
    put_headline(t, finding);
    put_snippet(t->out, t->report->sources, &finding->place, t->colors->mark, t->colors->plain);
    put_trace(t, finding);
    put_related(t, finding);
    put_fixes(t, finding);
    put_suppression(t, finding);
    buf_char(t->out, '\n');
}

/* ---- the summary ---- */

static uint32_t count_tus(const struct report *report, enum report_tu_status status)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < report->tu_count; i++)
        count += report->tus[i].status == status;
    return count;
}

static void put_files_line(const struct text *t)
{
    static const char *const words[] = {"partial", "failed", "skipped"};
    const struct report_counters *c = &t->report->counters;
    put_count(t->out, c->files, "file", "files");
    buf_text(t->out, " in ");
    put_count(t->out, c->tus, "translation unit", "translation units");
    const char *between = " (";
    for (enum report_tu_status s = REPORT_TU_PARTIAL; s <= REPORT_TU_SKIPPED; s++) {
        uint32_t count = count_tus(t->report, s);
        if (count)
            buf_printf(t->out, "%s%u %s", between, count, words[s]);
        between = count ? ", " : between;
    }
    if (t->options->verbose && c->tus_cached) {
        buf_printf(t->out, "%s%u from the cache", between, c->tus_cached);
        between = ", ";
    }
    buf_text(t->out, *between == ',' ? "), " : ", ");
    put_count(t->out, c->functions, "function", "functions");
    buf_char(t->out, '\n');
}

static void put_tasks_line(const struct text *t)
{
    const struct report_counters *c = &t->report->counters;
    put_count(t->out, c->tasks, "place starts a task", "places start tasks");
    if (c->tasks)
        buf_printf(t->out, ": %u wrapped, %u proven, %u not proven, %u may panic", c->wrapped, c->proven,
                   c->not_proven, c->may_panic);
    buf_char(t->out, '\n');
}

static void put_havoc_line(const struct text *t)
{
    static const char *const reasons[] = {
#define HAVOC(name, text) text,
#include "ir/havoc.def"
#undef HAVOC
    };
    const struct report_counters *c = &t->report->counters;
    uint64_t total = 0;
    for (int i = 1; i < HAVOC_COUNT; i++)
        total += c->havoc[i];
    if (!total)
        return;
    put_count(t->out, total, "instruction of ", "instructions of ");
    put_count(t->out, c->instrs, "is", "are");
    buf_printf(t->out, " not understood (%.2f %%)\n",
               100.0 * (double)total / (double)(c->instrs ? c->instrs : 1));
    for (int i = 1; t->options->verbose && i < HAVOC_COUNT; i++)
        if (c->havoc[i])
            buf_printf(t->out, "    %8llu  %s\n", (unsigned long long)c->havoc[i], reasons[i]);
}

static void put_findings_line(const struct text *t, const struct tally *tally)
{
    const struct colors *c = t->colors;
    static const char *const words[][2] = {{"note", "notes"}, {"warning", "warnings"}, {"error", "errors"}};
    uint32_t silenced = tally->in_source + tally->baseline + tally->detached;
    const char *between = "";
    for (int s = SEVERITY_ERROR; s >= SEVERITY_NOTE; s--) {
        uint32_t count = tally->by_severity[s];
        buf_printf(t->out, "%s%s", between, count ? c->severity[s] : "");
        put_count(t->out, count, words[s][0], words[s][1]);
        buf_text(t->out, count ? c->plain : "");
        between = ", ";
    }
    if (silenced)
        buf_printf(t->out, "; %u silenced (%u in the source, %u by the baseline, %u detached)", silenced,
                   tally->in_source, tally->baseline, tally->detached);
    buf_char(t->out, '\n');
}

/* Files that share a reason are told in one line; more than these are counted. */
enum { MOST_PATHS = 3 };

static bool is_same_trouble(const struct report_tu *a, const struct report_tu *b)
{
    return a->status == b->status && strcmp(a->reason ? a->reason : "", b->reason ? b->reason : "") == 0;
}

static bool was_told(const struct report *report, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++)
        if (is_same_trouble(&report->tus[i], &report->tus[index]))
            return true;
    return false;
}

static void put_trouble(const struct text *t, uint32_t index)
{
    static const char *const words[] = {"partial", "failed", "skipped"};
    const struct report_tu *tu = &t->report->tus[index];
    enum severity severity = tu->status == REPORT_TU_FAILED ? SEVERITY_ERROR : SEVERITY_WARNING;
    uint32_t most = t->options->verbose ? UINT32_MAX : MOST_PATHS, count = 0;
    buf_printf(t->out, "%s%s:%s ", t->colors->severity[severity], words[tu->status], t->colors->plain);
    for (uint32_t i = index; i < t->report->tu_count; i++) {
        if (!is_same_trouble(&t->report->tus[i], tu) || count++ >= most)
            continue;
        buf_text(t->out, count > 1 ? ", " : "");
        put_clean(t->out, report_path(t->report, t->report->tus[i].path));
    }
    if (count > most)
        buf_printf(t->out, " and %u more (-v names them)", count - most);
    buf_text(t->out, ": ");
    put_clean(t->out, tu->reason);
    buf_char(t->out, '\n');
}

static void put_tus(const struct text *t)
{
    for (uint32_t i = 0; i < t->report->tu_count; i++)
        if ((t->report->tus[i].status != REPORT_TU_PARTIAL || t->options->verbose) && !was_told(t->report, i))
            put_trouble(t, i);
}

static void put_gaps(const struct text *t)
{
    uint32_t count = t->report->findings->gaps.count;
    for (uint32_t i = 0; i < count && t->options->verbose; i++) {
        const struct finding *gap = &t->report->findings->gaps.data[i];
        buf_printf(t->out, "%sunfinished:%s ", t->colors->severity[SEVERITY_NOTE], t->colors->plain);
        put_place(t, &gap->place, false);
        buf_text(t->out, ": ");
        put_clean(t->out, gap->message);
        buf_char(t->out, '\n');
    }
    if (count && !t->options->verbose) {
        put_count(t->out, count, "function was", "functions were");
        buf_text(t->out, " too large for a check to follow to the end (-v names them)\n");
    }
}

void text_write(const struct report *report, const struct report_options *options, struct buf *out)
{
    struct text t = {report, options, options->color ? &colored : &colorless, out};
    struct tally tally = report_tally(report);
    for (uint32_t i = 0; i < report->findings->items.count; i++)
        if (options->verbose || report_shows(&report->findings->items.data[i]))
            put_finding(&t, &report->findings->items.data[i]);
    put_tus(&t);
    put_gaps(&t);
    put_files_line(&t);
    put_tasks_line(&t);
    put_havoc_line(&t);
    put_findings_line(&t, &tally);
    if (report->incomplete)
        buf_text(out, "the analysis is incomplete: what failed above may hide findings\n");
}
