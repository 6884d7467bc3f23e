/* One run: from a compile database to findings in order.  run_check is the pipeline and fits on a screen.
 *
 * Use: run_open, one of run_check and run_build, then read; run_close.  Everything lives in the run's arena, which
 * run_close frees.  Nothing here prints: what the user should hear of is in `notes` (about the run) and in the
 * report (about files).
 */
#ifndef DRIVER_RUN_H
#define DRIVER_RUN_H

#include "base/map.h"
#include "check/check.h"
#include "compdb/compdb.h"
#include "driver/config.h"
#include "driver/cost.h"
#include "driver/pool.h"
#include "driver/result.h"
#include "finding/baseline.h"
#include "finding/sources.h"
#include "link/program.h"
#include "report/report.h"
#include "store/store.h"

struct run_options {
    const char *program;      /* this binary, for workers */
    const char *build;        /* -p: a database or its directory; NULL: looked for from the working directory */
    const char *const *paths; /* only findings below these; with `fixed`, the files to analyse */
    uint32_t path_count;
    bool fixed;               /* no database: `flags` are every file's command */
    const char *const *flags;
    uint32_t flag_count;
    const char *query_driver;
    const char *config;            /* NULL: the nearest .spawnlint.yaml */
    const char *const *checks;     /* further globs, after the configuration's */
    uint32_t check_count;
    bool strict;                   /* on top of the configuration's */
    const char *baseline;          /* instead of the configuration's; NULL: that one */
    bool no_baseline;
    const char *store;             /* NULL: .spawnlint/cache.sqlite in the project's root */
    bool no_store;
    uint32_t workers;              /* 0: one per processor */
    uint32_t timeout_ms;           /* per TU, 0: the pool's default */
    bool reconcile;                /* count calls that lowering missed */
    bool report_unused;            /* suppressions that nothing needs */
    bool only_paths;               /* analyse nothing but the sources below `paths`: scan, dump of one file */
    void (*progress)(void *context, uint32_t done, uint32_t total, const char *path);
    void *context;
};

struct run_tu {
    const struct compdb_job *job;
    const char *group;       /* program group, "" when nothing says */
    struct hash128 key;      /* version, command, models: all but the files' content */
    struct hash128 content;  /* of the result: equal results, equal hash */
    struct tu_result result; /* blobs are shared between TUs */
    uint32_t same_as;        /* index of an earlier TU with the same key (another program's), else its own */
    bool known;              /* has a result */
    bool cached;             /* from the store */
};

struct run_blob { /* one function's bytes, however many TUs have it */
    struct hash128 hash;
    struct store_func func;
};

struct run {
    struct arena *arena;
    const struct run_options *options;
    struct config config;
    struct compdb db;
    VEC(struct model_text) model_texts;
    struct model_set *models;
    struct baseline baseline;  /* of config.baseline */
    const char *configured_baseline; /* what the configuration names, also with no_baseline */
    struct store *store;
    struct hash128 base_key;   /* version and models: the part of every TU's key that is the run's */
    VEC(struct run_tu) tus;    /* in the database's (sorted) order */
    VEC(struct run_blob) blobs;
    struct map blob_by_hash;
    VEC(const char *) notes;   /* sentences for stderr */
    struct pool_end pool;      /* of the parsing */
    struct program *program;   /* NULL when the findings came from the store */
    struct finding_list raw;   /* as the checks reported them */
    struct finding_list findings; /* in order, with policy, suppressions and baseline applied */
    struct check_stats stats;
    struct sources *sources;
    struct report report;      /* for the reporters */
    bool recalled;             /* findings came from the store */
    struct cost cost;          /* CPU by stage; never in a report */
    VEC(struct frontend_unsaved) unsaved; /* texts that stand before the disk's, for fix verification */
    bool degraded;             /* some TU was had only at the second try: nothing of this run's findings is kept */
};

/* Configuration, commands, models, store. ERR_USAGE for the configuration and for paths that don't exist, ERR_INPUT for
 * the database. */
enum err_code run_open(struct run *run, const struct run_options *options, struct err *err);
/* The pipeline.  After ERR_CANCELLED what was parsed is in the store. */
enum err_code run_check(struct run *run, struct err *err);
/* The pipeline as far as the linked program, never from the store's findings: for dump, map and fix. */
enum err_code run_build(struct run *run, struct err *err);
/* As far as the results of all TUs, with their functions: for scan. */
enum err_code run_load(struct run *run, struct err *err);
void run_close(struct run *run);

/* 0, 1, 3 as DESIGN.md says; `max_partial` in percent. */
int run_exit_status(const struct run *run, enum fail_on fail_on, bool allow_incomplete, double max_partial);
/* Fills run->report; call it after run_check. */
void run_fill_report(struct run *run, double max_partial);

/* ---- the stages, in order; driver/ and its tests only ---- */

void run_init(struct run *run, const struct run_options *options);
/* Configuration, models, store, once db.root is known. */
enum err_code run_configure(struct run *run, struct err *err);

enum err_code run_parse(struct run *run, struct err *err);
bool run_recall(struct run *run);
enum err_code run_load_bodies(struct run *run, struct err *err);
enum err_code run_link(struct run *run, struct err *err);
void run_judge(struct run *run);
void run_remember(struct run *run);
void run_finish(struct run *run);

void run_note(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
