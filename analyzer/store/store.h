/* The cache on disk: what unchanged translation units gave last time (SQLite; schema.sql).
 *
 * Only a cache: the run's result never depends on it.  store_open always gives a store; where the file can't
 * be used (unwritable place, full disk, another program's file) the store is off: every look-up misses, every
 * save does nothing, and a sentence says so once.  A file of another version or schema is emptied; a corrupt
 * one (SQLite says so, or a row's checksum does not match) is moved aside to <path>.corrupt, at open or in
 * the middle of a run, and everything found afterwards misses.
 *
 * What holds always: a TU is answered only if its key is equal and every file it read still has the content
 * it had, and every file that it looked for in vain is still not there.  Content is hashed once per run and
 * file; a file whose size, times and inode are those recorded is not read again, unless it was changed so
 * shortly before it was recorded that its times can't tell (git's "racily clean").
 *
 * One thread per store.  Several processes may use one file: readers never wait, writers wait for each other
 * up to 3 s; what can't be saved by then is not saved, and at the third time nothing more is in this run.
 * Never let a transaction wait for something else.
 *
 * Memory: results live in the arena that the call takes; a NULL `err` is allowed everywhere.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/vec.h"
#include "frontend/frontend.h"

struct store;

struct store_blob {
    const void *bytes;
    size_t count;
};

enum store_state {
    STORE_READY,
    STORE_READ_ONLY, /* look-ups work, saves do nothing */
    STORE_OFF
};

struct store_options {
    const char *version; /* of everything that makes results: program, libclang, byte formats; another one
                            empties the file */
    uint32_t busy_ms;    /* 0: 3,000 */
};

/* Opens or creates `path` (its directory too, with a .gitignore inside if it had to be made); NULL: off,
 * quietly. Never NULL.  `note` is filled when there is something to tell the user (rebuilt, moved aside,
 * can't be used); the run goes on all the same. */
struct store *store_open(struct arena *arena, const char *path, const struct store_options *options,
                         struct err *note);
enum store_state store_state(const struct store *store);
/* Ends an open transaction (rolls back) and closes. NULL is fine. */
void store_close(struct store *store);

/* A sentence about something that happened since the last call (moved aside in mid-run, saving stopped since
 * the disk is full), or NULL.  Lives as long as the store. */
const char *store_take_note(struct store *store);

/* Saves between begin and commit are one transaction; without, each save is its own.  begin may be called
 * when one is open (nothing happens). */
enum err_code store_begin(struct store *store, struct err *err);
enum err_code store_commit(struct store *store, struct err *err);

/* ---- files ---- */

/* The file's content hash now (hash_bytes128 of its bytes), asked of the disk at most once per run: after
 * that the memory answers, until store_forget_files.  ERR_INPUT where it can't be read. */
enum err_code store_hash_file(struct store *store, const char *path, struct hash128 *hash, struct err *err);
/* What the TUs that were found or saved in this run had read as this file: a fix may edit nothing else.
 * False: no TU read it.  Two TUs that read different contents (it was changed in between) give the zero hash.
 */
bool store_seen_hash(struct store *store, const char *path, struct hash128 *hash);
/* Long-lived processes call this before each run. */
void store_forget_files(struct store *store);

/* ---- translation units ---- */

struct store_func {
    struct store_blob ir;    /* ir_write_func */
    struct store_blob facts; /* what the checks' extract gave, the caller's format; may be empty */
};

struct store_tu {
    struct hash128 key;      /* version + command + models, the caller's: everything but the files' content */
    const char *path;        /* main file, for messages and statistics */
    uint32_t status;         /* enum tu_status */
    struct store_blob meta;  /* counters, diagnostics, notes, group: the caller's format */
    struct store_blob decls; /* ir_write_decls */
    const struct tu_input *inputs;
    uint32_t input_count;
    const struct store_func *funcs;
    uint32_t func_count;
};

struct store_found_tu {
    uint32_t status;
    struct store_blob meta;
    struct hash128
        result; /* of status, meta, decls and funcs: equal results, equal hash. Run keys are made of it */
};

struct store_tu_body {
    struct store_blob decls;
    const struct hash128
        *funcs; /* for store_load_func, in the order saved; equal functions of many TUs are equal */
    uint32_t func_count;
};

enum store_answer {
    STORE_MISS,  /* never seen */
    STORE_STALE, /* seen, but a file it read has changed, appeared or gone */
    STORE_HIT
};

/* `out` is filled only for STORE_HIT. */
enum store_answer store_find_tu(struct store *store, struct arena *arena, struct hash128 key,
                                struct store_found_tu *out);
/* The large part, for link; false when it isn't there or is corrupt: then the TU must be parsed.  Asks
 * nothing about files: only for what store_find_tu or store_save_tu of this run answered. */
bool store_load_tu(struct store *store, struct arena *arena, struct hash128 key, struct store_tu_body *out);
/* One function of a body; false as above. */
bool store_load_func(struct store *store, struct arena *arena, struct hash128 name, struct store_func *out);

/* Replaces what the key had.  `*result` (may be NULL) as store_found_tu's; it is right also when nothing is
 * saved. */
enum err_code store_save_tu(struct store *store, const struct store_tu *tu, struct hash128 *result,
                            struct err *err);

/* ---- link-time values ---- */

/* Bytes under a key of the caller's (a function's summary under its IR's hash and its callees' summaries). */
bool store_find_summary(struct store *store, struct arena *arena, struct hash128 key, struct store_blob *out);
enum err_code store_save_summary(struct store *store, struct hash128 key, struct store_blob bytes,
                                 struct err *err);

/* ---- runs ---- */

struct store_finding {
    const char *fingerprint, *check, *path; /* path: as the caller shows it */
    uint32_t severity, line;
    struct store_blob bytes; /* finding/bytes.h */
};

struct store_edge { /* of the call graph or the spawn tree, for `report map` */
    const char *caller, *callee;
    uint32_t kind; /* the caller's enum */
};

struct store_run {
    struct hash128 key;     /* over all TUs' keys and results, the checks and their options: the caller's */
    int64_t started;        /* seconds since the epoch; never in deterministic output */
    struct store_blob meta; /* counters for the summary */
    const struct store_finding *findings;
    uint32_t finding_count;
    const struct store_edge *edges;
    uint32_t edge_count;
};

/* The run with this key; the newest one where `key` is NULL.  Findings and edges in the order saved. */
bool store_find_run(struct store *store, struct arena *arena, const struct hash128 *key,
                    struct store_run *out);
enum err_code store_save_run(struct store *store, const struct store_run *run, struct err *err);

/* ---- housekeeping ---- */

/* Drops TUs and runs not used for `days`, and functions, summaries and files that nothing names any more; at
 * most once a day, otherwise nothing happens.  0 days: now, and all that was not used today.  Call it after a
 * run that saved something. */
enum err_code store_collect(struct store *store, uint32_t days, struct err *err);

struct store_stats {
    uint64_t tus, funcs, files, runs, bytes;
    uint64_t stats, hashed; /* of this run: files asked of the system, files read */
};
void store_get_stats(struct store *store, struct store_stats *out);

#endif
