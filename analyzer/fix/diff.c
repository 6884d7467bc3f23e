#include <string.h>

#include "base/path.h"
#include "fix/fix.h"

enum { CONTEXT = 3 };

struct line_range {
    uint32_t first, count; /* 0-based lines */
};

/* Neighbouring edits that touch the same lines: these base lines become that text. */
struct block {
    struct line_range base;
    struct buf text;
    uint32_t text_lines;
};

struct diff {
    struct arena *arena;
    const struct fix_file *file;
    const struct source *base;
    VEC(struct block) blocks;
    struct buf *out;
};

static uint32_t count_lines(const char *text, size_t length)
{
    uint32_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += text[i] == '\n';
    return count + (length && text[length - 1] != '\n');
}

/* 0-based line of the byte; a byte behind the last newline is on the line after it. */
static uint32_t line_of(const struct source *source, uint32_t offset)
{
    if (offset == source->length && (!offset || source->text[offset - 1] == '\n'))
        return source->line_count;
    return source_line_at(source, offset) - 1;
}

/* The first line that the edit leaves whole behind it. */
static uint32_t line_behind(const struct source *base, const struct fix_edit *edit)
{
    uint32_t line = line_of(base, edit->end_offset);
    size_t length = strlen(edit->text);
    bool at_start = line == base->line_count || base->line_start[line] == edit->end_offset;
    bool begins_line = edit->offset == 0 || base->text[edit->offset - 1] == '\n';
    bool whole_lines = length ? edit->text[length - 1] == '\n' : begins_line;
    return at_start && whole_lines ? line : line + 1;
}

static void add_blocks(struct diff *d)
{
    const struct source *base = d->base;
    for (uint32_t i = 0; i < d->file->edits.count;) {
        struct block *block = vec_push(d->arena, &d->blocks);
        *block = (struct block){.base.first = line_of(base, d->file->edits.data[i].offset)};
        uint32_t at = base->line_start[block->base.first], behind;
        do {
            const struct fix_edit *edit = &d->file->edits.data[i++];
            buf_bytes(&block->text, base->text + at, edit->offset - at);
            buf_text(&block->text, edit->text);
            at = edit->end_offset;
            behind = line_behind(base, edit);
        } while (i < d->file->edits.count && line_of(base, d->file->edits.data[i].offset) < behind);
        behind = behind < base->line_count ? behind : base->line_count;
        buf_bytes(&block->text, base->text + at, base->line_start[behind] - at);
        block->base.count = behind - block->base.first;
        block->text_lines = count_lines(block->text.data ? block->text.data : "", block->text.count);
    }
}

static void put_lines(struct buf *out, char sign, const char *text, size_t length)
{
    while (length) {
        const char *newline = memchr(text, '\n', length);
        size_t count = newline ? (size_t)(newline - text) + 1 : length;
        buf_char(out, sign);
        buf_bytes(out, text, count);
        if (!newline)
            buf_text(out, "\n\\ No newline at end of file\n");
        text += count;
        length -= count;
    }
}

static void put_base_lines(const struct diff *d, char sign, uint32_t first, uint32_t end)
{
    const uint32_t *start = d->base->line_start;
    put_lines(d->out, sign, d->base->text + start[first], start[end] - start[first]);
}

/* A range of no lines stands behind the line before it. */
static void put_range(struct buf *out, uint32_t first, uint32_t count)
{
    buf_printf(out, "%u", count ? first + 1 : first);
    if (count != 1)
        buf_printf(out, ",%u", count);
}

/* Blocks from..to-1 with context; `shift`: by how many lines the text is ahead of the base before them. */
static int64_t put_hunk(const struct diff *d, uint32_t from, uint32_t to, int64_t shift)
{
    const struct block *first = &d->blocks.data[from], *last = &d->blocks.data[to - 1];
    uint32_t begin = first->base.first > CONTEXT ? first->base.first - CONTEXT : 0;
    uint32_t end = last->base.first + last->base.count + CONTEXT;
    end = end < d->base->line_count ? end : d->base->line_count;
    int64_t grown = 0;
    for (uint32_t i = from; i < to; i++)
        grown += (int64_t)d->blocks.data[i].text_lines - d->blocks.data[i].base.count;
    buf_text(d->out, "@@ -");
    put_range(d->out, begin, end - begin);
    buf_text(d->out, " +");
    put_range(d->out, (uint32_t)(begin + shift), (uint32_t)(end - begin + grown));
    buf_text(d->out, " @@\n");
    uint32_t line = begin;
    for (uint32_t i = from; i < to; i++) {
        const struct block *block = &d->blocks.data[i];
        put_base_lines(d, ' ', line, block->base.first);
        line = block->base.first + block->base.count;
        put_base_lines(d, '-', block->base.first, line);
        put_lines(d->out, '+', block->text.data, block->text.count);
    }
    put_base_lines(d, ' ', line, end);
    return shift + grown;
}

static void put_hunks(const struct diff *d)
{
    int64_t shift = 0;
    for (uint32_t i = 0; i < d->blocks.count;) {
        uint32_t to = i + 1;
        while (to < d->blocks.count &&
               d->blocks.data[to].base.first <=
                   d->blocks.data[to - 1].base.first + d->blocks.data[to - 1].base.count + 2 * CONTEXT)
            to++;
        shift = put_hunk(d, i, to, shift);
        i = to;
    }
}

static void put_file(struct buf *out, const struct fix_plan *plan, const struct fix_file *file)
{
    struct diff d = {.arena = arena_create("diff"), .file = file, .out = out};
    struct sources *sources = sources_create(d.arena);
    sources_set(sources, file->path, file->base, file->base_length);
    d.base = sources_get(sources, file->path);
    const char *path = path_shorten(file->path, plan->root);
    buf_printf(out, "--- a/%s\n+++ b/%s\n", path, path);
    add_blocks(&d);
    put_hunks(&d);
    for (uint32_t i = 0; i < d.blocks.count; i++)
        buf_free(&d.blocks.data[i].text);
    arena_destroy(d.arena);
}

void fix_write_diff(struct buf *out, const struct fix_plan *plan)
{
    for (uint32_t i = 0; i < plan->files.items.count; i++)
        put_file(out, plan, &plan->files.items.data[i]);
}
