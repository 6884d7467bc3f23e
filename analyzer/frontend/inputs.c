/* The files a TU read, with hashes of their content, and those that would have been read instead had they existed.
 *
 * For each #include, every directory that is searched before the one where the file was found gives an absent path:
 * a file that appears there changes the TU.  Where not even the name's first directory exists, that directory stands
 * for all names below it, which keeps the list short.
 */
#include "frontend/lower.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

struct search_dir {
    const char *path;
    bool is_quote_only;
};

struct collector {
    struct fe *fe;
    struct map seen;
    VEC(struct search_dir) dirs;
};

static const char *absolute(struct collector *collector, const char *path)
{
    struct arena *arena = collector->fe->tmp;
    return *path == '/' ? path : arena_printf(arena, "%s/%s", collector->fe->job->directory, path);
}

static void add_dir(struct collector *collector, const char *path, bool is_quote_only)
{
    char real[PATH_MAX];
    const char *dir = absolute(collector, path);
    if (realpath(dir, real))
        dir = arena_strdup(collector->fe->tmp, real);
    *vec_push(collector->fe->tmp, &collector->dirs) =
        (struct search_dir){.path = dir, .is_quote_only = is_quote_only};
}

/* -iquote before -I before -isystem; the compiler's own directories come after all of these. */
static void read_flag(struct collector *collector, const char *flag, bool is_quote_only)
{
    const struct compdb_job *job = collector->fe->job;
    size_t length = strlen(flag);
    for (uint32_t i = 1; i < job->arg_count; i++) {
        const char *arg = job->args[i];
        if (strncmp(arg, flag, length) != 0)
            continue;
        if (arg[length])
            add_dir(collector, arg + length, is_quote_only);
        else if (i + 1 < job->arg_count)
            add_dir(collector, job->args[++i], is_quote_only);
    }
}

static bool mark(struct collector *collector, const char *path)
{
    uint64_t *slot = map_put(&collector->seen, hash_bytes64(path, strlen(path)));
    bool is_new = !*slot;
    *slot = 1;
    return is_new;
}

static void add_absent(struct collector *collector, const char *dir, const char *name)
{
    struct fe *fe = collector->fe;
    const char *slash = strchr(name, '/');
    struct stat info;
    const char *path = arena_printf(fe->tmp, "%s/%s", dir, name);
    if (slash && *name != '.') {
        const char *first = arena_printf(fe->tmp, "%s/%.*s", dir, (int)(slash - name), name);
        uint64_t *known = map_put(&collector->seen, hash_bytes64(first, strlen(first)) ^ 1);
        if (!*known)
            *known = stat(first, &info) == 0 ? 2 : 1;
        if (*known == 1)
            path = first;
    }
    if (!mark(collector, path) || stat(path, &info) == 0)
        return;
    struct tu_input *input = vec_push(fe->arena, &fe->out->inputs);
    *input = (struct tu_input){.path = arena_strdup(fe->arena, path), .absent = true};
}

/* The name as written in the directive whose line holds `offset`; NULL where a macro gives it. */
static const char *written_name(struct collector *collector, const struct fe_file *file, unsigned offset, bool *is_quoted)
{
    size_t at = offset;
    if (!file->text || at >= file->size)
        return NULL;
    while (at > 0 && file->text[at - 1] != '\n')
        at--;
    while (at < file->size && file->text[at] != '\n' && file->text[at] != '"' && file->text[at] != '<')
        at++;
    if (at >= file->size || file->text[at] == '\n')
        return NULL;
    *is_quoted = file->text[at] == '"';
    char close = *is_quoted ? '"' : '>';
    size_t end = at + 1;
    while (end < file->size && file->text[end] != close && file->text[end] != '\n')
        end++;
    return arena_strndup(collector->fe->tmp, file->text + at + 1, end - at - 1);
}

static const char *directory_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? arena_strndup(arena, path, (size_t)(slash - path)) : ".";
}

/* Whether dir/name is the file that was found; links are followed only where the texts leave a doubt. */
static bool is_found(struct collector *collector, const char *dir, const char *name, const char *found)
{
    const char *path = arena_printf(collector->fe->tmp, "%s/%s", dir, name);
    if (strcmp(path, found) == 0)
        return true;
    const char *last = strrchr(name, '/'), *found_last = strrchr(found, '/');
    if (strcmp(last ? last + 1 : name, found_last ? found_last + 1 : found) != 0)
        return false;
    char real[PATH_MAX];
    struct stat info;
    return lstat(path, &info) == 0 && realpath(path, real) && strcmp(real, found) == 0;
}

static void add_candidates(struct collector *collector, const char *found, CXSourceLocation directive)
{
    struct fe *fe = collector->fe;
    CXFile file;
    unsigned offset;
    bool is_quoted = false;
    clang_getSpellingLocation(directive, &file, NULL, NULL, &offset);
    if (!file)
        return;
    struct fe_file includer = *span_file(fe, file, directive);
    const char *name = written_name(collector, &includer, offset, &is_quoted);
    if (!name || *name == '/')
        return;
    const char *own = directory_of(fe->tmp, includer.path);
    if (is_quoted) {
        if (is_found(collector, own, name, found))
            return;
        add_absent(collector, own, name);
    }
    for (uint32_t i = 0; i < collector->dirs.count; i++) {
        const struct search_dir *dir = &collector->dirs.data[i];
        if (dir->is_quote_only && !is_quoted)
            continue;
        if (is_found(collector, dir->path, name, found))
            return;
        add_absent(collector, dir->path, name);
    }
}

static void visit_inclusion(CXFile file, CXSourceLocation *stack, unsigned depth, CXClientData data)
{
    struct collector *collector = data;
    struct fe *fe = collector->fe;
    CXSourceLocation start = clang_getLocationForOffset(fe->unit, file, 0);
    struct fe_file entry = *span_file(fe, file, start);
    struct arena_mark mark_ = arena_mark(fe->tmp);
    if (mark(collector, entry.path)) {
        struct tu_input *input = vec_push(fe->arena, &fe->out->inputs);
        *input = (struct tu_input){.path = entry.path, .is_system = entry.is_system};
        input->hash = hash_bytes128(entry.text ? entry.text : "", entry.size);
    }
    if (depth > 0)
        add_candidates(collector, entry.path, stack[0]);
    arena_release(fe->tmp, mark_);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct tu_input *)a)->path, ((const struct tu_input *)b)->path);
}

void inputs_collect(struct fe *fe)
{
    struct collector collector = {.fe = fe};
    map_init(&collector.seen, fe->arena);
    read_flag(&collector, "-iquote", true);
    read_flag(&collector, "-I", false);
    read_flag(&collector, "-isystem", false);
    clang_getInclusions(fe->unit, visit_inclusion, &collector);
    if (fe->out->inputs.count)
        qsort(fe->out->inputs.data, fe->out->inputs.count, sizeof *fe->out->inputs.data, by_path);
}
