#include "base/map.h"
#include "ir/layout.h"

/* Module ids in order of first mention, with their local ids. */
struct table {
    struct map local;
    VEC(uint32_t) ids;
};

struct writer {
    const struct ir_module *module;
    struct arena *arena;
    struct buf tables, body;
    struct table strings, files, classes, types, fields, syms, spans;
    bool with_sizes; /* types carry size and count */
};

static uint32_t local_id(struct writer *writer, struct table *table, uint32_t id)
{
    if (!id)
        return 0;
    uint64_t *local = map_put(&table->local, id);
    if (!*local) {
        *vec_push(writer->arena, &table->ids) = id;
        *local = table->ids.count;
    }
    return (uint32_t)*local;
}

static uint32_t local_string(struct writer *writer, str_id id)
{
    return local_id(writer, &writer->strings, id);
}

/* An element comes before what is made of it. */
static uint32_t local_type(struct writer *writer, ir_type_id id)
{
    if (!id || map_get(&writer->types.local, id))
        return local_id(writer, &writer->types, id);
    local_type(writer, writer->module->types.data[id].element);
    return local_id(writer, &writer->types, id);
}

static uint32_t local_class(struct writer *writer, ir_class_id id)
{
    return local_id(writer, &writer->classes, id);
}

static uint32_t local_sym(struct writer *writer, ir_sym_id id)
{
    return local_id(writer, &writer->syms, id);
}

static uint32_t local_span(struct writer *writer, ir_span_id id)
{
    return local_id(writer, &writer->spans, id);
}

/* ---- tables ---- */

static void write_span(struct writer *writer, struct buf *out, ir_span_id id, ir_span_id previous)
{
    const struct ir_span *span = &writer->module->spans.data[id], *before = &writer->module->spans.data[previous];
    buf_varint(out, local_id(writer, &writer->files, span->file));
    buf_svarint(out, (int64_t)span->line - before->line);
    buf_varint(out, span->column);
    buf_svarint(out, (int64_t)span->end_line - span->line);
    buf_varint(out, span->end_column);
    buf_svarint(out, (int64_t)span->offset - before->offset);
    buf_svarint(out, (int64_t)span->end_offset - span->offset);
    buf_varint(out, span->flags);
    buf_varint(out, local_string(writer, span->macro));
}

static void write_type(struct writer *writer, struct buf *out, ir_type_id id)
{
    const struct ir_type *type = &writer->module->types.data[id];
    buf_varint(out, local_string(writer, type->spelling));
    buf_varint(out, (uint32_t)type->kind << TYPE_FLAG_BITS | type->flags);
    buf_varint(out, local_type(writer, type->element));
    buf_varint(out, local_class(writer, type->class_));
    if (writer->with_sizes) {
        buf_varint(out, type->size);
        buf_varint(out, type->count);
    }
}

static void write_spans(struct writer *writer, struct buf *out)
{
    buf_varint(out, writer->spans.ids.count);
    for (uint32_t i = 0; i < writer->spans.ids.count; i++)
        write_span(writer, out, writer->spans.ids.data[i], i ? writer->spans.ids.data[i - 1] : 0);
}

static void write_types(struct writer *writer, struct buf *out)
{
    buf_varint(out, writer->types.ids.count);
    for (uint32_t i = 0; i < writer->types.ids.count; i++)
        write_type(writer, out, writer->types.ids.data[i]);
}

static void write_fields(struct writer *writer, struct buf *out)
{
    buf_varint(out, writer->fields.ids.count);
    for (uint32_t i = 0; i < writer->fields.ids.count; i++) {
        const struct ir_field *field = &writer->module->fields.data[writer->fields.ids.data[i]];
        buf_varint(out, local_class(writer, field->class_));
        buf_varint(out, local_string(writer, field->name));
    }
}

static void write_syms(struct writer *writer, struct buf *out)
{
    buf_varint(out, writer->syms.ids.count);
    for (uint32_t i = 0; i < writer->syms.ids.count; i++) {
        const struct ir_sym *sym = &writer->module->syms.data[writer->syms.ids.data[i]];
        buf_varint(out, local_string(writer, sym->key));
        buf_varint(out, local_string(writer, sym->name));
        buf_varint(out, sym->kind);
    }
}

