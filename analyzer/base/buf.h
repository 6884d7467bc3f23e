/* Byte buffers: a growing writer with a cap, and a reader that can't run off the end.
 *
 * The writer allocates with malloc (buffers cross arenas and are large): buf_free ends it.  Past `cap` bytes
 * it stops growing and sets `overflow`; the writer's owner checks once at the end.  The reader returns zeros
 * after the end and sets `bad`: check once at the end as well.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
    char *data; /* NUL-terminated once anything was written; owned */
    size_t count, capacity;
    size_t cap; /* 0: BUF_DEFAULT_CAP */
    bool overflow;
};

#define BUF_DEFAULT_CAP ((size_t)1 << 31)

void buf_free(struct buf *buf);
void buf_bytes(struct buf *buf, const void *bytes, size_t count);
void buf_text(struct buf *buf, const char *text);
void buf_char(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *buf, const char *format, va_list ap);
/* LEB128, so that small numbers cost a byte; signed ones zigzag. */
void buf_varint(struct buf *buf, uint64_t value);
void buf_svarint(struct buf *buf, int64_t value);
/* A length and the bytes. */
void buf_blob(struct buf *buf, const void *bytes, size_t count);

struct reader {
    const unsigned char *data;
    size_t count, at;
    bool bad;
};

uint64_t reader_varint(struct reader *reader);
int64_t reader_svarint(struct reader *reader);
/* A varint that must be at most `most`; larger sets `bad` and gives 0. */
uint32_t reader_u32(struct reader *reader, uint32_t most);
/* Points into the reader's data; `*count` 0 when bad. */
const void *reader_blob(struct reader *reader, size_t *count);

#endif
