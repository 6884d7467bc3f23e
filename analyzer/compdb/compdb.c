#include "compdb/compdb.h"
#include "base/sort.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/path.h"
#include "compdb/command.h"
#include "compdb/notes.h"
#include "compdb/toolchain.h"

#define DATABASE_BYTES ((size_t)512 << 20)

static struct command_context begin(struct arena *arena, const struct compdb_options *options, struct compdb *db)
{
    static const struct compdb_options none;
    *db = (struct compdb){0};
    struct command_context context = {.arena = arena, .options = options ? options : &none, .db = db};
    context.resource_dir = context.options->resource_dir;
    if (!context.resource_dir)
        context.resource_dir = toolchain_resource_dir(arena);
    return context;
}

/* ---- order and duplicates ---- */

static int compare_texts(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) : (a != NULL) - (b != NULL);
}

static int compare_jobs(const void *left, const void *right)
{
    const struct compdb_job *a = left, *b = right;
    int order = strcmp(a->real_path, b->real_path);
    for (uint32_t i = 0; !order && i < a->arg_count && i < b->arg_count; i++)
        order = strcmp(a->args[i], b->args[i]);
    if (!order)
        order = (a->arg_count > b->arg_count) - (a->arg_count < b->arg_count);
    if (!order)
        order = compare_texts(a->group, b->group);
    if (!order)
        order = strcmp(a->directory, b->directory);
    return order ? order : strcmp(a->file, b->file);
}

/* The same file with the same flags in the same program is one job, whatever its outputs are called. */
static bool is_duplicate(const struct compdb_job *a, const struct compdb_job *b)
{
    if (strcmp(a->real_path, b->real_path) || compare_texts(a->group, b->group) || a->arg_count != b->arg_count)
        return false;
    for (uint32_t i = 0; i < a->arg_count; i++)
        if (strcmp(a->args[i], b->args[i]))
            return false;
    return true;
}

static void merge(struct compdb_job *into, const struct compdb_job *from)
{
    if (compare_texts(from->output, into->output) < 0)
        into->output = from->output;
    if (from->entry < into->entry)
        into->entry = from->entry;
}

static void sort_jobs(struct arena *arena, struct compdb *db)
{
    if (!db->jobs.count)
        return;
    sort_items(db->jobs.data, db->jobs.count, sizeof *db->jobs.data, compare_jobs);
    uint32_t kept = 1;
    for (uint32_t i = 1; i < db->jobs.count; i++) {
        struct compdb_job *last = &db->jobs.data[kept - 1], *next = &db->jobs.data[i];
        if (!is_duplicate(last, next)) {
            db->jobs.data[kept++] = *next;
            continue;
        }
        merge(last, next);
        note_add(arena, db, "%s is in the database more than once with the same flags", next->file);
    }
    db->jobs.count = kept;
}

/* ---- the project's root ---- */

static bool has_marker(struct arena *arena, const char *directory)
{
    return !access(arena_printf(arena, "%s/.git", directory), F_OK) ||
           !access(arena_printf(arena, "%s/.spawnlint.yaml", directory), F_OK);
}

static const char *marked_root(struct arena *arena, const char *from)
{
    for (const char *at = from;; at = path_parent(arena, at)) {
        if (has_marker(arena, at))
            return at;
        if (!strcmp(at, "/") || !strcmp(at, "."))
            return NULL;
    }
}

/* Without a marker: where the database lies, or, for a build tree beside its sources, what holds all of them. */
static const char *find_root(struct arena *arena, const char *directory, const struct compdb *db)
{
    const char *marked = marked_root(arena, directory);
    if (!marked && db->jobs.count)
        marked = marked_root(arena, path_parent(arena, db->jobs.data[0].real_path));
    if (marked)
        return marked;
    for (uint32_t i = 0; i < db->jobs.count; i++)
        if (path_is_below(db->jobs.data[i].real_path, directory))
            return directory;
    const char *common = db->jobs.count ? path_parent(arena, db->jobs.data[0].real_path) : directory;
    for (uint32_t i = 1; i < db->jobs.count; i++)
        while (!path_is_below(db->jobs.data[i].real_path, common))
            common = path_parent(arena, common);
    return common;
}

static void finish(struct arena *arena, const char *directory, struct compdb *db)
{
    sort_jobs(arena, db);
    const char *real = path_real(arena, directory);
    db->root = find_root(arena, real ? real : directory, db);
    note_finish(db);
}

/* ---- the JSON ---- */