static void write_classes(struct writer *writer, struct buf *out)
{
    buf_varint(out, writer->classes.ids.count);
    for (uint32_t i = 0; i < writer->classes.ids.count; i++) {
        const struct ir_class *class_ = &writer->module->classes.data[writer->classes.ids.data[i]];
        buf_varint(out, local_string(writer, class_->key));
        buf_varint(out, local_string(writer, class_->name));
    }
}

static void write_files(struct writer *writer, struct buf *out)
{
    buf_varint(out, writer->files.ids.count);
    for (uint32_t i = 0; i < writer->files.ids.count; i++) {
        const struct ir_file *file = &writer->module->files.data[writer->files.ids.data[i]];
        buf_varint(out, local_string(writer, file->path));
        buf_varint(out, file->is_system);
    }
}

static void write_strings(struct writer *writer, struct buf *out)
{
    buf_varint(out, writer->strings.ids.count);
    for (uint32_t i = 0; i < writer->strings.ids.count; i++) {
        str_id id = writer->strings.ids.data[i];
        buf_blob(out, ir_text(writer->module, id), writer->module->strings.length[id]);
    }
}

static void open_writer(struct writer *writer, const struct ir_module *module, bool with_sizes)
{
    struct arena *arena = arena_create("ir bytes");
    *writer = (struct writer){.module = module, .arena = arena, .with_sizes = with_sizes};
    struct table *tables[] = {&writer->strings, &writer->files, &writer->classes, &writer->types,
                              &writer->fields,  &writer->syms,  &writer->spans};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        map_init(&tables[i]->local, arena);
}

/* A section may still add to the tables that are written after it: from the most dependent to strings; the reader
 * wants them the other way round. */
static void close_writer(struct writer *writer, struct buf *out, int kind)
{
    static void (*const sections[])(struct writer *, struct buf *) = {
        write_spans, write_syms, write_fields, write_types, write_classes, write_files, write_strings};
    enum { SECTIONS = sizeof sections / sizeof *sections };
    struct buf written[SECTIONS] = {0};
    for (int i = 0; i < SECTIONS; i++)
        sections[i](writer, &written[i]);
    buf_varint(out, (uint64_t)kind);
    buf_varint(out, IR_BYTES_VERSION);
    for (int i = SECTIONS - 1; i >= 0; i--) {
        buf_bytes(out, written[i].data, written[i].count);
        buf_free(&written[i]);
    }
    buf_bytes(out, writer->body.data, writer->body.count);
    buf_free(&writer->body);
    arena_destroy(writer->arena);
}

/* ---- a function ---- */

static void write_val(struct writer *writer, ir_val val)
{
    uint32_t index = ir_val_index(val);
    if (ir_val_kind(val) == VAL_STR)
        index = local_string(writer, index);
    else if (ir_val_kind(val) == VAL_FUNC)
        index = local_sym(writer, index);
    buf_varint(&writer->body, (uint64_t)index << VAL_KIND_BITS | ir_val_kind(val));
}

static void write_locals(struct writer *writer, const struct ir_func *func)
{
    buf_varint(&writer->body, func->locals.count - 1);
    for (ir_local_id i = 1; i < func->locals.count; i++) {
        const struct ir_local *local = &func->locals.data[i];
        buf_varint(&writer->body, local_string(writer, local->name));
        buf_varint(&writer->body, local_type(writer, local->type));
        buf_varint(&writer->body, local->flags);
        buf_varint(&writer->body, local_span(writer, local->span));
        buf_varint(&writer->body, local_span(writer, local->type_span));
    }
}

static void write_step(struct writer *writer, struct ir_step step)
{
    buf_varint(&writer->body, step.kind);
    if (step.kind == STEP_FIELD)
        buf_varint(&writer->body, local_id(writer, &writer->fields, step.arg));
    if (step.kind == STEP_INDEX)
        write_val(writer, step.arg);
}

