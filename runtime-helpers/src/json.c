#include "json.h"

#include <string.h>

static void put(struct json *json, const char *bytes, size_t count)
{
    if (json->full || json->room - json->length < count) {
        json->full = true;
        return;
    }
    memcpy(json->text + json->length, bytes, count);
    json->length += count;
}

void rh_json_raw(struct json *json, const char *text)
{
    put(json, text, strlen(text));
}

/* The length of the well-formed UTF-8 sequence at `text`, or 0. */
static size_t utf8_length(const unsigned char *text)
{
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t count = text[0] >= 0xf0 && text[0] < 0xf5 ? 4 : text[0] >= 0xe0 ? 3 : text[0] >= 0xc2 ? 2 : 0;
    unsigned value = count == 4 ? text[0] & 7u : count == 3 ? text[0] & 15u : text[0] & 31u;
    if (count == 0 || text[0] >= 0xf5)
        return 0;
    for (size_t i = 1; i < count; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (text[i] & 0x3fu);
    }
    return value >= least[count] && value <= 0x10ffff && (value < 0xd800 || value > 0xdfff) ? count : 0;
}

static void put_control(struct json *json, unsigned char byte)
{
    static const char digits[] = "0123456789abcdef";
    const char escape[] = {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
    put(json, escape, sizeof escape);
}

void rh_json_escaped(struct json *json, const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at;) {
        size_t count = *at < 0x80 ? 1 : utf8_length(at);
        if (count == 0)
            put(json, "\xef\xbf\xbd", 3); /* U+FFFD for a byte that is no UTF-8 */
        else if (*at == '"' || *at == '\\')
            put(json, *at == '"' ? "\\\"" : "\\\\", 2);
        else if (*at == '\n')
            put(json, "\\n", 2);
        else if (*at < 0x20)
            put_control(json, *at);
        else
            put(json, (const char *)at, count);
        at += count ? count : 1;
    }
}

static void put_digits(struct json *json, uint64_t number, unsigned base)
{
    char digits[24];
    size_t at = sizeof digits;
    do
        digits[--at] = "0123456789abcdef"[number % base];
    while ((number /= base) > 0);
    put(json, digits + at, sizeof digits - at);
}

void rh_json_number(struct json *json, int64_t number)
{
    if (number < 0)
        put(json, "-", 1);
    put_digits(json, number < 0 ? 0 - (uint64_t)number : (uint64_t)number, 10);
}

void rh_json_hex(struct json *json, uint64_t number)
{
    put(json, "0x", 2);
    put_digits(json, number, 16);
}

void rh_json_bytes(struct json *json, const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put(json, &"0123456789abcdef"[bytes[i] >> 4], 1);
        put(json, &"0123456789abcdef"[bytes[i] & 15], 1);
    }
}
