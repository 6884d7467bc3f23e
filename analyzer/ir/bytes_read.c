#include <string.h>

#include "base/map.h"
#include "ir/layout.h"
#include "ir/text.h"

/* Local ids to the module's; entry 0 is none.  Grows as entries are read: an entry may refer to earlier ones only. */
struct names {
    uint32_t *id;
    uint32_t count, wanted;
};

struct source {
    struct reader in;
    struct ir_module *module;
    struct arena *arena; /* scratch */
    struct names strings, files, classes, types, fields, syms, spans;
    bool with_sizes;
};

/* A count of things that take at least a byte each. */
static uint32_t read_count(struct source *source)
{
    size_t left = source->in.count - source->in.at;
    return reader_u32(&source->in, left < UINT32_MAX / 2 ? (uint32_t)left : UINT32_MAX / 2);
}

static void open_names(struct source *source, struct names *names)
{
    names->wanted = read_count(source);
    names->id = arena_array(source->arena, uint32_t, names->wanted + 1);
    names->count = 1;
}

static void add_name(struct names *names, uint32_t id)
{
    names->id[names->count++] = id;
}

static uint32_t read_name(struct source *source, const struct names *names)
{
    return names->id[reader_u32(&source->in, names->count - 1)];
}

static str_id read_string(struct source *source)
{
    return read_name(source, &source->strings);
}

/* An entity is known by this: none is a lie. */
static const char *read_key(struct source *source)
{
    str_id id = read_string(source);
    if (!id)
        source->in.bad = true;
    return ir_text(source->module, id);
}

static const char *read_text(struct source *source)
{
    return ir_text(source->module, read_string(source));
}

/* ---- tables ---- */

#define FOR_ENTRIES(source, names)                                                                           \
    open_names((source), &(source)->names);                                                                  \
    for (uint32_t left = (source)->names.wanted; left && !(source)->in.bad; left--)

static void read_strings(struct source *source)
{
    FOR_ENTRIES (source, strings) {
        size_t length;
        const char *text = reader_blob(&source->in, &length);
        if (memchr(text, 0, length))
            source->in.bad = true;
        add_name(&source->strings, strtab_intern_n(&source->module->strings, text, length));
    }
}

static void read_files(struct source *source)
{
    FOR_ENTRIES (source, files) {
        const char *path = read_key(source);
        bool is_system = reader_u32(&source->in, 1);
        if (!source->in.bad)
            add_name(&source->files, ir_add_file(source->module, path, is_system));
    }
}

static void read_classes(struct source *source)
{
    FOR_ENTRIES (source, classes) {
        const char *key = read_key(source);
        const char *name = read_text(source);
        if (!source->in.bad)
            add_name(&source->classes, ir_add_class(source->module, key, name));
    }
}

static void read_types(struct source *source)
{
    FOR_ENTRIES (source, types) {
        struct ir_type type = {.spelling = read_string(source)};
        uint32_t bits = reader_u32(&source->in, (uint32_t)TYPE_OTHER << TYPE_FLAG_BITS | 31);
        type.kind = (uint8_t)(bits >> TYPE_FLAG_BITS);
        type.flags = (uint8_t)(bits & 31);
        type.element = read_name(source, &source->types);
        type.class_ = read_name(source, &source->classes);
        if (source->with_sizes) {
            type.size = reader_u32(&source->in, UINT32_MAX);
            type.count = reader_u32(&source->in, UINT32_MAX);
        }
        if (!source->in.bad)
            add_name(&source->types, ir_add_type(source->module, type));
    }
}

static void read_fields(struct source *source)
{
    FOR_ENTRIES (source, fields) {
        ir_class_id class_ = read_name(source, &source->classes);
        const char *name = read_key(source);
        if (!class_)
            source->in.bad = true;
        if (!source->in.bad)
            add_name(&source->fields, ir_add_field(source->module, class_, name, 0));
    }
}

static void read_syms(struct source *source)
{
    FOR_ENTRIES (source, syms) {
        const char *key = read_key(source);
        const char *name = read_text(source);
        enum ir_sym_kind kind = (enum ir_sym_kind)reader_u32(&source->in, SYM_GLOBAL);
        if (!source->in.bad)
            add_name(&source->syms, ir_add_sym(source->module, key, name, kind, 0));
    }
}

