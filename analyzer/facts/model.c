#include "facts/model.h"

#include <string.h>

#include "facts/embedded.h"
#include "facts/name.h"
#include "facts/set.h"

struct model_set *model_set_create(struct arena *arena)
{
    struct model_set *set = arena_new(arena, struct model_set);
    set->arena = arena;
    map_init(&set->by_name, arena);
    map_init(&set->by_last, arena);
    return set;
}

void model_set_add_builtin(struct model_set *set)
{
    for (const struct embedded_model *model = embedded_models; model->name; model++) {
        struct err err = {0};
        if (model_set_add_text(set, model->name, model->text, model->length, false, &err))
            BUG("an embedded model is not well-formed: %s", err.text);
    }
}

/* The hash covers what was read, in order. */
static void mix(struct model_set *set, const void *bytes, size_t count)
{
    struct hash128 both[2] = {set->hash, hash_bytes128(bytes, count)};
    set->hash = hash_bytes128(both, sizeof both);
}

enum err_code model_set_add_text(struct model_set *set, const char *name, const char *text, size_t length, bool user,
                                 struct err *err)
{
    struct yaml_node *root = yaml_parse(set->arena, arena_strdup(set->arena, name), text, length, err);
    if (!root)
        return err ? err->code : ERR_INPUT;
    mix(set, text, length);
    return model_read(set, root, user, err);
}

static void hash_node(struct model_set *set, const struct yaml_node *node)
{
    mix(set, &node->kind, sizeof node->kind);
    if (node->kind == YAML_TEXT)
        mix(set, node->text, strlen(node->text));
    for (uint32_t i = 0; i < node->items.count; i++)
        hash_node(set, node->items.data[i]);
    for (uint32_t i = 0; i < node->pairs.count; i++) {
        mix(set, node->pairs.data[i].key, strlen(node->pairs.data[i].key));
        hash_node(set, node->pairs.data[i].value);
    }
}

enum err_code model_set_add_file(struct model_set *set, const char *path, bool user, struct err *err)
{
    struct yaml_node *root = yaml_parse_file(set->arena, arena_strdup(set->arena, path), err);
    if (!root)
        return err ? err->code : ERR_INPUT;
    hash_node(set, root);
    return model_read(set, root, user, err);
}

struct hash128 model_set_hash(const struct model_set *set)
{
    return set->hash;
}

uint32_t model_set_count(const struct model_set *set)
{
    return set->entries.count;
}

const struct model_function *model_set_at(const struct model_set *set, uint32_t index)
{
    return &set->entries.data[index].function;
}

static const char *last_component(const char *name)
{
    const char *last = name;
    for (const char *at = name; (at = strstr(at, "::")); at += 2)
        last = at + 2;
    return last;
}

uint32_t model_set_last(const struct model_set *set, const char *name)
{
    bool any_scope = strncmp(name, "*::", 3) == 0;
    name += any_scope ? 3 : 0;
    const uint64_t *slot = map_get(any_scope ? &set->by_last : &set->by_name, hash_bytes64(name, strlen(name)));
    return slot ? (uint32_t)*slot : 0;
}

void model_set_put(struct model_set *set, const struct model_function *function)
{
    const char *name = function->name;
    struct map *map = &set->by_name;
    if (strncmp(name, "*::", 3) == 0) {
        map = &set->by_last;
        name += 3;
    }
    uint64_t *slot = map_put(map, hash_bytes64(name, strlen(name)));
    struct model_entry *entry = vec_push(set->arena, &set->entries);
    entry->function = *function;
    entry->older = (uint32_t)*slot;
    *slot = set->entries.count;
}

struct query {
    const char *name;
    int param_count; /* -1: not known, any overload will do */
    const char **params;
    const char *class_, *type; /* with template arguments */
};

static bool has_param(const char *glob, const char *const *params, int count)
{
    for (int i = 0; params && i < count; i++)
        if (name_glob(glob, params[i]))
            return true;
    return false;
}

static bool has_conditions(const struct model_function *function)
{
    return function->param_count >= 0 || function->class_ || function->returns || function->has_param;
}

static bool matches(const struct model_function *function, const struct query *query)
{
    if (query->param_count < 0)
        return model_is_opaque(function) && !has_conditions(function);
    if (function->class_ && !name_glob(function->class_, query->class_))
        return false;
    if (function->returns && !name_glob(function->returns, query->type))
        return false;
    if (function->has_param && !has_param(function->has_param, query->params, query->param_count))
        return false;
    if (function->param_count >= 0 && function->param_count != query->param_count)
        return false;
    for (int i = 0; function->params && i < query->param_count; i++)
        if (!name_glob(function->params[i], query->params[i]))
            return false;
    return true;
}

/* The last that matches; one with conditions before one without, a user's before ours. */
static const struct model_function *find_in(const struct model_set *set, const struct map *map, const char *key,
                                            const struct query *query)
{
    const uint64_t *slot = map_get(map, hash_bytes64(key, strlen(key)));
    const struct model_function *best = NULL;
    for (uint32_t at = slot ? (uint32_t)*slot : 0; at; at = set->entries.data[at - 1].older) {
        const struct model_function *function = &set->entries.data[at - 1].function;
        const char *name = strncmp(function->name, "*::", 3) == 0 ? function->name + 3 : function->name;
        if (strcmp(name, key) != 0 || !matches(function, query))
            continue;
        if (!best || (best->user == function->user && !has_conditions(best) && has_conditions(function)))
            best = function;
    }
    return best;
}

static const struct model_function *find(const struct model_set *set, const struct query *query)
{
    const struct model_function *function = find_in(set, &set->by_name, query->name, query);
    return function ? function : find_in(set, &set->by_last, last_component(query->name), query);
}

