/* Paths as a person would write them, for messages. */
#include <inttypes.h>
#include <string.h>

#include "ir/text.h"
#include "ir/words.h"

enum { DEEPEST = 8 }; /* temporaries of temporaries, indices of indices */

struct source {
    struct buf *out;
    const struct ir_module *module;
    const struct ir_func *func;
    uint32_t depth;
};

static void source_path(struct source *source, ir_path_id id);

static void source_val(struct source *source, ir_val val)
{
    switch (ir_val_kind(val)) {
    case VAL_INT:
        buf_printf(source->out, "%" PRId64, source->func->ints.data[ir_val_index(val)]);
        break;
    case VAL_FUNC:
        buf_text(source->out, ir_sym_name(source->module, ir_val_index(val)));
        break;
    case VAL_ADDR:
        buf_char(source->out, '&');
        source_path(source, ir_val_index(val));
        break;
    case VAL_PATH:
        source_path(source, ir_val_index(val));
        break;
    default:
        buf_text(source->out, "...");
    }
}

/* The only instruction that writes the temporary, NULL where there are several. */
static const struct ir_instr *definition(const struct source *source, ir_local_id temp)
{
    const struct ir_instr *found = NULL;
    for (ir_instr_id i = 1; i < source->func->instrs.count; i++) {
        const struct ir_instr *instr = &source->func->instrs.data[i];
        const struct ir_path *dst = &source->func->paths.data[instr->dst];
        if (!instr->dst || dst->base_kind != BASE_LOCAL || dst->base != temp || dst->step_count)
            continue;
        if (found)
            return NULL;
        found = instr;
    }
    return found;
}

static void source_operation(struct source *source, const struct ir_instr *instr)
{
    if (instr->op == IR_UN) {
        buf_text(source->out, instr->sub == UN_NOT ? "!" : instr->sub == UN_NEG ? "-" : instr->sub == UN_BITNOT ? "~" : "");
        source_val(source, instr->a);
        return;
    }
    source_val(source, instr->a);
    for (const struct word *word = words_bin; word->text; word++)
        if (word->value == instr->sub)
            buf_printf(source->out, " %s ", word->text);
    source_val(source, instr->b);
}

static void source_temp(struct source *source, ir_local_id temp)
{
    const struct ir_instr *instr = source->depth < DEEPEST ? definition(source, temp) : NULL;
    source->depth++;
    if (instr && instr->op == IR_COPY)
        source_val(source, instr->a);
    else if (instr && (instr->op == IR_UN || (instr->op == IR_BIN && instr->sub != BIN_OTHER)))
        source_operation(source, instr);
    else if (instr && instr->op == IR_CALL && instr->sym)
        buf_printf(source->out, "%s()", ir_sym_name(source->module, instr->sym));
    else
        buf_text(source->out, "...");
    source->depth--;
}

static ir_type_id source_base(struct source *source, const struct ir_path *path)
{
    if (path->base_kind == BASE_GLOBAL) {
        buf_text(source->out, ir_sym_name(source->module, path->base));
        return source->module->syms.data[path->base].type;
    }
    const struct ir_local *local = &source->func->locals.data[path->base];
    if (local->name)
        buf_text(source->out, ir_text(source->module, local->name));
    else
        source_temp(source, path->base);
    return local->type;
}

static bool is_reference(const struct source *source, ir_type_id type)
{
    return source->module->types.data[type].kind == TYPE_REFERENCE;
}

/* Derefs at the end are stars in front, except those of references, which nobody writes. */
static uint32_t stars_of(const struct source *source, const struct ir_path *path, const struct ir_step *steps)
{
    uint32_t count = path->step_count, stars = 0;
    ir_type_id base = path->base_kind == BASE_GLOBAL ? source->module->syms.data[path->base].type
                                                     : source->func->locals.data[path->base].type;
    while (count && steps[count - 1].kind == STEP_DEREF)
        count--, stars++;
    return count == 0 && stars && is_reference(source, base) ? stars - 1 : stars;
}

static void source_step(struct source *source, struct ir_step step, bool after_pointer)
{
    if (step.kind == STEP_FIELD) {
        buf_text(source->out, after_pointer ? "->" : ".");
        buf_text(source->out, ir_text(source->module, source->module->fields.data[step.arg].name));
    } else if (step.kind == STEP_INDEX) {
        buf_char(source->out, '[');
        source->depth++;
        if (source->depth < DEEPEST)
            source_val(source, step.arg);
        source->depth--;
        buf_char(source->out, ']');
    }
}

static void source_path(struct source *source, ir_path_id id)
{
    const struct ir_path *path = &source->func->paths.data[id];
    const struct ir_step *steps = source->func->steps.data + path->first_step;
    uint32_t stars = stars_of(source, path, steps), count = path->step_count;
    for (uint32_t i = 0; i < stars; i++)
        buf_char(source->out, '*');
    while (count && steps[count - 1].kind == STEP_DEREF)
        count--;
    ir_type_id base = source_base(source, path);
    bool after_pointer = false;
    for (uint32_t i = 0; i < count; i++) {
        bool is_deref = steps[i].kind == STEP_DEREF;
        if (!is_deref)
            source_step(source, steps[i], after_pointer);
        after_pointer = is_deref && !(i == 0 && is_reference(source, base));
    }
}

void ir_print_val_source(struct buf *out, const struct ir_module *module, const struct ir_func *func, ir_val val)
{
    struct source source = {out, module, func, 0};
    source_val(&source, val);
}

void ir_print_path_source(struct buf *out, const struct ir_module *module, const struct ir_func *func, ir_path_id path)
{
    struct source source = {out, module, func, 0};
    source_path(&source, path);
}
