#include "driver/result.h"

#include <string.h>

#include "ir/bytes.h"

/* ---- from the frontend ---- */

static const char *first_error(struct arena *arena, const struct tu *tu)
{
    const struct tu_diagnostic *first = NULL;
    for (uint32_t i = 0; i < tu->diagnostics.count; i++) {
        const struct tu_diagnostic *diagnostic = &tu->diagnostics.data[i];
        if (diagnostic->severity >= TU_ERROR && (!first || diagnostic->severity > first->severity))
            first = diagnostic;
    }
    if (!first)
        return tu->status == TU_FAILED ? "libclang gave no tree for it" : "it did not parse without errors";
    if (!first->path)
        return first->text;
    return arena_printf(arena, "%s:%u:%u: %s", first->path, first->line, first->column, first->text);
}

static struct store_blob keep_blob(struct arena *arena, struct buf *buf)
{
    struct store_blob blob = {arena_dup(arena, buf->data, buf->count), buf->count};
    buf->count = 0;
    return blob;
}

static void write_module(struct arena *arena, struct ir_module *module, struct tu_result *out)
{
    struct buf buf = {0};
    ir_write_decls(&buf, module);
    out->decls = keep_blob(arena, &buf);
    for (ir_func_id id = 1; id < module->funcs.count; id++) {
        ir_write_func(&buf, module, id);
        vec_push(arena, &out->funcs)->ir = keep_blob(arena, &buf);
    }
    buf_free(&buf);
}

void result_from_tu(struct arena *arena, const struct tu *tu, struct tu_result *out)
{
    *out = (struct tu_result){.status = tu->status, .loaded = true};
    out->counters = (struct tu_counters){.functions = tu->functions, .partial_functions = tu->partial_functions,
                                         .instrs = tu->instrs, .calls_indexed = tu->calls_indexed,
                                         .calls_missed = tu->calls_missed};
    memcpy(out->counters.havoc, tu->havoc, sizeof tu->havoc);
    vec_append(arena, &out->diagnostics, tu->diagnostics.data, tu->diagnostics.count);
    vec_append(arena, &out->missed, tu->missed.data, tu->missed.count);
    vec_append(arena, &out->inputs, tu->inputs.data, tu->inputs.count);
    for (uint32_t i = 0; i < tu->inputs.count; i++)
        if (!tu->inputs.data[i].is_system && !tu->inputs.data[i].absent)
            *vec_push(arena, &out->files) = tu->inputs.data[i].path;
    out->reason = tu->status == TU_OK ? NULL : first_error(arena, tu);
    out->parse_seconds = tu->parse_seconds;
    out->lower_seconds = tu->lower_seconds;
    if (tu->module)
        write_module(arena, tu->module, out);
}

void result_fail(struct arena *arena, struct tu_result *out, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    *out = (struct tu_result){.status = TU_FAILED, .loaded = true, .reason = arena_vprintf(arena, format, ap)};
    va_end(ap);
}

/* ---- writing ---- */

static void write_text(struct buf *out, const char *text)
{
    buf_varint(out, text != NULL);
    if (text)
        buf_blob(out, text, strlen(text));
}

static void write_counters(struct buf *out, const struct tu_counters *counters)
{
    buf_varint(out, counters->functions);
    buf_varint(out, counters->partial_functions);
    buf_varint(out, counters->instrs);
    for (int i = 0; i < HAVOC_COUNT; i++)
        buf_varint(out, counters->havoc[i]);
    buf_varint(out, counters->calls_indexed);
    buf_varint(out, counters->calls_missed);
}

void result_write_meta(struct buf *out, const struct tu_result *result)
{
    buf_varint(out, result->status);
    write_text(out, result->reason);
    write_counters(out, &result->counters);
    buf_varint(out, result->diagnostics.count);
    for (uint32_t i = 0; i < result->diagnostics.count; i++) {
        const struct tu_diagnostic *diagnostic = &result->diagnostics.data[i];
        buf_varint(out, diagnostic->severity);
        write_text(out, diagnostic->path);
        buf_varint(out, diagnostic->line);
        buf_varint(out, diagnostic->column);
        write_text(out, diagnostic->text);
    }
    buf_varint(out, result->missed.count);
    for (uint32_t i = 0; i < result->missed.count; i++) {
        const struct tu_missed *missed = &result->missed.data[i];
        write_text(out, missed->path);
        buf_varint(out, missed->line);
        buf_varint(out, missed->column);
        write_text(out, missed->callee);
    }
    buf_varint(out, result->files.count);
    for (uint32_t i = 0; i < result->files.count; i++)
        write_text(out, result->files.data[i]);
}

static void write_double(struct buf *out, double seconds)
{
    buf_varint(out, (uint64_t)(seconds * 1e9));
}

