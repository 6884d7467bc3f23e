#include "finding/bytes.h"

#include <string.h>

/* ---- writing: a NULL text is 0, any other its length + 1 ---- */

static void put_text(struct buf *out, const char *text)
{
    size_t length = text ? strlen(text) : 0;
    buf_varint(out, text ? length + 1 : 0);
    buf_bytes(out, text ? text : "", length);
}

static void put_place(struct buf *out, const struct place *place)
{
    put_text(out, place->path);
    buf_varint(out, place->line);
    buf_varint(out, place->column);
    buf_varint(out, place->end_line);
    buf_varint(out, place->end_column);
    buf_varint(out, place->offset);
    buf_varint(out, place->end_offset);
}

static void put_trace(struct buf *out, const struct finding *finding)
{
    buf_varint(out, finding->trace.count);
    for (uint32_t i = 0; i < finding->trace.count; i++) {
        const struct trace_step *step = &finding->trace.data[i];
        put_place(out, &step->place);
        put_text(out, step->text);
        buf_varint(out, step->task);
        buf_varint(out, step->depth);
    }
    buf_varint(out, finding->related.count);
    for (uint32_t i = 0; i < finding->related.count; i++) {
        put_place(out, &finding->related.data[i].place);
        put_text(out, finding->related.data[i].text);
    }
}

static void put_fix(struct buf *out, const struct fix *fix)
{
    put_text(out, fix->title);
    put_text(out, fix->not_offered);
    buf_varint(out, fix->verified);
    buf_varint(out, fix->edits.count);
    for (uint32_t i = 0; i < fix->edits.count; i++) {
        put_text(out, fix->edits.data[i].path);
        buf_varint(out, fix->edits.data[i].offset);
        buf_varint(out, fix->edits.data[i].end_offset);
        put_text(out, fix->edits.data[i].text);
    }
    buf_varint(out, fix->includes.count);
    for (uint32_t i = 0; i < fix->includes.count; i++) {
        put_text(out, fix->includes.data[i].path);
        put_text(out, fix->includes.data[i].header);
    }
}

void finding_write(struct buf *out, const struct finding *finding)
{
    buf_varint(out, FINDING_BYTES_VERSION);
    put_text(out, finding->check);
    put_text(out, finding->kind);
    buf_varint(out, finding->severity);
    put_text(out, finding->message);
    put_place(out, &finding->place);
    put_text(out, finding->function);
    put_text(out, finding->subject);
    put_trace(out, finding);
    buf_varint(out, finding->fixes.count);
    for (uint32_t i = 0; i < finding->fixes.count; i++)
        put_fix(out, &finding->fixes.data[i]);
    buf_varint(out, finding->suppression);
    put_text(out, finding->suppression_reason);
    put_text(out, finding->fingerprint);
}

/* ---- reading ---- */

struct input {
    struct arena *arena;
    struct reader reader;
};

static uint32_t get_number(struct input *in)
{
    return reader_u32(&in->reader, UINT32_MAX);
}

/* A count of things that take a byte at least: more than there are bytes is a lie. */
static uint32_t get_count(struct input *in)
{
    return reader_u32(&in->reader, (uint32_t)(in->reader.count - in->reader.at));
}

static const char *get_text(struct input *in)
{
    uint64_t length = reader_varint(&in->reader);
    if (!length--)
        return NULL;
    if (in->reader.bad || length > in->reader.count - in->reader.at) {
        in->reader.bad = true;
        return "";
    }
    const char *text =
        arena_strndup(in->arena, (const char *)in->reader.data + in->reader.at, (size_t)length);
    in->reader.at += (size_t)length;
    return text;
}

static const char *get_some_text(struct input *in)
{
    const char *text = get_text(in);
    in->reader.bad |= !text;
    return text ? text : "";
}

static struct place get_place(struct input *in)
{
    struct place place;
    place.path = get_text(in);
    place.line = get_number(in);
    place.column = get_number(in);
    place.end_line = get_number(in);
    place.end_column = get_number(in);
    place.offset = get_number(in);
    place.end_offset = get_number(in);
    return place;
}

static void get_trace(struct input *in, struct finding *out)
{
    for (uint32_t left = get_count(in); left && !in->reader.bad; left--) {
        struct trace_step *step = vec_push(in->arena, &out->trace);
        step->place = get_place(in);
        step->text = get_some_text(in);
        step->task = get_number(in);
        step->depth = get_number(in);
    }
    for (uint32_t left = get_count(in); left && !in->reader.bad; left--) {
        struct related *related = vec_push(in->arena, &out->related);
        related->place = get_place(in);
        related->text = get_some_text(in);
    }
}

static void get_fix(struct input *in, struct fix *fix)
{
    fix->title = get_text(in);
    fix->not_offered = get_text(in);
    fix->verified = reader_u32(&in->reader, 1);
    for (uint32_t left = get_count(in); left && !in->reader.bad; left--) {
        struct fix_edit *edit = vec_push(in->arena, &fix->edits);
        edit->path = get_some_text(in);
        edit->offset = get_number(in);
        edit->end_offset = get_number(in);
        edit->text = get_some_text(in);
    }
    for (uint32_t left = get_count(in); left && !in->reader.bad; left--) {
        struct fix_include *include = vec_push(in->arena, &fix->includes);
        include->path = get_some_text(in);
        include->header = get_some_text(in);
    }
}

bool finding_read(struct arena *arena, const void *bytes, size_t count, struct finding *out)
{
    struct input in = {arena, {.data = bytes, .count = count}};
    *out = (struct finding){0};
    if (get_number(&in) != FINDING_BYTES_VERSION)
        return false;
    out->check = get_some_text(&in);
    out->kind = get_text(&in);
    out->severity = (enum severity)reader_u32(&in.reader, SEVERITY_ERROR);
    out->message = get_some_text(&in);
    out->place = get_place(&in);
    out->function = get_text(&in);
    out->subject = get_text(&in);
    get_trace(&in, out);
    for (uint32_t left = get_count(&in); left && !in.reader.bad; left--)
        get_fix(&in, vec_push(arena, &out->fixes));
    out->suppression = (enum suppression)reader_u32(&in.reader, SUPPRESSED_DETACHED);
    out->suppression_reason = get_text(&in);
    const char *fingerprint = get_some_text(&in);
    if (strlen(fingerprint) >= HASH_HEX)
        return false;
    strcpy(out->fingerprint, fingerprint);
    return !in.reader.bad && in.reader.at == in.reader.count;
}
