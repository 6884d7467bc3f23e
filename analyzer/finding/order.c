#include "finding/order.h"
#include "base/sort.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "finding/bytes.h"

/* ---- order ---- */

static int compare_text(const char *a, const char *b)
{
    if (!a || !b)
        return (a != NULL) - (b != NULL);
    return strcmp(a, b);
}

static int compare_number(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

/* What makes two findings one and the same. */
static int compare_identity(const struct finding *a, const struct finding *b)
{
    int order = compare_text(a->place.path, b->place.path);
    if (!order)
        order = compare_number(a->place.line, b->place.line);
    if (!order)
        order = compare_number(a->place.column, b->place.column);
    if (!order)
        order = compare_text(a->check, b->check);
    return order ? order : compare_text(a->subject, b->subject);
}

/* The last resort, for findings that differ in a trace or a fix only. */
static int compare_content(const struct finding *a, const struct finding *b)
{
    struct buf x = {0}, y = {0};
    finding_write(&x, a);
    finding_write(&y, b);
    size_t least = x.count < y.count ? x.count : y.count;
    int order = memcmp(x.data, y.data, least);
    if (!order)
        order = (x.count > y.count) - (x.count < y.count);
    buf_free(&x);
    buf_free(&y);
    return order;
}

/* Among equal identities the one worth keeping comes first. */
static int compare_findings(const void *left, const void *right)
{
    const struct finding *a = left, *b = right;
    int order = compare_identity(a, b);
    if (!order)
        order = (int)b->severity - (int)a->severity;
    if (!order)
        order = compare_number(a->trace.count, b->trace.count);
    if (!order)
        order = compare_text(a->message, b->message);
    return order ? order : compare_content(a, b);
}

void findings_sort(struct finding_list *list)
{
    if (list->items.count)
        sort_items(list->items.data, list->items.count, sizeof *list->items.data, compare_findings);
    if (list->gaps.count)
        sort_items(list->gaps.data, list->gaps.count, sizeof *list->gaps.data, compare_findings);
}

void findings_dedupe(struct finding_list *list)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->items.count; i++)
        if (!kept || compare_identity(&list->items.data[kept - 1], &list->items.data[i]) != 0)
            list->items.data[kept++] = list->items.data[i];
    list->items.count = kept;
}

/* ---- policy ---- */

static bool glob_matches(const char *glob, const char *path)
{
    size_t length = strlen(glob);
    while (length > 1 && glob[length - 1] == '/')
        length--;
    if (strncmp(glob, path, length) == 0 && (path[length] == '/' || path[length] == '\0'))
        return true; /* a folder's name, or the file's */
    return fnmatch(glob, path, 0) == 0;
}

bool policy_excludes(const struct finding_policy *policy, const char *path)
{
    const char *shown = policy->root ? path_shorten(path, policy->root) : path;
    for (uint32_t i = 0; i < policy->exclude_count; i++)
        if (glob_matches(policy->exclude[i], shown))
            return true;
    return false;
}

/* False: the finding is off. */
static bool apply_rules(struct finding *finding, const struct finding_policy *policy)
{
    bool off = false;
    for (uint32_t i = 0; i < policy->rule_count; i++) {
        const struct severity_rule *rule = &policy->rules[i];
        if (fnmatch(rule->check, finding->check, 0) != 0)
            continue;
        off = rule->off;
        if (!off)
            finding->severity = rule->severity;
    }
    return !off;
}

void findings_apply_policy(struct finding_list *list, const struct finding_policy *policy)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->items.count; i++) {
        struct finding *finding = &list->items.data[i];
        bool excluded = finding->place.path && policy_excludes(policy, finding->place.path);
        if (!excluded && apply_rules(finding, policy))
            list->items.data[kept++] = *finding;
    }
    list->items.count = kept;
}

/* A step lies at most one call deeper than the one before it: checks say "below" without counting. */
static void level_traces(struct finding_list *list)
{
    for (uint32_t i = 0; i < list->items.count; i++) {
        uint32_t most = 0;
        for (uint32_t k = 0; k < list->items.data[i].trace.count; k++) {
            struct trace_step *step = &list->items.data[i].trace.data[k];
            step->depth = step->depth < most ? step->depth : most;
            most = step->depth + 1;
        }
    }
}

void findings_finish(struct finding_list *list, const struct finding_policy *policy, struct sources *sources)
{
    findings_apply_policy(list, policy);
    level_traces(list);
    findings_sort(list);
    findings_dedupe(list);
    findings_fingerprint(list, sources);
}

const char *severity_name(enum severity severity)
{
    static const char *const names[] = {"note", "warning", "error"};
    return names[severity];
}

bool severity_parse(const char *text, enum severity *out)
{
    for (enum severity severity = SEVERITY_NOTE; severity <= SEVERITY_ERROR; severity++)
        if (strcmp(text, severity_name(severity)) == 0) {
            *out = severity;
            return true;
        }
    return false;
}
