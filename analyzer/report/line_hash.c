#include "report/line_hash.h"

#include "base/map.h"
#include "base/vec.h"
#include "report/utf8.h"

enum { WINDOW = 100, FACTOR = 37, END_OF_TEXT = 65535 };

struct roller {
    struct arena *arena;
    uint32_t window[WINDOW], line_at[WINDOW]; /* line that begins at this place of the window, or 0 */
    uint32_t index, line;
    uint64_t hash, leaving; /* leaving: FACTOR to the power of WINDOW */
    bool line_start, after_return;
    struct map seen;
    VEC(struct line_hash) out;
};

/* The window is full from this line's first character on: its hash is complete. */
static void finish_line(struct roller *r)
{
    if (!r->line_at[r->index])
        return;
    uint64_t *count = map_put(&r->seen, r->hash);
    *vec_push(r->arena, &r->out) = (struct line_hash){r->hash, (uint32_t)++ * count};
    r->line_at[r->index] = 0;
}

static void roll(struct roller *r, uint32_t unit)
{
    uint64_t old = r->window[r->index];
    r->window[r->index] = unit;
    r->hash = FACTOR * r->hash + unit - r->leaving * old;
    r->index = (r->index + 1) % WINDOW;
}

static void take(struct roller *r, uint32_t unit)
{
    if (unit == ' ' || unit == '\t' || (r->after_return && unit == '\n')) {
        r->after_return = false;
        return;
    }
    r->after_return = unit == '\r';
    if (unit == '\r')
        unit = '\n';
    finish_line(r);
    if (r->line_start)
        r->line_at[r->index] = ++r->line;
    r->line_start = unit == '\n';
    roll(r, unit);
}

static void take_point(struct roller *r, uint32_t point)
{
    if (point > 0xffff) {
        take(r, 0xd800 + ((point - 0x10000) >> 10));
        take(r, 0xdc00 + ((point - 0x10000) & 0x3ff));
    } else {
        take(r, point);
    }
}

struct line_hashes line_hashes_compute(struct arena *arena, const struct source *source)
{
    struct roller *r = arena_new(arena, struct roller);
    r->arena = arena;
    r->line_start = true;
    map_init(&r->seen, arena);
    r->leaving = 1;
    for (int i = 0; i < WINDOW; i++)
        r->leaving *= FACTOR;
    for (size_t at = 0; at < source->length;)
        take_point(r, utf8_next(source->text, source->length, &at));
    take(r, END_OF_TEXT);
    for (int i = 0; i < WINDOW; i++) {
        finish_line(r);
        roll(r, 0);
    }
    return (struct line_hashes){r->out.data, r->out.count};
}
