/* The words of the text form that stand for bits and variants: one table per kind, read by printer and parser.
 * Private to ir/text_*.c. */
#ifndef IR_WORDS_H
#define IR_WORDS_H

#include "ir/ir.h"

struct word {
    uint32_t value;
    const char *text; /* NULL ends a table */
};

extern const struct word words_span[], words_type_kind[], words_type[], words_class[], words_base[], words_sym[],
    words_local[], words_func[], words_instr[], words_un[], words_bin[], words_havoc[];

/* A word that begins a statement or an operation: a local of this name stands in backquotes. */
bool ir_is_keyword(const char *text);

/* What the spelling of a type says about it: kind, flags, size, the class key, the element's spelling.  Names that say
 * nothing are classes.  So a text need not declare types, and the printer declares only those that differ. */
struct type_guess {
    uint8_t kind, flags;
    uint32_t size, count;
    char *element, *class_key; /* in the arena, NULL: none */
};
struct type_guess ir_guess_type(struct arena *arena, const char *spelling);

/* The type a path has by its base and steps, as far as declared types tell: 0 unknown. */
ir_type_id ir_step_type(const struct ir_module *module, ir_type_id of, struct ir_step step);

#endif
