#include "report/snippet.h"

#include "report/utf8.h"

enum { TAB = 8, WIDEST = 160, LEFT_OF_PLACE = 60 };

/* A line as it is shown: tabs widened, one column for each code point (wide and combining ones are not
 * counted exactly: that would depend on the terminal). */
struct shown_line {
    struct buf text;
    uint32_t from, to; /* columns of the marked part, 0-based, `to` exclusive */
    uint32_t width;
    uint32_t first; /* column where the cut begins */
};

static void put_column(struct shown_line *shown, const char *text, size_t begin, size_t end, uint32_t cut)
{
    if (shown->width++ < cut || shown->width > cut + WIDEST)
        return;
    put_clean_n(&shown->text, text + begin, end - begin);
}

static void lay_out(struct shown_line *shown, const char *line, size_t length, uint32_t column,
                    uint32_t end_column, uint32_t cut)
{
    shown->width = 0;
    shown->from = shown->to = UINT32_MAX;
    shown->text.count = 0;
    for (size_t at = 0; at < length;) {
        size_t begin = at;
        if (shown->from == UINT32_MAX && begin + 1 >= column)
            shown->from = shown->width;
        if (shown->to == UINT32_MAX && begin + 1 >= end_column)
            shown->to = shown->width;
        uint32_t point = utf8_next(line, length, &at);
        put_column(shown, point == '\t' ? " " : line, point == '\t' ? 0 : begin, point == '\t' ? 1 : at, cut);
        while (point == '\t' && shown->width % TAB)
            put_column(shown, " ", 0, 1, cut);
    }
    if (shown->from == UINT32_MAX)
        shown->from = shown->width;
    if (shown->to == UINT32_MAX)
        shown->to = shown->width;
    shown->first = cut;
}

static void put_underline(struct buf *out, const struct shown_line *shown)
{
    uint32_t limit = shown->first + WIDEST;
    for (uint32_t i = shown->first; i < shown->from; i++)
        buf_char(out, ' ');
    buf_char(out, '^');
    for (uint32_t i = shown->from + 1; i < shown->to && i < limit; i++)
        buf_char(out, '~');
}

void put_snippet(struct buf *out, struct sources *sources, const struct place *place, const char *mark,
                 const char *plain)
{
    size_t length;
    const struct source *source = sources_get(sources, place->path);
    const char *line = source_line(source, place->line, &length);
    if (!source || !place->line || place->line > source->line_count)
        return;
    uint32_t end = place->end_line == place->line  ? place->end_column
                   : place->end_line > place->line ? (uint32_t)length + 1
                                                   : place->column + 1;
    struct shown_line shown = {0};
    lay_out(&shown, line, length, place->column, end, 0);
    if (shown.width > WIDEST && shown.from > LEFT_OF_PLACE)
        lay_out(&shown, line, length, place->column, end, shown.from - LEFT_OF_PLACE);
    buf_printf(out, "%5u | %s%s\n      | %s", place->line, shown.first ? "..." : "",
               shown.text.count ? shown.text.data : "", shown.first ? "   " : "");
    buf_text(out, mark);
    put_underline(out, &shown);
    buf_printf(out, "%s\n", plain);
    buf_free(&shown.text);
}
