#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

void buf_free(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf){.cap = buf->cap};
}

/* Room for `more` bytes and a NUL; false past the cap. */
static bool reserve(struct buf *buf, size_t more)
{
    size_t cap = buf->cap ? buf->cap : BUF_DEFAULT_CAP;
    if (buf->overflow || more > cap - buf->count) {
        buf->overflow = true;
        return false;
    }
    if (buf->count + more + 1 <= buf->capacity)
        return true;
    size_t capacity = buf->capacity ? buf->capacity * 2 : 256;
    while (capacity < buf->count + more + 1)
        capacity *= 2;
    char *data = realloc(buf->data, capacity);
    if (!data)
        BUG("out of memory for a buffer of %zu bytes", capacity);
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

void buf_bytes(struct buf *buf, const void *bytes, size_t count)
{
    if (!reserve(buf, count))
        return;
    if (count)
        memcpy(buf->data + buf->count, bytes, count);
    buf->count += count;
    buf->data[buf->count] = 0;
}

void buf_text(struct buf *buf, const char *text)
{
    buf_bytes(buf, text, strlen(text));
}

void buf_char(struct buf *buf, char c)
{
    buf_bytes(buf, &c, 1);
}

void buf_vprintf(struct buf *buf, const char *format, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0 || !reserve(buf, (size_t)length))
        return;
    vsnprintf(buf->data + buf->count, (size_t)length + 1, format, ap);
    buf->count += (size_t)length;
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    buf_vprintf(buf, format, ap);
    va_end(ap);
}

void buf_varint(struct buf *buf, uint64_t value)
{
    unsigned char bytes[10];
    size_t count = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[count++] = (unsigned char)(value | 0x80);
    bytes[count++] = (unsigned char)value;
    buf_bytes(buf, bytes, count);
}

void buf_svarint(struct buf *buf, int64_t value)
{
    buf_varint(buf, (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0));
}

void buf_blob(struct buf *buf, const void *bytes, size_t count)
{
    buf_varint(buf, count);
    buf_bytes(buf, bytes, count);
}

uint64_t reader_varint(struct reader *reader)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (reader->at >= reader->count)
            break;
        unsigned char byte = reader->data[reader->at++];
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return value;
    }
    reader->bad = true;
    reader->at = reader->count;
    return 0;
}

int64_t reader_svarint(struct reader *reader)
{
    uint64_t value = reader_varint(reader);
    return (int64_t)(value >> 1 ^ (value & 1 ? UINT64_MAX : 0));
}

uint32_t reader_u32(struct reader *reader, uint32_t most)
{
    uint64_t value = reader_varint(reader);
    if (value <= most)
        return (uint32_t)value;
    reader->bad = true;
    return 0;
}

const void *reader_blob(struct reader *reader, size_t *count)
{
    uint64_t length = reader_varint(reader);
    if (reader->bad || length > reader->count - reader->at) {
        reader->bad = true;
        *count = 0;
        return reader->data;
    }
    const void *bytes = reader->data + reader->at;
    reader->at += (size_t)length;
    *count = (size_t)length;
    return bytes;
}
