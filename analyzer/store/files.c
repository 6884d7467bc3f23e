#include "store/files.h"
#include "base/sort.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/db.h"

/* A file changed less than this before it was recorded may have changed again without its times showing it:
 * the coarsest clock among file systems in use is FAT's, with 2 s.  After git's "racy-git.txt". */
static const int64_t RACY_NANOSECONDS = 2000000000;

void files_init(struct files *files)
{
    *files = (struct files){.arena = arena_create("store files")};
    strtab_init(&files->paths, files->arena);
    map_init(&files->version_by_row, files->arena);
    map_init(&files->file_by_row, files->arena);
}

void files_free(struct files *files)
{
    arena_destroy(files->arena);
    *files = (struct files){0};
}

void files_forget_now(struct files *files)
{
    for (uint32_t i = 0; i < files->files.count; i++) {
        struct file_memo *memo = &files->files.data[i];
        memo->now = NOW_UNKNOWN;
        memo->seen = memo->seen_twice = false;
    }
    files->stats = files->hashed = 0;
}

/* A path's memo; made when absent. */
static uint32_t file_index(struct files *files, const char *path)
{
    uint32_t index = strtab_intern(&files->paths, path);
    while (files->files.count <= index)
        (void)vec_push(files->arena, &files->files);
    return index;
}

/* Good until the next path is made. */
static struct file_memo *memo_of(struct files *files, const char *path)
{
    uint32_t index = file_index(files, path);
    return &files->files.data[index];
}

static uint32_t add_version(struct files *files, uint32_t file, int64_t row, struct hash128 hash, bool absent)
{
    uint32_t index = files->versions.count;
    struct file_memo *memo = &files->files.data[file];
    *vec_push(files->arena, &files->versions) = (struct version_memo){
        .row = row, .file = file, .next = memo->first_version, .hash = hash, .absent = absent};
    memo->first_version = index + 1;
    *map_put(&files->version_by_row, (uint64_t)row) = index + 1;
    return index;
}

/* ---- what a file holds now ---- */

