#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "fix/fix.h"

static const size_t LARGEST_SOURCE = (size_t)256 << 20;

/* Must still hold what was analysed, and must still be where it was: a symlink may have been turned since. */
static enum err_code check_unchanged(struct arena *arena, const struct fix_plan *plan,
                                     const struct fix_file *file, struct err *err)
{
    char *text;
    size_t length;
    const char *real = path_real(arena, file->path);
    if (!real || strcmp(real, file->path) != 0 || !path_is_below(real, plan->root))
        return err_set(err, ERR_INPUT,
                       "%s is not where it was when it was analysed; nothing is written, run again",
                       file->path);
    enum err_code code = file_read(arena, file->path, LARGEST_SOURCE, &text, &length, err);
    if (code == ERR_NONE && !hash_equal(hash_bytes128(text, length), file->base_hash))
        code = err_set(err, ERR_INPUT, "%s changed since it was analysed; nothing is written, run again",
                       file->path);
    return code;
}

/* Beside the file, so that the rename stays in one file system; with its mode and, where we may, its owner.
 */
static enum err_code write_temporary(struct arena *arena, const char *path, const char *text, size_t length,
                                     const char **temporary, struct err *err)
{
    char *name = arena_printf(arena, "%s/.%s.XXXXXX", path_parent(arena, path), path_name(path));
    struct stat status;
    int fd = stat(path, &status) == 0 && access(path, W_OK) == 0 ? mkostemp(name, O_CLOEXEC) : -1;
    if (fd < 0)
        return err_set(err, ERR_IO, "%s can't be written: %s; nothing is changed", path, strerror(errno));
    *temporary = name;
    bool chowned = fchown(fd, status.st_uid, status.st_gid) == 0;
    (void)chowned; /* only root may give files away; the mode counts */
    bool ok = fchmod(fd, status.st_mode & 07777) == 0 && file_write_all(fd, text, length) && fsync(fd) == 0;
    int why = errno;
    if (close(fd) != 0 && ok) {
        ok = false;
        why = errno;
    }
    return ok ? ERR_NONE
              : err_set(err, ERR_IO, "%s can't be written: %s; nothing is changed", path, strerror(why));
}

/* What was renamed gets its old text back. */
static void put_back(struct arena *arena, const struct fix_plan *plan, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct fix_file *file = &plan->files.items.data[i];
        const char *temporary = NULL;
        if (write_temporary(arena, file->path, file->base, file->base_length, &temporary, NULL) != ERR_NONE ||
            rename(temporary, file->path) != 0)
            unlink(temporary ? temporary : "");
    }
}

static enum err_code rename_all(struct arena *arena, const struct fix_plan *plan, const char **temporaries,
                                struct err *err)
{
    for (uint32_t i = 0; i < plan->files.items.count; i++) {
        const char *path = plan->files.items.data[i].path;
        if (rename(temporaries[i], path) == 0) {
            temporaries[i] = NULL;
            continue;
        }
        int why = errno;
        put_back(arena, plan, i);
        return err_set(err, ERR_IO, "%s can't be replaced: %s; the other files have their old text back",
                       path, strerror(why));
    }
    return ERR_NONE;
}

enum err_code fix_plan_apply(const struct fix_plan *plan, struct err *err)
{
    struct arena *arena = arena_create("apply");
    uint32_t count = plan->files.items.count;
    const char **temporaries = arena_array(arena, const char *, count);
    enum err_code code = ERR_NONE;
    for (uint32_t i = 0; i < count && code == ERR_NONE; i++)
        code = check_unchanged(arena, plan, &plan->files.items.data[i], err);
    for (uint32_t i = 0; i < count && code == ERR_NONE; i++) {
        const struct fix_file *file = &plan->files.items.data[i];
        code = write_temporary(arena, file->path, file->text, file->length, &temporaries[i], err);
    }
    if (code == ERR_NONE)
        code = rename_all(arena, plan, temporaries, err);
    for (uint32_t i = 0; i < count; i++)
        if (temporaries[i])
            unlink(temporaries[i]);
    arena_destroy(arena);
    return code;
}