static uint32_t moved(struct source *source, uint32_t from)
{
    return (uint32_t)((int64_t)from + reader_svarint(&source->in));
}

static void read_spans(struct source *source)
{
    struct ir_span before = {0};
    FOR_ENTRIES (source, spans) {
        struct ir_span span = {.file = read_name(source, &source->files)};
        span.line = moved(source, before.line);
        span.column = reader_u32(&source->in, UINT32_MAX);
        span.end_line = moved(source, span.line);
        span.end_column = reader_u32(&source->in, UINT32_MAX);
        span.offset = moved(source, before.offset);
        span.end_offset = moved(source, span.offset);
        span.flags = reader_u32(&source->in, UINT32_MAX);
        span.macro = read_string(source);
        before = span;
        if (!source->in.bad)
            add_name(&source->spans, ir_add_span(source->module, span));
    }
}

static void read_tables(struct source *source)
{
    read_strings(source);
    read_files(source);
    read_classes(source);
    read_types(source);
    read_fields(source);
    read_syms(source);
    read_spans(source);
}

static bool open_source(struct source *source, struct ir_module *module, const void *bytes, size_t count, int kind,
                        struct err *err)
{
    *source = (struct source){.in = {bytes, count, 0, false}, .module = module, .with_sizes = kind == BLOB_DECLS};
    if (reader_varint(&source->in) != (uint64_t)kind) {
        err_set(err, ERR_INPUT, "these bytes are not IR of the kind wanted");
        return false;
    }
    if (reader_varint(&source->in) != IR_BYTES_VERSION) {
        err_set(err, ERR_INPUT, "this IR was written by another version");
        return false;
    }
    source->arena = arena_create("ir bytes");
    read_tables(source);
    return true;
}

/* True when all was read and nothing is left over. */
static bool close_source(struct source *source, struct err *err)
{
    bool good = !source->in.bad && source->in.at == source->in.count;
    if (!good)
        err_set(err, ERR_INPUT, "this IR is damaged near byte %zu", source->in.at);
    arena_destroy(source->arena);
    return good;
}

/* ---- a function ---- */

static ir_val read_val(struct source *source)
{
    uint32_t bits = reader_u32(&source->in, UINT32_MAX);
    uint32_t index = bits >> VAL_KIND_BITS;
    switch ((enum ir_val_kind)(bits & 7)) {
    case VAL_STR:
    case VAL_FUNC: {
        const struct names *names = (bits & 7) == VAL_STR ? &source->strings : &source->syms;
        if (index >= names->count)
            source->in.bad = true;
        else
            index = names->id[index];
        break;
    }
    default:
        break;
    }
    return IR_VAL(bits & 7, index);
}

static void read_locals(struct source *source, struct ir_func *func)
{
    uint32_t count = read_count(source);
    vec_push(source->module->arena, &func->locals);
    for (uint32_t i = 0; i < count && !source->in.bad; i++) {
        struct ir_local local = {.name = read_string(source)};
        local.type = read_name(source, &source->types);
        local.flags = reader_u32(&source->in, UINT32_MAX);
        local.span = read_name(source, &source->spans);
        local.type_span = read_name(source, &source->spans);
        *vec_push(source->module->arena, &func->locals) = local;
    }
}

static void read_ints(struct source *source, struct ir_func *func)
{
    uint32_t count = read_count(source);
    vec_push(source->module->arena, &func->ints);
    for (uint32_t i = 0; i < count && !source->in.bad; i++) {
        int64_t value = reader_svarint(&source->in);
        *vec_push(source->module->arena, &func->ints) = value;
    }
}

static struct ir_step read_step(struct source *source)
{
    struct ir_step step = {.kind = reader_u32(&source->in, STEP_INDEX)};
    if (step.kind == STEP_FIELD)
        step.arg = read_name(source, &source->fields);
    if (step.kind == STEP_INDEX)
        step.arg = read_val(source);
    return step;
}

