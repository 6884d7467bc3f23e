/* The program -> findings; and the store's memory of equal runs. */
#include <string.h>
#include <time.h>

#include "driver/run.h"
#include "finding/bytes.h"

/* What no run asked for so long leaves the store. */
enum { KEPT_DAYS = 30 };

/* ---- the checks ---- */

static bool is_enabled(void *context, const struct check *check)
{
    const struct run *run = context;
    return config_enables(&run->config, check);
}

static const char *option(void *context, const struct check *check, const char *name)
{
    const struct run *run = context;
    return config_option(&run->config, check, name);
}

void run_judge(struct run *run)
{
    struct check_config config = {.strict = run->config.strict, .panic_kinds = run->config.panic_kinds,
                                  .block_classes = run->config.block_classes,
                                  .stop_flags = run->config.stop_flags.data,
                                  .stop_flag_count = run->config.stop_flags.count,
                                  .is_enabled = is_enabled, .option = option, .context = run, .sources = run->sources};
    run->raw = (struct finding_list){.arena = run->arena};
    check_run_all(run->arena, run->program, &config, &run->raw, &run->stats);
    cost_charge(&run->cost, COST_CHECKS);
}

/* ---- equal runs ---- */

static void hash_config(struct buf *bytes, const struct run *run)
{
    buf_varint(bytes, run->config.strict);
    buf_varint(bytes, run->config.panic_kinds);
    buf_varint(bytes, run->config.block_classes);
    buf_varint(bytes, run->config.stop_flags.count);
    for (uint32_t i = 0; i < run->config.stop_flags.count; i++)
        buf_blob(bytes, run->config.stop_flags.data[i], strlen(run->config.stop_flags.data[i]));
    for (const struct check *const *check = check_table; *check; check++) {
        buf_varint(bytes, config_enables(&run->config, *check));
        for (const struct check_option *o = (*check)->options; o && o->name; o++) {
            const char *value = config_option(&run->config, *check, o->name);
            buf_varint(bytes, value != NULL);
            if (value)
                buf_blob(bytes, value, strlen(value));
        }
    }
}

/* Everything that the raw findings depend on. */
static struct hash128 run_key(const struct run *run)
{
    struct buf bytes = {0};
    hash_config(&bytes, run);
    for (uint32_t i = 0; i < run->tus.count; i++) {
        const struct run_tu *tu = &run->tus.data[i];
        buf_bytes(&bytes, &tu->key, sizeof tu->key);
        buf_bytes(&bytes, &tu->content, sizeof tu->content);
        buf_blob(&bytes, tu->group, strlen(tu->group));
    }
    struct hash128 key = hash_bytes128(bytes.data, bytes.count);
    buf_free(&bytes);
    return key;
}

static bool read_stats(const struct store_blob *meta, struct check_stats *out)
{
    struct reader in = {meta->bytes, meta->count, 0, false};
    out->spawns = reader_u32(&in, UINT32_MAX);
    out->wrapped = reader_u32(&in, UINT32_MAX);
    out->proven = reader_u32(&in, UINT32_MAX);
    out->not_proven = reader_u32(&in, UINT32_MAX);
    out->may_panic = reader_u32(&in, UINT32_MAX);
    return !in.bad;
}

bool run_recall(struct run *run)
{
    struct hash128 key = run_key(run);
    struct store_run found;
    struct check_stats stats;
    if (run->degraded || !store_find_run(run->store, run->arena, &key, &found) || !read_stats(&found.meta, &stats))
        return false;
    struct finding_list list = {.arena = run->arena};
    for (uint32_t i = 0; i < found.finding_count; i++) {
        const struct store_blob *bytes = &found.findings[i].bytes;
        struct finding finding;
        if (!finding_read(run->arena, bytes->bytes, bytes->count, &finding))
            return false;
        if (finding.kind && !strcmp(finding.kind, FINDING_GAP))
            *vec_push(run->arena, &list.gaps) = finding;
        else
            *vec_push(run->arena, &list.items) = finding;
    }
    run->raw = list;
    run->stats = stats;
    run->recalled = true;
    return true;
}

static void write_stats(struct buf *out, const struct check_stats *stats)
{
    buf_varint(out, stats->spawns);
    buf_varint(out, stats->wrapped);
    buf_varint(out, stats->proven);
    buf_varint(out, stats->not_proven);
    buf_varint(out, stats->may_panic);
}

void run_remember(struct run *run)
{
    if (run->degraded)
        return;
    struct arena *tmp = arena_create("remember");
    struct buf bytes = {0};
    VEC(struct finding) all = {0};
    vec_append(tmp, &all, run->raw.items.data, run->raw.items.count);
    vec_append(tmp, &all, run->raw.gaps.data, run->raw.gaps.count);
    struct store_finding *findings = arena_array(tmp, struct store_finding, all.count);
    for (uint32_t i = 0; i < all.count; i++) {
        const struct finding *finding = &all.data[i];
        bytes.count = 0;
        finding_write(&bytes, finding);
        findings[i] = (struct store_finding){
            .fingerprint = finding->fingerprint, .check = finding->check,
            .path = finding->place.path ? finding->place.path : "", .severity = finding->severity,
            .line = finding->place.line, .bytes = {arena_dup(tmp, bytes.data, bytes.count), bytes.count}};
    }
    bytes.count = 0;
    write_stats(&bytes, &run->stats);
    struct store_run row = {.key = run_key(run), .started = time(NULL), .meta = {bytes.data, bytes.count},
                            .findings = findings, .finding_count = all.count};
    store_save_run(run->store, &row, NULL);
    store_collect(run->store, KEPT_DAYS, NULL);
    const char *note = store_take_note(run->store);
    if (note)
        run_note(run, "%s", note);
    buf_free(&bytes);
    arena_destroy(tmp);
}
