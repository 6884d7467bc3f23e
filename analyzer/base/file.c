#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err_code fail_read(const char *path, struct err *err)
{
    if (errno == ENOENT || errno == ENOTDIR)
        return err_set(err, ERR_INPUT, "%s does not exist", path);
    return err_set(err, ERR_INPUT, "%s can't be read: %s", path, strerror(errno));
}

/* Reads to the end; the size that stat gives is a hint only (pipes, /proc, a file that grows). */
static enum err_code read_all(struct arena *arena, int fd, size_t hint, const char *path, size_t most, char **text,
                              size_t *length, struct err *err)
{
    size_t capacity = hint + 1, used = 0;
    char *data = arena_alloc(arena, capacity + 1);
    for (;;) {
        if (used > most)
            return err_set(err, ERR_INPUT, "%s is larger than %zu MB, which is more than can be read here", path,
                           most >> 20);
        if (used == capacity) {
            char *larger = arena_alloc(arena, capacity * 2 + 4097);
            memcpy(larger, data, used);
            data = larger;
            capacity = capacity * 2 + 4096;
        }
        ssize_t got = read(fd, data + used, capacity - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_read(path, err);
        if (!got)
            break;
        used += (size_t)got;
    }
    data[used] = 0;
    *text = data;
    *length = used;
    return ERR_NONE;
}

enum err_code file_read(struct arena *arena, const char *path, size_t most, char **text, size_t *length,
                        struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0)
        return fail_read(path, err);
    enum err_code code;
    if (fstat(fd, &st))
        code = fail_read(path, err);
    else if (S_ISDIR(st.st_mode))
        code = err_set(err, ERR_INPUT, "%s is a directory; a file is wanted", path);
    else if (st.st_size > 0 && (size_t)st.st_size > most)
        code = err_set(err, ERR_INPUT, "%s is larger than %zu MB, which is more than can be read here", path,
                       most >> 20);
    else
        code = read_all(arena, fd, st.st_size > 0 ? (size_t)st.st_size : 0, path, most, text, length, err);
    close(fd);
    return code;
}

bool file_write_all(int fd, const char *bytes, size_t count)
{
    while (count) {
        ssize_t put = write(fd, bytes, count);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        bytes += put;
        count -= (size_t)put;
    }
    return true;
}

/* The mode that a plain open() would give: mkstemp makes files private. */
static mode_t mode_for(const char *path)
{
    struct stat st;
    if (!stat(path, &st))
        return st.st_mode & 07777;
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

/* Devices, pipes and sockets are written to, never replaced: as root, a rename would put a plain file in place of
 * /dev/stdout. */
static bool is_special(const char *path)
{
    struct stat st;
    return !stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static enum err_code write_in_place(const char *path, const void *bytes, size_t count, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool fine = fd >= 0 && file_write_all(fd, bytes, count);
    int saved = errno;
    if (fd >= 0 && close(fd) && fine) {
        fine = false;
        saved = errno;
    }
    return fine ? ERR_NONE : err_set(err, ERR_IO, "%s can't be written: %s", path, strerror(saved));
}

static enum err_code replace(const char *path, const void *bytes, size_t count, struct err *err)
{
    char *temporary;
    if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
        return err_set(err, ERR_LIMIT, "%s can't be written: there is no memory", path);
    int fd = mkostemp(temporary, O_CLOEXEC);
    bool made = fd >= 0;
    bool fine = made && !fchmod(fd, mode_for(path)) && file_write_all(fd, bytes, count) && !fsync(fd);
    int saved = errno;
    if (made && close(fd) && fine) {
        fine = false;
        saved = errno;
    }
    if (fine && rename(temporary, path)) {
        fine = false;
        saved = errno;
    }
    if (made && !fine)
        unlink(temporary);
    free(temporary);
    return fine ? ERR_NONE : err_set(err, ERR_IO, "%s can't be written: %s", path, strerror(saved));
}

enum err_code file_write(const char *path, const void *bytes, size_t count, struct err *err)
{
    if (is_special(path))
        return write_in_place(path, bytes, count, err);
    char *target = realpath(path, NULL); /* a link stays, what it points to is replaced */
    enum err_code code = replace(target ? target : path, bytes, count, err);
    free(target);
    return code;
}
