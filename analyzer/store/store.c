#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/db.h"

enum { DEFAULT_BUSY_MS = 3000 };

/* So that a cache inside a working tree is never committed by accident. */
static void write_gitignore(struct arena *arena, const char *directory)
{
    int fd =
        open(arena_printf(arena, "%s/.gitignore", directory), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return;
    if (write(fd, "*\n", 2) != 2)
        unlink(arena_printf(arena, "%s/.gitignore", directory));
    close(fd);
}

/* The directory and those above it; SQLite then says what is wrong where this fails. */
static void make_directory(struct arena *arena, const char *path)
{
    char *directory = arena_strdup(arena, path);
    char *slash = strrchr(directory, '/');
    if (!slash || slash == directory)
        return;
    *slash = '\0';
    if (mkdir(directory, 0777) == 0) {
        write_gitignore(arena, directory);
    } else if (errno == ENOENT) {
        make_directory(arena, directory);
        if (mkdir(directory, 0777) == 0)
            write_gitignore(arena, directory);
    }
}

struct store *store_open(struct arena *arena, const char *path, const struct store_options *options,
                         struct err *note)
{
    struct store *store = arena_new(arena, struct store);
    store->arena = arena;
    store->state = STORE_OFF;
    store->generation = 1;
    store->busy_ms = options->busy_ms ? (int)options->busy_ms : DEFAULT_BUSY_MS;
    store->version = arena_strdup(arena, options->version);
    files_init(&store->files);
    if (note)
        *note = (struct err){0};
    if (!path)
        return store;
    store->path = arena_strdup(arena, path);
    make_directory(arena, store->path);
    db_open(store);
    const char *text = store_take_note(store);
    if (text)
        err_set(note, ERR_IO, "%s", text);
    return store;
}

enum store_state store_state(const struct store *store)
{
    return store->state;
}

const char *store_take_note(struct store *store)
{
    const char *note = store->note;
    store->note = NULL;
    return note;
}

enum err_code store_begin(struct store *store, struct err *err)
{
    bool own;
    if (store->state != STORE_READY)
        return ERR_NONE;
    return db_saved(store, db_begin(store, &own), err);
}

static bool flush_used(struct store *store)
{
    for (uint32_t i = 0; i < store->used.count; i++) {
        sqlite3_stmt *mark = db_start(store, DB_USE_TU);
        if (!mark)
            return false;
        sqlite3_bind_int64(mark, 1, store->used.data[i]);
        sqlite3_bind_int64(mark, 2, db_today());
        if (!db_run(store, mark))
            return false;
    }
    store->used.count = 0;
    return true;
}

enum err_code store_commit(struct store *store, struct err *err)
{
    if (!store->in_transaction)
        return ERR_NONE;
    bool ok = files_flush(store) && flush_used(store);
    return db_saved(store, db_end(store, true, ok), err);
}

/* Hashes worked out in this run are kept for the next one; nothing depends on it, so that nobody is waited
 * for. */
static void keep_records(struct store *store)
{
    bool own;
    if (store->state != STORE_READY || (!files_any_dirty(&store->files) && !store->used.count))
        return;
    sqlite3_busy_timeout(store->db, 0);
    if (db_begin(store, &own))
        db_end(store, own, files_flush(store) && flush_used(store));
}

void store_close(struct store *store)
{
    if (!store)
        return;
    if (store->in_transaction && store->db)
        db_run(store, db_start(store, DB_ROLLBACK));
    else
        keep_records(store);
    db_close(store);
    files_free(&store->files);
    store->state = STORE_OFF;
}

enum err_code store_hash_file(struct store *store, const char *path, struct hash128 *hash, struct err *err)
{
    if (files_hash_now(store, path, hash))
        return ERR_NONE;
    return err_set(err, ERR_INPUT, "%s can't be read", path);
}

bool store_seen_hash(struct store *store, const char *path, struct hash128 *hash)
{
    return files_seen(&store->files, path, hash);
}

void store_forget_files(struct store *store)
{
    files_forget_now(&store->files);
}

void store_get_stats(struct store *store, struct store_stats *out)
{
    *out = (struct store_stats){.stats = store->files.stats, .hashed = store->files.hashed};
    sqlite3_stmt *row = db_start(store, DB_COUNTS);
    if (db_row(store, row)) {
        out->tus = (uint64_t)sqlite3_column_int64(row, 0);
        out->funcs = (uint64_t)sqlite3_column_int64(row, 1);
        out->files = (uint64_t)sqlite3_column_int64(row, 2);
        out->runs = (uint64_t)sqlite3_column_int64(row, 3);
        db_run(store, row);
    }
    struct stat status;
    if (store->path && stat(store->path, &status) == 0)
        out->bytes = (uint64_t)status.st_size;
}
