/* Mark and sweep: functions and versions are named from inside blobs, so that SQL alone can't tell what is
 * unused. */
#include <string.h>

#include "store/db.h"

static bool run_plain(struct store *store, enum statement which)
{
    return db_run(store, db_start(store, which));
}

static bool drop_old(struct store *store, enum statement which, int64_t before)
{
    sqlite3_stmt *drop = db_start(store, which);
    if (drop)
        sqlite3_bind_int64(drop, 1, before);
    return db_run(store, drop);
}

static bool drop_old_rows(struct store *store, int64_t before)
{
    return drop_old(store, DB_OLD_TUS, before) && run_plain(store, DB_OLD_BODIES) &&
           drop_old(store, DB_OLD_SUMMARIES, before) && drop_old(store, DB_OLD_RUNS, before) &&
           run_plain(store, DB_OLD_FINDINGS) && run_plain(store, DB_OLD_EDGES);
}

static void mark_versions(struct store *store, struct map *marks)
{
    sqlite3_stmt *row = db_start(store, DB_ALL_INPUTS);
    while (db_row(store, row)) {
        struct reader reader = {.data = sqlite3_column_blob(row, 0),
                                .count = (size_t)sqlite3_column_bytes(row, 0)};
        uint64_t id = 0;
        while (reader.at < reader.count && !reader.bad)
            *map_put(marks, id += reader_varint(&reader)) = 1;
    }
}

/* By the low half of the name: two that share it keep each other, which harms nothing. */
static void mark_funcs(struct store *store, struct map *marks)
{
    sqlite3_stmt *row = db_start(store, DB_ALL_FUNC_LISTS);
    while (db_row(store, row)) {
        const char *names = sqlite3_column_blob(row, 0);
        size_t count = (size_t)sqlite3_column_bytes(row, 0);
        struct hash128 name;
        for (size_t at = 0; at + sizeof name <= count; at += sizeof name) {
            memcpy(&name, names + at, sizeof name);
            *map_put(marks, name.low) = 1;
        }
    }
}

static bool sweep(struct store *store, struct arena *tmp, enum statement all, enum statement drop,
                  bool by_name, const struct map *marks)
{
    VEC(int64_t) unused = {0};
    sqlite3_stmt *row = db_start(store, all);
    while (db_row(store, row)) {
        int64_t id = sqlite3_column_int64(row, 0);
        if (!map_get(marks, by_name ? db_column_hash(row, 1).low : (uint64_t)id))
            *vec_push(tmp, &unused) = id;
    }
    for (uint32_t i = 0; i < unused.count; i++)
        if (!drop_old(store, drop, unused.data[i]))
            return false;
    return store->in_transaction;
}

static bool collect(struct store *store, int64_t before)
{
    struct arena *tmp = arena_create("store collect");
    struct map versions, funcs;
    map_init(&versions, tmp);
    map_init(&funcs, tmp);
    bool ok = drop_old_rows(store, before);
    if (ok) {
        mark_versions(store, &versions);
        mark_funcs(store, &funcs);
    }
    ok = ok && store->in_transaction && sweep(store, tmp, DB_ALL_FUNCS, DB_DROP_FUNC, true, &funcs) &&
         sweep(store, tmp, DB_ALL_VERSIONS, DB_DROP_VERSION, false, &versions) &&
         run_plain(store, DB_OLD_FILES);
    arena_destroy(tmp);
    return ok;
}

static bool collected_today(struct store *store)
{
    sqlite3_stmt *row = db_start(store, DB_GET_META);
    if (!row)
        return true;
    db_bind_text(row, 1, "collected");
    if (!db_row(store, row))
        return false;
    bool today = sqlite3_column_int64(row, 0) == db_today();
    db_run(store, row);
    return today;
}

static bool remember_collected(struct store *store)
{
    sqlite3_stmt *put = db_start(store, DB_PUT_META);
    if (!put)
        return false;
    db_bind_text(put, 1, "collected");
    sqlite3_bind_int64(put, 2, db_today());
    return db_run(store, put);
}

enum err_code store_collect(struct store *store, uint32_t days, struct err *err)
{
    bool own;
    if (store->state != STORE_READY)
        return ERR_NONE;
    if (days && collected_today(store))
        return ERR_NONE;
    bool ok = db_begin(store, &own) &&
              db_end(store, own, collect(store, db_today() - days) && remember_collected(store));
    store->generation++; /* rows that the memory knows may be gone */
    return db_saved(store, ok, err);
}
