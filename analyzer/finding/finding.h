/* A finding: what goes wrong at run time, where, by which path, and what to do.
 *
 * Everything lives in the run's arena.  Checks make findings (through check/check.h), finding/ orders them, gives
 * them fingerprints and applies suppressions and the baseline; reporters only read.
 */
#ifndef FINDING_FINDING_H
#define FINDING_FINDING_H

#include <stdbool.h>

#include "base/hash.h"
#include "base/vec.h"

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };

struct place {
    const char *path; /* absolute real path; NULL: no place */
    uint32_t line, column, end_line, end_column; /* 1-based, bytes, end is one past */
    uint32_t offset, end_offset;
};

struct trace_step {
    struct place place;
    const char *text;  /* "worker() is started here on a new thread" */
    uint32_t task;     /* 0: the spawner; 1...: tasks in the order in which they appear: SARIF's threadFlows */
    uint32_t depth;    /* call depth, for indentation */
};

struct related {
    struct place place;
    const char *text;
};

struct fix_edit {
    const char *path;
    uint32_t offset, end_offset; /* bytes; equal: an insertion */
    const char *text;
};

struct fix_include {
    const char *path;   /* the file that needs it */
    const char *header; /* "rh/spawn.h", written as <rh/spawn.h> */
};

struct fix {
    const char *title;
    VEC(struct fix_edit) edits;
    VEC(struct fix_include) includes;
    const char *not_offered; /* why it can't be offered (a macro's body, a generated file, ...), else NULL */
    bool verified;           /* fix/ applied it in memory, re-parsed, and the finding was gone */
};

enum suppression { SUPPRESSED_NOT, SUPPRESSED_IN_SOURCE, SUPPRESSED_BASELINE, SUPPRESSED_DETACHED };

struct finding {
    const char *check;    /* id */
    const char *kind;     /* sub-kind within the check, such as "exception", "fatal"; may be NULL */
    enum severity severity;
    const char *message;  /* one sentence, no trailing stop: what will happen */
    struct place place;
    const char *function; /* qualified name of the function it stands in: part of the fingerprint */
    const char *subject;  /* what the finding is about independent of place (callee, entry, channel): part of the
                             fingerprint, may be NULL */
    VEC(struct trace_step) trace;
    VEC(struct related) related;
    VEC(struct fix) fixes;
    enum suppression suppression;
    const char *suppression_reason;
    char fingerprint[HASH_HEX]; /* ours: check, function, subject, normalised line text, occurrence */
};

#define FINDING_GAP "gap"

struct finding_list {
    struct arena *arena;
    VEC(struct finding) items;
    VEC(struct finding) gaps; /* no findings: functions that a check did not follow to their end; kind FINDING_GAP */
};

#endif
