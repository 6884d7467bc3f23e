/* Commands -> results of TUs: from the store where nothing changed, else from workers. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "driver/run.h"

/* ---- sharing ---- */

static struct store_blob copy_blob(struct arena *arena, struct store_blob blob)
{
    return (struct store_blob){arena_dup(arena, blob.bytes, blob.count), blob.count};
}

/* The same header function in a thousand TUs is kept once. */
static struct store_func share_func(struct run *run, const struct store_func *func)
{
    struct hash128 hash = hash_bytes128(func->ir.bytes, func->ir.count);
    uint64_t *seen = map_put(&run->blob_by_hash, hash.low);
    if (*seen && hash_equal(run->blobs.data[*seen - 1].hash, hash))
        return run->blobs.data[*seen - 1].func;
    struct run_blob *blob = vec_push(run->arena, &run->blobs);
    *seen = run->blobs.count;
    *blob = (struct run_blob){hash, {copy_blob(run->arena, func->ir), copy_blob(run->arena, func->facts)}};
    return blob->func;
}

/* ---- the store ---- */

static void look_up(struct run *run, struct run_tu *tu)
{
    struct store_found_tu found;
    if (store_find_tu(run->store, run->arena, tu->key, &found) != STORE_HIT ||
        !result_read_meta(run->arena, found.meta.bytes, found.meta.count, &tu->result))
        return;
    tu->content = found.result;
    tu->known = tu->cached = true;
}

static void save(struct run *run, struct run_tu *tu, const struct tu_result *result, struct store_blob meta)
{
    struct store_tu row = {.key = tu->key, .path = tu->job->real_path, .status = result->status, .meta = meta,
                           .decls = result->decls, .inputs = result->inputs.data, .input_count = result->inputs.count,
                           .funcs = result->funcs.data, .func_count = result->funcs.count};
    run->degraded = run->degraded || result->second_try;
    bool known_inputs = result->inputs.count > 0; /* without them nothing would ever make it stale */
    if (result->status == TU_FAILED || result->second_try || !known_inputs) { /* next time it is tried again */
        tu->content = hash_bytes128(meta.bytes, meta.count);
        return;
    }
    /* Each in a transaction of its own: one that waited for the next answer would keep other runs from saving. */
    store_save_tu(run->store, &row, &tu->content, NULL);
}

/* ---- the workers' answers ---- */

static void keep(struct run *run, struct run_tu *tu, const struct tu_result *result)
{
    struct buf meta = {0};
    result_write_meta(&meta, result);
    struct store_blob bytes = {meta.data, meta.count};
    save(run, tu, result, bytes);
    if (!result_read_meta(run->arena, meta.data, meta.count, &tu->result))
        BUG("a result that was just written can't be read");
    buf_free(&meta);
    tu->result.loaded = true;
    tu->result.decls = copy_blob(run->arena, result->decls);
    for (uint32_t i = 0; i < result->funcs.count; i++) {
        struct store_func func = share_func(run, &result->funcs.data[i]);
        *vec_push(run->arena, &tu->result.funcs) = func;
    }
    tu->result.parse_seconds = result->parse_seconds;
    tu->result.lower_seconds = result->lower_seconds;
    run->cost.seconds[COST_PARSE] += result->parse_seconds;
    run->cost.seconds[COST_LOWER] += result->lower_seconds;
    tu->known = true;
    tu->cached = false;
}

struct batch {
    struct run *run;
    const uint32_t *tus; /* indices by job */
    uint32_t count, done;
};

static void on_done(void *context, uint32_t index, struct tu_result *result)
{
    struct batch *batch = context;
    struct run *run = batch->run;
    struct run_tu *tu = &run->tus.data[batch->tus[index]];
    keep(run, tu, result);
    batch->done++;
    if (run->options->progress)
        run->options->progress(run->options->context, batch->done, batch->count, tu->job->file);
}

static enum err_code parse_batch(struct run *run, const uint32_t *tus, uint32_t count, struct err *err)
{
    struct batch batch = {run, tus, count, 0};
    struct worker_job *jobs = arena_array(run->arena, struct worker_job, count);
    for (uint32_t i = 0; i < count; i++) {
        jobs[i] = (struct worker_job){.job = *run->tus.data[tus[i]].job, .reconcile = run->options->reconcile};
        vec_append(run->arena, &jobs[i].unsaved, run->unsaved.data, run->unsaved.count);
    }
    struct pool_options options = {.program = run->options->program, .timeout_ms = run->options->timeout_ms,
                                   .workers = run->options->workers ? run->options->workers : pool_default_workers(),
                                   .models = run->model_texts.data, .model_count = run->model_texts.count,
                                   .done = on_done, .context = &batch};
    struct pool_end end;
    enum err_code code = pool_run(&options, jobs, count, &end, err);
    run->pool.finished += end.finished;
    run->pool.retried += end.retried;
    run->pool.signal = end.signal;
    return code;
}

