/* Modules as text: declarations sorted by key, then the functions in their order. */
#include "ir/text_print.h"
#include "base/sort.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "ir/text.h"

/* ---- sorted ids ---- */

struct sorted {
    const char *key;
    uint32_t more, id; /* more: decides among equal keys */
};

static int compare_sorted(const void *left, const void *right)
{
    const struct sorted *a = left, *b = right;
    int order = strcmp(a->key, b->key);
    if (order)
        return order;
    return a->more < b->more ? -1 : a->more > b->more;
}

#define sort_ids(printer, table, key_of, more_of)                                                            \
    sort_table((printer), (printer)->module->table.count, key_of, more_of)

static struct sorted *sort_table(struct printer *printer, uint32_t count,
                                 const char *(*key)(const struct ir_module *, uint32_t),
                                 uint32_t (*more)(const struct ir_module *, uint32_t))
{
    struct sorted *sorted = arena_array(printer->arena, struct sorted, count);
    for (uint32_t id = 1; id < count; id++)
        sorted[id - 1] = (struct sorted){key(printer->module, id), more ? more(printer->module, id) : 0, id};
    if (count > 1)
        sort_items(sorted, count - 1, sizeof *sorted, compare_sorted);
    return sorted;
}

static const char *file_key(const struct ir_module *module, uint32_t id)
{
    return ir_text(module, module->files.data[id].path);
}

static const char *type_key(const struct ir_module *module, uint32_t id)
{
    return ir_text(module, module->types.data[id].spelling);
}

static uint32_t type_more(const struct ir_module *module, uint32_t id)
{
    return (uint32_t)module->types.data[id].kind << 8 | module->types.data[id].flags;
}

static const char *class_key(const struct ir_module *module, uint32_t id)
{
    return ir_text(module, module->classes.data[id].key);
}

static const char *sym_key(const struct ir_module *module, uint32_t id)
{
    return ir_text(module, module->syms.data[id].key);
}

/* ---- files and types ---- */

static void print_files(struct printer *printer)
{
    struct sorted *sorted = sort_ids(printer, files, file_key, NULL);
    printer->file_alias = arena_array(printer->arena, uint32_t, printer->module->files.count);
    for (uint32_t i = 0; i + 1 < printer->module->files.count; i++) {
        printer->file_alias[sorted[i].id] = i + 1;
        buf_printf(printer->out, "file %" PRIu32 " ", i + 1);
        print_quoted(printer->out, sorted[i].key);
        buf_text(printer->out, printer->module->files.data[sorted[i].id].is_system ? " system\n" : "\n");
    }
}

static bool same_text(const char *guess, const char *text)
{
    return guess ? !strcmp(guess, text) : !*text;
}

/* Would the parser make the very same type from the spelling alone? */
static bool is_guessed(struct printer *printer, ir_type_id id)
{
    const struct ir_module *module = printer->module;
    const struct ir_type *type = &module->types.data[id];
    struct type_guess guess = ir_guess_type(printer->arena, ir_text(module, type->spelling));
    return guess.kind == type->kind && guess.flags == type->flags && guess.size == type->size &&
           guess.count == type->count && !printer->type_ordinal[id] && !printer->type_ordinal[type->element] &&
           same_text(guess.element, ir_text(module, module->types.data[type->element].spelling)) &&
           same_text(guess.class_key, ir_text(module, module->classes.data[type->class_].key));
}

static void print_type_decl(struct printer *printer, ir_type_id id)
{
    const struct ir_type *type = &printer->module->types.data[id];
    buf_text(printer->out, "type ");
    print_type(printer, id);
    buf_char(printer->out, ' ');
    print_word(printer->out, words_type_kind, type->kind);
    print_words(printer->out, words_type, type->flags);
    if (type->element) {
        buf_text(printer->out, " of ");
        print_type(printer, type->element);
    }
    if (type->class_) {
        buf_text(printer->out, " is ");
        print_name(printer->out, class_key(printer->module, type->class_));
    }
    if (type->size)
        buf_printf(printer->out, " size %" PRIu32, type->size);
    if (type->count)
        buf_printf(printer->out, " count %" PRIu32, type->count);
    buf_char(printer->out, '\n');
}

