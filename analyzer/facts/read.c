/* Models from YAML.  Every mistake is an error that names line and key, and suggests the nearest spelling. */
#include <string.h>

#include "facts/name.h"
#include "facts/set.h"

static const char *const position_keys[] = {
#define POSITION(NAME, key) key,
#include "facts/roles.def"
    NULL};
static const char *const option_keys[] = {
#define OPTION(NAME, key) key,
#include "facts/roles.def"
    NULL};
static const char *const when_texts[] = {
#define WHEN(NAME, text) text,
#include "facts/roles.def"
    NULL};
static const char *const unless_texts[] = {
#define UNLESS(NAME, text) text,
#include "facts/roles.def"
    NULL};
static const char *const panic_texts[] = {
#define KIND(NAME, text) text,
#include "flow/panic_kinds.def"
#undef KIND
    NULL};
static const char *const role_keys[] = {
#define ROLE(NAME, key, allowed, required, options) key,
#include "facts/roles.def"
    NULL};

struct role_rule {
    uint32_t allowed, required, options;
};
static const struct role_rule role_rules[] = {
#define ROLE(NAME, key, allowed, required, options) {allowed, required, options},
#include "facts/roles.def"
};

static int index_of(const char *const *texts, const char *text)
{
    for (int i = 0; texts[i]; i++)
        if (strcmp(texts[i], text) == 0)
            return i;
    return -1;
}

static enum err_code unknown_word(const struct yaml_node *place, const char *what, const char *word,
                                  const char *const *known, struct err *err)
{
    const char *nearest = name_nearest(word, known);
    if (nearest)
        return yaml_fail(place, err, "unknown %s \"%s\"; did you mean \"%s\"?", what, word, nearest);
    return yaml_fail(place, err, "unknown %s \"%s\"", what, word);
}

/* A key's own place, for messages. */
static struct yaml_node place_of(const struct yaml_node *map, const struct yaml_pair *pair)
{
    return (struct yaml_node){.line = pair->line, .column = pair->column, .file = map->file};
}

static enum err_code read_choice(const struct yaml_node *node, const char *what, const char *const *texts, int *out,
                                 struct err *err)
{
    const char *text;
    if (!yaml_read_text(node, &text, err))
        return ERR_INPUT;
    *out = index_of(texts, text);
    return *out < 0 ? unknown_word(node, what, text, texts, err) : ERR_NONE;
}

/* A text or a list of texts. */
static enum err_code read_texts(struct arena *arena, const struct yaml_node *node, const char ***out, uint32_t *count,
                                struct err *err)
{
    *count = node->kind == YAML_LIST ? node->items.count : 1;
    *out = arena_array(arena, const char *, *count);
    for (uint32_t i = 0; i < *count; i++)
        if (!yaml_read_text(node->kind == YAML_LIST ? node->items.data[i] : node, &(*out)[i], err))
            return ERR_INPUT;
    return ERR_NONE;
}

static enum err_code read_kinds(const struct yaml_node *node, uint32_t *out, struct err *err)
{
    uint32_t count = node->kind == YAML_LIST ? node->items.count : 1;
    for (uint32_t i = 0; i < count; i++) {
        int kind;
        if (read_choice(node->kind == YAML_LIST ? node->items.data[i] : node, "panic kind", panic_texts, &kind, err))
            return ERR_INPUT;
        *out |= PANIC_BIT(kind);
    }
    return ERR_NONE;
}

static enum err_code read_position(const struct yaml_node *node, int8_t *out, struct err *err)
{
    if (node->kind == YAML_TEXT && strcmp(node->text, "this") == 0) {
        *out = AT_THIS;
        return ERR_NONE;
    }
    if (node->kind == YAML_TEXT && strcmp(node->text, "result") == 0) {
        *out = AT_RESULT;
        return ERR_NONE;
    }
    int64_t value;
    if (!yaml_read_int(node, 1, 32, &value, NULL))
        return yaml_fail(node, err, "a position is the number of an argument (from 1), `this` or `result`");
    *out = (int8_t)value;
    return ERR_NONE;
}

