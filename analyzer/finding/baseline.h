/* The baseline: findings that a project has accepted for now, as a JSON file that is committed with it.
 *
 * Matched by fingerprint alone; check, path and message are there for people who review the file.  Sorted,
 * one finding per entry, so that merges are easy.  Paths are relative to the root.
 */
#ifndef FINDING_BASELINE_H
#define FINDING_BASELINE_H

#include "base/buf.h"
#include "base/err.h"
#include "finding/finding.h"

struct baseline_entry {
    const char *fingerprint, *check, *path, *function, *message;
    bool seen; /* baseline_apply: a finding matched it */
};

struct baseline {
    VEC(struct baseline_entry) entries; /* sorted by path, check, fingerprint */
};

/* A missing file is ERR_INPUT, another shape or version too; the sentence names the file and the place. */
enum err_code baseline_load(struct arena *arena, const char *path, struct baseline *out, struct err *err);
/* Marks findings that it holds (those not suppressed otherwise) and its own entries as seen. */
void baseline_apply(struct baseline *baseline, struct finding_list *list);
/* create: everything not suppressed in source; update (`previous` given): of that only what it held already,
 * so that a baseline only shrinks. */
void baseline_make(struct arena *arena, const struct finding_list *list, const char *root,
                   const struct baseline *previous, struct baseline *out);
void baseline_write(struct buf *out, const struct baseline *baseline);

#endif
