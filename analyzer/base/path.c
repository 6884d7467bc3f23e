#include "base/path.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Appends `part`'s components to out[0..used), resolving `.` and `..`; `root` is 1 for an absolute path. */
static size_t append_parts(char *out, size_t used, size_t root, const char *part)
{
    while (*part) {
        size_t length = strcspn(part, "/");
        if (length == 2 && part[0] == '.' && part[1] == '.') {
            const char *last = used > root ? memrchr(out, '/', used) : NULL;
            size_t begin = last ? (size_t)(last - out) + 1 : 0;
            bool keeps = used == root ? !root : used - begin == 2 && !memcmp(out + begin, "..", 2);
            if (!keeps) {
                used = begin > root ? begin - 1 : root;
                length = 0;
            }
        }
        if (length && !(length == 1 && *part == '.')) {
            if (used > root)
                out[used++] = '/';
            memmove(out + used, part, length);
            used += length;
        }
        part += strcspn(part, "/");
        part += *part == '/';
    }
    return used;
}

const char *path_join(struct arena *arena, const char *directory, const char *path)
{
    bool alone = path[0] == '/';
    char *out = arena_alloc(arena, strlen(directory) + strlen(path) + 4);
    size_t root = alone || directory[0] == '/', used = root;
    if (root)
        out[0] = '/';
    if (!alone)
        used = append_parts(out, used, root, directory);
    used = append_parts(out, used, root, path);
    if (!used)
        out[used++] = '.';
    out[used] = 0;
    return out;
}

const char *path_real(struct arena *arena, const char *path)
{
    char *resolved = realpath(path, NULL);
    if (!resolved)
        return NULL;
    const char *copy = arena_strdup(arena, resolved);
    free(resolved);
    return copy;
}

const char *path_parent(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return ".";
    return slash == path ? "/" : arena_strndup(arena, path, (size_t)(slash - path));
}

const char *path_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const char *path_extension(const char *path)
{
    const char *name = path_name(path), *dot = strrchr(name, '.');
    return dot && dot != name ? dot + 1 : "";
}

bool path_is_below(const char *path, const char *directory)
{
    size_t length = strlen(directory);
    if (length == 1 && *directory == '/')
        return *path == '/';
    return !strncmp(path, directory, length) && (path[length] == '/' || !path[length]);
}

const char *path_shorten(const char *path, const char *directory)
{
    if (!path_is_below(path, directory))
        return path;
    const char *rest = path + strlen(directory);
    rest += *rest == '/';
    return *rest ? rest : path;
}

const char *path_here(struct arena *arena)
{
    char here[PATH_MAX];
    return getcwd(here, sizeof here) ? arena_strdup(arena, here) : ".";
}
