/* Order, identity and policy of findings: what happens to the list between the checks and the reporters.
 *
 * findings_finish in order: exclude and severity policy, sort, dedupe, fingerprints.  Suppressions and the
 * baseline follow (suppress.h, baseline.h).  The result does not depend on the order in which the checks
 * reported.
 */
#ifndef FINDING_ORDER_H
#define FINDING_ORDER_H

#include "base/err.h"
#include "finding/finding.h"
#include "finding/sources.h"

/* By path, line, column, check, then everything else: a total order on contents. */
void findings_sort(struct finding_list *list);
/* Of findings with equal check, place and subject the worst, then the one with the shortest trace
 * stays.  The list must be sorted. */
void findings_dedupe(struct finding_list *list);

/* fingerprint = hash(check, function, subject, the primary line without blanks and comments, how many equal
 * ones stand before it).  No path and no line number goes in, so that a move or an edit elsewhere changes
 * nothing.  The list must be sorted. */
void findings_fingerprint(struct finding_list *list, struct sources *sources);

struct severity_rule {
    const char *check; /* id or glob; the last rule that matches wins */
    enum severity severity;
    bool off;
};

struct finding_policy {
    const char *root;           /* absolute; excludes are matched against paths relative to it */
    const char *const *exclude; /* globs: `*` also crosses `/`; a folder's name excludes what is below */
    uint32_t exclude_count;
    const struct severity_rule *rules;
    uint32_t rule_count;
};

void findings_apply_policy(struct finding_list *list, const struct finding_policy *policy);
/* Does one of the globs exclude this absolute path? The driver asks it before it analyses. */
bool policy_excludes(const struct finding_policy *policy, const char *path);

/* Policy, traces levelled (no step more than one deeper than the one before), sort, dedupe, fingerprint. */
void findings_finish(struct finding_list *list, const struct finding_policy *policy, struct sources *sources);

const char *severity_name(enum severity severity);
/* "error", "warning", "note"; false otherwise. */
bool severity_parse(const char *text, enum severity *out);

#endif
