/* Fixes: edits on one base, checked, shown as a diff, verified by the driver, applied at once or not at all.
 *
 * A fix_plan starts from findings and the texts they were found in.  plan_build picks of each finding the
 * first fix that can be offered, refuses what must not be edited (with a sentence), merges equal edits (a
 * header's, seen from many TUs) by real path, and leaves out of two fixes whose edits overlap the later one.
 * plan_verify asks the driver whether the result holds.  plan_apply writes: all files to temporaries beside
 * them first, then the renames.
 *
 * Offsets are bytes in the analysed text.  A file whose content is no longer the analysed one is refused.
 */
#ifndef FIX_FIX_H
#define FIX_FIX_H

#include "base/buf.h"
#include "base/err.h"
#include "finding/finding.h"
#include "finding/sources.h"

enum fix_state {
    FIX_PLANNED,  /* edits are in the plan */
    FIX_REFUSED,  /* must not be edited: `reason` */
    FIX_CONFLICT, /* overlaps an earlier one: run again after applying */
    FIX_FAILED    /* verification said no: `reason` */
};

struct fix_item {
    uint32_t finding; /* index in the list */
    uint32_t fix;     /* index in the finding's fixes */
    enum fix_state state;
    const char *reason;
    bool verified;
};

struct fix_file { /* one per real path, sorted by path */
    const char *path;
    struct hash128 base_hash;
    const char *base, *text; /* before and after */
    size_t base_length, length;
};

struct fix_plan {
    struct arena *arena;
    const struct finding_list *findings;
    struct sources *sources;
    const char *root; /* absolute real path: nothing outside is ever written */
    VEC(struct fix_item) items;
    VEC(struct fix_file) files; /* of the FIX_PLANNED items */
};

/* What the driver says about a set of files with new texts. */
struct fix_verdict {
    const char *new_diagnostic; /* the first new Error or Warning, a sentence; NULL: none */
    const char *new_finding;    /* the first finding that was not there; NULL: none */
    bool still_there;           /* the finding that was to go */
};

/* Re-analyses, with the texts of `files` in memory, what reads them.  `finding`: index of the one that should
 * be gone. An error means that it could not be asked; the fix then is not offered. */
typedef enum err_code (*fix_verify_fn)(void *context, const struct fix_file *files, uint32_t file_count,
                                       uint32_t finding, struct fix_verdict *verdict, struct err *err);

/* Fails only where nothing can be planned at all. */
enum err_code fix_plan_build(struct arena *arena, const struct finding_list *findings,
                             struct sources *sources, const char *root, struct fix_plan *out,
                             struct err *err);
/* Each planned item alone first; those that hold are put together and verified once more as a whole; where
 * the whole fails, items are taken back one by one, last first, until it holds. */
enum err_code fix_plan_verify(struct fix_plan *plan, fix_verify_fn verify, void *context, struct err *err);

/* Unified diff, paths a/ and b/ relative to the root, 3 lines of context; `patch -p1` and `git apply` take
 * it. */
void fix_write_diff(struct buf *out, const struct fix_plan *plan);
/* For clang-apply-replacements: one YAML document (TranslationUnitReplacements). */
void fix_write_yaml(struct buf *out, const struct fix_plan *plan, const char *main_file);
/* All or nothing as far as the system allows: every new text is on disk before the first rename; a failed
 * rename puts the files renamed before back.  ERR_INPUT: a file changed since it was analysed, or lies
 * outside the root. */
enum err_code fix_plan_apply(const struct fix_plan *plan, struct err *err);

#endif