static enum err_code read_set(const struct yaml_node *node, struct role *role, struct err *err)
{
    static const char *const texts[] = {"likely", "all", NULL};
    int set;
    if (read_choice(node, "set", texts, &set, err))
        return ERR_INPUT;
    role->set = (enum throw_set)set;
    return ERR_NONE;
}

static enum err_code read_half(const struct yaml_node *node, struct role *role, struct err *err)
{
    static const char *const texts[] = {"send", "receive", NULL};
    int half;
    if (read_choice(node, "half", texts, &half, err))
        return ERR_INPUT;
    role->half_send = half == 0;
    role->half_receive = half == 1;
    return ERR_NONE;
}

static enum err_code read_pair(const struct yaml_node *node, struct role *role, struct err *err)
{
    static const char *const texts[] = {"one-way", "two-way", NULL};
    int pair;
    if (read_choice(node, "pair", texts, &pair, err))
        return ERR_INPUT;
    role->pair = pair == 0 ? PAIR_ONE_WAY : PAIR_TWO_WAY;
    return ERR_NONE;
}

static enum err_code read_ends(const struct yaml_node *node, struct role *role, struct err *err)
{
    static const char *const texts[] = {"process", "task", NULL};
    int ends;
    if (read_choice(node, "what it ends", texts, &ends, err))
        return ERR_INPUT;
    role->ends_task = ends == 1;
    return ERR_NONE;
}

static enum err_code flag(const struct yaml_node *node, bool *out, struct err *err)
{
    return yaml_read_bool(node, out, err) ? ERR_NONE : ERR_INPUT;
}

static enum err_code read_when(const struct yaml_node *node, struct role *role, struct err *err)
{
    int when;
    if (read_choice(node, "time", when_texts, &when, err))
        return ERR_INPUT;
    role->when = (enum model_when)when;
    return ERR_NONE;
}

static enum err_code read_unless(const struct yaml_node *node, struct role *role, struct err *err)
{
    int unless;
    if (read_choice(node, "proof", unless_texts, &unless, err))
        return ERR_INPUT;
    role->unless = (enum model_unless)unless;
    return ERR_NONE;
}

static enum err_code read_unit(const struct yaml_node *node, struct role *role, struct err *err)
{
    static const char *const texts[] = {"s", "ms", "us", "ns", "timespec", "timeval", NULL};
    int unit;
    if (read_choice(node, "unit", texts, &unit, err))
        return ERR_INPUT;
    role->unit = texts[unit];
    return ERR_NONE;
}

static enum err_code read_success(const struct yaml_node *node, struct role *role, struct err *err)
{
    static const char *const texts[] = {"zero", "not-zero", "not-negative", "not-null", "always", NULL};
    int success;
    if (read_choice(node, "form of success", texts, &success, err))
        return ERR_INPUT;
    role->success = (enum model_success)(success + 1);
    return ERR_NONE;
}

static enum err_code read_class(const struct yaml_node *node, struct role *role, struct err *err)
{
    static const char *const texts[] = {
#define BLOCK_CLASS(NAME, text, counts) text,
#include "facts/block_classes.def"
#undef BLOCK_CLASS
        NULL};
    int class_;
    if (read_choice(node, "class", texts, &class_, err))
        return ERR_INPUT;
    role->class_ = texts[class_];
    return ERR_NONE;
}

static enum err_code read_bits(const struct yaml_node *node, struct role *role, struct err *err)
{
    int64_t bits;
    if (!yaml_read_int(node, 1, INT64_MAX, &bits, err))
        return ERR_INPUT;
    role->bits = (uint64_t)bits;
    return ERR_NONE;
}

static enum err_code read_values(struct arena *arena, const struct yaml_node *node, struct role *role, struct err *err)
{
    uint32_t count = node->kind == YAML_LIST ? node->items.count : 1;
    int64_t *values = arena_array(arena, int64_t, count);
    for (uint32_t i = 0; i < count; i++)
        if (!yaml_read_int(node->kind == YAML_LIST ? node->items.data[i] : node, INT64_MIN, INT64_MAX, &values[i], err))
            return ERR_INPUT;
    role->values = values;
    role->value_count = count;
    return ERR_NONE;
}

