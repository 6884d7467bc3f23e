#include "store/db.h"

/* ---- summaries ---- */

static int64_t summary_checksum(struct hash128 key, struct store_blob bytes)
{
    uint64_t parts[3] = {key.low, key.high, hash_bytes64(bytes.bytes, bytes.count)};
    return (int64_t)hash_bytes64(parts, sizeof parts);
}

bool store_find_summary(struct store *store, struct arena *arena, struct hash128 key, struct store_blob *out)
{
    sqlite3_stmt *row = db_start(store, DB_FIND_SUMMARY);
    if (!row)
        return false;
    db_bind_hash(row, 1, key);
    if (!db_row(store, row))
        return false;
    *out = db_column_blob(arena, row, 0);
    int64_t checksum = sqlite3_column_int64(row, 1);
    db_run(store, row);
    if (checksum == summary_checksum(key, *out))
        return true;
    db_found_corrupt(store);
    return false;
}

static bool save_summary(struct store *store, struct hash128 key, struct store_blob bytes)
{
    sqlite3_stmt *save = db_start(store, DB_SAVE_SUMMARY);
    if (!save)
        return false;
    db_bind_hash(save, 1, key);
    db_bind_blob(save, 2, bytes);
    sqlite3_bind_int64(save, 3, summary_checksum(key, bytes));
    sqlite3_bind_int64(save, 4, db_today());
    return db_run(store, save);
}

enum err_code store_save_summary(struct store *store, struct hash128 key, struct store_blob bytes,
                                 struct err *err)
{
    bool own;
    if (store->state != STORE_READY)
        return ERR_NONE;
    return db_saved(store, db_begin(store, &own) && db_end(store, own, save_summary(store, key, bytes)), err);
}

/* ---- runs ---- */

static void sum_text(struct buf *all, const char *text)
{
    for (; text && *text; text++)
        buf_char(all, *text);
    buf_char(all, '\0');
}

/* Of a whole run: a row missing or changed shows. */
static int64_t run_checksum(const struct store_run *run)
{
    struct buf all = {0};
    buf_bytes(&all, &run->key, sizeof run->key);
    buf_blob(&all, run->meta.bytes, run->meta.count);
    buf_varint(&all, run->finding_count);
    for (uint32_t i = 0; i < run->finding_count; i++) {
        const struct store_finding *finding = &run->findings[i];
        sum_text(&all, finding->fingerprint);
        sum_text(&all, finding->check);
        sum_text(&all, finding->path);
        buf_varint(&all, finding->severity);
        buf_varint(&all, finding->line);
        buf_blob(&all, finding->bytes.bytes, finding->bytes.count);
    }
    for (uint32_t i = 0; i < run->edge_count; i++) {
        sum_text(&all, run->edges[i].caller);
        sum_text(&all, run->edges[i].callee);
        buf_varint(&all, run->edges[i].kind);
    }
    int64_t sum = (int64_t)hash_bytes64(all.data, all.count);
    buf_free(&all);
    return sum;
}

static uint32_t load_findings(struct store *store, struct arena *arena, int64_t id, uint32_t most,
                              struct store_finding *out)
{
    uint32_t count = 0;
    sqlite3_stmt *row = db_start(store, DB_RUN_FINDINGS);
    if (row)
        sqlite3_bind_int64(row, 1, id);
    for (; count < most && db_row(store, row); count++)
        out[count] = (struct store_finding){.fingerprint = db_column_text(arena, row, 0),
                                            .check = db_column_text(arena, row, 1),
                                            .path = db_column_text(arena, row, 2),
                                            .line = (uint32_t)sqlite3_column_int64(row, 3),
                                            .severity = (uint32_t)sqlite3_column_int64(row, 4),
                                            .bytes = db_column_blob(arena, row, 5)};
    return count;
}

static uint32_t load_edges(struct store *store, struct arena *arena, int64_t id, uint32_t most,
                           struct store_edge *out)
{
    uint32_t count = 0;
    sqlite3_stmt *row = db_start(store, DB_RUN_EDGES);
    if (row)
        sqlite3_bind_int64(row, 1, id);
    for (; count < most && db_row(store, row); count++)
        out[count] = (struct store_edge){.caller = db_column_text(arena, row, 0),
                                         .callee = db_column_text(arena, row, 1),
                                         .kind = (uint32_t)sqlite3_column_int64(row, 2)};
    return count;
}

static uint32_t column_count(sqlite3_stmt *row, int column)
{
    int64_t count = sqlite3_column_int64(row, column);
    return count > 0 && count < 1 << 24 ? (uint32_t)count : 0;
}

static void mark_run_used(struct store *store, int64_t id, int64_t used)
{
    bool own;
    if (used == db_today() || store->state != STORE_READY || !db_begin(store, &own))
        return;
    sqlite3_stmt *mark = db_start(store, DB_USE_RUN);
    if (mark) {
        sqlite3_bind_int64(mark, 1, id);
        sqlite3_bind_int64(mark, 2, db_today());
    }
    db_end(store, own, db_run(store, mark));
}

