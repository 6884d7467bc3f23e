#include "driver/shard.h"
#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "driver/version.h"

#define MAGIC      "spawnlint facts\n"
#define SHARD_MAX ((size_t)4 << 30)

static void write_text(struct buf *out, const char *text)
{
    buf_blob(out, text, strlen(text));
}

void shard_write(struct buf *out, const struct run *run)
{
    buf_text(out, MAGIC);
    write_text(out, version_of_results(run->arena));
    buf_varint(out, run->db.broken);
    buf_varint(out, run->tus.count);
    for (uint32_t i = 0; i < run->tus.count; i++) {
        const struct run_tu *tu = &run->tus.data[i];
        write_text(out, tu->job->file);
        write_text(out, tu->job->real_path);
        write_text(out, tu->group);
        buf_bytes(out, &tu->key, sizeof tu->key);
        struct tu_result result = tu->result;
        result.parse_seconds = result.lower_seconds = 0;
        struct buf frame = {0};
        result_write_frame(&frame, &result);
        buf_blob(out, frame.data, frame.count);
        buf_free(&frame);
    }
}

static const char *read_text(struct arena *arena, struct reader *in)
{
    size_t length;
    const char *text = reader_blob(in, &length);
    return length ? arena_strndup(arena, text, length) : "";
}

static bool read_tu(struct run *run, struct reader *in)
{
    struct compdb_job *job = arena_new(run->arena, struct compdb_job);
    struct run_tu tu = {.job = job, .known = true};
    job->file = read_text(run->arena, in);
    job->real_path = read_text(run->arena, in);
    tu.group = read_text(run->arena, in);
    if (in->bad || in->count - in->at < sizeof tu.key)
        return false;
    memcpy(&tu.key, in->data + in->at, sizeof tu.key);
    in->at += sizeof tu.key;
    size_t count;
    const void *frame = reader_blob(in, &count);
    if (in->bad || !result_read_frame(run->arena, frame, count, &tu.result))
        return false;
    tu.content = hash_bytes128(frame, count);
    *vec_push(run->arena, &run->tus) = tu;
    return true;
}

static enum err_code read_shard(struct run *run, const char *path, struct err *err)
{
    char *bytes;
    size_t length, magic = strlen(MAGIC);
    enum err_code code = file_read(run->arena, path, SHARD_MAX, &bytes, &length, err);
    if (code)
        return code;
    if (length < magic || memcmp(bytes, MAGIC, magic))
        return err_set(err, ERR_INPUT, "%s is no facts file of `spawnlint scan`", path);
    struct reader in = {(const unsigned char *)bytes, length, magic, false};
    const char *version = read_text(run->arena, &in);
    if (!in.bad && strcmp(version, version_of_results(run->arena)))
        return err_set(err, ERR_INPUT, "%s was written by another version of spawnlint; scan again", path);
    run->db.broken += reader_u32(&in, UINT32_MAX);
    for (uint32_t left = reader_u32(&in, UINT32_MAX); left && !in.bad; left--)
        if (!read_tu(run, &in))
            in.bad = true;
    return in.bad ? err_set(err, ERR_INPUT, "%s is damaged; scan again", path) : ERR_NONE;
}

static int compare_tus(const void *left, const void *right)
{
    const struct run_tu *a = left, *b = right;
    int order = strcmp(a->job->real_path, b->job->real_path);
    if (!order)
        order = memcmp(&a->key, &b->key, sizeof a->key);
    return order ? order : strcmp(a->group, b->group);
}

static void sort_tus(struct run *run)
{
    uint32_t kept = 0;
    if (run->tus.count)
        sort_items(run->tus.data, run->tus.count, sizeof *run->tus.data, compare_tus);
    for (uint32_t i = 0; i < run->tus.count; i++)
        if (!kept || compare_tus(&run->tus.data[kept - 1], &run->tus.data[i]))
            run->tus.data[kept++] = run->tus.data[i];
    run->tus.count = kept;
    for (uint32_t i = 0; i < kept; i++)
        run->tus.data[i].same_as = i;
}

static const char *common_directory(struct run *run)
{
    const char *common = path_parent(run->arena, run->tus.data[0].job->real_path);
    for (uint32_t i = 1; i < run->tus.count; i++)
        while (!path_is_below(run->tus.data[i].job->real_path, common))
            common = path_parent(run->arena, common);
    return common;
}

enum err_code shard_open(struct run *run, const struct run_options *options, const char *const *files, uint32_t count,
                         const char *root, struct err *err)
{
    run_init(run, options);
    enum err_code code = ERR_NONE;
    for (uint32_t i = 0; !code && i < count; i++)
        code = read_shard(run, files[i], err);
    if (!code && !run->tus.count)
        code = err_set(err, ERR_INPUT, "the facts files hold no sources");
    if (code)
        return code;
    sort_tus(run);
    run->db.root = root ? path_join(run->arena, path_here(run->arena), root) : common_directory(run);
    return run_configure(run, err);
}