void result_write_frame(struct buf *out, const struct tu_result *result)
{
    struct buf meta = {0};
    result_write_meta(&meta, result);
    buf_blob(out, meta.data, meta.count);
    buf_free(&meta);
    buf_varint(out, result->inputs.count);
    for (uint32_t i = 0; i < result->inputs.count; i++) {
        const struct tu_input *input = &result->inputs.data[i];
        write_text(out, input->path);
        buf_bytes(out, &input->hash, sizeof input->hash);
        buf_varint(out, (uint64_t)(input->absent | input->is_system << 1));
    }
    buf_blob(out, result->decls.bytes, result->decls.count);
    buf_varint(out, result->funcs.count);
    for (uint32_t i = 0; i < result->funcs.count; i++) {
        buf_blob(out, result->funcs.data[i].ir.bytes, result->funcs.data[i].ir.count);
        buf_blob(out, result->funcs.data[i].facts.bytes, result->funcs.data[i].facts.count);
    }
    write_double(out, result->parse_seconds);
    write_double(out, result->lower_seconds);
}

/* ---- reading ---- */

static const char *read_text(struct arena *arena, struct reader *in)
{
    if (!reader_u32(in, 1))
        return NULL;
    size_t length;
    const char *text = reader_blob(in, &length);
    return text ? arena_strndup(arena, text, length) : "";
}

/* A count of things of at least one byte each: never more than what is left. */
static uint32_t read_count(struct reader *in)
{
    size_t left = in->count - in->at;
    return reader_u32(in, left < UINT32_MAX ? (uint32_t)left : UINT32_MAX);
}

static void read_counters(struct reader *in, struct tu_counters *counters)
{
    counters->functions = reader_u32(in, UINT32_MAX);
    counters->partial_functions = reader_u32(in, UINT32_MAX);
    counters->instrs = reader_varint(in);
    for (int i = 0; i < HAVOC_COUNT; i++)
        counters->havoc[i] = reader_varint(in);
    counters->calls_indexed = reader_varint(in);
    counters->calls_missed = reader_varint(in);
}

static void read_diagnostics(struct arena *arena, struct reader *in, struct tu_result *out)
{
    for (uint32_t left = read_count(in); left && !in->bad; left--) {
        struct tu_diagnostic *diagnostic = vec_push(arena, &out->diagnostics);
        diagnostic->severity = (enum tu_severity)reader_u32(in, TU_FATAL);
        diagnostic->path = read_text(arena, in);
        diagnostic->line = reader_u32(in, UINT32_MAX);
        diagnostic->column = reader_u32(in, UINT32_MAX);
        diagnostic->text = read_text(arena, in);
    }
}

static void read_missed(struct arena *arena, struct reader *in, struct tu_result *out)
{
    for (uint32_t left = read_count(in); left && !in->bad; left--) {
        struct tu_missed *missed = vec_push(arena, &out->missed);
        missed->path = read_text(arena, in);
        missed->line = reader_u32(in, UINT32_MAX);
        missed->column = reader_u32(in, UINT32_MAX);
        missed->callee = read_text(arena, in);
    }
}

bool result_read_meta(struct arena *arena, const void *bytes, size_t count, struct tu_result *out)
{
    struct reader in = {bytes, count, 0, false};
    *out = (struct tu_result){.status = (enum tu_status)reader_u32(&in, TU_FAILED)};
    out->reason = read_text(arena, &in);
    read_counters(&in, &out->counters);
    read_diagnostics(arena, &in, out);
    read_missed(arena, &in, out);
    for (uint32_t left = read_count(&in); left && !in.bad; left--)
        *vec_push(arena, &out->files) = read_text(arena, &in);
    return !in.bad;
}

static struct store_blob read_blob(struct reader *in)
{
    struct store_blob blob;
    blob.bytes = reader_blob(in, &blob.count);
    return blob;
}

static void read_inputs(struct arena *arena, struct reader *in, struct tu_result *out)
{
    for (uint32_t left = read_count(in); left && !in->bad; left--) {
        struct tu_input *input = vec_push(arena, &out->inputs);
        input->path = read_text(arena, in);
        in->bad = in->bad || in->count - in->at < sizeof input->hash;
        if (in->bad)
            return;
        memcpy(&input->hash, in->data + in->at, sizeof input->hash);
        in->at += sizeof input->hash;
        uint32_t flags = reader_u32(in, 3);
        input->absent = flags & 1;
        input->is_system = (flags & 2) != 0;
    }
}

bool result_read_frame(struct arena *arena, const void *bytes, size_t count, struct tu_result *out)
{
    struct reader in = {bytes, count, 0, false};
    size_t meta_count;
    const void *meta = reader_blob(&in, &meta_count);
    if (in.bad || !result_read_meta(arena, meta, meta_count, out))
        return false;
    out->loaded = true;
    read_inputs(arena, &in, out);
    out->decls = read_blob(&in);
    for (uint32_t left = read_count(&in); left && !in.bad; left--) {
        struct store_func *func = vec_push(arena, &out->funcs);
        func->ir = read_blob(&in);
        func->facts = read_blob(&in);
    }
    out->parse_seconds = (double)reader_varint(&in) * 1e-9;
    out->lower_seconds = (double)reader_varint(&in) * 1e-9;
    return !in.bad;
}