static void print_types(struct printer *printer)
{
    struct sorted *sorted = sort_ids(printer, types, type_key, type_more);
    uint32_t count = printer->module->types.count - 1;
    printer->type_ordinal = arena_array(printer->arena, uint32_t, count + 1);
    for (uint32_t i = 1; i < count; i++)
        if (!strcmp(sorted[i].key, sorted[i - 1].key))
            printer->type_ordinal[sorted[i].id] = printer->type_ordinal[sorted[i - 1].id] + 1;
    for (uint32_t i = 0; i < count; i++)
        if (!is_guessed(printer, sorted[i].id))
            print_type_decl(printer, sorted[i].id);
}

/* ---- classes ---- */

static void print_bases(struct printer *printer, const struct ir_class *class_)
{
    for (uint32_t i = 0; i < class_->bases.count; i++) {
        buf_text(printer->out, i ? ", " : " : ");
        print_name(printer->out, class_key(printer->module, class_->bases.data[i].class_));
        print_words(printer->out, words_base, class_->bases.data[i].flags);
    }
}

static void print_fields(struct printer *printer, const struct ir_class *class_)
{
    buf_text(printer->out, " {\n");
    for (uint32_t i = 0; i < class_->fields.count; i++) {
        const struct ir_field *field = &printer->module->fields.data[class_->fields.data[i]];
        buf_text(printer->out, "    ");
        print_name(printer->out, ir_text(printer->module, field->name));
        if (field->type) {
            buf_text(printer->out, ": ");
            print_type(printer, field->type);
        }
        print_spans(printer, field->span, field->type_span);
        buf_char(printer->out, '\n');
    }
    buf_char(printer->out, '}');
}

static void print_member(struct printer *printer, const char *word, ir_sym_id sym)
{
    if (!sym)
        return;
    buf_text(printer->out, word);
    print_sym(printer, sym);
}

static void print_class(struct printer *printer, ir_class_id id)
{
    const struct ir_class *class_ = &printer->module->classes.data[id];
    bool is_renamed = class_->name != class_->key;
    if (!is_renamed && !class_->flags && !class_->bases.count && !class_->fields.count && !class_->destructor &&
        !class_->call_operator && !class_->span)
        return;
    buf_text(printer->out, "class ");
    print_name(printer->out, ir_text(printer->module, class_->key));
    if (is_renamed) {
        buf_char(printer->out, ' ');
        print_quoted(printer->out, ir_text(printer->module, class_->name));
    }
    if (!(class_->flags & CLASS_COMPLETE))
        buf_text(printer->out, " incomplete");
    print_words(printer->out, words_class, class_->flags & ~(uint32_t)CLASS_COMPLETE);
    print_bases(printer, class_);
    print_member(printer, " destructor ", class_->destructor);
    print_member(printer, " call ", class_->call_operator);
    print_spans(printer, class_->span, 0);
    if (class_->fields.count)
        print_fields(printer, class_);
    buf_char(printer->out, '\n');
}

/* ---- symbols ---- */

/* What each symbol overrides, as lists in order of id: small, so a scan per symbol that overrides anything. */
static void print_overrides(struct printer *printer, ir_sym_id sym)
{
    const struct ir_module *module = printer->module;
    VEC(struct sorted) bases = {0};
    for (uint32_t i = 1; i < module->overrides.count; i++)
        if (module->overrides.data[i].method == sym)
            *vec_push(printer->arena, &bases) =
                (struct sorted){sym_key(module, module->overrides.data[i].base), 0, module->overrides.data[i].base};
    if (bases.count)
        sort_items(bases.data, bases.count, sizeof *bases.data, compare_sorted);
    for (uint32_t i = 0; i < bases.count; i++) {
        buf_text(printer->out, i ? ", " : " overrides ");
        print_sym(printer, bases.data[i].id);
    }
}