static void read_path(struct source *source, struct ir_func *func)
{
    struct ir_path path = {.base_kind = (uint8_t)reader_u32(&source->in, BASE_GLOBAL)};
    path.base = path.base_kind == BASE_GLOBAL ? read_name(source, &source->syms)
                                              : reader_u32(&source->in, UINT32_MAX);
    path.type = read_name(source, &source->types);
    path.step_count = read_count(source);
    path.first_step = path.step_count ? func->steps.count : 0;
    for (uint32_t i = 0; i < path.step_count && !source->in.bad; i++) {
        struct ir_step step = read_step(source);
        *vec_push(source->module->arena, &func->steps) = step;
    }
    *vec_push(source->module->arena, &func->paths) = path;
}

static void read_paths(struct source *source, struct ir_func *func)
{
    uint32_t count = read_count(source);
    vec_push(source->module->arena, &func->paths);
    for (uint32_t i = 0; i < count && !source->in.bad; i++)
        read_path(source, func);
}

static void read_handler(struct source *source, struct ir_func *func)
{
    struct ir_handler handler = {.type = read_name(source, &source->types)};
    handler.block = reader_u32(&source->in, UINT32_MAX);
    handler.by_reference = reader_u32(&source->in, 1);
    handler.span = read_name(source, &source->spans);
    *vec_push(source->module->arena, &func->handlers) = handler;
}

static void read_region(struct source *source, struct ir_func *func)
{
    struct ir_region region = {.kind = (uint8_t)reader_u32(&source->in, REGION_CLEANUP)};
    region.parent = reader_u32(&source->in, UINT32_MAX);
    region.cleanup = reader_u32(&source->in, UINT32_MAX);
    region.span = read_name(source, &source->spans);
    region.handler_count = read_count(source);
    region.first_handler = region.handler_count ? func->handlers.count : 0;
    for (uint32_t i = 0; i < region.handler_count && !source->in.bad; i++)
        read_handler(source, func);
    *vec_push(source->module->arena, &func->regions) = region;
}

static void read_regions(struct source *source, struct ir_func *func)
{
    uint32_t count = read_count(source);
    vec_push(source->module->arena, &func->regions);
    vec_push(source->module->arena, &func->handlers);
    for (uint32_t i = 0; i < count && !source->in.bad; i++)
        read_region(source, func);
}

static void read_instr(struct source *source, struct ir_func *func)
{
    struct reader *in = &source->in;
    struct ir_instr instr = {.op = (uint8_t)reader_u32(in, IR_OP_COUNT - 1)};
    uint32_t has = reader_u32(in, HAS_ALL);
    if (has & HAS_SUB)
        instr.sub = (uint8_t)reader_u32(in, UINT8_MAX);
    if (has & HAS_FLAGS)
        instr.flags = (uint16_t)reader_u32(in, UINT16_MAX);
    if (has & HAS_REGION)
        instr.region = reader_u32(in, UINT32_MAX);
    if (has & HAS_DST)
        instr.dst = reader_u32(in, UINT32_MAX);
    if (has & HAS_A)
        instr.a = read_val(source);
    if (has & HAS_B)
        instr.b = read_val(source);
    if (has & HAS_SPAN)
        instr.span = read_name(source, &source->spans);
    if (has & HAS_SYM)
        instr.sym = read_name(source, &source->syms);
    if (has & HAS_TYPE)
        instr.type = read_name(source, &source->types);
    if (has & HAS_NAME_SPAN)
        instr.name_span = read_name(source, &source->spans);
    if (has & HAS_ARGS)
        instr.arg_count = read_count(source);
    instr.first_arg = instr.arg_count ? func->args.count : 0;
    for (uint32_t i = 0; i < instr.arg_count && !in->bad; i++) {
        ir_val arg = read_val(source);
        *vec_push(source->module->arena, &func->args) = arg;
    }
    *vec_push(source->module->arena, &func->instrs) = instr;
}

