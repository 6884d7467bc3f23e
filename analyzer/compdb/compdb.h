/* compile_commands.json and fixed flags, as jobs that libclang can run.
 *
 * Everything lives in the arena given.  Nothing named in the database is executed, except the compiler driver asked
 * for its include paths and target, and that only when `query_driver` says so.
 */
#ifndef COMPDB_COMPDB_H
#define COMPDB_COMPDB_H

#include <stdbool.h>

#include "base/err.h"
#include "base/vec.h"

enum compdb_language { LANG_C, LANG_CXX, LANG_OTHER /* assembler, CUDA, ...: skipped with a note */ };

struct compdb_job {
    const char *directory; /* absolute; where the command ran */
    const char *file;      /* absolute, lexically normal; as libclang is given it */
    const char *real_path; /* symlinks resolved; == file where the file is missing */
    const char *output;    /* as in the command or the database, may be NULL */
    const char *group;     /* program group that the output path shows (CMake's <target>.dir), may be NULL */
    enum compdb_language language;
    const char **args;     /* for clang_parseTranslationUnit2FullArgv: args[0] the compiler's name, cleaned flags; without the source */
    uint32_t arg_count;
    uint32_t entry;        /* index in the database, for messages */
};

struct compdb_note { /* something dropped, merged or odd; shown by `config show`, counted in the summary */
    const char *text;
};

struct compdb {
    VEC(struct compdb_job) jobs; /* sorted by real path, flags, group: the order of the file never shows */
    VEC(struct compdb_note) notes;
    uint32_t broken;  /* entries left out because they can't be read: what they compile is lost to the analysis */
    const char *path; /* of the database, NULL for fixed flags */
    const char *root; /* project root: nearest .git, .spawnlint.yaml or the database's directory upward */
};

struct compdb_options {
    const char *query_driver; /* glob of compilers that may be asked for include paths, NULL: none */
    const char *resource_dir; /* clang's, NULL: found */
    const char *const *extra_args; /* appended to each command */
    uint32_t extra_arg_count;
};

/* `path`: the JSON file or the directory that holds it. */
enum err_code compdb_load(struct arena *arena, const char *path, const struct compdb_options *options,
                          struct compdb *out, struct err *err);
/* The fixed flags behind `--`, for the files given. */
enum err_code compdb_fixed(struct arena *arena, const char *directory, const char *const *files, uint32_t file_count,
                           const char *const *flags, uint32_t flag_count, const struct compdb_options *options,
                           struct compdb *out, struct err *err);
/* `.`, `build/`, and upward from `start`; NULL when there is none (then the sentence for the user is in err). */
const char *compdb_find(struct arena *arena, const char *start, struct err *err);

/* A job for a file without a command of its own (a header, a new source): that of its own source file or of its nearest
 * neighbour.  False when the file is neither C nor C++ or there are no jobs. */
bool compdb_infer(struct arena *arena, const struct compdb *db, const char *path, struct compdb_job *out);

#define COMPDB_HOW_TO_MAKE                                                                                            \
    "make one with `cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON`, with Meson (it always writes one into its build "      \
    "directory), or with `bear -- make`, and name its directory with -p"

#endif
