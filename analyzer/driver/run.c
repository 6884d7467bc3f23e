/* The pipeline, and what a run is made of before it starts. */
#include "driver/run.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "driver/version.h"

enum err_code run_check(struct run *run, struct err *err)
{
    enum err_code code = run_parse(run, err); /* commands -> results of TUs, from the store or from workers */
    if (!code && !run_recall(run)) {          /* the same TUs, the same checks: the findings of last time */
        code = run_link(run, err);            /* results -> the whole program */
        if (!code) {
            run_judge(run); /* program -> findings */
            run_remember(run);
        }
    }
    if (!code)
        run_finish(run); /* order, policy, suppressions, baseline */
    return code;
}

enum err_code run_build(struct run *run, struct err *err)
{
    enum err_code code = run_parse(run, err);
    return code ? code : run_link(run, err);
}

enum err_code run_load(struct run *run, struct err *err)
{
    enum err_code code = run_parse(run, err);
    return code ? code : run_load_bodies(run, err);
}

void run_note(struct run *run, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    *vec_push(run->arena, &run->notes) = arena_vprintf(run->arena, format, ap);
    va_end(ap);
}

/* ---- commands ---- */

static enum err_code check_paths(struct run *run, struct err *err)
{
    for (uint32_t i = 0; i < run->options->path_count; i++)
        if (access(run->options->paths[i], F_OK))
            return err_set(err, ERR_USAGE, "%s does not exist", run->options->paths[i]);
    return ERR_NONE;
}

static enum err_code load_commands(struct run *run, struct err *err)
{
    const struct run_options *options = run->options;
    struct compdb_options how = {.query_driver = options->query_driver};
    if (options->fixed && !options->path_count)
        return err_set(err, ERR_USAGE, "flags behind `--` need files to go with: spawnlint check FILE... -- FLAGS");
    if (options->fixed)
        return compdb_fixed(run->arena, ".", options->paths, options->path_count, options->flags, options->flag_count,
                            &how, &run->db, err);
    const char *path = options->build;
    if (!path && !(path = compdb_find(run->arena, ".", err)))
        return err->code;
    return compdb_load(run->arena, path, &how, &run->db, err);
}

/* A source given by name that the database does not know gets its neighbour's command. */
static void add_unlisted(struct run *run)
{
    for (uint32_t i = 0; i < run->options->path_count; i++) {
        const char *real = path_real(run->arena, run->options->paths[i]);
        bool listed = false;
        for (uint32_t k = 0; real && k < run->db.jobs.count; k++)
            listed = listed || path_is_below(run->db.jobs.data[k].real_path, real);
        const char *extension = real ? path_extension(real) : "";
        bool source = !strcmp(extension, "c") || !strcmp(extension, "cc") || !strcmp(extension, "cpp") ||
                      !strcmp(extension, "cxx");
        struct compdb_job job;
        if (listed || !source || !compdb_infer(run->arena, &run->db, real, &job))
            continue;
        run_note(run, "%s is not in the database and is read with its neighbour's flags", run->options->paths[i]);
        *vec_push(run->arena, &run->db.jobs) = job;
    }
}

static bool is_wanted(struct run *run, const struct compdb_job *job)
{
    if (!run->options->only_paths || !run->options->path_count)
        return true;
    for (uint32_t i = 0; i < run->options->path_count; i++) {
        const char *real = path_real(run->arena, run->options->paths[i]);
        if (real && path_is_below(job->real_path, real))
            return true;
    }
    return false;
}

static struct hash128 tu_key(const struct run *run, const struct compdb_job *job)
{
    struct buf bytes = {0};
    buf_bytes(&bytes, &run->base_key, sizeof run->base_key);
    buf_blob(&bytes, job->directory, strlen(job->directory));
    buf_blob(&bytes, job->file, strlen(job->file));
    buf_blob(&bytes, job->real_path, strlen(job->real_path));
    buf_varint(&bytes, job->language);
    for (uint32_t i = 0; i < job->arg_count; i++)
        buf_blob(&bytes, job->args[i], strlen(job->args[i]));
    struct hash128 key = hash_bytes128(bytes.data, bytes.count);
    buf_free(&bytes);
    return key;
}

static void make_tus(struct run *run)
{
    struct map by_key;
    map_init(&by_key, run->arena);
    for (uint32_t i = 0; i < run->db.jobs.count; i++) {
        const struct compdb_job *job = &run->db.jobs.data[i];
        if (!is_wanted(run, job))
            continue;
        uint32_t index = run->tus.count;
        struct run_tu *tu = vec_push(run->arena, &run->tus);
        const char *program = config_program_of(&run->config, job->real_path);
        *tu = (struct run_tu){.job = job, .group = program ? program : job->group ? job->group : "",
                              .key = tu_key(run, job), .same_as = index};
        uint64_t *seen = map_put(&by_key, tu->key.low ^ tu->key.high * 31);
        if (*seen && hash_equal(run->tus.data[*seen - 1].key, tu->key))
            tu->same_as = (uint32_t)*seen - 1;
        else
            *seen = index + 1;
    }
}

static bool is_own_directory(const struct run *run, const struct compdb_job *job, const char *written)
{
    const char *directory = path_join(run->arena, job->directory, written);
    const char *real = path_real(run->arena, directory);
    return config_owns_headers(&run->config, directory) || (real && config_owns_headers(&run->config, real));
}

