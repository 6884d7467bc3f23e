#include <string.h>

#include "store/db.h"

static struct store_blob blob_of(const struct buf *buf)
{
    return (struct store_blob){buf->count ? buf->data : "", buf->count};
}

/* Of everything a warm run reads of a TU. */
static int64_t row_checksum(struct hash128 key, uint32_t status, struct store_blob meta,
                            struct store_blob inputs, struct hash128 result)
{
    struct buf all = {0};
    buf_bytes(&all, &key, sizeof key);
    buf_varint(&all, status);
    buf_blob(&all, meta.bytes, meta.count);
    buf_blob(&all, inputs.bytes, inputs.count);
    buf_bytes(&all, &result, sizeof result);
    int64_t sum = (int64_t)hash_bytes64(all.data, all.count);
    buf_free(&all);
    return sum;
}

static struct hash128 result_hash(uint32_t status, struct store_blob meta, struct store_blob decls,
                                  struct store_blob funcs)
{
    struct hash128 parts[3] = {hash_bytes128(meta.bytes, meta.count), hash_bytes128(decls.bytes, decls.count),
                               hash_bytes128(funcs.bytes, funcs.count)};
    char bytes[sizeof parts + sizeof status];
    memcpy(bytes, parts, sizeof parts);
    memcpy(bytes + sizeof parts, &status, sizeof status);
    return hash_bytes128(bytes, sizeof bytes);
}

static struct hash128 func_name(struct store_blob ir, struct store_blob facts)
{
    struct hash128 parts[2] = {hash_bytes128(ir.bytes, ir.count), hash_bytes128(facts.bytes, facts.count)};
    return hash_bytes128(parts, sizeof parts);
}

/* ---- finding ---- */

/* Written with the next transaction, or at the end: nothing depends on it but what store_collect drops. */
static void mark_used(struct store *store, int64_t id, int64_t used)
{
    if (used != db_today() && store->state == STORE_READY)
        *vec_push(store->arena, &store->used) = id;
}

enum store_answer store_find_tu(struct store *store, struct arena *arena, struct hash128 key,
                                struct store_found_tu *out)
{
    sqlite3_stmt *row = db_start(store, DB_FIND_TU);
    if (!row)
        return STORE_MISS;
    db_bind_hash(row, 1, key);
    if (!db_row(store, row))
        return STORE_MISS;
    int64_t id = sqlite3_column_int64(row, 0), checksum = sqlite3_column_int64(row, 5);
    int64_t used = sqlite3_column_int64(row, 6);
    uint32_t status = (uint32_t)sqlite3_column_int64(row, 1);
    struct hash128 result = db_column_hash(row, 4);
    struct arena_mark mark = arena_mark(arena);
    struct store_blob meta = db_column_blob(arena, row, 2), inputs = db_column_blob(arena, row, 3);
    db_run(store, row);
    enum store_answer answer = STORE_HIT;
    if (checksum != row_checksum(key, status, meta, inputs, result)) {
        db_found_corrupt(store);
        answer = STORE_MISS;
    } else if (!files_inputs_valid(store, inputs.bytes, inputs.count)) {
        answer = STORE_STALE;
    }
    if (answer == STORE_HIT) {
        mark_used(store, id, used);
        *out = (struct store_found_tu){.status = status, .meta = meta, .result = result};
    } else {
        arena_release(arena, mark);
    }
    return answer;
}

bool store_load_tu(struct store *store, struct arena *arena, struct hash128 key, struct store_tu_body *out)
{
    sqlite3_stmt *row = db_start(store, DB_LOAD_BODY);
    if (!row)
        return false;
    db_bind_hash(row, 1, key);
    if (!db_row(store, row))
        return false;
    uint32_t status = (uint32_t)sqlite3_column_int64(row, 0);
    struct store_blob meta = db_column_blob(arena, row, 1), decls = db_column_blob(arena, row, 2);
    struct store_blob funcs = db_column_blob(arena, row, 3);
    struct hash128 result = db_column_hash(row, 4);
    db_run(store, row);
    if (!hash_equal(result, result_hash(status, meta, decls, funcs))) {
        db_found_corrupt(store);
        return false;
    }
    *out = (struct store_tu_body){
        .decls = decls, .funcs = funcs.bytes, .func_count = (uint32_t)(funcs.count / sizeof(struct hash128))};
    return true;
}