static void read_block(struct source *source, struct ir_func *func)
{
    struct ir_block block = {.succ_count = read_count(source), .first = func->instrs.count};
    block.first_succ = block.succ_count ? func->succs.count : 0;
    for (uint32_t i = 0; i < block.succ_count && !source->in.bad; i++) {
        ir_block_id succ = reader_u32(&source->in, UINT32_MAX);
        *vec_push(source->module->arena, &func->succs) = succ;
    }
    block.count = read_count(source);
    for (uint32_t i = 0; i < block.count && !source->in.bad; i++)
        read_instr(source, func);
    *vec_push(source->module->arena, &func->blocks) = block;
}

static void read_blocks(struct source *source, struct ir_func *func)
{
    uint32_t count = read_count(source);
    vec_push(source->module->arena, &func->blocks);
    vec_push(source->module->arena, &func->instrs);
    for (uint32_t i = 0; i < count && !source->in.bad; i++)
        read_block(source, func);
}

ir_func_id ir_read_func(struct ir_module *module, const void *bytes, size_t count, struct err *err)
{
    struct source source;
    if (!open_source(&source, module, bytes, count, BLOB_FUNC, err))
        return 0;
    struct ir_func func = {.sym = read_name(&source, &source.syms)};
    func.flags = reader_u32(&source.in, UINT32_MAX);
    func.param_count = reader_u32(&source.in, UINT32_MAX);
    func.span = read_name(&source, &source.spans);
    func.pattern = read_name(&source, &source.spans);
    read_locals(&source, &func);
    read_ints(&source, &func);
    read_paths(&source, &func);
    read_regions(&source, &func);
    read_blocks(&source, &func);
    if (!close_source(&source, err))
        return 0;
    func.hash = hash_bytes128(bytes, count);
    ir_func_id id = module->funcs.count;
    *vec_push(module->arena, &module->funcs) = func;
    if (!ir_verify_func(module, id, err)) {
        module->funcs.count--;
        return 0;
    }
    struct ir_sym *sym = &module->syms.data[func.sym];
    sym->kind = SYM_FUNCTION;
    sym->flags |= SYM_DEFINED;
    if (!sym->body)
        sym->body = id;
    return id;
}

/* ---- declarations ---- */

struct class_decl {
    uint32_t flags;
    ir_sym_id destructor, call_operator;
    ir_span_id span;
    VEC(struct ir_base) bases;
    VEC(ir_field_id) fields;
};

/* Is `wanted` the class or among its bases?  Bytes from elsewhere may try to make a class its own base. */
static bool has_base(struct source *source, ir_class_id class_, ir_class_id wanted)
{
    VEC(ir_class_id) work = {0};
    struct map seen;
    map_init(&seen, source->arena);
    *vec_push(source->arena, &work) = class_;
    while (work.count) {
        ir_class_id at = work.data[--work.count];
        if (at == wanted)
            return true;
        uint64_t *was = map_put(&seen, at);
        if (*was)
            continue;
        *was = 1;
        const struct ir_class *data = &source->module->classes.data[at];
        for (uint32_t i = 0; i < data->bases.count; i++)
            *vec_push(source->arena, &work) = data->bases.data[i].class_;
    }
    return false;
}

static void read_bases(struct source *source, ir_class_id id, struct class_decl *decl)
{
    uint32_t count = read_count(source);
    for (uint32_t i = 0; i < count && !source->in.bad; i++) {
        struct ir_base base = {.class_ = read_name(source, &source->classes)};
        base.flags = reader_u32(&source->in, BASE_VIRTUAL | BASE_NOT_PUBLIC);
        if (!base.class_ || has_base(source, base.class_, id))
            source->in.bad = true;
        else
            *vec_push(source->arena, &decl->bases) = base;
    }
}

static void read_members(struct source *source, ir_class_id class_, struct class_decl *decl)
{
    uint32_t count = read_count(source);
    for (uint32_t i = 0; i < count && !source->in.bad; i++) {
        const char *name = read_key(source);
        ir_type_id type = read_name(source, &source->types);
        ir_span_id span = read_name(source, &source->spans);
        ir_span_id type_span = read_name(source, &source->spans);
        if (source->in.bad)
            return;
        ir_field_id id = ir_add_field(source->module, class_, name, type);
        struct ir_field *field = &source->module->fields.data[id];
        if (!field->span) {
            field->span = span;
            field->type_span = type_span;
        }
        *vec_push(source->arena, &decl->fields) = id;
    }
}