static const char *kind_word(const struct ir_sym *sym)
{
    return sym->kind == SYM_GLOBAL ? "global " : sym->kind == SYM_FUNCTION ? "declare " : "symbol ";
}

static void print_sym_decl(struct printer *printer, ir_sym_id id, bool overrides)
{
    const struct ir_sym *sym = &printer->module->syms.data[id];
    uint32_t flags = sym->flags & ~(uint32_t)(sym->body ? SYM_DEFINED : 0);
    if (sym->kind == SYM_FUNCTION && sym->name == sym->key && !flags && !sym->type && !sym->class_ && !sym->span &&
        !sym->annotations && !overrides)
        return;
    buf_text(printer->out, kind_word(sym));
    print_sym(printer, id);
    if (sym->name != sym->key) {
        buf_char(printer->out, ' ');
        print_quoted(printer->out, ir_text(printer->module, sym->name));
    }
    if (sym->type) {
        buf_text(printer->out, ": ");
        print_type(printer, sym->type);
    }
    if (sym->class_) {
        buf_text(printer->out, " of ");
        print_name(printer->out, class_key(printer->module, sym->class_));
    }
    print_words(printer->out, words_sym, flags);
    print_spans(printer, sym->span, 0);
    if (sym->annotations) {
        buf_text(printer->out, " note ");
        print_quoted(printer->out, ir_text(printer->module, sym->annotations));
    }
    if (overrides)
        print_overrides(printer, id);
    buf_char(printer->out, '\n');
}

static void print_syms(struct printer *printer)
{
    const struct ir_module *module = printer->module;
    bool *overrides = arena_array(printer->arena, bool, module->syms.count);
    for (uint32_t i = 1; i < module->overrides.count; i++)
        overrides[module->overrides.data[i].method] = true;
    struct sorted *sorted = sort_ids(printer, syms, sym_key, NULL);
    for (uint32_t i = 0; i + 1 < module->syms.count; i++)
        print_sym_decl(printer, sorted[i].id, overrides[sorted[i].id]);
}

void ir_print_module(struct buf *out, const struct ir_module *module)
{
    struct arena *arena = arena_create("ir print");
    struct printer printer = {.out = out, .module = module, .arena = arena};
    print_files(&printer);
    print_types(&printer);
    struct sorted *classes = sort_ids(&printer, classes, class_key, NULL);
    for (uint32_t i = 0; i + 1 < module->classes.count; i++)
        print_class(&printer, classes[i].id);
    print_syms(&printer);
    for (ir_func_id id = 1; id < module->funcs.count; id++) {
        printer.func = &module->funcs.data[id];
        buf_char(out, '\n');
        print_func(&printer);
    }
    arena_destroy(arena);
}

/* ---- pieces, for dumps and messages ---- */

void ir_print_func(struct buf *out, const struct ir_module *module, ir_func_id func)
{
    struct arena *arena = arena_create("ir print");
    struct printer printer = {.out = out, .module = module, .arena = arena, .func = &module->funcs.data[func]};
    print_func(&printer);
    arena_destroy(arena);
}

static ir_block_id block_of(const struct ir_func *func, ir_instr_id instr)
{
    for (ir_block_id id = 1; id < func->blocks.count; id++)
        if (instr - func->blocks.data[id].first < func->blocks.data[id].count)
            return id;
    return 0;
}

void ir_print_instr(struct buf *out, const struct ir_module *module, const struct ir_func *func, ir_instr_id instr)
{
    struct printer printer = {.out = out, .module = module, .func = func};
    print_instr(&printer, &func->instrs.data[instr],
                ir_op_is_terminator(func->instrs.data[instr].op) ? block_of(func, instr) : 0);
}

void ir_print_val(struct buf *out, const struct ir_module *module, const struct ir_func *func, ir_val val)
{
    struct printer printer = {.out = out, .module = module, .func = func};
    print_val(&printer, val);
}
