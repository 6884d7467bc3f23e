/* Whole files: read into an arena, written so that a reader sees the old content or the new, never half of it. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* The content, with a NUL behind its end.  Only regular files and pipes: ERR_INPUT for a directory, a missing or an
 * unreadable file, and for more than `most` bytes. */
enum err_code file_read(struct arena *arena, const char *path, size_t most, char **text, size_t *length,
                        struct err *err);

/* To a new file beside `path`, flushed to the disk, then renamed over it.  The mode of a file that is there is kept.
 * On an error `path` is as it was and nothing is left behind.  A symbolic link stays and its target is replaced; what is
 * no regular file (/dev/stdout, a pipe) is written to as it stands. */
enum err_code file_write(const char *path, const void *bytes, size_t count, struct err *err);

/* Writes all bytes to an open descriptor, whatever the pieces the system takes; false with errno where it refuses. */
bool file_write_all(int fd, const char *bytes, size_t count);

#endif