static void write_paths(struct writer *writer, const struct ir_func *func)
{
    buf_varint(&writer->body, func->paths.count - 1);
    for (ir_path_id i = 1; i < func->paths.count; i++) {
        const struct ir_path *path = &func->paths.data[i];
        buf_varint(&writer->body, path->base_kind);
        buf_varint(&writer->body, path->base_kind == BASE_GLOBAL ? local_sym(writer, path->base) : path->base);
        buf_varint(&writer->body, local_type(writer, path->type));
        buf_varint(&writer->body, path->step_count);
        for (uint32_t j = 0; j < path->step_count; j++)
            write_step(writer, func->steps.data[path->first_step + j]);
    }
}

static void write_handler(struct writer *writer, const struct ir_handler *handler)
{
    buf_varint(&writer->body, local_type(writer, handler->type));
    buf_varint(&writer->body, handler->block);
    buf_varint(&writer->body, handler->by_reference);
    buf_varint(&writer->body, local_span(writer, handler->span));
}

static void write_regions(struct writer *writer, const struct ir_func *func)
{
    buf_varint(&writer->body, func->regions.count - 1);
    for (ir_region_id i = 1; i < func->regions.count; i++) {
        const struct ir_region *region = &func->regions.data[i];
        buf_varint(&writer->body, region->kind);
        buf_varint(&writer->body, region->parent);
        buf_varint(&writer->body, region->cleanup);
        buf_varint(&writer->body, local_span(writer, region->span));
        buf_varint(&writer->body, region->handler_count);
        for (uint32_t j = 0; j < region->handler_count; j++)
            write_handler(writer, &func->handlers.data[region->first_handler + j]);
    }
}

static uint32_t present(const struct ir_instr *instr)
{
    return (instr->sub ? HAS_SUB : 0u) | (instr->flags ? HAS_FLAGS : 0u) | (instr->region ? HAS_REGION : 0u) |
           (instr->dst ? HAS_DST : 0u) | (instr->a ? HAS_A : 0u) | (instr->b ? HAS_B : 0u) |
           (instr->sym ? HAS_SYM : 0u) | (instr->type ? HAS_TYPE : 0u) | (instr->arg_count ? HAS_ARGS : 0u) |
           (instr->span ? HAS_SPAN : 0u) | (instr->name_span ? HAS_NAME_SPAN : 0u);
}

static void write_instr(struct writer *writer, const struct ir_func *func, const struct ir_instr *instr)
{
    struct buf *body = &writer->body;
    uint32_t has = present(instr);
    buf_varint(body, instr->op);
    buf_varint(body, has);
    if (has & HAS_SUB)
        buf_varint(body, instr->sub);
    if (has & HAS_FLAGS)
        buf_varint(body, instr->flags);
    if (has & HAS_REGION)
        buf_varint(body, instr->region);
    if (has & HAS_DST)
        buf_varint(body, instr->dst);
    if (has & HAS_A)
        write_val(writer, instr->a);
    if (has & HAS_B)
        write_val(writer, instr->b);
    if (has & HAS_SPAN)
        buf_varint(body, local_span(writer, instr->span));
    if (has & HAS_SYM)
        buf_varint(body, local_sym(writer, instr->sym));
    if (has & HAS_TYPE)
        buf_varint(body, local_type(writer, instr->type));
    if (has & HAS_NAME_SPAN)
        buf_varint(body, local_span(writer, instr->name_span));
    if (has & HAS_ARGS)
        buf_varint(body, instr->arg_count);
    for (uint32_t i = 0; i < instr->arg_count; i++)
        write_val(writer, func->args.data[instr->first_arg + i]);
}

static void write_blocks(struct writer *writer, const struct ir_func *func)
{
    buf_varint(&writer->body, func->blocks.count - 1);
    for (ir_block_id i = 1; i < func->blocks.count; i++) {
        const struct ir_block *block = &func->blocks.data[i];
        buf_varint(&writer->body, block->succ_count);
        for (uint32_t j = 0; j < block->succ_count; j++)
            buf_varint(&writer->body, func->succs.data[block->first_succ + j]);
        buf_varint(&writer->body, block->count);
        for (uint32_t j = 0; j < block->count; j++)
            write_instr(writer, func, &func->instrs.data[block->first + j]);
    }
}