static enum err_code read_option(struct arena *arena, enum model_option option, const struct yaml_node *node,
                                 struct role *role, struct err *err)
{
    switch (option) {
    case OPT_TASK: return yaml_read_text(node, &role->task, err) ? ERR_NONE : ERR_INPUT;
    case OPT_CLASS: return read_class(node, role, err);
    case OPT_KINDS: return read_kinds(node, &role->kinds, err);
    case OPT_TYPES: return read_texts(arena, node, &role->types, &role->type_count, err);
    case OPT_REST: return flag(node, &role->rest, err);
    case OPT_BY_POINTER: return flag(node, &role->by_pointer, err);
    case OPT_CLOSE_SAFE: return flag(node, &role->close_safe, err);
    case OPT_DETACHED: return flag(node, &role->detached, err);
    case OPT_SERIAL: return flag(node, &role->serial, err);
    case OPT_SCOPED: return flag(node, &role->scoped, err);
    case OPT_TERMINATES: return flag(node, &role->terminates, err);
    case OPT_ALL: return flag(node, &role->all, err);
    case OPT_UNBUFFERED: return flag(node, &role->unbuffered, err);
    case OPT_BACKGROUND: return flag(node, &role->background, err);
    case OPT_SUCCESS: return read_success(node, role, err);
    case OPT_WHEN: return read_when(node, role, err);
    case OPT_SET: return read_set(node, role, err);
    case OPT_UNLESS: return read_unless(node, role, err);
    case OPT_HALF: return read_half(node, role, err);
    case OPT_PAIR: return read_pair(node, role, err);
    case OPT_ENDS: return read_ends(node, role, err);
    case OPT_UNIT: return read_unit(node, role, err);
    case OPT_BITS: return read_bits(node, role, err);
    case OPT_VALUES: return read_values(arena, node, role, err);
    case OPT_COUNT: break;
    }
    BUG("an option without a reader");
}

static enum err_code unknown_role_key(struct arena *arena, const struct yaml_node *place, enum role_kind kind,
                                      const char *key, struct err *err)
{
    const char *known[POS_COUNT + OPT_COUNT + 1];
    size_t count = 0;
    for (int i = 0; i < POS_COUNT; i++)
        if (role_rules[kind].allowed >> i & 1)
            known[count++] = position_keys[i];
    for (int i = 0; i < OPT_COUNT; i++)
        if (role_rules[kind].options >> i & 1)
            known[count++] = option_keys[i];
    known[count] = NULL;
    const char *takes = "";
    for (size_t i = 0; i < count && !name_nearest(key, known); i++)
        takes = arena_printf(arena, "%s%s%s", takes, i ? ", " : "; it takes ", known[i]);
    if (*takes)
        return yaml_fail(place, err, "unknown key of the role %s \"%s\"%s", role_keys[kind], key, takes);
    return unknown_word(place, arena_printf(arena, "key of the role %s", role_keys[kind]), key, known, err);
}

static void set_defaults(struct role *role)
{
    if (role->kind == ROLE_SPAWN && !role->task)
        role->task = "thread";
    if (role->kind == ROLE_CHAN_CLOSE && !role->half_send && !role->half_receive)
        role->half_send = role->half_receive = true;
    if (role->kind == ROLE_RECOVER && !role->kinds)
        role->kinds = PANIC_BIT(PANIC_EXCEPTION) | PANIC_BIT(PANIC_JUMP) | PANIC_BIT(PANIC_PANIC);
}

