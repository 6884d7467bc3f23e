#include "base/json.h"

#include <jansson.h>
#include <string.h>

static struct json_node *copy_value(struct arena *arena, json_t *value);

static void copy_list(struct arena *arena, json_t *value, struct json_node *node)
{
    node->kind = JSON_LIST;
    node->count = (uint32_t)json_array_size(value);
    node->items = arena_array(arena, struct json_node *, node->count);
    for (uint32_t i = 0; i < node->count; i++)
        node->items[i] = copy_value(arena, json_array_get(value, i));
}

static void copy_map(struct arena *arena, json_t *value, struct json_node *node)
{
    node->kind = JSON_MAP;
    node->pairs = arena_array(arena, struct json_pair, json_object_size(value));
    const char *key;
    json_t *member;
    json_object_foreach (value, key, member)
        node->pairs[node->count++] = (struct json_pair){arena_strdup(arena, key), copy_value(arena, member)};
}

/* Recursion is bounded: jansson refuses more than 2048 levels. */
static struct json_node *copy_value(struct arena *arena, json_t *value)
{
    struct json_node *node = arena_new(arena, struct json_node);
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        copy_map(arena, value, node);
        break;
    case JSON_ARRAY:
        copy_list(arena, value, node);
        break;
    case JSON_STRING:
        node->kind = JSON_TEXT;
        node->text = arena_strndup(arena, json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
    case JSON_REAL:
        node->kind = JSON_NUMBER;
        node->is_integer = json_is_integer(value);
        node->integer = json_integer_value(value);
        node->real = json_number_value(value);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        node->kind = JSON_BOOLEAN;
        node->truth = json_is_true(value);
        break;
    case JSON_NULL:
        break;
    }
    return node;
}

struct json_node *json_parse(struct arena *arena, const char *name, const char *text, size_t length,
                             enum json_duplicates duplicates, struct err *err)
{
    json_error_t error;
    size_t flags = JSON_DECODE_ANY | (duplicates == JSON_REFUSE_DUPLICATES ? JSON_REJECT_DUPLICATES : 0);
    json_t *value = json_loadb(text, length, flags, &error);
    if (!value) {
        err_set(err, ERR_INPUT, "%s:%d:%d: this is not JSON: %s", name, error.line > 0 ? error.line : 1,
                error.column > 0 ? error.column : 1, error.text);
        return NULL;
    }
    struct json_node *root = copy_value(arena, value);
    json_decref(value);
    return root;
}

struct json_node *json_get(const struct json_node *map, const char *key)
{
    if (!map || map->kind != JSON_MAP)
        return NULL;
    for (uint32_t i = 0; i < map->count; i++)
        if (!strcmp(map->pairs[i].key, key))
            return map->pairs[i].value;
    return NULL;
}

const char *json_get_text(const struct json_node *map, const char *key)
{
    const struct json_node *node = json_get(map, key);
    return node && node->kind == JSON_TEXT ? node->text : NULL;
}

/* ---- writing ---- */

static void new_line(struct json_writer *writer)
{
    if (writer->indent)
        buf_printf(writer->out, "\n%*s", (int)(writer->indent * writer->depth), "");
}

static void begin_value(struct json_writer *writer)
{
    if (!writer->after_key && writer->depth) {
        if (writer->open[writer->depth - 1] != '[')
            BUG("a JSON value without a key");
        if (writer->any)
            buf_char(writer->out, ',');
        new_line(writer);
    }
    writer->after_key = false;
    writer->any = true;
}

void json_put_open(struct json_writer *writer, char bracket)
{
    begin_value(writer);
    if (writer->depth == sizeof writer->open)
        BUG("JSON nested too deep");
    writer->open[writer->depth++] = bracket;
    writer->any = false;
    buf_char(writer->out, bracket);
}

void json_put_close(struct json_writer *writer, char bracket)
{
    if (!writer->depth || writer->open[writer->depth - 1] + 2 != bracket || writer->after_key)
        BUG("JSON closed with %c", bracket);
    writer->depth--;
    if (writer->any)
        new_line(writer);
    writer->any = true;
    buf_char(writer->out, bracket);
}

/* The length of the UTF-8 sequence at `text`, 0 when it is none (Unicode 15, table 3-7). */
static size_t utf8_length(const unsigned char *text, size_t room)
{
    unsigned char low = 0x80, high = 0xbf;
    size_t length = text[0] < 0x80 ? 1 : text[0] < 0xc2 ? 0 : text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3
                  : text[0] < 0xf5 ? 4 : 0;
    if (!length || length > room)
        return 0;
    if (text[0] == 0xe0)
        low = 0xa0;
    if (text[0] == 0xed)
        high = 0x9f;
    if (text[0] == 0xf0)
        low = 0x90;
    if (text[0] == 0xf4)
        high = 0x8f;
    for (size_t i = 1; i < length; i++, low = 0x80, high = 0xbf)
        if (text[i] < low || text[i] > high)
            return 0;
    return length;
}

static void put_ascii(struct buf *out, unsigned char c)
{
    static const char *const names[] = {['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f",
                                        ['\r'] = "\\r", ['"'] = "\\\"", ['\\'] = "\\\\"};
    if (c < sizeof names / sizeof *names && names[c])
        buf_text(out, names[c]);
    else if (c < 0x20 || c == 0x7f)
        buf_printf(out, "\\u%04x", c);
    else
        buf_char(out, (char)c);
}

static void put_quoted(struct buf *out, const char *text, size_t length)
{
    const unsigned char *at = (const unsigned char *)text;
    buf_char(out, '"');
    while (length) {
        size_t step = utf8_length(at, length);
        if (step == 1)
            put_ascii(out, *at);
        else if (step)
            buf_bytes(out, at, step);
        else
            buf_text(out, "\xef\xbf\xbd");
        step = step ? step : 1;
        at += step;
        length -= step;
    }
    buf_char(out, '"');
}

void json_put_key(struct json_writer *writer, const char *key)
{
    if (!writer->depth || writer->open[writer->depth - 1] != '{' || writer->after_key)
        BUG("a JSON key outside a map");
    if (writer->any)
        buf_char(writer->out, ',');
    new_line(writer);
    put_quoted(writer->out, key, strlen(key));
    buf_text(writer->out, writer->indent ? ": " : ":");
    writer->after_key = true;
}

void json_put_text_n(struct json_writer *writer, const char *text, size_t length)
{
    begin_value(writer);
    put_quoted(writer->out, text, length);
}

void json_put_text(struct json_writer *writer, const char *text)
{
    if (text)
        json_put_text_n(writer, text, strlen(text));
    else
        json_put_null(writer);
}

void json_put_int(struct json_writer *writer, int64_t value)
{
    begin_value(writer);
    buf_printf(writer->out, "%lld", (long long)value);
}

void json_put_bool(struct json_writer *writer, bool value)
{
    begin_value(writer);
    buf_text(writer->out, value ? "true" : "false");
}

void json_put_null(struct json_writer *writer)
{
    begin_value(writer);
    buf_text(writer->out, "null");
}

void json_put_key_text(struct json_writer *writer, const char *key, const char *text)
{
    json_put_key(writer, key);
    json_put_text(writer, text);
}

void json_put_key_int(struct json_writer *writer, const char *key, int64_t value)
{
    json_put_key(writer, key);
    json_put_int(writer, value);
}

void json_put_key_bool(struct json_writer *writer, const char *key, bool value)
{
    json_put_key(writer, key);
    json_put_bool(writer, value);
}

void json_put_key_open(struct json_writer *writer, const char *key, char bracket)
{
    json_put_key(writer, key);
    json_put_open(writer, bracket);
}
