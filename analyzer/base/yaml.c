#include "base/yaml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/file.h"

#define DEPTH_MAX 100
#define FILE_MAX  ((size_t)16 << 20)

struct loader {
    struct arena *arena;
    const char *name;
    yaml_parser_t parser;
    struct err *err;
};

static bool fail_at(struct loader *loader, const yaml_mark_t *mark, const char *what)
{
    err_set(loader->err, ERR_INPUT, "%s:%zu:%zu: %s", loader->name, mark->line + 1, mark->column + 1, what);
    return false;
}

static bool fail_parse(struct loader *loader)
{
    const yaml_parser_t *parser = &loader->parser;
    const char *problem = parser->problem ? parser->problem : "this is not YAML";
    if (parser->error == YAML_READER_ERROR) {
        err_set(loader->err, ERR_INPUT, "%s: %s at byte %zu; the file must be UTF-8", loader->name, problem,
                parser->problem_offset);
        return false;
    }
    fail_at(loader, &parser->problem_mark, problem);
    if (loader->err && parser->context) {
        size_t used = strlen(loader->err->text);
        snprintf(loader->err->text + used, sizeof loader->err->text - used, ", %s that began in line %zu",
                 parser->context, parser->context_mark.line + 1);
    }
    return false;
}

static bool next_event(struct loader *loader, yaml_event_t *event)
{
    return yaml_parser_parse(&loader->parser, event) ? true : fail_parse(loader);
}

static bool load_node(struct loader *loader, const yaml_event_t *event, int depth, struct yaml_node **out);

static bool load_list(struct loader *loader, int depth, struct yaml_node *node)
{
    for (;;) {
        yaml_event_t event;
        if (!next_event(loader, &event))
            return false;
        struct yaml_node *item = NULL;
        bool end = event.type == YAML_SEQUENCE_END_EVENT, fine = end || load_node(loader, &event, depth, &item);
        yaml_event_delete(&event);
        if (end || !fine)
            return fine;
        *vec_push(loader->arena, &node->items) = item;
    }
}

static bool add_key(struct loader *loader, const yaml_event_t *event, struct yaml_node *map)
{
    if (event->type != YAML_SCALAR_EVENT)
        return fail_at(loader, &event->start_mark, "a key must be plain text");
    const char *key = (const char *)event->data.scalar.value;
    if (yaml_get(map, key)) {
        char what[200];
        snprintf(what, sizeof what, "the key `%.100s` is here a second time; keep one", key);
        return fail_at(loader, &event->start_mark, what);
    }
    *vec_push(loader->arena, &map->pairs) =
        (struct yaml_pair){arena_strdup(loader->arena, key), (uint32_t)event->start_mark.line + 1,
                           (uint32_t)event->start_mark.column + 1, NULL};
    return true;
}

static bool load_map(struct loader *loader, int depth, struct yaml_node *node)
{
    for (;;) {
        yaml_event_t event;
        if (!next_event(loader, &event))
            return false;
        bool end = event.type == YAML_MAPPING_END_EVENT, fine = end || add_key(loader, &event, node);
        yaml_event_delete(&event);
        if (end || !fine)
            return fine;
        if (!next_event(loader, &event))
            return false;
        struct yaml_node *value = NULL;
        fine = load_node(loader, &event, depth, &value);
        yaml_event_delete(&event);
        if (!fine)
            return false;
        vec_last(&node->pairs)->value = value;
    }
}

static bool load_text(struct loader *loader, const yaml_event_t *event, struct yaml_node *node)
{
    const char *value = (const char *)event->data.scalar.value;
    if (strlen(value) != event->data.scalar.length)
        return fail_at(loader, &event->start_mark, "text here must not contain a NUL character");
    node->kind = YAML_TEXT;
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node->text = arena_strdup(loader->arena, value);
    return true;
}

static bool load_node(struct loader *loader, const yaml_event_t *event, int depth, struct yaml_node **out)
{
    if (depth > DEPTH_MAX)
        return fail_at(loader, &event->start_mark, "lists and maps are nested more than 100 deep here");
    struct yaml_node *node = arena_new(loader->arena, struct yaml_node);
    *out = node;
    node->file = loader->name;
    node->line = (uint32_t)event->start_mark.line + 1;
    node->column = (uint32_t)event->start_mark.column + 1;
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return load_text(loader, event, node);
    case YAML_SEQUENCE_START_EVENT:
        node->kind = YAML_LIST;
        return load_list(loader, depth + 1, node);
    case YAML_MAPPING_START_EVENT:
        node->kind = YAML_MAP;
        return load_map(loader, depth + 1, node);
    default:
        return fail_at(loader, &event->start_mark, "aliases (`*name`) are not read here; write the value out");
    }
}