bool store_find_run(struct store *store, struct arena *arena, const struct hash128 *key,
                    struct store_run *out)
{
    sqlite3_stmt *row = db_start(store, key ? DB_FIND_RUN : DB_NEWEST_RUN);
    if (row && key)
        db_bind_hash(row, 1, *key);
    if (!db_row(store, row))
        return false;
    int64_t id = sqlite3_column_int64(row, 0), checksum = sqlite3_column_int64(row, 5);
    int64_t used = sqlite3_column_int64(row, 6);
    uint32_t findings = column_count(row, 3), edges = column_count(row, 4);
    struct store_run run = {.key = db_column_hash(row, 7),
                            .started = sqlite3_column_int64(row, 1),
                            .meta = db_column_blob(arena, row, 2)};
    db_run(store, row);
    struct store_finding *finding = arena_array(arena, struct store_finding, findings);
    struct store_edge *edge = arena_array(arena, struct store_edge, edges);
    run.finding_count = load_findings(store, arena, id, findings, finding);
    run.edge_count = load_edges(store, arena, id, edges, edge);
    run.findings = finding;
    run.edges = edge;
    if (checksum != run_checksum(&run)) {
        if (store->db)
            db_found_corrupt(store);
        return false;
    }
    mark_run_used(store, id, used);
    *out = run;
    return true;
}

static bool run_with_id(struct store *store, enum statement which, int64_t id)
{
    sqlite3_stmt *statement = db_start(store, which);
    if (statement)
        sqlite3_bind_int64(statement, 1, id);
    return db_run(store, statement);
}

static bool drop_run(struct store *store, struct hash128 key)
{
    sqlite3_stmt *drop = db_start(store, DB_DROP_RUN);
    if (!drop)
        return false;
    db_bind_hash(drop, 1, key);
    int64_t id = 0;
    if (db_row(store, drop)) {
        id = sqlite3_column_int64(drop, 0);
        db_run(store, drop);
    }
    return store->in_transaction &&
           (!id || (run_with_id(store, DB_DROP_FINDINGS, id) && run_with_id(store, DB_DROP_EDGES, id)));
}

static int64_t save_run_row(struct store *store, const struct store_run *run)
{
    sqlite3_stmt *save = db_start(store, DB_SAVE_RUN);
    if (!save)
        return 0;
    db_bind_hash(save, 1, run->key);
    sqlite3_bind_int64(save, 2, run->started);
    db_bind_blob(save, 3, run->meta);
    sqlite3_bind_int64(save, 4, run->finding_count);
    sqlite3_bind_int64(save, 5, run->edge_count);
    sqlite3_bind_int64(save, 6, run_checksum(run));
    sqlite3_bind_int64(save, 7, db_today());
    return db_run_id(store, save);
}

static bool save_finding(struct store *store, int64_t run, uint32_t position,
                         const struct store_finding *finding)
{
    sqlite3_stmt *save = db_start(store, DB_SAVE_FINDING);
    if (!save)
        return false;
    sqlite3_bind_int64(save, 1, run);
    sqlite3_bind_int64(save, 2, position);
    db_bind_text(save, 3, finding->fingerprint);
    db_bind_text(save, 4, finding->check);
    db_bind_text(save, 5, finding->path);
    sqlite3_bind_int64(save, 6, finding->line);
    sqlite3_bind_int64(save, 7, finding->severity);
    db_bind_blob(save, 8, finding->bytes);
    return db_run(store, save);
}

static bool save_edge(struct store *store, int64_t run, uint32_t position, const struct store_edge *edge)
{
    sqlite3_stmt *save = db_start(store, DB_SAVE_EDGE);
    if (!save)
        return false;
    sqlite3_bind_int64(save, 1, run);
    sqlite3_bind_int64(save, 2, position);
    db_bind_text(save, 3, edge->caller);
    db_bind_text(save, 4, edge->callee);
    sqlite3_bind_int64(save, 5, edge->kind);
    return db_run(store, save);
}

static bool save_run(struct store *store, const struct store_run *run)
{
    int64_t id = drop_run(store, run->key) ? save_run_row(store, run) : 0;
    bool ok = id != 0;
    for (uint32_t i = 0; ok && i < run->finding_count; i++)
        ok = save_finding(store, id, i, &run->findings[i]);
    for (uint32_t i = 0; ok && i < run->edge_count; i++)
        ok = save_edge(store, id, i, &run->edges[i]);
    return ok;
}

enum err_code store_save_run(struct store *store, const struct store_run *run, struct err *err)
{
    bool own;
    if (store->state != STORE_READY)
        return ERR_NONE;
    return db_saved(store, db_begin(store, &own) && db_end(store, own, save_run(store, run)), err);
}
