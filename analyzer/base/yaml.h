/* YAML files as a tree of nodes that know their line: configuration and models.
 *
 * A thin wrapper of libyaml.  The tree lives in the arena given; strings end with NUL and may not hold one.  What we
 * read is written by people or strangers, so it is held to a small YAML: one document, keys are scalars, a key
 * occurs once, no aliases (`*name`: they make a small file a huge tree), nesting of at most 100.
 *
 * Every error is one sentence that begins with `name:line:column:`, code ERR_INPUT.
 */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include <stdbool.h>

#include "base/err.h"
#include "base/vec.h"

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml_pair {
    const char *key;
    uint32_t line, column; /* of the key */
    struct yaml_node *value;
};

struct yaml_node {
    enum yaml_kind kind;
    bool quoted;           /* TEXT in quotes or as a block: never a boolean or a number */
    uint32_t line, column; /* 1-based */
    const char *file;      /* the name given to yaml_parse, for messages */
    const char *text;      /* TEXT: an absent value (`key:`) is "" and not quoted; else NULL */
    VEC(struct yaml_node *) items;
    VEC(struct yaml_pair) pairs; /* in order */
};

/* The document; an empty one is an empty MAP.  NULL and `err` where it is not YAML as above.  `name` outlives the
 * arena and stands in messages. */
struct yaml_node *yaml_parse(struct arena *arena, const char *name, const char *text, size_t length, struct err *err);
/* The same from a file of at most 16 MB. */
struct yaml_node *yaml_parse_file(struct arena *arena, const char *path, struct err *err);

/* The value under `key`; NULL when absent or `map` is NULL or no MAP. */
struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

/* Typed reading: false and a sentence naming the place when the node is something else. */
bool yaml_read_text(const struct yaml_node *node, const char **out, struct err *err);
bool yaml_read_bool(const struct yaml_node *node, bool *out, struct err *err);
bool yaml_read_int(const struct yaml_node *node, int64_t low, int64_t high, int64_t *out, struct err *err);

/* `err` becomes "file:line:column: ..."; returns ERR_INPUT. */
enum err_code yaml_fail(const struct yaml_node *node, struct err *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
