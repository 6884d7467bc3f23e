#include "report/utf8.h"

#include <stdbool.h>
#include <string.h>

static const uint32_t REPLACEMENT = 0xfffd;

uint32_t utf8_next(const char *text, size_t length, size_t *at)
{
    const unsigned char *bytes = (const unsigned char *)text;
    unsigned char first = bytes[(*at)++];
    if (first < 0x80)
        return first;
    if (first < 0xc2 || first > 0xf4)
        return REPLACEMENT;
    int more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    uint32_t point = first & (0x3fu >> more);
    unsigned char low = 0x80,
                  high = 0xbf; /* narrower for the second byte: no overlong forms, surrogates, > U+10FFFF */
    if (first == 0xe0)
        low = 0xa0;
    else if (first == 0xed)
        high = 0x9f;
    else if (first == 0xf0)
        low = 0x90;
    else if (first == 0xf4)
        high = 0x8f;
    for (; more; more--) {
        if (*at >= length || bytes[*at] < low || bytes[*at] > high)
            return REPLACEMENT;
        point = point << 6 | (bytes[(*at)++] & 0x3f);
        low = 0x80;
        high = 0xbf;
    }
    return point;
}

uint32_t utf16_column(const char *line, size_t length, uint32_t column)
{
    uint32_t units = 1;
    size_t at = 0;
    while (at < length && at + 1 < column)
        units += utf8_next(line, length, &at) > 0xffff ? 2 : 1;
    return at + 1 < column ? units + column - (uint32_t)at - 1 : units;
}

static bool is_harmful(uint32_t point)
{
    return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == REPLACEMENT || point == 0x200e ||
           point == 0x200f || (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

void put_clean_n(struct buf *out, const char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t begin = at;
        uint32_t point = utf8_next(text, length, &at);
        if (is_harmful(point))
            buf_char(out, point == '\t' ? ' ' : '?');
        else
            buf_bytes(out, text + begin, at - begin);
    }
}

void put_clean(struct buf *out, const char *text)
{
    put_clean_n(out, text ? text : "", text ? strlen(text) : 0);
}
