/* Reports: what a run found, as text for people and as the formats that other tools read.
 *
 * The driver fills a struct report; a reporter only reads it and writes bytes.  Nothing here depends on time,
 * host or -j: equal runs give equal bytes.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/buf.h"
#include "base/err.h"
#include "finding/finding.h"
#include "finding/sources.h"
#include "ir/ir.h"

struct report_rule { /* a check; also the pseudo checks about suppressions, which report/ adds itself */
    const char *id, *title;
    const char *doc; /* markdown, may be NULL */
    enum severity severity;
};

enum report_tu_status { REPORT_TU_PARTIAL, REPORT_TU_FAILED, REPORT_TU_SKIPPED };

struct report_tu { /* only those that need telling */
    const char *path;
    enum report_tu_status status;
    const char
        *reason; /* a sentence: the first Error, why it was skipped, the signal that killed its worker */
};

struct report_counters {
    uint32_t files;      /* project files read, headers included */
    uint32_t tus;        /* all in the database that were asked for: ok + partial + failed + skipped */
    uint32_t tus_cached; /* answered from the store; in no report but text with `verbose` */
    uint64_t functions, functions_partial;
    uint64_t instrs, havoc[HAVOC_COUNT];
    uint32_t tasks, wrapped, proven, not_proven, may_panic; /* spawns, by check 1's verdict */
};

struct report {
    const char *version;                 /* of the program */
    const char *root;                    /* absolute project root: URIs and shown paths are relative to it */
    const struct finding_list *findings; /* in order, suppressed ones included */
    struct sources *sources;
    const struct report_rule *rules; /* sorted by id */
    uint32_t rule_count;
    const struct report_tu *tus; /* sorted by path */
    uint32_t tu_count;
    struct report_counters counters;
    bool incomplete; /* exit status 3: SARIF's executionSuccessful is false */
};

struct report_options {
    bool color;
    bool verbose;        /* text: suppressed findings, every partial TU, havoc by reason */
    bool github_profile; /* sarif: suppressed results left out, GitHub's limits kept */
};

struct report_format {
    const char *name; /* as in --format */
    const char *title;
    void (*write)(const struct report *report, const struct report_options *options, struct buf *out);
};

/* By name; NULL: unknown.  report_formats: all, ended by a NULL name, for usage texts. */
const struct report_format *report_find_format(const char *name);
const struct report_format *report_formats(void);

#endif
