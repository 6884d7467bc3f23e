#include "store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char schema[] = {
#include "store_schema.inc"
    0};

static const char *const statement_sql[] = {
#define STATEMENT(name, sql) [DB_##name] = sql,
#include "store/statements.def"
#undef STATEMENT
};

/* Only one note is kept, the first: later trouble mostly follows from it. */
static void set_note(struct store *store, const char *format, const char *why)
{
    if (!store->note)
        store->note = arena_printf(store->arena, format, store->path, why);
}

static void close_connection(struct store *store)
{
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        sqlite3_finalize(store->statements[i]);
        store->statements[i] = NULL;
    }
    sqlite3_close(store->db);
    store->db = NULL;
    store->in_transaction = false;
    store->generation++;
}

static bool is_corrupt(int code)
{
    code &= 0xff;
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_FORMAT;
}

static int execute(struct store *store, const char *sql)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL);
}

/* ---- opening ---- */

static int connect(struct store *store)
{
    int code = sqlite3_open_v2(
        store->path, &store->db,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
    if (code != SQLITE_OK)
        return code;
    sqlite3_extended_result_codes(store->db, 1);
    sqlite3_busy_timeout(store->db, store->busy_ms);
    /* A hostile file must not run code through its schema. */
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    if (!sqlite3_db_readonly(store->db, "main")) {
        code = execute(store, "PRAGMA journal_mode = WAL");
        if (code == SQLITE_OK)
            code = execute(store, "PRAGMA synchronous = NORMAL");
    }
    struct stat status;
    if (stat(store->path, &status) == 0) {
        store->device = status.st_dev;
        store->inode = status.st_ino;
    }
    return code;
}

/* 1: ours and current; 0: needs (re)building; a negative SQLite code otherwise. */
static int is_current(struct store *store)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->db,
                                  "SELECT count(*) FROM meta WHERE (name = 'schema' AND value = ?1) "
                                  "OR (name = 'version' AND value = ?2)",
                                  -1, &statement, NULL);
    if (code != SQLITE_OK)
        return (code & 0xff) == SQLITE_ERROR ? 0 : -code; /* no such table: empty or another program's */
    db_bind_text(statement, 1, STORE_SCHEMA);
    db_bind_text(statement, 2, store->version);
    code = sqlite3_step(statement);
    int current = code == SQLITE_ROW ? sqlite3_column_int(statement, 0) == 2 : -code;
    sqlite3_finalize(statement);
    return current;
}

/* A database whose tables are not ours is another program's: never emptied. */
static int is_ours_or_empty(struct store *store, bool *answer)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->db,
                                  "SELECT count(*), sum(name IN ('meta', 'tu', 'tu_body', 'version')) "
                                  "FROM sqlite_schema WHERE type = 'table'",
                                  -1, &statement, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
        *answer = code == SQLITE_ROW &&
                  (sqlite3_column_int(statement, 0) == 0 || sqlite3_column_int(statement, 1) == 4);
        code = code == SQLITE_ROW ? SQLITE_OK : code;
    }
    sqlite3_finalize(statement);
    return code;
}

/* In one transaction, so that two processes that start together don't meet half a schema. */
static int fill(struct store *store)
{
    int code = execute(store, "BEGIN IMMEDIATE");
    if (code != SQLITE_OK)
        return code;
    if (is_current(store) == 1)
        return execute(store, "COMMIT");
    code = execute(store, schema);
    sqlite3_stmt *statement = NULL;
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(store->db, "INSERT INTO meta VALUES('schema', ?1), ('version', ?2)", -1,
                                  &statement, NULL);
    if (code == SQLITE_OK) {
        db_bind_text(statement, 1, STORE_SCHEMA);
        db_bind_text(statement, 2, store->version);
        code = sqlite3_step(statement) == SQLITE_DONE ? SQLITE_OK : sqlite3_errcode(store->db);
    }
    sqlite3_finalize(statement);
    if (code == SQLITE_OK)
        code = execute(store, "COMMIT");
    return code;
}

