#include "driver/config.h"

#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/yaml.h"
#include "facts/name.h"

#define INHERIT_MAX 20

struct config_reader {
    struct arena *arena;
    struct config *config;
    const char *directory; /* of the file */
    struct err *err;
};

/* ---- names of checks ---- */

static const char *const *check_ids(struct arena *arena)
{
    VEC(const char *) ids = {0};
    for (const struct check *const *check = check_table; *check; check++)
        *vec_push(arena, &ids) = (*check)->id;
    *vec_push(arena, &ids) = NULL;
    return ids.data;
}

/* Empty where some check matches, else ": did you mean" or nothing near. */
static bool names_some_check(struct arena *arena, const char *glob, struct err *err)
{
    const char *const *ids = check_ids(arena);
    for (const char *const *id = ids; *id; id++)
        if (name_glob(glob, *id))
            return true;
    const char *nearest = name_nearest(glob, ids);
    if (nearest)
        err_set(err, ERR_USAGE, "there is no check \"%s\"; did you mean \"%s\"?", glob, nearest);
    else
        err_set(err, ERR_USAGE, "there is no check \"%s\"; `spawnlint checks` lists them", glob);
    return false;
}

enum err_code config_add_check(struct arena *arena, struct config *config, const char *glob, struct err *err)
{
    if (!names_some_check(arena, config_unsigned(glob), err))
        return ERR_USAGE;
    *vec_push(arena, &config->checks) = glob;
    return ERR_NONE;
}

/* ---- one reader per key ---- */

/* All mistakes in a configuration are usage errors, with their place. */
static bool fail(struct config_reader *reader, const struct yaml_node *node, const char *text)
{
    yaml_fail(node, reader->err, "%s", text);
    return false;
}

static bool read_texts(struct config_reader *reader, const struct yaml_node *node,
                       bool (*add)(struct config_reader *, const struct yaml_node *, const char *))
{
    const char *text;
    if (node->kind == YAML_TEXT)
        return yaml_read_text(node, &text, reader->err) && add(reader, node, text);
    if (node->kind != YAML_LIST)
        return fail(reader, node, "a list of texts is wanted here");
    for (uint32_t i = 0; i < node->items.count; i++)
        if (!yaml_read_text(node->items.data[i], &text, reader->err) || !add(reader, node->items.data[i], text))
            return false;
    return true;
}

static bool read_inherit(struct config_reader *reader, const struct yaml_node *node)
{
    return yaml_read_bool(node, &reader->config->inherit, reader->err);
}

static bool read_strict(struct config_reader *reader, const struct yaml_node *node)
{
    return yaml_read_bool(node, &reader->config->strict, reader->err);
}

static bool read_check_option(struct config_reader *reader, const struct check *check, const struct yaml_pair *pair)
{
    VEC(const char *) names = {0};
    const struct check_option *found = NULL;
    for (const struct check_option *option = check->options; option && option->name; option++) {
        *vec_push(reader->arena, &names) = option->name;
        if (!strcmp(option->name, pair->key))
            found = option;
    }
    *vec_push(reader->arena, &names) = NULL;
    const char *nearest = found ? NULL : name_nearest(pair->key, names.data);
    if (!found) {
        yaml_fail(pair->value, reader->err, nearest ? "%s has no option \"%s\"; did you mean \"%s\"?"
                                                    : "%s has no option \"%s\"", check->id, pair->key, nearest);
        return false;
    }
    const char *value;
    if (!yaml_read_text(pair->value, &value, reader->err))
        return false;
    *vec_push(reader->arena, &reader->config->options) = (struct config_option){check->id, found->name, value};
    return true;
}

static bool read_check_options(struct config_reader *reader, const struct yaml_node *map)
{
    for (uint32_t i = 0; i < map->pairs.count; i++) {
        const struct yaml_pair *pair = &map->pairs.data[i];
        struct err why;
        const struct check *check = check_find(pair->key);
        if (!check) {
            names_some_check(reader->arena, pair->key, &why);
            return fail(reader, pair->value, why.text);
        }
        if (pair->value->kind != YAML_MAP)
            return fail(reader, pair->value, "a map of the check's options is wanted here");
        for (uint32_t k = 0; k < pair->value->pairs.count; k++)
            if (!read_check_option(reader, check, &pair->value->pairs.data[k]))
                return false;
    }
    return true;
}

static bool add_check(struct config_reader *reader, const struct yaml_node *node, const char *glob)
{
    struct err why;
    if (config_add_check(reader->arena, reader->config, glob, &why))
        return fail(reader, node, why.text);
    return true;
}

static bool read_checks(struct config_reader *reader, const struct yaml_node *node)
{
    if (node->kind == YAML_MAP)
        return read_check_options(reader, node);
    if (node->kind == YAML_TEXT)
        return read_texts(reader, node, add_check);
    for (uint32_t i = 0; i < node->items.count; i++) {
        const struct yaml_node *item = node->items.data[i];
        bool fine = item->kind == YAML_MAP ? read_check_options(reader, item) : read_texts(reader, item, add_check);
        if (!fine)
            return false;
    }
    return true;
}