/* Functions' bytes that came first mentioned the fields in their own order: the declaration's is the right one. */
static void order_fields(struct source *source, struct ir_class *class_, const struct class_decl *decl)
{
    struct map declared;
    map_init(&declared, source->arena);
    for (uint32_t i = 0; i < decl->fields.count; i++)
        *map_put(&declared, decl->fields.data[i]) = 1;
    if (declared.count != decl->fields.count)
        return; /* the same name twice: a lie */
    VEC(ir_field_id) ordered = {0};
    vec_append(source->arena, &ordered, decl->fields.data, decl->fields.count);
    for (uint32_t i = 0; i < class_->fields.count; i++)
        if (!map_get(&declared, class_->fields.data[i]))
            *vec_push(source->arena, &ordered) = class_->fields.data[i];
    if (ordered.count)
        memcpy(class_->fields.data, ordered.data, ordered.count * sizeof *ordered.data);
}

static void read_class(struct source *source)
{
    ir_class_id id = read_name(source, &source->classes);
    if (!id)
        source->in.bad = true;
    struct class_decl decl = {.flags = reader_u32(&source->in, UINT32_MAX)};
    decl.destructor = read_name(source, &source->syms);
    decl.call_operator = read_name(source, &source->syms);
    decl.span = read_name(source, &source->spans);
    read_bases(source, id, &decl);
    read_members(source, id, &decl);
    struct ir_class *class_ = &source->module->classes.data[id];
    bool is_better = (decl.flags & CLASS_COMPLETE) && !(class_->flags & CLASS_COMPLETE);
    if (source->in.bad || !(is_better || !class_->flags))
        return;
    class_->flags |= decl.flags;
    class_->destructor = decl.destructor;
    class_->call_operator = decl.call_operator;
    class_->span = decl.span;
    class_->bases.count = 0;
    vec_append(source->module->arena, &class_->bases, decl.bases.data, decl.bases.count);
    order_fields(source, class_, &decl);
}

static void read_sym(struct source *source)
{
    ir_sym_id id = read_name(source, &source->syms);
    struct ir_sym decl = {.flags = reader_u32(&source->in, UINT32_MAX)};
    decl.type = read_name(source, &source->types);
    decl.class_ = read_name(source, &source->classes);
    decl.span = read_name(source, &source->spans);
    decl.annotations = read_string(source);
    if (!id || source->in.bad)
        return;
    struct ir_sym *sym = &source->module->syms.data[id];
    bool is_definition = (decl.flags & SYM_DEFINED) && !(sym->flags & SYM_DEFINED);
    if (!sym->span || (is_definition && decl.span))
        sym->span = decl.span;
    if (!sym->type || (is_definition && decl.type))
        sym->type = decl.type;
    if (!sym->class_)
        sym->class_ = decl.class_;
    if (!sym->annotations)
        sym->annotations = decl.annotations;
    sym->flags |= decl.flags;
}

static void read_overrides(struct source *source)
{
    uint32_t count = read_count(source);
    for (uint32_t i = 0; i < count && !source->in.bad; i++) {
        ir_sym_id method = read_name(source, &source->syms);
        ir_sym_id base = read_name(source, &source->syms);
        if (method && base && method != base)
            ir_add_override(source->module, method, base);
        else
            source->in.bad = true;
    }
}

bool ir_read_decls(struct ir_module *module, const void *bytes, size_t count, struct err *err)
{
    struct source source;
    if (!open_source(&source, module, bytes, count, BLOB_DECLS, err))
        return false;
    uint32_t classes = read_count(&source);
    for (uint32_t i = 0; i < classes && !source.in.bad; i++)
        read_class(&source);
    uint32_t syms = read_count(&source);
    for (uint32_t i = 0; i < syms && !source.in.bad; i++)
        read_sym(&source);
    read_overrides(&source);
    return close_source(&source, err);
}
