#include "ir/ir.h"

#include <string.h>

#include "base/map.h"

/* The uniquing maps; values are ids.  Where the key is a hash, the next key is tried on a collision. */
struct ir_tables {
    struct map files;     /* path */
    struct map spans;     /* hash of the span */
    struct map types;     /* spelling, kind, flags */
    struct map classes;   /* key */
    struct map fields;    /* class, name */
    struct map syms;      /* key */
    struct map overrides; /* method, base */
};

struct ir_module *ir_module_create(struct arena *arena)
{
    struct ir_module *module = arena_new(arena, struct ir_module);
    module->arena = arena;
    strtab_init(&module->strings, arena);
    module->tables = arena_new(arena, struct ir_tables);
    struct map *maps[] = {&module->tables->files,   &module->tables->spans,  &module->tables->types,
                          &module->tables->classes, &module->tables->fields, &module->tables->syms,
                          &module->tables->overrides};
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        map_init(maps[i], arena);
    vec_push(arena, &module->files);
    vec_push(arena, &module->spans);
    vec_push(arena, &module->types);
    vec_push(arena, &module->fields);
    vec_push(arena, &module->classes);
    vec_push(arena, &module->syms);
    vec_push(arena, &module->overrides);
    vec_push(arena, &module->funcs);
    return module;
}

str_id ir_string(struct ir_module *module, const char *text)
{
    return strtab_intern(&module->strings, text);
}

ir_file_id ir_add_file(struct ir_module *module, const char *path, bool is_system)
{
    str_id name = ir_string(module, path);
    uint64_t *id = map_put(&module->tables->files, name);
    if (!*id) {
        *id = module->files.count;
        vec_push(module->arena, &module->files)->path = name;
    }
    if (is_system)
        module->files.data[*id].is_system = 1;
    return (ir_file_id)*id;
}

_Static_assert(sizeof(struct ir_span) == 9 * sizeof(uint32_t), "spans are hashed as bytes");

ir_span_id ir_add_span(struct ir_module *module, struct ir_span span)
{
    if (!span.file)
        return 0;
    for (uint64_t key = hash_bytes64(&span, sizeof span);; key++) {
        uint64_t *id = map_put(&module->tables->spans, key);
        if (!*id) {
            *id = module->spans.count;
            *vec_push(module->arena, &module->spans) = span;
            return (ir_span_id)*id;
        }
        if (!memcmp(&module->spans.data[*id], &span, sizeof span))
            return (ir_span_id)*id;
    }
}

/* Would `type` become an element of itself?  (Only bytes from elsewhere can say so.) */
static bool has_element(const struct ir_module *module, ir_type_id type, ir_type_id wanted)
{
    while (type && type != wanted)
        type = module->types.data[type].element;
    return type != 0;
}

/* A type seen first as incomplete learns the rest from a later mention. */
static void complete_type(struct ir_module *module, ir_type_id id, const struct ir_type *more)
{
    struct ir_type *type = &module->types.data[id];
    if (!type->size)
        type->size = more->size;
    if (!type->count)
        type->count = more->count;
    if (!type->element && !has_element(module, more->element, id))
        type->element = more->element;
    if (!type->class_)
        type->class_ = more->class_;
}

ir_type_id ir_add_type(struct ir_module *module, struct ir_type type)
{
    uint64_t key = (uint64_t)type.spelling << 16 | (uint64_t)type.kind << 8 | type.flags;
    if (!key)
        return 0;
    uint64_t *id = map_put(&module->tables->types, key);
    if (*id) {
        complete_type(module, (ir_type_id)*id, &type);
        return (ir_type_id)*id;
    }
    *id = module->types.count;
    *vec_push(module->arena, &module->types) = type;
    return (ir_type_id)*id;
}

ir_class_id ir_add_class(struct ir_module *module, const char *key, const char *name)
{
    str_id key_id = ir_string(module, key);
    uint64_t *id = map_put(&module->tables->classes, key_id);
    if (!*id) {
        *id = module->classes.count;
        struct ir_class *class_ = vec_push(module->arena, &module->classes);
        class_->key = key_id;
        class_->name = ir_string(module, name);
    }
    return (ir_class_id)*id;
}

ir_field_id ir_add_field(struct ir_module *module, ir_class_id class_, const char *name, ir_type_id type)
{
    str_id name_id = ir_string(module, name);
    uint64_t *id = map_put(&module->tables->fields, map_key2(class_, name_id));
    if (!*id) {
        *id = module->fields.count;
        *vec_push(module->arena, &module->fields) = (struct ir_field){.class_ = class_, .name = name_id};
        *vec_push(module->arena, &module->classes.data[class_].fields) = (ir_field_id)*id;
    }
    struct ir_field *field = &module->fields.data[*id];
    if (!field->type)
        field->type = type;
    return (ir_field_id)*id;
}

ir_sym_id ir_add_sym(struct ir_module *module, const char *key, const char *name, enum ir_sym_kind kind,
                     uint32_t flags)
{
    str_id key_id = ir_string(module, key);
    uint64_t *id = map_put(&module->tables->syms, key_id);
    if (!*id) {
        *id = module->syms.count;
        vec_push(module->arena, &module->syms)->key = key_id;
    }
    struct ir_sym *sym = &module->syms.data[*id];
    if (!sym->name)
        sym->name = ir_string(module, name);
    if (!sym->kind)
        sym->kind = (uint8_t)kind;
    sym->flags |= flags;
    return (ir_sym_id)*id;
}

ir_sym_id ir_find_sym(const struct ir_module *module, const char *key)
{
    str_id key_id = strtab_find(&module->strings, key);
    uint64_t *id = key_id ? map_get(&module->tables->syms, key_id) : NULL;
    return id ? (ir_sym_id)*id : 0;
}

void ir_add_override(struct ir_module *module, ir_sym_id method, ir_sym_id base)
{
    uint64_t *seen = map_put(&module->tables->overrides, map_key2(method, base));
    if (*seen)
        return;
    *seen = 1;
    *vec_push(module->arena, &module->overrides) = (struct ir_override){method, base};
}

const char *ir_op_text(enum ir_op op)
{
    static const char *const table[] = {
#define OP(name, text, terminator) text,
#include "ir/ops.def"
#undef OP
    };
    return table[op];
}

const char *ir_havoc_text(enum ir_havoc reason)
{
    static const char *const table[] = {
#define HAVOC(name, text) text,
#include "ir/havoc.def"
#undef HAVOC
    };
    return table[reason];
}