/* SQLite's own way of emptying a database that others may have open. */
static int empty_file(struct store *store)
{
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_RESET_DATABASE, 1, NULL);
    int code = execute(store, "VACUUM");
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_RESET_DATABASE, 0, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (code == SQLITE_OK)
        code = execute(store, "PRAGMA journal_mode = WAL");
    return code;
}

static void turn_off(struct store *store, const char *why)
{
    set_note(store, "%s can't be used as a cache (%s); this run goes on without it", why);
    close_connection(store);
    store->state = STORE_OFF;
}

static int open_current(struct store *store)
{
    int code = connect(store);
    int current = code == SQLITE_OK ? is_current(store) : -code;
    if (current == 1)
        return SQLITE_OK;
    if (current < 0)
        return -current;
    bool ours = false;
    code = is_ours_or_empty(store, &ours);
    if (code != SQLITE_OK)
        return code;
    if (!ours)
        return SQLITE_MISMATCH;
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(store->db, "SELECT 1 FROM meta", -1, &statement, NULL) == SQLITE_OK) {
        set_note(store, "%s was made by another version and starts empty%s", "");
        code = empty_file(store);
    }
    sqlite3_finalize(statement);
    return code == SQLITE_OK ? fill(store) : code;
}

/* Another process may have done it already: then the path names another file than the one we had open. */
static bool already_moved(const struct store *store)
{
    struct stat status;
    if (stat(store->path, &status) != 0)
        return true;
    return store->inode &&
           ((uint64_t)status.st_ino != store->inode || (uint64_t)status.st_dev != store->device);
}

static void move_aside(struct store *store)
{
    close_connection(store);
    int lock = open(arena_printf(store->arena, "%s.lock", store->path), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock >= 0)
        flock(lock, LOCK_EX);
    if (!already_moved(store)) {
        char *aside = arena_printf(store->arena, "%s.corrupt", store->path);
        if (rename(store->path, aside) != 0)
            unlink(store->path);
        unlink(arena_printf(store->arena, "%s-wal", store->path));
        unlink(arena_printf(store->arena, "%s-shm", store->path));
    }
    if (lock >= 0)
        close(lock);
    set_note(store, "%1$s was corrupt; it was moved to %1$s.corrupt and the cache starts empty%2$s", "");
}

static const char *why_not(int code, const struct store *store)
{
    if (code == SQLITE_MISMATCH)
        return "another program's database";
    if ((code & 0xff) == SQLITE_CANTOPEN)
        return strerror(store->db && sqlite3_system_errno(store->db) ? sqlite3_system_errno(store->db)
                                                                     : EACCES);
    return sqlite3_errstr(code);
}

/* A device or a directory that was named by mistake stays where it is. */
static bool may_be_moved(const struct store *store)
{
    struct stat status;
    return stat(store->path, &status) == 0 && S_ISREG(status.st_mode);
}

void db_open(struct store *store)
{
    int code = open_current(store);
    if (is_corrupt(code) && may_be_moved(store)) {
        move_aside(store);
        code = open_current(store);
    }
    if (code != SQLITE_OK)
        turn_off(store, why_not(code, store));
    else
        store->state = sqlite3_db_readonly(store->db, "main") ? STORE_READ_ONLY : STORE_READY;
}

void db_close(struct store *store)
{
    if (store->db)
        close_connection(store);
}

/* ---- trouble ---- */

enum { MOST_BUSY = 3 };

static void stop_saving(struct store *store, int code)
{
    if (store->db && !sqlite3_get_autocommit(store->db))
        execute(store, "ROLLBACK");
    store->in_transaction = false;
    store->generation++;
    bool again = (code & 0xff) == SQLITE_BUSY && ++store->busy < MOST_BUSY;
    if (store->state == STORE_READY && !again) {
        store->state = STORE_READ_ONLY;
        set_note(store, "%s: nothing more is saved in this run (%s)", sqlite3_errstr(code));
    }
}