/* `headers:` of the configuration: a directory that a command calls a system one, and that is the project's. */
static void own_headers(struct run *run, struct compdb_job *job)
{
    static const char option[] = "-isystem";
    const char **args = arena_array(run->arena, const char *, job->arg_count);
    for (uint32_t i = 0; i < job->arg_count; i++) {
        args[i] = job->args[i];
        if (strncmp(args[i], option, strlen(option)) != 0)
            continue;
        const char *joined = args[i] + strlen(option), *next = i + 1 < job->arg_count ? job->args[i + 1] : "";
        if (is_own_directory(run, job, *joined ? joined : next))
            args[i] = arena_printf(run->arena, "-I%s", joined);
    }
    job->args = args;
}

/* ---- models ---- */

static void add_model_text(struct run *run, const char *name, struct buf *text)
{
    *vec_push(run->arena, &run->model_texts) =
        (struct model_text){name, arena_strndup(run->arena, text->data, text->count), text->count};
    buf_free(text);
}

/* `wrappers:` and `contexts:` of the configuration, as the models that they stand for. */
static void add_configured_models(struct run *run)
{
    struct buf wrappers = {0}, contexts = {0};
    buf_text(&wrappers, "library: configuration\nfunctions:\n");
    buf_text(&contexts, "library: configuration\ncontext-types:\n");
    for (uint32_t i = 0; i < run->config.wrappers.count; i++)
        buf_printf(&wrappers, "  - name: \"%s\"\n    recover: {callback: 1, kinds: [exception, jump, panic]}\n",
                   run->config.wrappers.data[i]);
    for (uint32_t i = 0; i < run->config.contexts.count; i++)
        buf_printf(&contexts, "  - \"%s\"\n", run->config.contexts.data[i]);
    if (run->config.wrappers.count)
        add_model_text(run, "wrappers", &wrappers);
    if (run->config.contexts.count)
        add_model_text(run, "contexts", &contexts);
    buf_free(&wrappers);
    buf_free(&contexts);
}

static enum err_code load_models(struct run *run, struct err *err)
{
    for (uint32_t i = 0; i < run->config.models.count; i++) {
        struct model_text model = {.name = run->config.models.data[i]};
        char *text;
        if (file_read(run->arena, model.name, (size_t)16 << 20, &text, &model.length, err))
            return err->code = ERR_USAGE;
        model.text = text;
        *vec_push(run->arena, &run->model_texts) = model;
    }
    add_configured_models(run);
    run->models = model_set_create(run->arena);
    model_set_add_builtin(run->models);
    for (uint32_t i = 0; i < run->model_texts.count; i++) {
        const struct model_text *text = &run->model_texts.data[i];
        if (model_set_add_text(run->models, text->name, text->text, text->length, true, err))
            return err->code = ERR_USAGE;
    }
    return ERR_NONE;
}

/* ---- store ---- */

static void open_store(struct run *run)
{
    const char *version = version_of_results(run->arena);
    struct hash128 models = model_set_hash(run->models);
    run->base_key = hash_bytes128(version, strlen(version));
    run->base_key.low ^= models.low;
    run->base_key.high ^= models.high;
    if (run->options->reconcile)
        run->base_key.high ^= 1;
    const char *path = run->options->store;
    if (!path)
        path = path_join(run->arena, run->db.root, ".spawnlint/cache.sqlite");
    struct store_options options = {.version = version};
    struct err note = {0};
    run->store = store_open(run->arena, run->options->no_store ? NULL : path, &options, &note);
    if (note.code)
        run_note(run, "%s", note.text);
}

/* ---- */

static enum err_code configure(struct run *run, struct err *err)
{
    const struct run_options *options = run->options;
    enum err_code code = config_load(run->arena, run->db.root, options->config, &run->config, err);
    for (uint32_t i = 0; !code && i < options->check_count; i++)
        code = config_add_check(run->arena, &run->config, options->checks[i], err);
    run->config.strict = run->config.strict || options->strict;
    run->configured_baseline = run->config.baseline;
    if (options->baseline)
        run->config.baseline = path_join(run->arena, path_here(run->arena), options->baseline);
    if (options->no_baseline)
        run->config.baseline = NULL;
    if (!code && run->config.baseline && baseline_load(run->arena, run->config.baseline, &run->baseline, err))
        code = err->code = ERR_USAGE;
    return code;
}

void run_init(struct run *run, const struct run_options *options)
{
    *run = (struct run){.arena = arena_create("run"), .options = options};
    cost_open(&run->cost);
    map_init(&run->blob_by_hash, run->arena);
    run->sources = sources_create(run->arena);
}

enum err_code run_configure(struct run *run, struct err *err)
{
    enum err_code code = configure(run, err);
    if (!code)
        code = load_models(run, err);
    if (!code)
        open_store(run);
    return code;
}

enum err_code run_open(struct run *run, const struct run_options *options, struct err *err)
{
    run_init(run, options);
    enum err_code code = check_paths(run, err);
    if (!code)
        code = load_commands(run, err);
    if (!code)
        code = run_configure(run, err);
    if (code)
        return code;
    if (!options->fixed)
        add_unlisted(run);
    for (uint32_t i = 0; run->config.headers.count && i < run->db.jobs.count; i++)
        own_headers(run, &run->db.jobs.data[i]);
    make_tus(run);
    cost_charge(&run->cost, COST_COMMANDS);
    if (!run->tus.count)
        return err_set(err, ERR_INPUT, "no command of %s compiles anything below the paths given", run->db.path);
    return ERR_NONE;
}

void run_close(struct run *run)
{
    store_close(run->store);
    if (run->arena)
        arena_destroy(run->arena);
    *run = (struct run){0};
}