static void write_ints(struct writer *writer, const struct ir_func *func)
{
    buf_varint(&writer->body, func->ints.count - 1);
    for (uint32_t i = 1; i < func->ints.count; i++)
        buf_svarint(&writer->body, func->ints.data[i]);
}

void ir_write_func(struct buf *out, struct ir_module *module, ir_func_id id)
{
    struct ir_func *func = &module->funcs.data[id];
    struct writer writer;
    size_t start = out->count;
    open_writer(&writer, module, false);
    buf_varint(&writer.body, local_sym(&writer, func->sym));
    buf_varint(&writer.body, func->flags);
    buf_varint(&writer.body, func->param_count);
    buf_varint(&writer.body, local_span(&writer, func->span));
    buf_varint(&writer.body, local_span(&writer, func->pattern));
    write_locals(&writer, func);
    write_ints(&writer, func);
    write_paths(&writer, func);
    write_regions(&writer, func);
    write_blocks(&writer, func);
    close_writer(&writer, out, BLOB_FUNC);
    func->hash = hash_bytes128(out->data + start, out->count - start);
}

/* ---- declarations ---- */

static void write_class_decl(struct writer *writer, ir_class_id id)
{
    struct buf *body = &writer->body;
    const struct ir_class *class_ = &writer->module->classes.data[id];
    buf_varint(body, local_class(writer, id));
    buf_varint(body, class_->flags);
    buf_varint(body, local_sym(writer, class_->destructor));
    buf_varint(body, local_sym(writer, class_->call_operator));
    buf_varint(body, local_span(writer, class_->span));
    buf_varint(body, class_->bases.count);
    for (uint32_t i = 0; i < class_->bases.count; i++) {
        buf_varint(body, local_class(writer, class_->bases.data[i].class_));
        buf_varint(body, class_->bases.data[i].flags);
    }
    buf_varint(body, class_->fields.count);
    for (uint32_t i = 0; i < class_->fields.count; i++) {
        const struct ir_field *field = &writer->module->fields.data[class_->fields.data[i]];
        buf_varint(body, local_string(writer, field->name));
        buf_varint(body, local_type(writer, field->type));
        buf_varint(body, local_span(writer, field->span));
        buf_varint(body, local_span(writer, field->type_span));
    }
}

static void write_sym_decl(struct writer *writer, ir_sym_id id)
{
    struct buf *body = &writer->body;
    const struct ir_sym *sym = &writer->module->syms.data[id];
    buf_varint(body, local_sym(writer, id));
    buf_varint(body, sym->flags);
    buf_varint(body, local_type(writer, sym->type));
    buf_varint(body, local_class(writer, sym->class_));
    buf_varint(body, local_span(writer, sym->span));
    buf_varint(body, local_string(writer, sym->annotations));
}

void ir_write_decls(struct buf *out, const struct ir_module *module)
{
    struct writer writer;
    open_writer(&writer, module, true);
    for (ir_type_id i = 1; i < module->types.count; i++)
        local_type(&writer, i);
    buf_varint(&writer.body, module->classes.count - 1);
    for (ir_class_id i = 1; i < module->classes.count; i++)
        write_class_decl(&writer, i);
    buf_varint(&writer.body, module->syms.count - 1);
    for (ir_sym_id i = 1; i < module->syms.count; i++)
        write_sym_decl(&writer, i);
    buf_varint(&writer.body, module->overrides.count - 1);
    for (uint32_t i = 1; i < module->overrides.count; i++) {
        buf_varint(&writer.body, local_sym(&writer, module->overrides.data[i].method));
        buf_varint(&writer.body, local_sym(&writer, module->overrides.data[i].base));
    }
    close_writer(&writer, out, BLOB_DECLS);
}