bool model_is_opaque(const struct model_function *function)
{
    for (uint32_t i = 0; function && i < function->role_count; i++)
        if (function->roles[i].kind != ROLE_FLOWS)
            return true;
    return false;
}

/* The type's text before its parameters. */
static const char *result_text(struct arena *arena, const char *spelling)
{
    const char *open = strstr(spelling, " (");
    return open ? arena_strndup(arena, spelling, (size_t)(open - spelling)) : spelling;
}

const struct model_function *model_find(const struct model_set *set, const struct ir_module *module, ir_sym_id sym)
{
    const struct ir_sym *symbol = &module->syms.data[sym];
    if (!sym || symbol->kind != SYM_FUNCTION)
        return NULL;
    struct arena *tmp = arena_create("model_find");
    const char *spelling = ir_text(module, module->types.data[symbol->type].spelling);
    struct query query = {.name = model_normalise(tmp, ir_text(module, symbol->name)),
                          .class_ = ir_text(module, module->classes.data[symbol->class_].key),
                          .type = result_text(tmp, spelling)};
    int count = name_params(tmp, spelling, &query.params);
    query.param_count = count < 0 ? 99 : count; /* no type: only models without conditions */
    const struct model_function *function = find(set, &query);
    /* A static function of the project that has a library's name is something else; a template's instance with a lambda is
     * internal too, but its name is qualified. */
    bool is_own = symbol->flags & SYM_INTERNAL && !(symbol->flags & SYM_SYSTEM) && !strstr(query.name, "::");
    if (function && is_own && !function->user)
        function = NULL;
    arena_destroy(tmp);
    return function;
}

uint32_t model_class_stops(const struct model_set *set, const char *name)
{
    struct arena *tmp = arena_create("model_class_stops");
    struct query query = {.name = arena_printf(tmp, "%s::operator()", model_normalise(tmp, name)), .param_count = -1};
    const struct role *role = model_role(find(set, &query), ROLE_RECOVER);
    arena_destroy(tmp);
    return role ? role->kinds : 0;
}

bool model_names(void *set, const char *qualified_name)
{
    struct arena *tmp = arena_create("model_names");
    struct query query = {.name = model_normalise(tmp, qualified_name), .param_count = -1};
    bool found = find(set, &query) != NULL;
    arena_destroy(tmp);
    return found;
}

static bool header_matches(const char *pattern, const char *path)
{
    size_t length = strlen(pattern), path_length = strlen(path);
    if (length && pattern[length - 1] == '/') {
        const char *at = strstr(path, pattern);
        return at && (at == path || at[-1] == '/');
    }
    return path_length > length && path[path_length - length - 1] == '/' &&
           strcmp(path + path_length - length, pattern) == 0;
}

bool model_is_quiet(const struct model_set *set, const struct ir_module *module, ir_sym_id sym)
{
    const struct ir_sym *symbol = &module->syms.data[sym];
    struct arena *tmp = arena_create("model_is_quiet");
    const char *name = model_normalise(tmp, ir_text(module, symbol->name));
    bool quiet = false;
    for (uint32_t i = 0; i < set->quiet_names.count && !quiet; i++)
        quiet = name_glob(set->quiet_names.data[i], name);
    arena_destroy(tmp);
    if (quiet || !(symbol->flags & SYM_SYSTEM))
        return quiet;
    const struct ir_span *span = &module->spans.data[symbol->span];
    const char *path = ir_text(module, module->files.data[span->file].path);
    for (uint32_t i = 0; i < set->quiet_headers.count && !quiet; i++)
        quiet = header_matches(set->quiet_headers.data[i], path);
    return quiet;
}

static bool matches_any(const char *const *globs, uint32_t count, const char *text)
{
    for (uint32_t i = 0; i < count; i++)
        if (name_glob(globs[i], text))
            return true;
    return false;
}

bool model_is_assert_macro(const struct model_set *set, const char *macro)
{
    return matches_any(set->assert_macros.data, set->assert_macros.count, macro);
}

bool model_is_standing_channel(const struct model_set *set, const char *global)
{
    return matches_any(set->standing_channels.data, set->standing_channels.count, global);
}

bool model_is_cleanup_macro(const struct model_set *set, const char *macro)
{
    return matches_any(set->cleanup_macros.data, set->cleanup_macros.count, macro);
}

bool model_is_context_type(const struct model_set *set, const char *name)
{
    return matches_any(set->context_types.data, set->context_types.count, name);
}

const struct model_exception *model_exceptions(const struct model_set *set, uint32_t *count)
{
    *count = set->exceptions.count;
    return set->exceptions.data;
}

const struct role *model_role(const struct model_function *function, enum role_kind kind)
{
    for (uint32_t i = 0; function && i < function->role_count; i++)
        if (function->roles[i].kind == kind)
            return &function->roles[i];
    return NULL;
}

ir_val role_value(const struct ir_func *func, const struct ir_instr *call, int at)
{
    bool method = call->flags & (CALL_METHOD | CALL_CONSTRUCT | CALL_DESTROY);
    if (at == AT_RESULT && !(call->flags & CALL_CONSTRUCT))
        return call->dst ? IR_VAL(VAL_PATH, call->dst) : 0;
    if (at == AT_NOWHERE || ((at == AT_THIS || at == AT_RESULT) && !method))
        return 0;
    uint32_t index = at < 0 ? 0 : (uint32_t)at - 1 + (method ? 1 : 0);
    return index < call->arg_count ? func->args.data[call->first_arg + index] : 0;
}

const char *role_kind_text(enum role_kind kind)
{
    static const char *const texts[] = {
#define ROLE(NAME, key, allowed, required, options) key,
#include "facts/roles.def"
    };
    return texts[kind];
}
