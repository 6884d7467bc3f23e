/* What the printer's two files share; private to them. */
#ifndef IR_TEXT_PRINT_H
#define IR_TEXT_PRINT_H

#include "base/buf.h"
#include "ir/words.h"

struct printer {
    struct buf *out;
    const struct ir_module *module;
    const struct ir_func *func;
    struct arena *arena;
    uint32_t *type_ordinal;  /* among types of one spelling; NULL: only dumps, nothing to tell apart */
    bool *local_is_repeated; /* another local has the name; NULL: never mind */
    uint32_t *file_alias;    /* by file; NULL: spans are left out */
};

void print_word(struct buf *out, const struct word *words, uint32_t value);
void print_words(struct buf *out, const struct word *words, uint32_t flags);
void print_quoted(struct buf *out, const char *text);
/* Bare where the lexer reads it back as one name. */
void print_name(struct buf *out, const char *text);
void print_type(struct printer *printer, ir_type_id type);
void print_sym(struct printer *printer, ir_sym_id sym);
void print_span(struct printer *printer, ir_span_id span);
/* " #span #second", nothing where both are 0. */
void print_spans(struct printer *printer, ir_span_id span, ir_span_id second);
void print_local(struct printer *printer, ir_local_id local);
void print_val(struct printer *printer, ir_val val);
void print_instr(struct printer *printer, const struct ir_instr *instr, ir_block_id block);
void print_func(struct printer *printer);

#endif
