/* The check API: the only header that a check includes.
 *
 * A check is a constant struct and pure functions.  `extract` (may be NULL) runs per function before the link and may
 * export facts; `run` runs after it, sees the whole program, and reports.  A check asks for roles, never for function
 * names, and keeps no mutable file-scope state.  checks/<id>/check.c defines `const struct check check_<id>` (dashes
 * as underscores) and is found by the build, with its doc.md.  docs/writing-a-check.md is the tutorial.
 */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include "base/buf.h"
#include "facts/model.h"
#include "finding/finding.h"
#include "flow/panic.h"
#include "ir/cfg.h"
#include "ir/ir.h"
#include "ir/text.h"
#include "link/program.h"

struct check_pass;

enum {
    CHECK_OFF_BY_DEFAULT = 1,
};

struct check_option { /* `checks: {<id>: {<name>: value}}` in the configuration */
    const char *name, *doc, *value; /* value: the default, as text */
};

struct check {
    const char *id;    /* "spawn-without-recover" */
    const char *title; /* "An exception or exit leaves a task and ends the process" */
    const char *doc;   /* doc.md, whole: CHECK_DOC(spawn_without_recover) */
    const char *since; /* version that brought it */
    enum severity severity; /* its worst */
    uint32_t flags;
    const char *const *exports, *const *imports; /* names of facts, NULL-terminated; NULL: none */
    const struct check_option *options;          /* ends with a NULL name; NULL: none */
    void (*extract)(struct check_pass *pass, ir_func_id func);
    void (*run)(struct check_pass *pass);
};

#define CHECK_DOC(name) check_doc_##name

enum block_class {
#define BLOCK_CLASS(NAME, text, counts) BLOCK_##NAME,
#include "facts/block_classes.def"
#undef BLOCK_CLASS
    BLOCK_CLASS_COUNT
};
#define BLOCK_BIT(class_) (1u << (class_))

/* Configuration that all checks share; zero is the default. */
struct check_config {
    bool strict;                      /* unproven is a warning; unwrapped is a finding */
    uint32_t panic_kinds;             /* PANIC_BITs that count; 0: all */
    uint32_t block_classes;           /* BLOCK_BITs that count; 0: those of facts/block_classes.def */
    const char *const *stop_flags;    /* globs of variables that are stop flags whatever their names and types */
    uint32_t stop_flag_count;
    bool (*is_enabled)(void *context, const struct check *check); /* NULL: all that are not off by default */
    const char *(*option)(void *context, const struct check *check, const char *name); /* NULL result: the default */
    bool (*is_excluded)(void *context, const char *path); /* findings there are dropped; NULL: none */
    void *context;
    struct sources *sources; /* the texts that were analysed (finding/sources.h); NULL: edits of arguments are not offered */
};

/* What the reports count, beside the findings. */
struct check_stats {
    uint32_t spawns, wrapped, proven, not_proven, may_panic;
};

struct check_pass {
    struct arena *arena; /* the run's: findings live in it */
    const struct check *check;
    const struct program *program;
    const struct ir_module *module; /* the program's */
    const struct check_config *config;
    struct finding_list *findings;
    struct check_stats *stats;
    struct check_facts *facts;
};

/* ---- asking ---- */

/* The role of a call, by its callee's model; NULL for other instructions or none. */
const struct role *check_role(const struct check_pass *pass, ir_func_id func, ir_instr_id instr, enum role_kind kind);
const char *check_option_value(const struct check_pass *pass, const char *name);

/* Facts: exported in extract, asked for in run; values are small numbers, 0 absent. */
void check_export(struct check_pass *pass, const char *fact, ir_func_id func, uint64_t value);
uint64_t check_import(const struct check_pass *pass, const char *fact, ir_func_id func);

/* ---- reporting: a finding grows by calls ---- */

struct place check_place(const struct check_pass *pass, ir_span_id span);
/* The place of an instruction; in an instantiation, of its pattern. */
struct place check_instr_place(const struct check_pass *pass, ir_func_id func, ir_instr_id instr);
/* The written argument (from 0) of a call; no place (path NULL) where the text is not to be had or not plainly there: a
 * macro's body, a default argument, an operator. */
struct place check_argument_place(const struct check_pass *pass, ir_func_id func, ir_instr_id instr, uint32_t index);
/* What is written there; NULL where there is no place. */
const char *check_argument_text(const struct check_pass *pass, ir_func_id func, ir_instr_id instr, uint32_t index);
/* A function as people name it: `worker()`, `a lambda in serve()`, `Server::run()`. */
const char *check_func_name(const struct check_pass *pass, ir_sym_id sym);
const char *check_type_name(const struct check_pass *pass, ir_type_id type);

/* NULL where the place is none, excluded or already has this finding (one per check, place, kind and subject). */
struct finding *check_report(struct check_pass *pass, enum severity severity, const char *kind, ir_func_id func,
                             ir_instr_id instr, const char *subject, const char *format, ...)
    __attribute__((format(printf, 7, 8)));
/* The same at a span that is no instruction: a declaration, a definition. */
struct finding *check_report_at(struct check_pass *pass, enum severity severity, const char *kind, ir_func_id func,
                                ir_span_id span, const char *subject, const char *format, ...)
    __attribute__((format(printf, 7, 8)));
void check_step(struct check_pass *pass, struct finding *finding, struct place place, uint32_t task, uint32_t depth,
                const char *format, ...) __attribute__((format(printf, 6, 7)));
void check_related(struct check_pass *pass, struct finding *finding, struct place place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The steps from a function's entry to where the effect was raised. */
void check_panic_steps(struct check_pass *pass, struct finding *finding, const struct panic_effect *effect,
                       uint32_t task, uint32_t depth);

/* The check gave up on a function at a bound of steps: the report says so.  Once per check and function. */
void check_gap(struct check_pass *pass, ir_func_id func);

/* Fixes: begin, edit, include.  An edit of a span that can't be edited turns the fix into one not offered. */
struct fix *check_fix(struct check_pass *pass, struct finding *finding, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void check_fix_replace(struct check_pass *pass, struct fix *fix, ir_span_id span, const char *text);
/* Any place whose text is known to be what it should be, such as check_argument_place's. */
void check_fix_edit(struct check_pass *pass, struct fix *fix, struct place place, const char *text);
void check_fix_include(struct check_pass *pass, struct fix *fix, ir_span_id span, const char *header);
void check_fix_refuse(struct fix *fix, const char *reason);

/* ---- registry and scheduler ---- */

/* All checks, by id; NULL-terminated. */
extern const struct check *const check_table[];
const struct check *check_find(const char *id);
/* Ids, docs, imports of facts that nobody exports, cycles: the first fault in a sentence. */
bool check_validate(const struct check *const *table, struct err *err);
/* Runs what the configuration enables; findings are ordered by finding/ afterwards. */
void check_run_all(struct arena *arena, const struct program *program, const struct check_config *config,
                   struct finding_list *findings, struct check_stats *stats);

#endif