static bool read_words(struct arena *arena, const struct json_node *entry, struct words *out, struct err *err)
{
    const struct json_node *arguments = json_get(entry, "arguments");
    const char *command = json_get_text(entry, "command");
    if (!arguments && command)
        return words_split_shell(arena, command, out, err);
    if (!arguments || arguments->kind != JSON_LIST) {
        err_set(err, ERR_INPUT, "it has neither \"arguments\" nor \"command\"");
        return false;
    }
    for (uint32_t i = 0; i < arguments->count; i++) {
        if (arguments->items[i]->kind != JSON_TEXT) {
            err_set(err, ERR_INPUT, "its \"arguments\" are not all texts");
            return false;
        }
        *vec_push(arena, &out->list) = arguments->items[i]->text;
    }
    return true;
}

/* False with err->code set: the entry is broken; with ERR_NONE: there is nothing for us in it. */
static bool read_entry(struct command_context *context, const char *base, const struct json_node *entry,
                       struct compdb_job *job, struct err *err)
{
    const char *file = json_get_text(entry, "file"), *directory = json_get_text(entry, "directory");
    if (entry->kind != JSON_MAP || !file || !*file) {
        err_set(err, ERR_INPUT, "it has no \"file\"");
        return false;
    }
    struct command command = {.output = json_get_text(entry, "output")};
    command.directory = path_join(context->arena, base, directory ? directory : ".");
    command.file = path_join(context->arena, command.directory, file);
    return read_words(context->arena, entry, &command.words, err) && command_clean(context, &command, job, err);
}

static void read_entries(struct command_context *context, const char *base, const struct json_node *root)
{
    struct compdb *db = context->db;
    for (uint32_t i = 0; i < root->count; i++) {
        struct err err = {0};
        struct compdb_job job;
        if (read_entry(context, base, root->items[i], &job, &err)) {
            job.entry = i;
            *vec_push(context->arena, &db->jobs) = job;
        } else if (err.code) {
            note_add(context->arena, db, "entry %u of %s was left out: %s", i + 1, db->path, err.text);
            db->broken++;
        }
    }
}

static enum err_code read_database(struct command_context *context, const char *base, struct err *err)
{
    struct arena *arena = context->arena;
    struct compdb *db = context->db;
    char *text;
    size_t length;
    enum err_code code = file_read(arena, db->path, DATABASE_BYTES, &text, &length, err);
    if (code)
        return code;
    if (!length)
        return err_set(err, ERR_INPUT, "%s is empty; let the build write it again", db->path);
    struct json_node *root = json_parse(arena, db->path, text, length, JSON_LAST_WINS, err);
    if (!root)
        return err->code;
    if (root->kind != JSON_LIST)
        return err_set(err, ERR_INPUT, "%s is no compilation database: its outermost value must be a list of commands",
                       db->path);
    if (!root->count)
        return err_set(err, ERR_INPUT, "%s lists no commands; build the project once, then let the build write it again",
                       db->path);
    read_entries(context, base, root);
    if (!db->jobs.count)
        return err_set(err, ERR_INPUT, "%s has no command that can be used: %s", db->path,
                       db->notes.count ? db->notes.data[0].text : "they compile neither C nor C++");
    return ERR_NONE;
}

enum err_code compdb_load(struct arena *arena, const char *path, const struct compdb_options *options,
                          struct compdb *out, struct err *err)
{
    struct command_context context = begin(arena, options, out);
    const char *full = path_join(arena, path_here(arena), path);
    struct stat st;
    if (!stat(full, &st) && S_ISDIR(st.st_mode)) {
        full = path_join(arena, full, "compile_commands.json");
        if (access(full, F_OK))
            return err_set(err, ERR_INPUT, "%s holds no compile_commands.json; " COMPDB_HOW_TO_MAKE, path);
    }
    out->path = full;
    const char *directory = path_parent(arena, full);
    enum err_code code = read_database(&context, directory, err);
    if (!code)
        finish(arena, directory, out);
    return code;
}

enum err_code compdb_fixed(struct arena *arena, const char *directory, const char *const *files, uint32_t file_count,
                           const char *const *flags, uint32_t flag_count, const struct compdb_options *options,
                           struct compdb *out, struct err *err)
{
    struct command_context context = begin(arena, options, out);
    const char *full = path_join(arena, path_here(arena), directory);
    for (uint32_t i = 0; i < file_count; i++) {
        struct command command = {.directory = full, .file = path_join(arena, full, files[i])};
        *vec_push(arena, &command.words.list) =
            command_language(files[i]) == LANG_CXX ? "clang++" : "clang";
        vec_append(arena, &command.words.list, flags, flag_count);
        struct compdb_job job;
        struct err entry = {0};
        if (command_clean(&context, &command, &job, &entry))
            *vec_push(arena, &out->jobs) = job;
        else if (entry.code)
            return err_set(err, entry.code, "%s: %s", files[i], entry.text);
    }
    if (!out->jobs.count)
        return err_set(err, ERR_INPUT, "none of the files given is C or C++");
    finish(arena, full, out);
    return ERR_NONE;
}
