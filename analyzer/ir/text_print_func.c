/* Functions as text. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/map.h"
#include "ir/text.h"
#include "ir/text_print.h"

void print_word(struct buf *out, const struct word *words, uint32_t value)
{
    for (const struct word *word = words; word->text; word++)
        if (word->value == value) {
            buf_text(out, word->text);
            return;
        }
    buf_printf(out, "%" PRIu32, value);
}

void print_words(struct buf *out, const struct word *words, uint32_t flags)
{
    for (const struct word *word = words; word->text; word++)
        if (word->value & flags) {
            buf_printf(out, " %s", word->text);
            flags &= ~word->value;
        }
    if (flags)
        buf_printf(out, " flags(%" PRIu32 ")", flags);
}

void print_quoted(struct buf *out, const char *text)
{
    buf_char(out, '"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if (c == '\n')
            buf_text(out, "\\n");
        else if (c < 0x20 || c == 0x7f)
            buf_printf(out, "\\x%02x", c);
        else
            buf_char(out, (char)c);
    }
    buf_char(out, '"');
}

/* A C identifier, or several joined by `::`, as the lexer reads them. */
static bool is_bare(const char *text)
{
    for (;;) {
        text += *text == '~';
        if (!isalpha((unsigned char)*text) && *text != '_')
            return false;
        while (isalnum((unsigned char)*text) || *text == '_' || *text == '$')
            text++;
        if (!*text)
            return true;
        if (text[0] != ':' || text[1] != ':')
            return false;
        text += 2;
    }
}

void print_name(struct buf *out, const char *text)
{
    if (is_bare(text) && text[0] != '~')
        buf_text(out, text);
    else
        print_quoted(out, text);
}

void print_type(struct printer *printer, ir_type_id type)
{
    print_name(printer->out, ir_text(printer->module, printer->module->types.data[type].spelling));
    if (printer->type_ordinal && printer->type_ordinal[type])
        buf_printf(printer->out, "'%" PRIu32, printer->type_ordinal[type]);
}

void print_sym(struct printer *printer, ir_sym_id sym)
{
    buf_char(printer->out, '@');
    print_name(printer->out, ir_text(printer->module, printer->module->syms.data[sym].key));
}

void print_span(struct printer *printer, ir_span_id id)
{
    const struct ir_span *span = &printer->module->spans.data[id];
    struct buf *out = printer->out;
    buf_char(out, '#');
    if (!id) {
        buf_char(out, '0');
        return;
    }
    buf_printf(out, "%" PRIu32 ":%" PRIu32 ":%" PRIu32, printer->file_alias[span->file], span->line, span->column);
    if (span->end_line || span->end_column)
        buf_printf(out, "-%" PRIu32 ":%" PRIu32, span->end_line, span->end_column);
    if (span->offset || span->end_offset)
        buf_printf(out, "+%" PRIu32 "-%" PRIu32, span->offset, span->end_offset);
    if (!span->flags && !span->macro)
        return;
    buf_char(out, '(');
    if (span->macro)
        print_quoted(out, ir_text(printer->module, span->macro));
    print_words(out, words_span, span->flags);
    buf_char(out, ')');
}

void print_spans(struct printer *printer, ir_span_id span, ir_span_id second)
{
    if (!printer->file_alias || (!span && !second))
        return;
    buf_char(printer->out, ' ');
    print_span(printer, span);
    if (!second)
        return;
    buf_char(printer->out, ' ');
    print_span(printer, second);
}

/* ---- paths and values ---- */

void print_local(struct printer *printer, ir_local_id id)
{
    const struct ir_local *local = &printer->func->locals.data[id];
    const char *name = ir_text(printer->module, local->name);
    if (local->name) {
        if (is_bare(name) && !strchr(name, ':') && name[0] != '~' && !ir_is_keyword(name))
            buf_text(printer->out, name);
        else
            buf_printf(printer->out, "`%s`", name);
    }
    if (!local->name || (printer->local_is_repeated && printer->local_is_repeated[id]))
        buf_printf(printer->out, "%%%" PRIu32, id);
}

static void print_field(struct printer *printer, ir_type_id of, ir_field_id id)
{
    const struct ir_field *field = &printer->module->fields.data[id];
    const struct ir_class *class_ = &printer->module->classes.data[field->class_];
    bool is_implied = printer->module->types.data[of].class_
                          ? printer->module->types.data[of].class_ == field->class_
                          : !strcmp(ir_text(printer->module, class_->key), "?");
    const char *name = ir_text(printer->module, field->name);
    if (!is_implied) {
        print_quoted(printer->out, ir_text(printer->module, class_->key));
        buf_text(printer->out, "::");
    }
    if (is_bare(name) && !strchr(name, ':') && name[0] != '~')
        buf_text(printer->out, name);
    else
        print_quoted(printer->out, name);
}