static enum err_code read_role(struct arena *arena, const struct yaml_node *node, enum role_kind kind,
                               struct role *role, struct err *err)
{
    *role = (struct role){.kind = kind};
    if (node->kind == YAML_TEXT && *node->text && strcmp(node->text, "true") != 0)
        return yaml_fail(node, err, "the role %s is a map of its keys, or `true`", role_keys[kind]);
    uint32_t seen = 0;
    for (uint32_t i = 0; i < node->pairs.count; i++) {
        const struct yaml_pair *pair = &node->pairs.data[i];
        struct yaml_node place = place_of(node, pair);
        int position = index_of(position_keys, pair->key), option = index_of(option_keys, pair->key);
        enum err_code code;
        if (position >= 0 && role_rules[kind].allowed >> position & 1) {
            seen |= 1u << position;
            code = read_position(pair->value, &role->at[position], err);
        } else if (option >= 0 && role_rules[kind].options >> option & 1) {
            code = read_option(arena, (enum model_option)option, pair->value, role, err);
        } else {
            code = unknown_role_key(arena, &place, kind, pair->key, err);
        }
        if (code)
            return code;
    }
    for (int i = 0; i < POS_COUNT; i++)
        if ((role_rules[kind].required & ~seen) >> i & 1)
            return yaml_fail(node, err, "the role %s needs the key \"%s\"", role_keys[kind], position_keys[i]);
    set_defaults(role);
    return ERR_NONE;
}

static enum err_code read_fix(struct arena *arena, const struct yaml_node *node, struct model_function *function,
                              struct err *err)
{
    static const char *const keys[] = {"to", "header", "kinds", NULL};
    struct model_fix *fix = arena_new(arena, struct model_fix);
    for (uint32_t i = 0; i < node->pairs.count; i++) {
        const struct yaml_pair *pair = &node->pairs.data[i];
        struct yaml_node place = place_of(node, pair);
        int key = index_of(keys, pair->key);
        if (key < 0)
            return unknown_word(&place, "key of a fix", pair->key, keys, err);
        if (key == 2 ? read_kinds(pair->value, &fix->kinds, err) != ERR_NONE
                     : !yaml_read_text(pair->value, key ? &fix->header : &fix->to, err))
            return ERR_INPUT;
    }
    if (!fix->to || !fix->header)
        return yaml_fail(node, err, "a fix needs the keys \"to\" and \"header\"");
    function->fix = fix;
    return ERR_NONE;
}

static enum err_code read_instead(const struct yaml_node *node, struct model_instead *out, struct err *err)
{
    static const char *const keys[] = {"context", "write", "header", "discarded", "tested", NULL};
    const char **texts[] = {&out->context, &out->write, &out->header};
    bool *flags[] = {&out->discarded, &out->tested};
    for (uint32_t i = 0; i < node->pairs.count; i++) {
        const struct yaml_pair *pair = &node->pairs.data[i];
        struct yaml_node place = place_of(node, pair);
        int key = index_of(keys, pair->key);
        if (key < 0)
            return unknown_word(&place, "key of an instead", pair->key, keys, err);
        bool fine = key < 3 ? yaml_read_text(pair->value, texts[key], err) : yaml_read_bool(pair->value, flags[key - 3], err);
        if (!fine)
            return ERR_INPUT;
    }
    return out->context && out->write ? ERR_NONE
                                      : yaml_fail(node, err, "an instead needs the keys \"context\" and \"write\"");
}

/* One map, or a list of them. */
static enum err_code read_insteads(struct arena *arena, const struct yaml_node *node, struct model_function *function,
                                   struct err *err)
{
    uint32_t count = node->kind == YAML_LIST ? node->items.count : 1;
    struct model_instead *all = arena_array(arena, struct model_instead, count);
    for (uint32_t i = 0; i < count; i++)
        if (read_instead(node->kind == YAML_LIST ? node->items.data[i] : node, &all[i], err) != ERR_NONE)
            return ERR_INPUT;
    function->instead = all;
    function->instead_count = count;
    return ERR_NONE;
}

static enum err_code read_params(struct arena *arena, const struct yaml_node *node, struct model_function *function,
                                 struct err *err)
{
    int64_t count;
    if (node->kind == YAML_TEXT) {
        if (!yaml_read_int(node, 0, 32, &count, err))
            return ERR_INPUT;
        function->param_count = (int)count;
        return ERR_NONE;
    }
    uint32_t params;
    if (read_texts(arena, node, &function->params, &params, err))
        return ERR_INPUT;
    function->param_count = (int)params;
    return ERR_NONE;
}