/* ---- what is not there ---- */

static bool is_missing(const struct run *run, const struct run_tu *tu)
{
    struct stat st;
    for (uint32_t i = 0; i < run->unsaved.count; i++)
        if (!strcmp(run->unsaved.data[i].path, tu->job->real_path) || !strcmp(run->unsaved.data[i].path, tu->job->file))
            return false;
    return stat(tu->job->file, &st) && (errno == ENOENT || errno == ENOTDIR);
}

/* No worker is asked: databases are known that name files by the hundred thousand which are gone. */
static void keep_missing(struct run *run, struct run_tu *tu)
{
    struct buf meta = {0};
    result_fail(run->arena, &tu->result, "the file is not there, though the database names it");
    result_write_meta(&meta, &tu->result);
    tu->content = hash_bytes128(meta.data, meta.count);
    tu->known = true;
    buf_free(&meta);
}

/* Another program's TU with the same key has the same result. */
static void share_results(struct run *run)
{
    for (uint32_t i = 0; i < run->tus.count; i++) {
        struct run_tu *tu = &run->tus.data[i], *same = &run->tus.data[tu->same_as];
        if (same == tu)
            continue;
        tu->result = same->result;
        tu->content = same->content;
        tu->known = same->known;
        tu->cached = same->cached;
    }
}

enum err_code run_parse(struct run *run, struct err *err)
{
    VEC(uint32_t) missing = {0};
    for (uint32_t i = 0; i < run->tus.count; i++) {
        struct run_tu *tu = &run->tus.data[i];
        if (tu->same_as != i || tu->known)
            continue;
        if (is_missing(run, tu)) {
            keep_missing(run, tu);
            continue;
        }
        look_up(run, tu);
        if (!tu->known)
            *vec_push(run->arena, &missing) = i;
    }
    enum err_code code = parse_batch(run, missing.data, missing.count, err);
    const char *note = store_take_note(run->store);
    if (note)
        run_note(run, "%s", note);
    share_results(run);
    cost_settle_workers(&run->cost);
    cost_charge(&run->cost, COST_STORE);
    return code;
}

/* ---- bodies, for the link ---- */

static bool load_func(struct run *run, struct arena *tmp, struct hash128 name, struct tu_result *result)
{
    struct store_func func;
    if (!store_load_func(run->store, tmp, name, &func))
        return false;
    *vec_push(run->arena, &result->funcs) = share_func(run, &func);
    return true;
}

/* From the store; false when it has lost them, and then the TU must be parsed after all. */
static bool load_body(struct run *run, struct run_tu *tu)
{
    struct arena *tmp = arena_create("body");
    struct store_tu_body body;
    bool fine = store_load_tu(run->store, tmp, tu->key, &body);
    for (uint32_t i = 0; fine && i < body.func_count; i++)
        fine = load_func(run, tmp, body.funcs[i], &tu->result);
    if (fine)
        tu->result.decls = copy_blob(run->arena, body.decls);
    else
        tu->result.funcs.count = 0;
    tu->result.loaded = fine;
    arena_destroy(tmp);
    return fine;
}

enum err_code run_load_bodies(struct run *run, struct err *err)
{
    VEC(uint32_t) lost = {0};
    for (uint32_t i = 0; i < run->tus.count; i++) {
        struct run_tu *tu = &run->tus.data[i];
        if (tu->same_as == i && !tu->result.loaded && !load_body(run, tu))
            *vec_push(run->arena, &lost) = i;
    }
    enum err_code code = parse_batch(run, lost.data, lost.count, err);
    share_results(run);
    return code;
}

static void add_to_program(struct run *run, const struct run_tu *tu)
{
    uint32_t id = program_add_tu(run->program, tu->job->real_path, tu->group);
    struct err err;
    if (tu->result.decls.count && !program_add_decls(run->program, id, tu->result.decls.bytes, tu->result.decls.count, &err))
        run_note(run, "%s: %s", tu->job->file, err.text);
    for (uint32_t i = 0; i < tu->result.funcs.count; i++) {
        const struct store_blob *ir = &tu->result.funcs.data[i].ir;
        if (!program_add_func(run->program, id, ir->bytes, ir->count, &err))
            run_note(run, "%s: %s", tu->job->file, err.text);
    }
}

enum err_code run_link(struct run *run, struct err *err)
{
    enum err_code code = run_load_bodies(run, err);
    cost_charge(&run->cost, COST_STORE);
    if (code)
        return code;
    struct program_options options = {.throws = THROWS_LIKELY};
    run->program = program_create(run->arena, run->models, &options);
    for (uint32_t i = 0; i < run->tus.count; i++)
        add_to_program(run, &run->tus.data[i]);
    program_link(run->program);
    cost_charge(&run->cost, COST_LINK);
    return ERR_NONE;
}