bool store_load_func(struct store *store, struct arena *arena, struct hash128 name, struct store_func *out)
{
    sqlite3_stmt *row = db_start(store, DB_LOAD_FUNC);
    if (!row)
        return false;
    db_bind_hash(row, 1, name);
    if (!db_row(store, row))
        return false;
    *out = (struct store_func){.ir = db_column_blob(arena, row, 0), .facts = db_column_blob(arena, row, 1)};
    db_run(store, row);
    if (hash_equal(name, func_name(out->ir, out->facts)))
        return true;
    db_found_corrupt(store);
    return false;
}

/* ---- saving ---- */

static bool save_func(struct store *store, struct hash128 name, const struct store_func *func)
{
    sqlite3_stmt *save = db_start(store, DB_SAVE_FUNC);
    if (!save)
        return false;
    db_bind_hash(save, 1, name);
    db_bind_blob(save, 2, func->ir);
    db_bind_blob(save, 3, func->facts);
    return db_run(store, save);
}

static int64_t save_row(struct store *store, const struct store_tu *tu, struct store_blob inputs,
                        struct hash128 result)
{
    sqlite3_stmt *save = db_start(store, DB_SAVE_TU);
    if (!save)
        return 0;
    db_bind_hash(save, 1, tu->key);
    db_bind_text(save, 2, tu->path);
    sqlite3_bind_int64(save, 3, tu->status);
    db_bind_blob(save, 4, tu->meta);
    db_bind_blob(save, 5, inputs);
    db_bind_hash(save, 6, result);
    sqlite3_bind_int64(save, 7, row_checksum(tu->key, tu->status, tu->meta, inputs, result));
    sqlite3_bind_int64(save, 8, db_today());
    return db_run_id(store, save);
}

static bool save_body(struct store *store, int64_t id, struct store_blob decls, struct store_blob funcs)
{
    sqlite3_stmt *save = id ? db_start(store, DB_SAVE_BODY) : NULL;
    if (!save)
        return false;
    sqlite3_bind_int64(save, 1, id);
    db_bind_blob(save, 2, decls);
    db_bind_blob(save, 3, funcs);
    return db_run(store, save);
}

static bool save_all(struct store *store, const struct store_tu *tu, struct store_blob funcs,
                     struct hash128 result)
{
    struct arena *tmp = arena_create("save tu");
    struct buf inputs = {0};
    bool ok = files_encode_inputs(store, tmp, tu->inputs, tu->input_count, &inputs);
    const struct hash128 *names = funcs.bytes;
    for (uint32_t i = 0; ok && i < tu->func_count; i++)
        ok = save_func(store, names[i], &tu->funcs[i]);
    ok = ok && save_body(store, save_row(store, tu, blob_of(&inputs), result), tu->decls, funcs);
    buf_free(&inputs);
    arena_destroy(tmp);
    return ok;
}

enum err_code store_save_tu(struct store *store, const struct store_tu *tu, struct hash128 *result,
                            struct err *err)
{
    struct arena *tmp = arena_create("save tu names");
    struct hash128 *names = arena_array(tmp, struct hash128, tu->func_count);
    for (uint32_t i = 0; i < tu->func_count; i++)
        names[i] = func_name(tu->funcs[i].ir, tu->funcs[i].facts);
    struct store_blob funcs = {names, tu->func_count * sizeof *names};
    struct hash128 hash = result_hash(tu->status, tu->meta, tu->decls, funcs);
    if (result)
        *result = hash;
    files_see(&store->files, tu->inputs, tu->input_count);
    bool own = false, ok = true;
    if (store->state == STORE_READY)
        ok = db_begin(store, &own) && db_end(store, own, save_all(store, tu, funcs, hash));
    arena_destroy(tmp);
    return db_saved(store, ok, err);
}
