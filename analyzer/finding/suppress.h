/* Suppressions and deliberate detachment, read from the comments of source files (CHECKS.md).
 *
 *   spawnlint-ignore: check-id[, check-id] [reason]      its line; standing alone, the next line of code
 *   spawnlint-ignore-begin: check-id  ...  spawnlint-ignore-end: check-id
 *   NOLINT(spawnlint-check-id)   NOLINTNEXTLINE(spawnlint-check-id)
 *   spawnlint-detached: reason                           checks 10, 11 and 13 only; nothing without a reason
 *
 * Only comments count, not strings.  What is wrong with a suppression becomes a finding of SUPPRESS_CHECK (an
 * unknown id with the nearest spelling, a missing id or reason, begin without end), what nothing needs one of
 * UNUSED_CHECK.
 */
#ifndef FINDING_SUPPRESS_H
#define FINDING_SUPPRESS_H

#include "finding/finding.h"
#include "finding/sources.h"

#define SUPPRESS_CHECK "invalid-suppression"
#define UNUSED_CHECK   "unused-suppression"

struct suppress_options {
    const char *const *checks; /* ids of all checks that exist, enabled or not */
    uint32_t check_count;
    const char *const *paths; /* files to read beside those that have findings: all project files, so that
                                 unknown and unused ones are found there too */
    uint32_t path_count;
    bool report_unused; /* --report-unused-suppressions */
};

/* Marks suppressed findings, appends findings about the suppressions, and sorts and fingerprints again. */
void findings_suppress(struct finding_list *list, struct sources *sources,
                       const struct suppress_options *options);

#endif
