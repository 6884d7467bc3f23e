#include "finding/sources.h"

#include <string.h>

#include "base/file.h"
#include "base/strtab.h"
#include "base/vec.h"

static const size_t LARGEST_SOURCE = (size_t)256 << 20;

struct sources {
    struct arena *arena;
    struct strtab paths;
    VEC(const struct source *) by_path; /* NULL: not asked yet, or `missing` */
    struct source missing;
};

struct sources *sources_create(struct arena *arena)
{
    struct sources *sources = arena_new(arena, struct sources);
    sources->arena = arena;
    strtab_init(&sources->paths, arena);
    return sources;
}

static const struct source **place_of(struct sources *sources, const char *path)
{
    uint32_t index = strtab_intern(&sources->paths, path);
    while (sources->by_path.count <= index)
        *vec_push(sources->arena, &sources->by_path) = NULL;
    return &sources->by_path.data[index];
}

static uint32_t count_lines(const char *text, size_t length)
{
    uint32_t count = 0;
    for (const char *at = text, *end = text + length; at < end; count++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        at = newline ? newline + 1 : end;
    }
    return count;
}

static const struct source *make_source(struct arena *arena, const char *path, const char *text,
                                        size_t length)
{
    struct source *source = arena_new(arena, struct source);
    uint32_t count = count_lines(text, length);
    uint32_t *starts = arena_array(arena, uint32_t, count + 1);
    size_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        starts[i] = (uint32_t)at;
        const char *newline = memchr(text + at, '\n', length - at);
        at = newline ? (size_t)(newline - text) + 1 : length;
    }
    starts[count] = (uint32_t)length;
    *source = (struct source){.path = path,
                              .text = text,
                              .length = length,
                              .hash = hash_bytes128(text, length),
                              .line_start = starts,
                              .line_count = count};
    return source;
}

const struct source *sources_get(struct sources *sources, const char *path)
{
    const struct source **place = path ? place_of(sources, path) : NULL;
    if (place && !*place) {
        char *text;
        size_t length;
        *place = &sources->missing;
        if (file_read(sources->arena, path, LARGEST_SOURCE, &text, &length, NULL) == ERR_NONE)
            *place = make_source(sources->arena, arena_strdup(sources->arena, path), text, length);
    }
    return place && *place != &sources->missing ? *place : NULL;
}

void sources_set(struct sources *sources, const char *path, const char *text, size_t length)
{
    const char *copy = arena_strndup(sources->arena, text, length);
    const struct source *source =
        make_source(sources->arena, arena_strdup(sources->arena, path), copy, length);
    *place_of(sources, path) = source;
}

const char *source_line(const struct source *source, uint32_t line, size_t *length)
{
    *length = 0;
    if (!source || !line || line > source->line_count)
        return "";
    size_t begin = source->line_start[line - 1], end = source->line_start[line];
    while (end > begin && (source->text[end - 1] == '\n' || source->text[end - 1] == '\r'))
        end--;
    *length = end - begin;
    return source->text + begin;
}

uint32_t source_line_at(const struct source *source, size_t offset)
{
    uint32_t low = 0, high = source->line_count;
    while (low + 1 < high) {
        uint32_t middle = low + (high - low) / 2;
        if (source->line_start[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low + 1;
}