static enum err_code unknown_function_key(const struct yaml_node *place, const char *key, struct err *err)
{
    const char *known[ROLE_COUNT + 8] = {"name", "params", "fix", "instead", "class", "returns", "has-param"};
    memcpy(known + 7, role_keys, ROLE_COUNT * sizeof *known);
    known[ROLE_COUNT + 7] = NULL;
    return unknown_word(place, "key or role", key, known, err);
}

static enum err_code read_function_key(struct model_set *set, const struct yaml_node *node,
                                       const struct yaml_pair *pair, struct model_function *function, struct err *err)
{
    struct yaml_node place = place_of(node, pair);
    if (strcmp(pair->key, "name") == 0)
        return ERR_NONE;
    if (strcmp(pair->key, "params") == 0)
        return read_params(set->arena, pair->value, function, err);
    if (strcmp(pair->key, "instead") == 0)
        return read_insteads(set->arena, pair->value, function, err);
    if (strcmp(pair->key, "fix") == 0)
        return read_fix(set->arena, pair->value, function, err);
    const char **glob = strcmp(pair->key, "class") == 0       ? &function->class_
                        : strcmp(pair->key, "returns") == 0   ? &function->returns
                        : strcmp(pair->key, "has-param") == 0 ? &function->has_param
                                                              : NULL;
    if (glob)
        return yaml_read_text(pair->value, glob, err) ? ERR_NONE : ERR_INPUT;
    int kind = index_of(role_keys, pair->key);
    if (kind < 0)
        return unknown_function_key(&place, pair->key, err);
    if (pair->value->kind == YAML_LIST) {
        /* Several roles of one kind: two callbacks of one call. */
        for (uint32_t i = 0; i < pair->value->items.count; i++)
            if (read_role(set->arena, pair->value->items.data[i], (enum role_kind)kind,
                          &function->roles[function->role_count++], err))
                return ERR_INPUT;
        return ERR_NONE;
    }
    return read_role(set->arena, pair->value, (enum role_kind)kind, &function->roles[function->role_count++], err);
}