static ir_type_id print_base(struct printer *printer, const struct ir_path *path)
{
    if (path->base_kind == BASE_LOCAL) {
        print_local(printer, path->base);
        return printer->func->locals.data[path->base].type;
    }
    if (printer->module->syms.data[path->base].kind != SYM_GLOBAL)
        buf_text(printer->out, "glob");
    print_sym(printer, path->base);
    return printer->module->syms.data[path->base].type;
}

/* One step, two where a deref and what follows it have a short form; returns the steps taken. */
static uint32_t print_step(struct printer *printer, const struct ir_step *steps, uint32_t left, ir_type_id *type)
{
    uint32_t taken = 0;
    bool is_deref = steps[0].kind == STEP_DEREF;
    if (is_deref) {
        *type = ir_step_type(printer->module, *type, steps[taken++]);
        buf_text(printer->out, "->");
        if (taken == left || steps[taken].kind == STEP_DEREF) {
            buf_char(printer->out, '*');
            return taken;
        }
    }
    struct ir_step step = steps[taken++];
    if (step.kind == STEP_FIELD) {
        if (!is_deref)
            buf_char(printer->out, '.');
        print_field(printer, *type, step.arg);
    } else {
        buf_char(printer->out, '[');
        print_val(printer, step.arg);
        buf_char(printer->out, ']');
    }
    *type = ir_step_type(printer->module, *type, step);
    return taken;
}

static ir_type_id derived_type(const struct printer *printer, const struct ir_path *path)
{
    ir_type_id type = path->base_kind == BASE_LOCAL ? printer->func->locals.data[path->base].type
                                                    : printer->module->syms.data[path->base].type;
    for (uint32_t i = 0; i < path->step_count; i++)
        type = ir_step_type(printer->module, type, printer->func->steps.data[path->first_step + i]);
    return type;
}

static void print_path(struct printer *printer, ir_path_id id)
{
    const struct ir_path *path = &printer->func->paths.data[id];
    const struct ir_step *steps = printer->func->steps.data + path->first_step;
    if (path->type != derived_type(printer, path)) {
        buf_char(printer->out, '<');
        if (path->type)
            print_type(printer, path->type);
        else
            buf_char(printer->out, '?');
        buf_char(printer->out, '>');
    }
    uint32_t count = path->step_count, stars = 0;
    while (count && steps[count - 1].kind == STEP_DEREF)
        count--, stars++;
    for (uint32_t i = 0; i < stars; i++)
        buf_char(printer->out, '*');
    ir_type_id type = print_base(printer, path);
    for (uint32_t i = 0; i < count;)
        i += print_step(printer, steps + i, count - i, &type);
}

void print_val(struct printer *printer, ir_val val)
{
    struct buf *out = printer->out;
    uint32_t index = ir_val_index(val);
    switch (ir_val_kind(val)) {
    case VAL_NONE:
        buf_char(out, '_');
        break;
    case VAL_INT:
        buf_printf(out, "%" PRId64, printer->func->ints.data[index]);
        break;
    case VAL_STR:
        print_quoted(out, ir_text(printer->module, index));
        break;
    case VAL_FUNC:
        if (printer->module->syms.data[index].kind != SYM_FUNCTION)
            buf_text(out, "func");
        print_sym(printer, index);
        break;
    case VAL_ADDR:
        buf_char(out, '&');
        print_path(printer, index);
        break;
    case VAL_PATH:
        print_path(printer, index);
        break;
    case VAL_UNKNOWN:
        buf_char(out, '?');
        break;
    }
}

/* ---- instructions ---- */

static void print_args(struct printer *printer, const struct ir_instr *instr)
{
    buf_char(printer->out, '(');
    for (uint32_t i = 0; i < instr->arg_count; i++) {
        if (i)
            buf_text(printer->out, ", ");
        print_val(printer, printer->func->args.data[instr->first_arg + i]);
    }
    buf_char(printer->out, ')');
}

static void print_call(struct printer *printer, const struct ir_instr *instr)
{
    buf_text(printer->out, "call ");
    if (instr->sym)
        print_sym(printer, instr->sym);
    if (instr->a || !instr->sym) {
        buf_char(printer->out, '[');
        print_val(printer, instr->a);
        buf_char(printer->out, ']');
    }
    print_args(printer, instr);
    if (instr->type) {
        buf_text(printer->out, ": ");
        print_type(printer, instr->type);
    }
}