static void handle_trouble(struct store *store, int code)
{
    if (is_corrupt(code)) {
        move_aside(store);
        db_open(store);
        return;
    }
    stop_saving(store, code);
}

enum err_code db_saved(const struct store *store, bool ok, struct err *err)
{
    if (ok)
        return ERR_NONE;
    return err_set(err, ERR_IO, "%s", store->note ? store->note : "the cache does not take anything more");
}

void db_found_corrupt(struct store *store)
{
    handle_trouble(store, SQLITE_CORRUPT);
}

/* ---- statements ---- */

sqlite3_stmt *db_start(struct store *store, enum statement which)
{
    if (!store->db)
        return NULL;
    sqlite3_stmt **statement = &store->statements[which];
    if (*statement) {
        sqlite3_reset(*statement);
        sqlite3_clear_bindings(*statement);
        return *statement;
    }
    int code =
        sqlite3_prepare_v3(store->db, statement_sql[which], -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
    if (code == SQLITE_OK)
        return *statement;
    /* The schema was checked at open: a statement that no longer fits it is a damaged file. */
    handle_trouble(store, (code & 0xff) == SQLITE_ERROR ? SQLITE_CORRUPT : code);
    return NULL;
}

bool db_row(struct store *store, sqlite3_stmt *statement)
{
    if (!statement)
        return false;
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        return true;
    sqlite3_reset(statement);
    if (code != SQLITE_DONE)
        handle_trouble(store, code);
    return false;
}

bool db_run(struct store *store, sqlite3_stmt *statement)
{
    if (!statement)
        return false;
    int code;
    do
        code = sqlite3_step(statement);
    while (code == SQLITE_ROW);
    sqlite3_reset(statement);
    if (code != SQLITE_DONE)
        handle_trouble(store, code);
    return code == SQLITE_DONE;
}

int64_t db_run_id(struct store *store, sqlite3_stmt *statement)
{
    if (!db_row(store, statement))
        return 0;
    int64_t id = sqlite3_column_int64(statement, 0);
    return db_run(store, statement) ? id : 0;
}

bool db_begin(struct store *store, bool *own)
{
    *own = false;
    if (store->in_transaction)
        return true;
    if (store->state != STORE_READY || !db_run(store, db_start(store, DB_BEGIN)))
        return false;
    *own = store->in_transaction = true;
    return true;
}

bool db_end(struct store *store, bool own, bool ok)
{
    if (!ok) {
        if (store->in_transaction) /* else the trouble has been dealt with */
            stop_saving(store, SQLITE_ABORT);
        return false;
    }
    if (!own)
        return true;
    ok = db_run(store, db_start(store, DB_COMMIT));
    store->in_transaction = false;
    return ok;
}

/* ---- values ---- */

void db_bind_hash(sqlite3_stmt *statement, int index, struct hash128 hash)
{
    sqlite3_bind_blob(statement, index, &hash, sizeof hash, SQLITE_TRANSIENT);
}

void db_bind_blob(sqlite3_stmt *statement, int index, struct store_blob blob)
{
    sqlite3_bind_blob64(statement, index, blob.count ? blob.bytes : "", blob.count, SQLITE_STATIC);
}

void db_bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    sqlite3_bind_text(statement, index, text ? text : "", -1, SQLITE_STATIC);
}

struct hash128 db_column_hash(sqlite3_stmt *statement, int column)
{
    struct hash128 hash = {0, 0};
    const void *bytes = sqlite3_column_blob(statement, column);
    if (sqlite3_column_bytes(statement, column) == (int)sizeof hash)
        memcpy(&hash, bytes, sizeof hash);
    return hash;
}

struct store_blob db_column_blob(struct arena *arena, sqlite3_stmt *statement, int column)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    size_t count = (size_t)sqlite3_column_bytes(statement, column);
    return (struct store_blob){count ? arena_dup(arena, bytes, count) : "", count};
}

const char *db_column_text(struct arena *arena, sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    return arena_strdup(arena, text ? (const char *)text : "");
}

int64_t db_today(void)
{
    return time(NULL) / (24 * 60 * 60);
}
