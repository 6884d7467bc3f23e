#include "report/sarif_place.h"

#include <ctype.h>
#include <string.h>

#include "report/utf8.h"
#include "report/words.h"

void put_uri(struct buf *out, const char *path)
{
    for (; *path; path++) {
        unsigned char c = (unsigned char)*path;
        if (c < 0x80 && (isalnum(c) || strchr("-._~/", c)))
            buf_char(out, *path);
        else
            buf_printf(out, "%%%02X", c);
    }
}

void sarif_put_artifact(struct sarif *s, const char *path)
{
    const char *shown = report_path(s->report, path);
    struct buf uri = {0};
    if (*shown == '/')
        buf_text(&uri, "file://");
    put_uri(&uri, shown);
    json_put_key_open(&s->json, "artifactLocation", '{');
    json_put_key_text(&s->json, "uri", uri.count ? uri.data : "");
    if (*shown != '/')
        json_put_key_text(&s->json, "uriBaseId", "%SRCROOT%");
    json_put_close(&s->json, '}');
    buf_free(&uri);
}

static uint32_t column_at(const struct source *source, uint32_t line, uint32_t column)
{
    size_t length;
    const char *text = source_line(source, line, &length);
    return utf16_column(text, length, column ? column : 1);
}

static void put_region(struct sarif *s, const char *key, const struct source *source,
                       const struct place *place)
{
    uint32_t end_line = place->end_line > place->line ? place->end_line : place->line;
    json_put_key_open(&s->json, key, '{');
    json_put_key_int(&s->json, "startLine", place->line);
    uint32_t column = column_at(source, place->line, place->column);
    json_put_key_int(&s->json, "startColumn", column);
    if (place->end_line && place->end_column) {
        uint32_t end = column_at(source, end_line, place->end_column);
        if (end_line != place->line)
            json_put_key_int(&s->json, "endLine", end_line);
        if (end_line != place->line || end >= column)
            json_put_key_int(&s->json, "endColumn", end);
    }
    json_put_close(&s->json, '}');
}

void sarif_put_physical(struct sarif *s, const struct place *place)
{
    if (!place->path)
        return;
    json_put_key_open(&s->json, "physicalLocation", '{');
    sarif_put_artifact(s, place->path);
    if (place->line)
        put_region(s, "region", sources_get(s->report->sources, place->path), place);
    json_put_close(&s->json, '}');
}

void sarif_put_byte_region(struct sarif *s, const char *key, const struct source *source, uint32_t offset,
                           uint32_t end_offset)
{
    struct place place = {.line = source_line_at(source, offset),
                          .end_line = source_line_at(source, end_offset)};
    place.column = offset - source->line_start[place.line - 1] + 1;
    place.end_column = end_offset - source->line_start[place.end_line - 1] + 1;
    put_region(s, key, source, &place);
}