static void print_un(struct printer *printer, const struct ir_instr *instr)
{
    print_word(printer->out, words_un, instr->sub);
    buf_char(printer->out, '(');
    print_val(printer, instr->a);
    buf_char(printer->out, ')');
}

static void print_bin(struct printer *printer, const struct ir_instr *instr)
{
    if (instr->sub == BIN_OTHER) {
        buf_text(printer->out, "other(");
        print_val(printer, instr->a);
        buf_text(printer->out, ", ");
        print_val(printer, instr->b);
        buf_char(printer->out, ')');
        return;
    }
    print_val(printer, instr->a);
    buf_char(printer->out, ' ');
    print_word(printer->out, words_bin, instr->sub);
    buf_char(printer->out, ' ');
    print_val(printer, instr->b);
}

static ir_block_id succ(const struct printer *printer, ir_block_id block, uint32_t index)
{
    return printer->func->succs.data[printer->func->blocks.data[block].first_succ + index];
}

static void print_switch(struct printer *printer, const struct ir_instr *instr, ir_block_id block)
{
    buf_text(printer->out, "switch ");
    print_val(printer, instr->a);
    buf_text(printer->out, " {");
    for (uint32_t i = 0; i < instr->arg_count / 2; i++) {
        ir_val low = printer->func->args.data[instr->first_arg + 2 * i];
        ir_val high = printer->func->args.data[instr->first_arg + 2 * i + 1];
        buf_char(printer->out, ' ');
        print_val(printer, low);
        if (low != high) {
            buf_text(printer->out, "..");
            print_val(printer, high);
        }
        buf_printf(printer->out, ": b%" PRIu32 ",", block ? succ(printer, block, i) : 0);
    }
    buf_printf(printer->out, " default: b%" PRIu32 " }", block ? succ(printer, block, instr->arg_count / 2) : 0);
}

static void print_operand(struct printer *printer, const char *word, ir_val a)
{
    buf_text(printer->out, word);
    if (!a)
        return;
    buf_char(printer->out, ' ');
    print_val(printer, a);
}

static void print_typed(struct printer *printer, const char *word, ir_type_id type)
{
    buf_text(printer->out, word);
    buf_char(printer->out, ' ');
    print_type(printer, type);
}

static void print_operation(struct printer *printer, const struct ir_instr *instr, ir_block_id block)
{
    struct buf *out = printer->out;
    switch ((enum ir_op)instr->op) {
    case IR_COPY:
        print_val(printer, instr->a);
        break;
    case IR_UN:
        print_un(printer, instr);
        break;
    case IR_BIN:
        print_bin(printer, instr);
        break;
    case IR_CALL:
        print_call(printer, instr);
        break;
    case IR_CLOSURE:
        print_typed(printer, "closure", instr->type);
        print_args(printer, instr);
        break;
    case IR_AWAIT:
        print_operand(printer, instr->sub ? "yield" : "await", instr->a);
        break;
    case IR_HAVOC:
        buf_text(out, "havoc ");
        print_word(out, words_havoc, instr->sub);
        if (instr->arg_count)
            print_args(printer, instr);
        break;
    case IR_THROW:
        print_typed(printer, "throw", instr->type);
        if (instr->a)
            print_operand(printer, ",", instr->a);
        break;
    case IR_RETHROW:
    case IR_RETURN:
        print_operand(printer, ir_op_text(instr->op), instr->a);
        break;
    case IR_JUMP:
        buf_printf(out, "jump b%" PRIu32, block ? succ(printer, block, 0) : 0);
        break;
    case IR_BRANCH:
        print_operand(printer, "branch", instr->a);
        if (block)
            buf_printf(out, ", b%" PRIu32 ", b%" PRIu32, succ(printer, block, 0), succ(printer, block, 1));
        break;
    case IR_SWITCH:
        print_switch(printer, instr, block);
        break;
    default:
        buf_text(out, ir_op_text(instr->op));
    }
}

void print_instr(struct printer *printer, const struct ir_instr *instr, ir_block_id block)
{
    bool is_life = instr->op == IR_LIFE_BEGIN || instr->op == IR_LIFE_END;
    if (instr->dst && !is_life) {
        print_path(printer, instr->dst);
        buf_text(printer->out, " = ");
    }
    print_operation(printer, instr, block);
    if (is_life) {
        buf_char(printer->out, ' ');
        print_path(printer, instr->dst);
    }
    if (instr->type && instr->op != IR_CALL && instr->op != IR_CLOSURE && instr->op != IR_THROW) {
        buf_text(printer->out, ": ");
        print_type(printer, instr->type);
    }
    print_words(printer->out, words_instr, instr->flags);
    print_spans(printer, instr->span, instr->name_span);
}

