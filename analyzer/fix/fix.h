/* Fixes: edits on one base, checked, shown as a diff, verified by the driver, applied at once or not at all.
 *
 * A plan starts from findings and the texts they were found in.  fix_plan_build picks of each finding the
 * first fix that can be offered, refuses what must not be edited (with a sentence), merges equal edits (a
 * header's, seen from many TUs) by real path, and leaves out of two fixes whose edits overlap the later one.
 * fix_plan_verify asks the driver whether the result holds.  fix_plan_apply writes: all files to temporaries
 * beside them first, then the renames.
 *
 * Offsets are bytes in the analysed text.  A file whose content is no longer the analysed one is refused.
 * Everything lives in the arena given; the findings and sources must outlive the plan.
 */
#ifndef FIX_FIX_H
#define FIX_FIX_H

#include "base/buf.h"
#include "base/err.h"
#include "finding/finding.h"
#include "finding/sources.h"

enum fix_state {
    FIX_PLANNED,  /* its edits are in the plan's files */
    FIX_REFUSED,  /* must not be edited: `reason` */
    FIX_CONFLICT, /* overlaps an earlier one: run again after applying */
    FIX_FAILED    /* verification said no: `reason` */
};

struct fix_item {
    uint32_t finding; /* index in the list */
    uint32_t fix;     /* index in the finding's fixes */
    enum fix_state state;
    const char *reason; /* a sentence, of all states but FIX_PLANNED */
    bool verified;
};

struct fix_file { /* one per real path, sorted by path */
    const char *path;
    struct hash128 base_hash;
    const char *base, *text; /* before and after */
    size_t base_length, length;
    VEC(struct fix_edit) edits; /* sorted, disjoint, includes among them; equal ones of several fixes once */
};

struct fix_files {
    VEC(struct fix_file) items;
};

struct fix_options {
    const char *root; /* absolute: nothing that lies outside, symlinks resolved, is ever written */
    /* The content that was analysed; NULL, or false for a path: not known, the sources' text is taken for it.
     */
    bool (*analysed_hash)(void *context, const char *path, struct hash128 *hash);
    void *context;
};

struct fix_plan {
    struct arena *arena;
    const struct finding_list *findings;
    struct sources *sources;
    const char *root;           /* real path */
    VEC(struct fix_item) items; /* in the findings' order; of those not suppressed that have a fix */
    struct fix_files files;     /* of all FIX_PLANNED items together */
};

/* What the driver says about files with new texts. */
struct fix_verdict {
    const char *new_diagnostic; /* the first new Error or Warning, a sentence; NULL: none */
    const char *new_finding;    /* the message of the first finding that was not there; NULL: none */
    bool still_there;           /* one of the findings that were to go */
};

/* Analyses what reads these files again, with the new texts in memory.  `findings`: indices of those that
 * should be gone.  An error means that it could not be asked: then nothing is offered. */
typedef enum err_code (*fix_verify_fn)(void *context, const struct fix_files *files, const uint32_t *findings,
                                       uint32_t finding_count, struct fix_verdict *verdict, struct err *err);

void fix_plan_build(struct arena *arena, const struct finding_list *findings, struct sources *sources,
                    const struct fix_options *options, struct fix_plan *out);
/* All together first: mostly that holds, and costs one analysis.  Otherwise one after the other, each on top
 * of those that held before; what does not hold becomes FIX_FAILED. */
enum err_code fix_plan_verify(struct fix_plan *plan, fix_verify_fn verify, void *context, struct err *err);

/* Unified diff, paths a/ and b/ relative to the root, 3 lines of context; `patch -p1` and `git apply` take
 * it. */
void fix_write_diff(struct buf *out, const struct fix_plan *plan);
/* For clang-apply-replacements: one YAML document (TranslationUnitReplacements). */
void fix_write_yaml(struct buf *out, const struct fix_plan *plan, const char *main_file);
/* All or nothing as far as the system allows: every new text is on disk before the first rename; when a
 * rename fails, the files renamed before get their old text back.  ERR_INPUT: a file changed since it was
 * analysed. */
enum err_code fix_plan_apply(const struct fix_plan *plan, struct err *err);

#endif