static uint32_t roles_at_most(const struct yaml_node *node)
{
    uint32_t most = node->pairs.count;
    for (uint32_t i = 0; i < node->pairs.count; i++)
        most += node->pairs.data[i].value->items.count;
    return most;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_conditions(const struct model_function *a, const struct model_function *b)
{
    bool is_same = a->param_count == b->param_count && !a->params == !b->params && same_text(a->class_, b->class_) &&
                   same_text(a->returns, b->returns) && same_text(a->has_param, b->has_param);
    for (int i = 0; is_same && a->params && i < a->param_count; i++)
        is_same = same_text(a->params[i], b->params[i]);
    return is_same;
}

/* The model of the same file for the same calls; NULL: there is none. */
static const struct model_function *find_twin(const struct model_set *set, const struct model_function *function)
{
    for (uint32_t at = model_set_last(set, function->name); at; at = set->entries.data[at - 1].older) {
        const struct model_function *other = &set->entries.data[at - 1].function;
        if (strcmp(other->file, function->file) == 0 && strcmp(other->name, function->name) == 0 &&
            same_conditions(other, function))
            return other;
    }
    return NULL;
}

/* One model for each of its names. */
static enum err_code put_names(struct model_set *set, const struct yaml_node *name, struct model_function *function,
                               struct err *err)
{
    const char **names;
    uint32_t count;
    if (read_texts(set->arena, name, &names, &count, err))
        return ERR_INPUT;
    if (!count)
        return yaml_fail(name, err, "a function needs a name");
    for (uint32_t i = 0; i < count; i++) {
        const struct yaml_node *place = name->kind == YAML_LIST ? name->items.data[i] : name;
        function->name = model_normalise(set->arena, names[i]);
        if (!*function->name)
            return yaml_fail(place, err, "a function needs a name");
        const struct model_function *twin = find_twin(set, function);
        if (twin)
            return yaml_fail(place, err, "%s has a model for the same calls in line %u; put all roles into one",
                             function->name, twin->line);
        model_set_put(set, function);
    }
    return ERR_NONE;
}

static enum err_code read_function(struct model_set *set, const struct yaml_node *node, const char *library, bool user,
                                   struct err *err)
{
    const struct yaml_node *name = yaml_get(node, "name");
    if (node->kind != YAML_MAP || !name)
        return yaml_fail(node, err, "a function is a map with the key \"name\"");
    struct model_function function = {.library = library, .param_count = -1, .file = node->file, .line = node->line,
                                      .user = user};
    function.roles = arena_array(set->arena, struct role, roles_at_most(node));
    for (uint32_t i = 0; i < node->pairs.count; i++)
        if (read_function_key(set, node, &node->pairs.data[i], &function, err))
            return ERR_INPUT;
    if (!function.role_count && !function.fix)
        return yaml_fail(node, err, "the function says nothing: give it a role, or `quiet: true` where it does nothing");
    return put_names(set, name, &function, err);
}

static enum err_code read_functions(struct model_set *set, const struct yaml_node *node, const char *library,
                                    bool user, struct err *err)
{
    if (node->kind != YAML_LIST && !(node->kind == YAML_TEXT && !*node->text))
        return yaml_fail(node, err, "\"functions\" is a list");
    for (uint32_t i = 0; i < node->items.count; i++)
        if (read_function(set, node->items.data[i], library, user, err))
            return ERR_INPUT;
    return ERR_NONE;
}

static enum err_code read_exceptions(struct model_set *set, const struct yaml_node *node, struct err *err)
{
    if (node->kind != YAML_MAP)
        return yaml_fail(node, err, "\"exceptions\" is a map from a class to its base");
    for (uint32_t i = 0; i < node->pairs.count; i++) {
        const char *base;
        if (!yaml_read_text(node->pairs.data[i].value, &base, err))
            return ERR_INPUT;
        *vec_push(set->arena, &set->exceptions) =
            (struct model_exception){node->pairs.data[i].key, *base ? base : NULL};
    }
    return ERR_NONE;
}

/* The lists of globs, in the order of their keys. */
static enum err_code read_globs(struct model_set *set, int list, const struct yaml_node *node, struct err *err)
{
    const char **texts;
    uint32_t count;
    if (read_texts(set->arena, node, &texts, &count, err))
        return ERR_INPUT;
    for (uint32_t i = 0; i < count; i++)
        switch (list) {
        case 0: *vec_push(set->arena, &set->quiet_headers) = texts[i]; break;
        case 1: *vec_push(set->arena, &set->quiet_names) = texts[i]; break;
        case 2: *vec_push(set->arena, &set->assert_macros) = texts[i]; break;
        case 3: *vec_push(set->arena, &set->cleanup_macros) = texts[i]; break;
        case 4: *vec_push(set->arena, &set->context_types) = texts[i]; break;
        default: *vec_push(set->arena, &set->standing_channels) = texts[i]; break;
        }
    return ERR_NONE;
}

enum err_code model_read(struct model_set *set, const struct yaml_node *root, bool user, struct err *err)
{
    static const char *const keys[] = {"library",        "exceptions",    "functions",      "quiet-headers", "quiet-names",
                                       "assert-macros", "cleanup-macros", "context-types", "standing-channels", NULL};
    const char *library = "?";
    if (root->kind != YAML_MAP)
        return yaml_fail(root, err, "a model file is a map with the keys library and functions");
    if (!root->pairs.count)
        return yaml_fail(root, err, "the file says nothing: a model file is a map with the keys library and functions");
    const struct yaml_node *library_node = yaml_get(root, "library");
    if (library_node && !yaml_read_text(library_node, &library, err))
        return ERR_INPUT;
    for (uint32_t i = 0; i < root->pairs.count; i++) {
        const struct yaml_pair *pair = &root->pairs.data[i];
        struct yaml_node place = place_of(root, pair);
        int key = index_of(keys, pair->key);
        if (key < 0)
            return unknown_word(&place, "key", pair->key, keys, err);
        if (key == 1 && read_exceptions(set, pair->value, err))
            return ERR_INPUT;
        if (key == 2 && read_functions(set, pair->value, library, user, err))
            return ERR_INPUT;
        if (key >= 3 && read_globs(set, key - 3, pair->value, err))
            return ERR_INPUT;
    }
    return ERR_NONE;
}