/* ---- a whole function ---- */

static void print_local_decl(struct printer *printer, ir_local_id id)
{
    const struct ir_local *local = &printer->func->locals.data[id];
    bool is_temp = !local->name && (local->flags & LOCAL_TEMP);
    print_local(printer, id);
    if (local->type) {
        buf_text(printer->out, ": ");
        print_type(printer, local->type);
    }
    print_words(printer->out, words_local, local->flags & ~(uint32_t)(LOCAL_PARAM | (is_temp ? LOCAL_TEMP : 0)));
    if (!local->name && !(local->flags & (LOCAL_TEMP | LOCAL_PARAM)))
        buf_text(printer->out, " plain");
    print_spans(printer, local->span, local->type_span);
}

static void print_header(struct printer *printer)
{
    const struct ir_func *func = printer->func;
    buf_text(printer->out, "func ");
    print_sym(printer, func->sym);
    buf_char(printer->out, '(');
    for (ir_local_id id = 1; id <= func->param_count; id++) {
        if (id > 1)
            buf_text(printer->out, ", ");
        print_local_decl(printer, id);
    }
    buf_char(printer->out, ')');
    print_words(printer->out, words_func, func->flags);
    print_spans(printer, func->span, func->pattern);
    buf_text(printer->out, " {\n");
    for (ir_local_id id = func->param_count + 1; id < func->locals.count; id++) {
        buf_text(printer->out, "    local ");
        print_local_decl(printer, id);
        buf_char(printer->out, '\n');
    }
}

static void print_handler(struct printer *printer, const struct ir_handler *handler)
{
    buf_text(printer->out, " catch ");
    if (handler->type)
        print_type(printer, handler->type);
    else
        buf_text(printer->out, "...");
    if (handler->by_reference)
        buf_text(printer->out, " &");
    buf_printf(printer->out, " -> b%" PRIu32, handler->block);
    print_spans(printer, handler->span, 0);
}

static void print_region(struct printer *printer, ir_region_id id)
{
    const struct ir_region *region = &printer->func->regions.data[id];
    buf_printf(printer->out, "    %s r%" PRIu32, region->kind == REGION_TRY ? "try" : "cleanup", id);
    if (region->parent)
        buf_printf(printer->out, " in r%" PRIu32, region->parent);
    if (region->kind == REGION_CLEANUP)
        buf_printf(printer->out, " -> b%" PRIu32, region->cleanup);
    print_spans(printer, region->span, 0);
    if (region->kind == REGION_TRY) {
        buf_text(printer->out, " {");
        for (uint32_t i = 0; i < region->handler_count; i++) {
            if (i)
                buf_char(printer->out, ',');
            print_handler(printer, &printer->func->handlers.data[region->first_handler + i]);
        }
        buf_text(printer->out, " }");
    }
    buf_char(printer->out, '\n');
}

static void print_block(struct printer *printer, ir_block_id id)
{
    const struct ir_block *block = &printer->func->blocks.data[id];
    ir_region_id region = printer->func->instrs.data[block->first].region;
    buf_printf(printer->out, "b%" PRIu32, id);
    if (region)
        buf_printf(printer->out, " in r%" PRIu32, region);
    buf_text(printer->out, ":\n");
    for (uint32_t i = 0; i < block->count; i++) {
        const struct ir_instr *instr = &printer->func->instrs.data[block->first + i];
        if (instr->region != region) {
            region = instr->region;
            buf_printf(printer->out, region ? "    region r%" PRIu32 "\n" : "    region none\n", region);
        }
        buf_text(printer->out, "    ");
        print_instr(printer, instr, id);
        buf_char(printer->out, '\n');
    }
}

static void mark_repeated(struct printer *printer)
{
    struct map seen;
    map_init(&seen, printer->arena);
    const struct ir_func *func = printer->func;
    printer->local_is_repeated = arena_array(printer->arena, bool, func->locals.count);
    for (ir_local_id id = 1; id < func->locals.count; id++) {
        uint64_t *first = map_put(&seen, func->locals.data[id].name);
        if (*first)
            printer->local_is_repeated[id] = printer->local_is_repeated[*first] = true;
        *first = id;
    }
}

void print_func(struct printer *printer)
{
    mark_repeated(printer);
    print_header(printer);
    for (ir_region_id id = 1; id < printer->func->regions.count; id++)
        print_region(printer, id);
    for (ir_block_id id = 1; id < printer->func->blocks.count; id++)
        print_block(printer, id);
    buf_text(printer->out, "}\n");
}
