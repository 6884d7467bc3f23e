/* What files hold now, and what TUs saw in them.
 *
 * Two tables mirrored in memory, loaded when first asked: files (path, and the content that it had under a
 * certain size, times and inode) and versions (a file with a content).  A version is valid now if the file's
 * content now is the version's; each is asked of the disk once per run.
 */
#ifndef STORE_FILES_H
#define STORE_FILES_H

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/strtab.h"
#include "base/vec.h"
#include "frontend/frontend.h"

struct store;

enum file_now { NOW_UNKNOWN, NOW_PRESENT, NOW_ABSENT /* also a folder or unreadable: nothing to include */ };

struct file_stat {
    int64_t device, inode, size, mtime, ctime; /* times in nanoseconds */
};

struct file_memo { /* index: the path's str_id */
    int64_t row;   /* 0: not in the file yet */
    struct hash128 recorded_hash;
    struct file_stat recorded_stat;
    int64_t recorded; /* 0: nothing is recorded */
    enum file_now now;
    struct hash128 now_hash;
    bool seen, seen_twice; /* some TU of this run read seen_hash; another one another content */
    struct hash128 seen_hash;
    bool dirty;             /* the record is newer than the row */
    uint32_t first_version; /* index + 1 */
};

struct version_memo {
    int64_t row;
    uint32_t file, next; /* next of the same file: index + 1 */
    struct hash128 hash;
    bool absent;
};

struct files {
    struct arena *arena;
    struct strtab paths;
    VEC(struct file_memo) files;
    VEC(struct version_memo) versions;
    struct map version_by_row, file_by_row;
    int64_t last_file_row, last_version_row;
    uint64_t generation; /* the store's, when rows were loaded */
    uint64_t stats, hashed;
};

void files_init(struct files *files);
void files_free(struct files *files);
/* Forgets what files hold now, not what is recorded. */
void files_forget_now(struct files *files);

/* False where there is nothing to read. */
bool files_hash_now(struct store *store, const char *path, struct hash128 *hash);
/* Are all inputs as they were? `bytes`: as files_encode_inputs wrote them. */
bool files_inputs_valid(struct store *store, const void *bytes, size_t count);
/* Remembers what the TUs of this run read. */
void files_see(struct files *files, const struct tu_input *inputs, uint32_t count);
bool files_seen(struct files *files, const char *path, struct hash128 *hash);
/* Adds the rows needed (in a transaction) and writes their ids; false after trouble. */
bool files_encode_inputs(struct store *store, struct arena *arena, const struct tu_input *inputs,
                         uint32_t count, struct buf *out);
/* Writes new records; in a transaction. */
bool files_flush(struct store *store);
bool files_any_dirty(const struct files *files);

#endif
