/* Arenas: memory freed by lifetime, never object by object.
 *
 * A pointer may point only into the same or a longer-lived arena (process > run > TU > tmp).  Whatever
 * returns memory takes the arena first and has no matching free.  Not thread-safe: one arena, one thread.
 * Out of memory ends the process with a sentence: there is nothing sensible to do in a batch tool.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* `name` shows in statistics; it must outlive the arena. */
struct arena *arena_create(const char *name);
void arena_destroy(struct arena *arena);

/* Zeroed memory, aligned to 16.  A size of 0 gives a valid unique pointer. */
void *arena_alloc(struct arena *arena, size_t size);
#define arena_new(arena, type)          ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array(arena, type, count) ((type *)arena_alloc((arena), sizeof(type) * (size_t)(count)))

/* Copies; arena_strndup and arena_printf end with NUL. */
void *arena_dup(struct arena *arena, const void *bytes, size_t size);
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t length);
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list ap);

/* Bytes handed out so far, for statistics and bounds. */
size_t arena_used(const struct arena *arena);

/* Everything allocated since the mark is freed; marks nest like a stack. */
struct arena_mark {
    void *chunk;
    size_t used, total;
};
struct arena_mark arena_mark(const struct arena *arena);
void arena_release(struct arena *arena, struct arena_mark mark);

#endif
