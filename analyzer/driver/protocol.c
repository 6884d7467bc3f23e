#include "driver/protocol.h"

#include <string.h>

void frame_begin(struct buf *out, enum frame_kind kind)
{
    static const char zeros[FRAME_HEADER];
    out->count = 0;
    buf_bytes(out, zeros, sizeof zeros);
    buf_char(out, (char)kind);
}

void frame_end(struct buf *out)
{
    uint64_t length = out->count - FRAME_HEADER;
    for (int i = 0; i < FRAME_HEADER; i++)
        out->data[i] = (char)(length >> (8 * i));
}

uint64_t frame_length(const unsigned char header[FRAME_HEADER])
{
    uint64_t length = 0;
    for (int i = 0; i < FRAME_HEADER; i++)
        length |= (uint64_t)header[i] << (8 * i);
    return length <= FRAME_MAX ? length : 0;
}

static void write_text(struct buf *out, const char *text)
{
    buf_blob(out, text, strlen(text));
}

static const char *read_text(struct arena *arena, struct reader *in)
{
    size_t length;
    const char *text = reader_blob(in, &length);
    return length ? arena_strndup(arena, text, length) : "";
}

static uint32_t read_count(struct reader *in)
{
    return reader_u32(in, (uint32_t)(in->count - in->at));
}

void init_write(struct buf *out, const struct model_text *models, uint32_t count)
{
    buf_varint(out, count);
    for (uint32_t i = 0; i < count; i++) {
        write_text(out, models[i].name);
        buf_blob(out, models[i].text, models[i].length);
    }
}

bool init_read(struct arena *arena, struct reader *in, struct model_text **models, uint32_t *count)
{
    *count = read_count(in);
    *models = arena_array(arena, struct model_text, *count);
    for (uint32_t i = 0; i < *count; i++) {
        (*models)[i].name = read_text(arena, in);
        const char *text = reader_blob(in, &(*models)[i].length);
        (*models)[i].text = arena_strndup(arena, text ? text : "", (*models)[i].length);
    }
    return !in->bad;
}

void job_write(struct buf *out, const struct worker_job *job)
{
    write_text(out, job->job.directory);
    write_text(out, job->job.file);
    write_text(out, job->job.real_path);
    buf_varint(out, job->job.language);
    buf_varint(out, job->job.arg_count);
    for (uint32_t i = 0; i < job->job.arg_count; i++)
        write_text(out, job->job.args[i]);
    buf_varint(out, (uint64_t)(job->reconcile | job->no_instantiations << 1));
    buf_varint(out, job->unsaved.count);
    for (uint32_t i = 0; i < job->unsaved.count; i++) {
        write_text(out, job->unsaved.data[i].path);
        buf_blob(out, job->unsaved.data[i].text, job->unsaved.data[i].length);
    }
}

bool job_read(struct arena *arena, struct reader *in, struct worker_job *out)
{
    *out = (struct worker_job){0};
    out->job.directory = read_text(arena, in);
    out->job.file = read_text(arena, in);
    out->job.real_path = read_text(arena, in);
    out->job.language = (enum compdb_language)reader_u32(in, LANG_OTHER);
    out->job.arg_count = read_count(in);
    out->job.args = arena_array(arena, const char *, out->job.arg_count);
    for (uint32_t i = 0; i < out->job.arg_count; i++)
        out->job.args[i] = read_text(arena, in);
    uint32_t flags = reader_u32(in, 3);
    out->reconcile = flags & 1;
    out->no_instantiations = (flags & 2) != 0;
    for (uint32_t left = read_count(in); left && !in->bad; left--) {
        struct frontend_unsaved *unsaved = vec_push(arena, &out->unsaved);
        unsaved->path = read_text(arena, in);
        const char *text = reader_blob(in, &unsaved->length);
        unsaved->text = arena_strndup(arena, text ? text : "", unsaved->length);
    }
    return !in->bad;
}
