#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CHUNK = 64 * 1024, LARGEST_CHUNK = 8 * 1024 * 1024, ALIGNMENT = 16 };

struct chunk {
    struct chunk *previous;
    size_t capacity, used;
    _Alignas(ALIGNMENT) char bytes[];
};

struct arena {
    const char *name;
    struct chunk *chunk;
    size_t total;
};

static void *must_alloc(size_t size)
{
    void *memory = malloc(size);
    if (!memory) {
        fprintf(stderr, "spawnlint: out of memory (%zu bytes wanted); give it more or lower -j\n", size);
        abort();
    }
    return memory;
}

struct arena *arena_create(const char *name)
{
    struct arena *arena = must_alloc(sizeof *arena);
    *arena = (struct arena){.name = name};
    return arena;
}

void arena_destroy(struct arena *arena)
{
    if (!arena)
        return;
    for (struct chunk *chunk = arena->chunk; chunk;) {
        struct chunk *previous = chunk->previous;
        free(chunk);
        chunk = previous;
    }
    free(arena);
}

static void add_chunk(struct arena *arena, size_t at_least)
{
    size_t capacity = arena->chunk ? arena->chunk->capacity * 2 : FIRST_CHUNK;
    if (capacity > LARGEST_CHUNK)
        capacity = LARGEST_CHUNK;
    if (capacity < at_least)
        capacity = at_least;
    struct chunk *chunk = must_alloc(sizeof *chunk + capacity);
    *chunk = (struct chunk){.previous = arena->chunk, .capacity = capacity};
    arena->chunk = chunk;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size = (size + (size == 0) + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (!arena->chunk || arena->chunk->capacity - arena->chunk->used < size)
        add_chunk(arena, size);
    void *memory = arena->chunk->bytes + arena->chunk->used;
    arena->chunk->used += size;
    arena->total += size;
    return memset(memory, 0, size);
}

void *arena_dup(struct arena *arena, const void *bytes, size_t size)
{
    void *copy = arena_alloc(arena, size);
    return size ? memcpy(copy, bytes, size) : copy;
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);
    memcpy(copy, text, length);
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_strndup(arena, text, strlen(text));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0)
        return arena_strdup(arena, format);
    char *text = arena_alloc(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, ap);
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    char *text = arena_vprintf(arena, format, ap);
    va_end(ap);
    return text;
}

size_t arena_used(const struct arena *arena)
{
    return arena->total;
}

struct arena_mark arena_mark(const struct arena *arena)
{
    return (struct arena_mark){arena->chunk, arena->chunk ? arena->chunk->used : 0, arena->total};
}

void arena_release(struct arena *arena, struct arena_mark mark)
{
    while (arena->chunk != mark.chunk) {
        struct chunk *previous = arena->chunk->previous;
        free(arena->chunk);
        arena->chunk = previous;
    }
    if (arena->chunk)
        arena->chunk->used = mark.used;
    arena->total = mark.total;
}