/* One document, and nothing behind it. */
static bool load_stream(struct loader *loader, struct yaml_node **out)
{
    for (;;) {
        yaml_event_t event;
        if (!next_event(loader, &event))
            return false;
        yaml_event_type_t type = event.type;
        bool fine = true;
        if (type == YAML_DOCUMENT_START_EVENT && *out)
            fine = fail_at(loader, &event.start_mark, "a second document begins here; one file holds one");
        else if (type != YAML_STREAM_START_EVENT && type != YAML_DOCUMENT_START_EVENT &&
                 type != YAML_DOCUMENT_END_EVENT && type != YAML_STREAM_END_EVENT)
            fine = load_node(loader, &event, 0, out);
        yaml_event_delete(&event);
        if (!fine || type == YAML_STREAM_END_EVENT)
            return fine;
    }
}

struct yaml_node *yaml_parse(struct arena *arena, const char *name, const char *text, size_t length, struct err *err)
{
    struct loader loader = {.arena = arena, .name = name, .err = err};
    if (!yaml_parser_initialize(&loader.parser)) {
        err_set(err, ERR_LIMIT, "%s: there is no memory to read it", name);
        return NULL;
    }
    yaml_parser_set_encoding(&loader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&loader.parser, (const unsigned char *)text, length);
    struct yaml_node *root = NULL;
    bool fine = load_stream(&loader, &root);
    yaml_parser_delete(&loader.parser);
    if (!fine)
        return NULL;
    bool empty = !root || (root->kind == YAML_TEXT && !root->quoted && !root->text[0]);
    if (empty) {
        root = arena_new(arena, struct yaml_node);
        *root = (struct yaml_node){.kind = YAML_MAP, .line = 1, .column = 1, .file = name};
    }
    return root;
}

struct yaml_node *yaml_parse_file(struct arena *arena, const char *path, struct err *err)
{
    char *text;
    size_t length;
    if (file_read(arena, path, FILE_MAX, &text, &length, err))
        return NULL;
    return yaml_parse(arena, arena_strdup(arena, path), text, length, err);
}

struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    if (!map || map->kind != YAML_MAP)
        return NULL;
    for (uint32_t i = 0; i < map->pairs.count; i++)
        if (!strcmp(map->pairs.data[i].key, key))
            return map->pairs.data[i].value;
    return NULL;
}

enum err_code yaml_fail(const struct yaml_node *node, struct err *err, const char *format, ...)
{
    if (!err)
        return ERR_INPUT;
    va_list ap;
    va_start(ap, format);
    int used = snprintf(err->text, sizeof err->text, "%s:%u:%u: ", node->file, node->line, node->column);
    if (used > 0 && (size_t)used < sizeof err->text)
        vsnprintf(err->text + used, sizeof err->text - (size_t)used, format, ap);
    va_end(ap);
    return err->code = ERR_INPUT;
}

bool yaml_read_text(const struct yaml_node *node, const char **out, struct err *err)
{
    if (node->kind != YAML_TEXT || (!node->quoted && !node->text[0])) {
        yaml_fail(node, err, "a text is wanted here, not %s",
                  node->kind == YAML_LIST ? "a list" : node->kind == YAML_MAP ? "a map" : "nothing");
        return false;
    }
    *out = node->text;
    return true;
}

bool yaml_read_bool(const struct yaml_node *node, bool *out, struct err *err)
{
    bool plain = node->kind == YAML_TEXT && !node->quoted;
    if (plain && (!strcmp(node->text, "true") || !strcmp(node->text, "false"))) {
        *out = node->text[0] == 't';
        return true;
    }
    yaml_fail(node, err, "true or false is wanted here");
    return false;
}

bool yaml_read_int(const struct yaml_node *node, int64_t low, int64_t high, int64_t *out, struct err *err)
{
    if (node->kind == YAML_TEXT && !node->quoted && node->text[0]) {
        char *end;
        errno = 0;
        long long value = strtoll(node->text, &end, 10);
        if (!*end && !errno && value >= low && value <= high) {
            *out = value;
            return true;
        }
    }
    yaml_fail(node, err, "a whole number from %lld to %lld is wanted here", (long long)low, (long long)high);
    return false;
}