static bool read_severity(struct config_reader *reader, const struct yaml_node *node)
{
    if (node->kind != YAML_MAP)
        return fail(reader, node, "a map from check to severity is wanted here");
    for (uint32_t i = 0; i < node->pairs.count; i++) {
        const struct yaml_pair *pair = &node->pairs.data[i];
        struct severity_rule rule = {.check = pair->key};
        struct err why;
        const char *text;
        if (!names_some_check(reader->arena, pair->key, &why))
            return fail(reader, pair->value, why.text);
        if (!yaml_read_text(pair->value, &text, reader->err))
            return false;
        rule.off = !strcmp(text, "off");
        if (!rule.off && !severity_parse(text, &rule.severity))
            return fail(reader, pair->value, "error, warning, note or off is wanted here");
        *vec_push(reader->arena, &reader->config->severity) = rule;
    }
    return true;
}

static bool read_fail_on(struct config_reader *reader, const struct yaml_node *node)
{
    const char *text;
    if (!yaml_read_text(node, &text, reader->err))
        return false;
    return fail_on_parse(text, &reader->config->fail_on) ||
           fail(reader, node, "error, warning, note or never is wanted here");
}

static bool add_exclude(struct config_reader *reader, const struct yaml_node *node, const char *glob)
{
    (void)node;
    *vec_push(reader->arena, &reader->config->exclude) = glob;
    return true;
}

static bool read_exclude(struct config_reader *reader, const struct yaml_node *node)
{
    return read_texts(reader, node, add_exclude);
}

static bool add_model(struct config_reader *reader, const struct yaml_node *node, const char *path)
{
    const char *full = path_join(reader->arena, reader->directory, path);
    if (access(full, R_OK)) {
        yaml_fail(node, reader->err, "there is no file %s to read models from", full);
        return false;
    }
    *vec_push(reader->arena, &reader->config->models) = full;
    return true;
}

static bool read_models(struct config_reader *reader, const struct yaml_node *node)
{
    return read_texts(reader, node, add_model);
}

/* The name of a function or a class: what is no name would match nothing, in silence. */
static bool is_name(const char *text)
{
    return *text && !text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:~*")];
}

static bool add_wrapper(struct config_reader *reader, const struct yaml_node *node, const char *name)
{
    if (!is_name(name))
        return fail(reader, node, "the qualified name of a function is wanted here, without its parameters");
    *vec_push(reader->arena, &reader->config->wrappers) = name;
    return true;
}

static bool read_wrappers(struct config_reader *reader, const struct yaml_node *node)
{
    return read_texts(reader, node, add_wrapper);
}

static bool add_context(struct config_reader *reader, const struct yaml_node *node, const char *name)
{
    if (!is_name(name))
        return fail(reader, node, "the qualified name of a class or struct is wanted here, without `struct` and `*`");
    *vec_push(reader->arena, &reader->config->contexts) = name;
    return true;
}

static bool read_contexts(struct config_reader *reader, const struct yaml_node *node)
{
    return read_texts(reader, node, add_context);
}

static bool add_stop_flag(struct config_reader *reader, const struct yaml_node *node, const char *glob)
{
    if (!is_name(glob))
        return fail(reader, node, "a glob of variables is wanted here, such as *_stop or Server::draining");
    if (!glob[strspn(glob, "*:")])
        return fail(reader, node, "this would make a stop flag of every variable");
    *vec_push(reader->arena, &reader->config->stop_flags) = glob;
    return true;
}

static bool read_stop_flags(struct config_reader *reader, const struct yaml_node *node)
{
    return read_texts(reader, node, add_stop_flag);
}

static const char *const block_class_names[] = {
#define BLOCK_CLASS(NAME, text, counts) text,
#include "facts/block_classes.def"
#undef BLOCK_CLASS
    NULL};

static bool add_block_class(struct config_reader *reader, const struct yaml_node *node, const char *name)
{
    for (uint32_t i = 0; block_class_names[i]; i++)
        if (!strcmp(name, block_class_names[i])) {
            reader->config->block_classes |= BLOCK_BIT(i);
            return true;
        }
    const char *nearest = name_nearest(name, block_class_names);
    yaml_fail(node, reader->err,
              nearest ? "there is no class of waits \"%s\"; did you mean \"%s\"?"
                      : "there is no class of waits \"%s\": network, pipe, sleep, sync, dns, process, disk, lock and "
                        "unknown are those there are",
              name, nearest);
    return false;
}

static bool read_block_classes(struct config_reader *reader, const struct yaml_node *node)
{
    reader->config->block_classes = 0;
    return read_texts(reader, node, add_block_class) &&
           (reader->config->block_classes || fail(reader, node, "at least one class of waits is wanted here"));
}

static bool add_headers(struct config_reader *reader, const struct yaml_node *node, const char *glob)
{
    (void)node;
    *vec_push(reader->arena, &reader->config->headers) = path_join(reader->arena, reader->directory, glob);
    return true;
}

static bool read_headers(struct config_reader *reader, const struct yaml_node *node)
{
    return read_texts(reader, node, add_headers);
}