static int64_t nanoseconds(struct timespec time)
{
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static struct file_stat to_file_stat(const struct stat *status)
{
    return (struct file_stat){.device = (int64_t)status->st_dev,
                              .inode = (int64_t)status->st_ino,
                              .size = (int64_t)status->st_size,
                              .mtime = nanoseconds(status->st_mtim),
                              .ctime = nanoseconds(status->st_ctim)};
}

static bool equal_stat(const struct file_stat *a, const struct file_stat *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size && a->mtime == b->mtime &&
           a->ctime == b->ctime;
}

static bool record_holds(const struct file_memo *memo, const struct file_stat *now)
{
    int64_t latest = now->mtime > now->ctime ? now->mtime : now->ctime;
    return memo->recorded && equal_stat(&memo->recorded_stat, now) &&
           latest + RACY_NANOSECONDS < memo->recorded;
}

static bool read_all(int fd, size_t size, char *bytes)
{
    size_t done = 0;
    while (done < size) {
        ssize_t got = read(fd, bytes + done, size - done);
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

/* Hashes and records; the time is taken and the file asked before it is read, so that a change in between
 * shows. */
static void hash_content(struct files *files, struct file_memo *memo, const char *path)
{
    struct timespec clock;
    clock_gettime(CLOCK_REALTIME, &clock);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    char *bytes = NULL;
    if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        bytes = malloc((size_t)status.st_size + 1);
    if (bytes && read_all(fd, (size_t)status.st_size, bytes)) {
        memo->now = NOW_PRESENT;
        memo->recorded_hash = memo->now_hash = hash_bytes128(bytes, (size_t)status.st_size);
        memo->recorded_stat = to_file_stat(&status);
        memo->recorded = nanoseconds(clock);
        memo->dirty = true;
        files->hashed++;
    }
    free(bytes);
    if (fd >= 0)
        close(fd);
}

static const struct file_memo *ask_now(struct files *files, uint32_t index)
{
    struct file_memo *memo = &files->files.data[index];
    if (memo->now != NOW_UNKNOWN)
        return memo;
    const char *path = strtab_get(&files->paths, index);
    struct stat status;
    files->stats++;
    memo->now = NOW_ABSENT;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return memo;
    struct file_stat now = to_file_stat(&status);
    if (record_holds(memo, &now)) {
        memo->now = NOW_PRESENT;
        memo->now_hash = memo->recorded_hash;
    } else {
        hash_content(files, memo, path);
    }
    return memo;
}

/* ---- the tables ---- */

static void load_file_row(struct store *store, sqlite3_stmt *row)
{
    struct files *files = &store->files;
    const char *path = (const char *)sqlite3_column_text(row, 1);
    uint32_t index = file_index(files, path ? path : "");
    struct file_memo *memo = &files->files.data[index];
    memo->row = files->last_file_row = sqlite3_column_int64(row, 0);
    *map_put(&files->file_by_row, (uint64_t)memo->row) = index + 1;
    if (memo->dirty) /* what this run hashed is newer */
        return;
    memo->recorded_hash = db_column_hash(row, 2);
    memo->recorded_stat = (struct file_stat){sqlite3_column_int64(row, 3), sqlite3_column_int64(row, 4),
                                             sqlite3_column_int64(row, 5), sqlite3_column_int64(row, 6),
                                             sqlite3_column_int64(row, 7)};
    memo->recorded =
        sqlite3_column_bytes(row, 2) == (int)sizeof(struct hash128) ? sqlite3_column_int64(row, 8) : 0;
}

static void load_version_row(struct store *store, sqlite3_stmt *row)
{
    struct files *files = &store->files;
    int64_t id = files->last_version_row = sqlite3_column_int64(row, 0);
    uint64_t *file = map_get(&files->file_by_row, (uint64_t)sqlite3_column_int64(row, 1));
    if (!file || map_get(&files->version_by_row, (uint64_t)id))
        return;
    add_version(files, (uint32_t)*file - 1, id, db_column_hash(row, 2), sqlite3_column_bytes(row, 2) == 0);
}

/* Rows that the file behind us had before it was moved aside or rolled back are nothing any more. */
static void forget_rows(struct files *files)
{
    for (uint32_t i = 0; i < files->files.count; i++) {
        files->files.data[i].row = 0;
        files->files.data[i].first_version = 0;
        files->files.data[i].dirty = files->files.data[i].recorded != 0;
    }
    files->versions.count = 0;
    map_init(&files->version_by_row, files->arena);
    map_init(&files->file_by_row, files->arena);
    files->last_file_row = files->last_version_row = 0;
}

/* Rows are never changed and ids never used twice, so that only new ones need reading. */
static void load_new_rows(struct store *store)
{
    struct files *files = &store->files;
    if (files->generation != store->generation)
        forget_rows(files);
    files->generation = store->generation;
    sqlite3_stmt *row = db_start(store, DB_LOAD_FILES);
    if (row)
        sqlite3_bind_int64(row, 1, files->last_file_row);
    while (db_row(store, row))
        load_file_row(store, row);
    row = db_start(store, DB_LOAD_VERSIONS);
    if (row)
        sqlite3_bind_int64(row, 1, files->last_version_row);
    while (db_row(store, row))
        load_version_row(store, row);
}

static void load_once(struct store *store)
{
    if (store->files.generation != store->generation)
        load_new_rows(store);
}

/* ---- look-ups ---- */

bool files_hash_now(struct store *store, const char *path, struct hash128 *hash)
{
    load_once(store);
    uint32_t index = file_index(&store->files, path);
    const struct file_memo *memo = ask_now(&store->files, index);
    *hash = memo->now_hash;
    return memo->now == NOW_PRESENT;
}

static void see(struct file_memo *memo, struct hash128 hash)
{
    memo->seen_twice = memo->seen_twice || (memo->seen && !hash_equal(memo->seen_hash, hash));
    memo->seen = true;
    memo->seen_hash = hash;
}

void files_see(struct files *files, const struct tu_input *inputs, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (!inputs[i].absent)
            see(memo_of(files, inputs[i].path), inputs[i].hash);
}

bool files_seen(struct files *files, const char *path, struct hash128 *hash)
{
    const struct file_memo *memo = memo_of(files, path);
    *hash = memo->seen_twice ? (struct hash128){0} : memo->seen_hash;
    return memo->seen;
}

static bool version_valid(struct store *store, int64_t row)
{
    struct files *files = &store->files;
    uint64_t *index = map_get(&files->version_by_row, (uint64_t)row);
    if (!index) { /* another process has added it since */
        load_new_rows(store);
        index = map_get(&files->version_by_row, (uint64_t)row);
    }
    if (!index)
        return false;
    struct version_memo version = files->versions.data[*index - 1];
    const struct file_memo *memo = ask_now(files, version.file);
    if (version.absent)
        return memo->now == NOW_ABSENT;
    if (memo->now != NOW_PRESENT || !hash_equal(memo->now_hash, version.hash))
        return false;
    see(&files->files.data[version.file], version.hash);
    return true;
}

bool files_inputs_valid(struct store *store, const void *bytes, size_t count)
{
    load_once(store);
    struct reader reader = {.data = bytes, .count = count};
    int64_t row = 0;
    while (reader.at < reader.count) {
        row += (int64_t)reader_varint(&reader);
        if (reader.bad || !version_valid(store, row))
            return false;
    }
    return true;
}

/* ---- saving ---- */

static bool ensure_file_row(struct store *store, uint32_t file)
{
    struct file_memo *memo = &store->files.files.data[file];
    if (memo->row)
        return true;
    sqlite3_stmt *add = db_start(store, DB_ADD_FILE);
    if (!add)
        return false;
    db_bind_text(add, 1, strtab_get(&store->files.paths, file));
    memo->row = db_run_id(store, add);
    *map_put(&store->files.file_by_row, (uint64_t)memo->row) = file + 1;
    return memo->row != 0;
}

static int64_t find_version(const struct files *files, uint32_t file, const struct tu_input *input)
{
    for (uint32_t i = files->files.data[file].first_version; i; i = files->versions.data[i - 1].next) {
        const struct version_memo *version = &files->versions.data[i - 1];
        if (version->absent == input->absent && (input->absent || hash_equal(version->hash, input->hash)))
            return version->row;
    }
    return 0;
}

/* The version's row id, added when new; 0 after trouble. */
static int64_t ensure_version(struct store *store, const struct tu_input *input)
{
    struct files *files = &store->files;
    uint32_t file = file_index(files, input->path);
    int64_t row = find_version(files, file, input);
    if (row || !ensure_file_row(store, file))
        return row;
    if (!input->absent)
        ask_now(files, file);
    sqlite3_stmt *add = db_start(store, DB_ADD_VERSION);
    if (!add)
        return 0;
    sqlite3_bind_int64(add, 1, files->files.data[file].row);
    if (input->absent)
        db_bind_blob(add, 2, (struct store_blob){0});
    else
        db_bind_hash(add, 2, input->hash);
    row = db_run_id(store, add);
    if (row)
        add_version(files, file, row, input->absent ? (struct hash128){0} : input->hash, input->absent);
    return row;
}

static int compare_rows(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

bool files_encode_inputs(struct store *store, struct arena *arena, const struct tu_input *inputs,
                         uint32_t count, struct buf *out)
{
    load_once(store);
    int64_t *rows = arena_array(arena, int64_t, count);
    for (uint32_t i = 0; i < count; i++)
        if (!(rows[i] = ensure_version(store, &inputs[i])))
            return false;
    sort_items(rows, count, sizeof *rows, compare_rows);
    for (uint32_t i = 0; i < count; i++)
        buf_varint(out, (uint64_t)(rows[i] - (i ? rows[i - 1] : 0)));
    return true;
}

bool files_any_dirty(const struct files *files)
{
    for (uint32_t i = 0; i < files->files.count; i++)
        if (files->files.data[i].dirty && files->files.data[i].row)
            return true;
    return false;
}

static bool save_record(struct store *store, const struct file_memo *memo)
{
    sqlite3_stmt *set = db_start(store, DB_SET_FILE);
    if (!set)
        return false;
    const struct file_stat *stat = &memo->recorded_stat;
    const int64_t columns[] = {stat->device, stat->inode, stat->size,
                               stat->mtime,  stat->ctime, memo->recorded};
    sqlite3_bind_int64(set, 1, memo->row);
    db_bind_hash(set, 2, memo->recorded_hash);
    for (int i = 0; i < 6; i++)
        sqlite3_bind_int64(set, 3 + i, columns[i]);
    return db_run(store, set);
}

bool files_flush(struct store *store)
{
    struct files *files = &store->files;
    for (uint32_t i = 0; i < files->files.count; i++) {
        struct file_memo *memo = &files->files.data[i];
        if (!memo->dirty || !memo->row)
            continue;
        if (!save_record(store, memo))
            return false;
        memo->dirty = false;
    }
    return true;
}
