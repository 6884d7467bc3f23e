/* .spawnlint.yaml: what a project wants checked, and how strictly.
 *
 * The nearest file upward from the project's root wins; with `inherit: true` the next one upward is read before it:
 * lists add up (the nearer one's entries last), single values are replaced.  Unknown keys and unknown check ids are
 * errors with the nearest spelling, code ERR_USAGE.  Relative paths are the file's own directory's.
 * Everything lives in the arena given.
 */
#ifndef DRIVER_CONFIG_H
#define DRIVER_CONFIG_H

#include "base/buf.h"
#include "check/check.h"
#include "finding/order.h"

struct config_option { /* of a check */
    const char *check, *name, *value;
};

struct config_program {
    const char *name;
    VEC(const char *) globs; /* of paths below the directory of the file that says it */
    const char *directory;
};

enum fail_on { FAIL_ON_NOTE, FAIL_ON_WARNING, FAIL_ON_ERROR, FAIL_NEVER }; /* the first three as enum severity */

struct config {
    VEC(const char *) files;  /* read, the nearest first; none: defaults */
    VEC(const char *) checks; /* globs, in order, "-glob" leaves out; the last that matches wins */
    VEC(struct config_option) options;
    VEC(struct severity_rule) severity;
    VEC(const char *) exclude;
    VEC(const char *) models; /* absolute */
    VEC(const char *) wrappers;
    VEC(const char *) contexts;   /* qualified names of classes */
    VEC(const char *) stop_flags; /* globs */
    VEC(const char *) headers;    /* globs of absolute directories */
    uint32_t block_classes;       /* BLOCK_BITs; 0: the usual ones */
    VEC(struct config_program) programs;
    const char *baseline; /* absolute, NULL: none */
    enum fail_on fail_on;
    bool strict, inherit;
    uint32_t panic_kinds; /* PANIC_BITs; 0: all */
};

/* `path` NULL: looked for from `root` upward; none there is fine. */
enum err_code config_load(struct arena *arena, const char *root, const char *path, struct config *out, struct err *err);

/* Does the configuration run this check? */
bool config_enables(const struct config *config, const struct check *check);
/* The value of a check's option, NULL where it says nothing. */
const char *config_option(const struct config *config, const struct check *check, const char *name);
/* The program that `programs:` puts the file in, or NULL. */
const char *config_program_of(const struct config *config, const char *path);

/* Are the headers of a directory that a command gives as a system one the project's own? */
bool config_owns_headers(const struct config *config, const char *directory);

/* Adds "glob" or "-glob", as --checks does; ERR_USAGE where it matches no check. */
enum err_code config_add_check(struct arena *arena, struct config *config, const char *glob, struct err *err);
/* The glob behind its sign. */
const char *config_unsigned(const char *glob);
bool fail_on_parse(const char *text, enum fail_on *out);

/* The effective configuration as YAML, for `config show`. */
void config_print(struct buf *out, const struct config *config);

#endif
