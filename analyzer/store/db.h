/* The connection behind the store: opening, statements, transactions, and what becomes of an error.
 *
 * One rule for errors: a failed look-up is a miss, a failed save ends saving for this run.  Whatever SQLite
 * calls corrupt is moved aside at once and an empty file takes its place; all statements are then gone, so
 * that a caller returns after the first failure.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <sqlite3.h>

#include "store/files.h"
#include "store/store.h"

/* Of schema.sql and of the meaning of its columns. */
#define STORE_SCHEMA "1"

enum statement {
#define STATEMENT(name, sql) DB_##name,
#include "store/statements.def"
#undef STATEMENT
    STATEMENT_COUNT
};

struct store {
    struct arena *arena;
    const char *path, *version;
    int busy_ms;
    enum store_state state;
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    bool in_transaction;
    uint64_t generation;    /* of the file behind `path`: another after it was moved aside or rolled back */
    uint64_t device, inode; /* of the file opened, to see that another process has moved it aside already */
    uint32_t busy;          /* how often another run kept us from saving */
    const char *note;
    struct files files;
    VEC(int64_t) used; /* rows of tu found in this run, last used on another day */
};

/* Opens, checks version and schema, makes or empties the file as needed; sets state and note. */
void db_open(struct store *store);
void db_close(struct store *store);

/* A statement, reset, without bindings; NULL when the store is off or it can't be prepared. */
sqlite3_stmt *db_start(struct store *store, enum statement which);
/* True at a row.  At the end or after trouble the statement is reset (or gone): don't touch it. */
bool db_row(struct store *store, sqlite3_stmt *statement);
/* Runs a statement to its end and forgets its rows; false after trouble. */
bool db_run(struct store *store, sqlite3_stmt *statement);
/* The first column of the only row; 0 after trouble (ids start at 1). */
int64_t db_run_id(struct store *store, sqlite3_stmt *statement);

/* A writing transaction, or the one that is open; `*own` says which, and goes to db_end. */
bool db_begin(struct store *store, bool *own);
/* Commits where own and ok; after a failure everything is rolled back and saving ends. */
bool db_end(struct store *store, bool own, bool ok);

/* ERR_NONE, or why nothing could be saved. */
enum err_code db_saved(const struct store *store, bool ok, struct err *err);

/* A row that does not have the content it was saved with. */
void db_found_corrupt(struct store *store);

void db_bind_hash(sqlite3_stmt *statement, int index, struct hash128 hash);
void db_bind_blob(sqlite3_stmt *statement, int index, struct store_blob blob);
void db_bind_text(sqlite3_stmt *statement, int index, const char *text);
/* A blob of another size is the zero hash. */
struct hash128 db_column_hash(sqlite3_stmt *statement, int column);
struct store_blob db_column_blob(struct arena *arena, sqlite3_stmt *statement, int column);
const char *db_column_text(struct arena *arena, sqlite3_stmt *statement, int column);

/* Days since the epoch. */
int64_t db_today(void);

#endif
