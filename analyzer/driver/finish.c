/* Findings in order, with the project's policy applied; the report's counters; the exit status. */
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/sort.h"
#include "driver/run.h"
#include "finding/order.h"
#include "finding/suppress.h"

/* ---- findings ---- */

static bool below_paths(struct run *run, const char *const *real_paths, const char *path)
{
    for (uint32_t i = 0; i < run->options->path_count; i++)
        if (real_paths[i] && path && path_is_below(path, real_paths[i]))
            return true;
    return !run->options->path_count;
}

/* PATHs on the command line: the whole program is analysed, findings elsewhere are not reported. */
static void keep_wanted(struct run *run)
{
    const char **real_paths = arena_array(run->arena, const char *, run->options->path_count);
    for (uint32_t i = 0; i < run->options->path_count; i++)
        real_paths[i] = path_real(run->arena, run->options->paths[i]);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < run->findings.items.count; i++)
        if (below_paths(run, real_paths, run->findings.items.data[i].place.path))
            run->findings.items.data[kept++] = run->findings.items.data[i];
    run->findings.items.count = kept;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All files of the project that some TU read, sorted, each once. */
static const char **project_files(struct run *run, uint32_t *count)
{
    VEC(const char *) all = {0};
    for (uint32_t i = 0; i < run->tus.count; i++)
        vec_append(run->arena, &all, run->tus.data[i].result.files.data, run->tus.data[i].result.files.count);
    if (all.count)
        sort_items(all.data, all.count, sizeof *all.data, compare_texts);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < all.count; i++)
        if (!kept || strcmp(all.data[kept - 1], all.data[i]))
            all.data[kept++] = all.data[i];
    *count = kept;
    return all.data;
}

static void suppress(struct run *run)
{
    VEC(const char *) ids = {0};
    for (const struct check *const *check = check_table; *check; check++)
        *vec_push(run->arena, &ids) = (*check)->id;
    struct suppress_options options = {.checks = ids.data, .check_count = ids.count,
                                       .report_unused = run->options->report_unused};
    options.paths = project_files(run, &options.path_count);
    findings_suppress(&run->findings, run->sources, &options);
}

void run_finish(struct run *run)
{
    run->findings = (struct finding_list){.arena = run->arena};
    vec_append(run->arena, &run->findings.items, run->raw.items.data, run->raw.items.count);
    vec_append(run->arena, &run->findings.gaps, run->raw.gaps.data, run->raw.gaps.count);
    struct finding_policy policy = {.root = run->db.root, .exclude = run->config.exclude.data,
                                    .exclude_count = run->config.exclude.count, .rules = run->config.severity.data,
                                    .rule_count = run->config.severity.count};
    findings_finish(&run->findings, &policy, run->sources);
    suppress(run);
    keep_wanted(run);
    if (run->config.baseline)
        baseline_apply(&run->baseline, &run->findings);
}

/* ---- the report ---- */

static void add_tu(struct run *run, const struct run_tu *tu, struct report *report, struct report_tu *rows)
{
    struct report_counters *counters = &report->counters;
    const struct tu_counters *own = &tu->result.counters;
    counters->tus++;
    counters->tus_cached += tu->cached;
    counters->functions += own->functions;
    counters->functions_partial += own->partial_functions;
    counters->instrs += own->instrs;
    for (int i = 0; i < HAVOC_COUNT; i++)
        counters->havoc[i] += own->havoc[i];
    if (tu->result.status != TU_OK)
        rows[report->tu_count++] = (struct report_tu){
            .path = tu->job->real_path, .reason = tu->result.reason,
            .status = tu->result.status == TU_FAILED ? REPORT_TU_FAILED : REPORT_TU_PARTIAL};
    (void)run;
}

static void add_rules(struct run *run, struct report *report)
{
    VEC(struct report_rule) rules = {0};
    for (const struct check *const *check = check_table; *check; check++)
        *vec_push(run->arena, &rules) =
            (struct report_rule){(*check)->id, (*check)->title, (*check)->doc, (*check)->severity};
    report->rules = rules.data;
    report->rule_count = rules.count;
}

static bool is_incomplete(const struct run *run, const struct report_counters *counters, double max_partial)
{
    for (uint32_t i = 0; i < run->tus.count; i++)
        if (run->tus.data[i].result.status == TU_FAILED)
            return true;
    double lost = counters->functions ? 100.0 * (double)counters->functions_partial / (double)counters->functions : 0;
    return run->db.broken || lost > max_partial;
}

void run_fill_report(struct run *run, double max_partial)
{
    struct report *report = &run->report;
    *report = (struct report){.version = SPAWNLINT_VERSION, .root = run->db.root, .findings = &run->findings,
                              .sources = run->sources};
    add_rules(run, report);
    struct report_tu *rows = arena_array(run->arena, struct report_tu, run->tus.count);
    for (uint32_t i = 0; i < run->tus.count; i++)
        if (run->tus.data[i].same_as == i)
            add_tu(run, &run->tus.data[i], report, rows);
    report->tus = rows;
    project_files(run, &report->counters.files);
    report->counters.tasks = run->stats.spawns;
    report->counters.wrapped = run->stats.wrapped;
    report->counters.proven = run->stats.proven;
    report->counters.not_proven = run->stats.not_proven;
    report->counters.may_panic = run->stats.may_panic;
    report->incomplete = is_incomplete(run, &report->counters, max_partial);
}

int run_exit_status(const struct run *run, enum fail_on fail_on, bool allow_incomplete, double max_partial)
{
    for (uint32_t i = 0; i < run->findings.items.count; i++) {
        const struct finding *finding = &run->findings.items.data[i];
        if (finding->suppression == SUPPRESSED_NOT && fail_on != FAIL_NEVER && (int)finding->severity >= (int)fail_on)
            return 1;
    }
    return !allow_incomplete && is_incomplete(run, &run->report.counters, max_partial) ? 3 : 0;
}