static bool add_panic_kind(struct config_reader *reader, const struct yaml_node *node, const char *name)
{
    for (int kind = 0; kind < PANIC_KIND_COUNT; kind++)
        if (!strcmp(name, panic_kind_text((enum panic_kind)kind))) {
            reader->config->panic_kinds |= PANIC_BIT(kind);
            return true;
        }
    return fail(reader, node, "one of exception, jump, panic, fatal and assert is wanted here");
}

static bool read_panic_kinds(struct config_reader *reader, const struct yaml_node *node)
{
    reader->config->panic_kinds = 0;
    return read_texts(reader, node, add_panic_kind);
}

static bool add_program_glob(struct config_reader *reader, const struct yaml_node *node, const char *glob)
{
    (void)node;
    *vec_push(reader->arena, &vec_last(&reader->config->programs)->globs) = glob;
    return true;
}

static bool read_programs(struct config_reader *reader, const struct yaml_node *node)
{
    if (node->kind != YAML_MAP)
        return fail(reader, node, "a map from program to the globs of its sources is wanted here");
    for (uint32_t i = 0; i < node->pairs.count; i++) {
        *vec_push(reader->arena, &reader->config->programs) =
            (struct config_program){.name = node->pairs.data[i].key, .directory = reader->directory};
        if (!read_texts(reader, node->pairs.data[i].value, add_program_glob))
            return false;
    }
    return true;
}

static bool read_baseline(struct config_reader *reader, const struct yaml_node *node)
{
    const char *path;
    if (!yaml_read_text(node, &path, reader->err))
        return false;
    reader->config->baseline = path_join(reader->arena, reader->directory, path);
    return true;
}

/* ---- the file ---- */

static const struct config_key {
    const char *spelling;
    bool (*read)(struct config_reader *, const struct yaml_node *);
} keys[] = {
#define KEY(spelling, member, help) {spelling, read_##member},
#include "driver/config_keys.def"
#undef KEY
};

static const char *const key_names[] = {
#define KEY(spelling, member, help) spelling,
#include "driver/config_keys.def"
#undef KEY
    NULL};

static const char *const later_names[] = {
#define LATER(spelling) spelling,
#include "driver/config_later.def"
#undef LATER
    NULL};

static bool refuse_key(struct config_reader *reader, const struct yaml_node *place, const char *key)
{
    for (const char *const *later = later_names; *later; later++)
        if (!strcmp(key, *later)) {
            yaml_fail(place, reader->err, "`%s` is for checks that this version does not have yet; take it out", key);
            return false;
        }
    const char *nearest = name_nearest(key, key_names);
    yaml_fail(place, reader->err, nearest ? "unknown key \"%s\"; did you mean \"%s\"?" : "unknown key \"%s\"", key, nearest);
    return false;
}

static bool read_pair(struct config_reader *reader, const struct yaml_pair *pair)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (!strcmp(pair->key, keys[i].spelling))
            return keys[i].read(reader, pair->value);
    struct yaml_node place = *pair->value;
    place.line = pair->line;
    place.column = pair->column;
    return refuse_key(reader, &place, pair->key);
}

static bool read_root(struct config_reader *reader, const struct yaml_node *root)
{
    if (root->kind != YAML_MAP)
        return fail(reader, root, "a configuration is a map of keys");
    for (uint32_t i = 0; i < root->pairs.count; i++)
        if (!read_pair(reader, &root->pairs.data[i]))
            return false;
    return true;
}

static const char *find_upward(struct arena *arena, const char *from)
{
    for (const char *at = from;; at = path_parent(arena, at)) {
        const char *path = path_join(arena, at, ".spawnlint.yaml");
        if (!access(path, F_OK))
            return path;
        if (!strcmp(at, "/") || !strcmp(at, "."))
            return NULL;
    }
}

/* Says whether the file inherits, which must be known before its own keys are read. */
static bool wants_inherit(const struct yaml_node *root)
{
    bool inherits = false;
    const struct yaml_node *node = yaml_get(root, "inherit");
    return node && yaml_read_bool(node, &inherits, NULL) && inherits;
}

static bool load_chain(struct config_reader *reader, const char *path, int depth)
{
    struct yaml_node *root = yaml_parse_file(reader->arena, path, reader->err);
    if (!root)
        return false;
    const char *directory = path_parent(reader->arena, path);
    *vec_push(reader->arena, &reader->config->files) = path;
    const char *above = wants_inherit(root) && strcmp(directory, "/") && depth < INHERIT_MAX
                            ? find_upward(reader->arena, path_parent(reader->arena, directory))
                            : NULL;
    if (above && !load_chain(reader, above, depth + 1))
        return false;
    reader->directory = directory;
    return read_root(reader, root);
}

enum err_code config_load(struct arena *arena, const char *root, const char *path, struct config *out, struct err *err)
{
    struct err own;
    *out = (struct config){.fail_on = FAIL_ON_WARNING};
    struct config_reader reader = {.arena = arena, .config = out, .err = err ? err : &own};
    path = path ? path_join(arena, path_here(arena), path) : find_upward(arena, root);
    if (!path || load_chain(&reader, path, 0))
        return ERR_NONE;
    return reader.err->code = ERR_USAGE;
}
