/* One command as the build ran it -> a job that libclang can run. */
#ifndef COMPDB_COMMAND_H
#define COMPDB_COMMAND_H

#include "compdb/compdb.h"
#include "compdb/words.h"

struct command {
    const char *directory; /* absolute */
    const char *file;      /* absolute, normal */
    const char *output;    /* as the database says, may be NULL */
    struct words words;    /* the compiler first; response files not yet read */
};

/* What is the same for all commands of a run. */
struct command_context {
    struct arena *arena;
    const struct compdb_options *options;
    struct compdb *db;        /* takes the notes */
    const char *resource_dir; /* NULL: libclang's own search */
    VEC(struct command_answer) answers; /* drivers asked so far */
};

/* False: nothing to analyse in it (said in a note, or in `err` when the entry is broken: then err->code is set). */
bool command_clean(struct command_context *context, const struct command *command, struct compdb_job *job,
                   struct err *err);

/* "uv" of CMakeFiles/uv.dir/src/x.o, "app" of meson's app.p/x.o and bazel's _objs/app/x.o; NULL when it shows none. */
const char *command_group(struct arena *arena, const char *output);

/* By the file's name alone. */
enum compdb_language command_language(const char *path);

#endif
