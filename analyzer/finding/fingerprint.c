#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "finding/order.h"

/* Past a literal that begins at `at`; the line's end closes it too. */
static size_t skip_literal(const char *line, size_t length, size_t at)
{
    char quote = line[at++];
    while (at < length && line[at] != quote)
        at += line[at] == '\\' ? 2 : 1;
    return at < length ? at + 1 : length;
}

static size_t skip_comment(const char *line, size_t length, size_t at)
{
    if (line[at + 1] == '/')
        return length;
    const char *end = memmem(line + at + 2, length - at - 2, "*/", 2);
    return end ? (size_t)(end - line) + 2 : length;
}

/* Blanks and comments say nothing about what the line does; a suppression must not change the identity
 * either. */
static void put_normalised(struct buf *out, const char *line, size_t length)
{
    for (size_t at = 0; at < length;) {
        char c = line[at];
        if (c == '/' && at + 1 < length && (line[at + 1] == '/' || line[at + 1] == '*')) {
            at = skip_comment(line, length, at);
        } else if (c == '"' || c == '\'') {
            size_t end = skip_literal(line, length, at);
            buf_bytes(out, line + at, end - at);
            at = end;
        } else {
            if (c != ' ' && c != '\t' && c != '\r' && c != '\f' && c != '\v')
                buf_char(out, c);
            at++;
        }
    }
}

static void put_part(struct buf *out, const char *text)
{
    buf_blob(out, text ? text : "", text ? strlen(text) : 0);
}

void findings_fingerprint(struct finding_list *list, struct sources *sources)
{
    struct arena *tmp = arena_create("fingerprints");
    struct map seen;
    map_init(&seen, tmp);
    for (uint32_t i = 0; i < list->items.count; i++) {
        struct finding *finding = &list->items.data[i];
        struct buf all = {0};
        size_t length;
        const char *line =
            source_line(sources_get(sources, finding->place.path), finding->place.line, &length);
        put_part(&all, finding->check);
        put_part(&all, finding->function);
        put_part(&all, finding->subject);
        put_normalised(&all, line, length);
        uint64_t *occurrence = map_put(&seen, hash_bytes64(all.data, all.count));
        buf_varint(&all, (*occurrence)++);
        hash_hex(hash_bytes128(all.data, all.count), finding->fingerprint);
        buf_free(&all);
    }
    arena_destroy(tmp);
}
