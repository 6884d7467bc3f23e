/* The IR as text, for people, golden tests, and tests of link and checks without clang; docs/ir.md is its grammar. */
#ifndef IR_TEXT_H
#define IR_TEXT_H

#include "base/buf.h"
#include "base/err.h"
#include "ir/ir.h"

void ir_print_module(struct buf *out, const struct ir_module *module);
void ir_print_func(struct buf *out, const struct ir_module *module, ir_func_id func);
/* One instruction, value or path as in the text form, for dumps and messages. */
void ir_print_instr(struct buf *out, const struct ir_module *module, const struct ir_func *func, ir_instr_id instr);
void ir_print_val(struct buf *out, const struct ir_module *module, const struct ir_func *func, ir_val val);
/* As a person would write it in C: `p->a[i].b`. Temporaries print as what they hold where that is known. */
void ir_print_path_source(struct buf *out, const struct ir_module *module, const struct ir_func *func, ir_path_id path);
/* The same for a value: a condition that a temporary holds prints as `n < 0`. */
void ir_print_val_source(struct buf *out, const struct ir_module *module, const struct ir_func *func, ir_val val);
/* Adds to `module`; false and a sentence with line and column when the text is not IR. */
bool ir_parse_text(struct ir_module *module, const char *text, size_t length, struct err *err);

/* All invariants of ir.h; false and the first violation in a sentence. */
bool ir_verify_func(const struct ir_module *module, ir_func_id func, struct err *err);

#endif
