/* JSON in, as a tree in an arena (a thin wrapper of jansson), and JSON out, as a stream into a buffer.
 *
 * Reading: strings end with NUL and hold none; nothing of jansson's remains after json_parse.  Errors are one
 * sentence `name:line:column: ...`, code ERR_INPUT.
 * Writing: the caller's order is the order of the bytes, so a deterministic caller has deterministic output.  Text
 * that is not UTF-8 is written with U+FFFD in place of each bad byte: the result is always JSON.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

enum json_kind { JSON_NOTHING /* null */, JSON_BOOLEAN, JSON_NUMBER, JSON_TEXT, JSON_LIST, JSON_MAP };

enum json_duplicates {
    JSON_REFUSE_DUPLICATES, /* a key twice in one map is an error */
    JSON_LAST_WINS          /* as most readers do */
};

struct json_pair {
    const char *key;
    struct json_node *value;
};

struct json_node {
    enum json_kind kind;
    bool is_integer; /* NUMBER: `integer` is exact */
    bool truth;      /* BOOLEAN */
    int64_t integer;
    double real;      /* NUMBER, also of integers */
    const char *text; /* TEXT, else NULL */
    struct json_node **items; /* LIST */
    struct json_pair *pairs;  /* MAP, in order of the file */
    uint32_t count;           /* of items or pairs */
};

/* NULL and `err` when it is not JSON.  `name` stands in messages. */
struct json_node *json_parse(struct arena *arena, const char *name, const char *text, size_t length,
                             enum json_duplicates duplicates, struct err *err);
/* The value under `key`; NULL when absent or `map` is NULL or no MAP. */
struct json_node *json_get(const struct json_node *map, const char *key);
/* The text under `key`; NULL when absent or no TEXT. */
const char *json_get_text(const struct json_node *map, const char *key);

/* A zeroed writer with `out` set is ready.  Misnesting is a bug of the caller and aborts. */
struct json_writer {
    struct buf *out;
    uint32_t indent;  /* blanks per level; 0: all on one line */
    uint32_t depth;
    char open[64];    /* '{' or '[' by depth */
    bool any;         /* something was written at this depth: a comma is due */
    bool after_key;
};

void json_put_open(struct json_writer *writer, char bracket);  /* '{' or '[' */
void json_put_close(struct json_writer *writer, char bracket); /* '}' or ']' */
void json_put_key(struct json_writer *writer, const char *key);
void json_put_text(struct json_writer *writer, const char *text); /* NULL: null */
void json_put_text_n(struct json_writer *writer, const char *text, size_t length);
void json_put_int(struct json_writer *writer, int64_t value);
void json_put_bool(struct json_writer *writer, bool value);
void json_put_null(struct json_writer *writer);

/* "key": value in one call. */
void json_put_key_text(struct json_writer *writer, const char *key, const char *text);
void json_put_key_int(struct json_writer *writer, const char *key, int64_t value);
void json_put_key_bool(struct json_writer *writer, const char *key, bool value);
void json_put_key_open(struct json_writer *writer, const char *key, char bracket);

#endif
