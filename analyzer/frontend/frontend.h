/* One TU: libclang's cursors to IR.  The only folder that sees clang's headers.
 *
 * frontend_lower never ends the process for bad input; a crash of libclang is the worker process's matter
 * (driver/).  Call it on a thread with a large stack (frontend_on_large_stack).  One call at a time per process.
 */
#ifndef FRONTEND_FRONTEND_H
#define FRONTEND_FRONTEND_H

#include "base/err.h"
#include "base/hash.h"
#include "compdb/compdb.h"
#include "ir/ir.h"

enum tu_status {
    TU_OK,
    TU_PARTIAL, /* parsed with Errors: the functions that hold one are HAVOC */
    TU_FAILED   /* no tree */
};

enum tu_severity { TU_NOTE, TU_WARNING, TU_ERROR, TU_FATAL };

struct tu_diagnostic {
    enum tu_severity severity;
    const char *path; /* may be NULL */
    uint32_t line, column;
    const char *text;
};

struct tu_input { /* a file that was read, or (absent) one that would have been found earlier had it existed */
    const char *path; /* real path; for absent ones the path tried */
    struct hash128 hash;
    bool absent, is_system;
};

struct tu_missed { /* a Call reference of the index API that no lowered call accounts for */
    const char *path;
    uint32_t line, column;
    const char *callee;
};

struct tu {
    enum tu_status status;
    struct ir_module *module; /* NULL when failed */
    VEC(struct tu_diagnostic) diagnostics; /* Errors and Fatals */
    VEC(struct tu_input) inputs;           /* sorted by path */
    uint32_t functions, partial_functions;
    uint64_t instrs, havoc[HAVOC_COUNT];
    uint64_t calls_indexed, calls_missed; /* when options->reconcile */
    VEC(struct tu_missed) missed;
    double parse_seconds, lower_seconds;  /* CPU of this thread; never in any deterministic output */
};

struct frontend_options {
    /* A callee that has a model: its body in a system header is not lowered. NULL: none. */
    bool (*is_modelled)(void *context, const char *qualified_name);
    void *context;
    bool reconcile;          /* ask the index API what lowering missed (4 to 22 % of a parse) */
    bool no_instantiations;  /* the retry after a crash */
    uint32_t max_depth;      /* of nesting; 0: default (200,000 on the large stack) */
    uint32_t max_instrs;     /* per function; 0: default (2,000,000) */
    const struct frontend_unsaved *unsaved; /* texts in memory for fix verification and editors */
    uint32_t unsaved_count;
};

struct frontend_unsaved {
    const char *path, *text;
    size_t length;
};

/* Fills `out` (arena); returns an error only where not even `out` makes sense. A failed TU is a status. */
enum err_code frontend_lower(struct arena *arena, const struct compdb_job *job, const struct frontend_options *options,
                             struct tu *out, struct err *err);

/* Runs fn(arg) on a thread with a 512 MB stack (lazily committed) and LIBCLANG_NOTHREADS set; joins. */
enum err_code frontend_on_large_stack(void (*fn)(void *), void *arg, struct err *err);

/* "clang version 19.1.7 ...": part of every cache key. */
const char *frontend_version(struct arena *arena);

#endif
