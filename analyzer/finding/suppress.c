#include "finding/suppress.h"
#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

#include "finding/directives.h"
#include "finding/order.h"

/* A detachment may stand on any of the first lines of a call that is written over several. */
enum { LONGEST_CALL = 5 };

/* Work that is meant to outlive its caller: CHECKS.md, "Deliberate detachment". */
static bool may_be_detached(const char *check)
{
    static const char *const checks[] = {"blocking-ignores-context", "context-not-passed",
                                         "spawn-never-joined"};
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if (strcmp(checks[i], check) == 0)
            return true;
    return false;
}

static bool silences(const struct silence *silence, const struct finding *finding)
{
    uint32_t line = finding->place.line;
    if (silence->check)
        return strcmp(silence->check, finding->check) == 0 && silence->first <= line && line <= silence->last;
    uint32_t last = finding->place.end_line < line ? line : finding->place.end_line;
    last = last < line + LONGEST_CALL ? last : line + LONGEST_CALL - 1;
    return may_be_detached(finding->check) && line <= silence->last && silence->first <= last;
}

static void apply_to(struct finding *finding, struct directives *directives)
{
    for (uint32_t i = 0; i < directives->silences.count; i++) {
        struct silence *silence = &directives->silences.data[i];
        if (!silences(silence, finding))
            continue;
        silence->used = true;
        if (finding->suppression != SUPPRESSED_NOT)
            continue; /* the first one's reason stands; the others are used all the same */
        finding->suppression = silence->check ? SUPPRESSED_IN_SOURCE : SUPPRESSED_DETACHED;
        finding->suppression_reason = *silence->reason ? silence->reason : NULL;
    }
}

static void report(struct finding_list *list, const char *check, const char *subject, struct place place,
                   const char *message)
{
    *vec_push(list->arena, &list->items) = (struct finding){
        .check = check, .severity = SEVERITY_WARNING, .message = message, .subject = subject, .place = place};
}

static void report_directives(struct finding_list *list, const struct directives *directives, bool unused)
{
    for (uint32_t i = 0; i < directives->errors.count; i++)
        report(list, SUPPRESS_CHECK, directives->errors.data[i].text, directives->errors.data[i].place,
               directives->errors.data[i].text);
    for (uint32_t i = 0; unused && i < directives->silences.count; i++) {
        const struct silence *silence = &directives->silences.data[i];
        const char *what = silence->check ? silence->check : "this work";
        if (!silence->used)
            report(list, UNUSED_CHECK, what, silence->place,
                   arena_printf(list->arena, "%s: nothing is found here any more for %s; remove it",
                                silence->written, what));
    }
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct path_list {
    VEC(const char *) items;
};

/* Of findings and of options, each once, sorted. */
static void all_paths(struct arena *arena, const struct finding_list *list,
                      const struct suppress_options *options, struct path_list *out)
{
    for (uint32_t i = 0; i < list->items.count; i++)
        if (list->items.data[i].place.path)
            *vec_push(arena, &out->items) = list->items.data[i].place.path;
    vec_append(arena, &out->items, options->paths, options->path_count);
    if (out->items.count)
        sort_items(out->items.data, out->items.count, sizeof *out->items.data, compare_paths);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < out->items.count; i++)
        if (!kept || strcmp(out->items.data[kept - 1], out->items.data[i]) != 0)
            out->items.data[kept++] = out->items.data[i];
    out->items.count = kept;
}

static void suppress_file(struct finding_list *list, uint32_t count, const struct source *source,
                          const struct suppress_options *options)
{
    struct directives directives = {0};
    directives_read(list->arena, source, options, &directives);
    if (!directives.silences.count && !directives.errors.count)
        return;
    for (uint32_t i = 0; i < count; i++) {
        struct finding *finding = &list->items.data[i];
        if (finding->place.path && strcmp(finding->place.path, source->path) == 0)
            apply_to(finding, &directives);
    }
    report_directives(list, &directives, options->report_unused);
}

void findings_suppress(struct finding_list *list, struct sources *sources,
                       const struct suppress_options *options)
{
    struct path_list paths = {0};
    all_paths(list->arena, list, options, &paths);
    uint32_t count = list->items.count;
    for (uint32_t i = 0; i < paths.items.count; i++) {
        const struct source *source = sources_get(sources, paths.items.data[i]);
        if (source)
            suppress_file(list, count, source, options);
    }
    findings_sort(list);
    findings_fingerprint(list, sources);
}
