/* The files a TU read, with hashes of their content, and those that would have been read instead had they existed.
 *
 * For each #include, every directory that is searched before the one where the file was found gives an absent path:
 * a file that appears there changes the TU.  Where not even the name's first directory exists, that directory stands
 * for all names below it, which keeps the list short.
 *
 * libclang finds a file's buffer by walking all its source entries, so headers that the lowering did not look at are
 * read again from the disk; where a file may have changed since the parse, libclang's buffer counts.
 */
#include "frontend/lower.h"
#include "base/sort.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct search_dir {
    const char *path;
    bool is_quote_only;
};

struct read_file {
    const char *path, *text;
    size_t size;
    uint32_t input;   /* index + 1 into the TU's inputs */
    int8_t is_system; /* -1: not known yet */
    bool by_system;   /* a system header includes it */
    CXFile file;
};

struct collector {
    struct fe *fe;
    struct map seen, by_file;
    VEC(struct search_dir) dirs;
    VEC(struct read_file) files;
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
static const char *written_name(struct collector *collector, const struct read_file *file, unsigned offset, bool *is_quoted)
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

static void add_candidates(struct collector *collector, const char *found, uint32_t includer_index, unsigned offset)
{
    struct fe *fe = collector->fe;
    bool is_quoted = false;
    struct read_file includer = collector->files.data[includer_index];
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

static const char *real_path(struct collector *collector, CXFile file)
{
    struct fe *fe = collector->fe;
    const char *name = cursor_text(fe, clang_File_tryGetRealPathName(file));
    if (!*name)
        name = cursor_text(fe, clang_getFileName(file));
    char real[PATH_MAX];
    bool is_real = *name == '/' && !strstr(name, "/../") && !strstr(name, "/./");
    return !is_real && realpath(name, real) ? arena_strdup(fe->tmp, real) : name;
}

/* From the disk, if it is surely what the parse saw; false: ask libclang. */
static bool read_again(struct collector *collector, struct read_file *out)
{
    struct stat info;
    int fd = open(out->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    time_t parsed = clang_getFileTime(out->file);
    bool is_same = fstat(fd, &info) == 0 && info.st_mtime == parsed && time(NULL) - parsed > 2 && S_ISREG(info.st_mode);
    if (is_same) {
        char *text = arena_alloc(collector->fe->tmp, (size_t)info.st_size + 1);
        is_same = read(fd, text, (size_t)info.st_size) == info.st_size;
        out->text = text;
        out->size = (size_t)info.st_size;
    }
    close(fd);
    return is_same;
}

static void load(struct collector *collector, struct read_file *out)
{
    struct fe *fe = collector->fe;
    uint64_t *known = map_get(&fe->files, map_key_of(out->file));
    if (known && *known && fe->file_list.data[*known].is_loaded) {
        const struct fe_file *entry = &fe->file_list.data[*known];
        out->path = entry->path, out->text = entry->text, out->size = entry->size;
        out->is_system = entry->is_system;
        return;
    }
    out->path = real_path(collector, out->file);
    if (!fe->is_cxx || !read_again(collector, out)) /* a C unit has few entries to walk */
        out->text = clang_getFileContents(fe->unit, out->file, &out->size);
    if (!out->text)
        out->size = 0;
}

static uint32_t file_of(struct collector *collector, CXFile file)
{
    uint64_t *slot = map_put(&collector->by_file, map_key_of(file));
    if (*slot)
        return (uint32_t)*slot - 1;
    struct read_file entry = {.file = file, .is_system = -1};
    load(collector, &entry);
    *vec_push(collector->fe->tmp, &collector->files) = entry;
    *slot = collector->files.count;
    return collector->files.count - 1;
}

static void add_input(struct collector *collector, uint32_t index)
{
    struct fe *fe = collector->fe;
    struct read_file *entry = &collector->files.data[index];
    if (entry->input || !mark(collector, entry->path))
        return;
    struct tu_input *input = vec_push(fe->arena, &fe->out->inputs);
    *input = (struct tu_input){.path = arena_strdup(fe->arena, entry->path)};
    input->hash = hash_bytes128(entry->text ? entry->text : "", entry->size);
    entry->input = fe->out->inputs.count;
}

static void visit_inclusion(CXFile file, CXSourceLocation *stack, unsigned depth, CXClientData data)
{
    struct collector *collector = data;
    uint32_t index = file_of(collector, file);
    add_input(collector, index);
    if (!depth)
        return;
    CXFile includer;
    unsigned offset;
    clang_getSpellingLocation(stack[0], &includer, NULL, NULL, &offset);
    if (!includer)
        return;
    uint32_t from = file_of(collector, includer);
    bool by_system = clang_Location_isInSystemHeader(stack[0]) != 0;
    collector->files.data[from].is_system = by_system;
    collector->files.data[index].by_system |= by_system;
    add_candidates(collector, collector->files.data[index].path, from, offset);
}

/* A file that includes others was told by their directives; one that does not, by its includer or by libclang. */
static void decide_system(struct collector *collector)
{
    struct fe *fe = collector->fe;
    for (uint32_t i = 0; i < collector->files.count; i++) {
        struct read_file *entry = &collector->files.data[i];
        if (entry->is_system < 0 && entry->by_system)
            entry->is_system = 1;
        if (entry->is_system < 0)
            entry->is_system = clang_Location_isInSystemHeader(clang_getLocationForOffset(fe->unit, entry->file, 0)) != 0;
        if (entry->input)
            fe->out->inputs.data[entry->input - 1].is_system = entry->is_system;
    }
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct tu_input *)a)->path, ((const struct tu_input *)b)->path);
}

void inputs_collect(struct fe *fe)
{
    struct collector collector = {.fe = fe};
    struct arena_mark before = arena_mark(fe->tmp);
    map_init(&collector.seen, fe->tmp);
    map_init(&collector.by_file, fe->tmp);
    read_flag(&collector, "-iquote", true);
    read_flag(&collector, "-I", false);
    read_flag(&collector, "-isystem", false);
    clang_getInclusions(fe->unit, visit_inclusion, &collector);
    decide_system(&collector);
    if (fe->out->inputs.count)
        sort_items(fe->out->inputs.data, fe->out->inputs.count, sizeof *fe->out->inputs.data, by_path);
    arena_release(fe->tmp, before);
}
