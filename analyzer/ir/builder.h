/* Builds one function's body; the frontend's and the text reader's only way to make instructions.
 *
 * Use: begin, add locals (parameters first), emit into the current block, end.  The builder keeps blocks'
 * instructions contiguous whatever the order of emission, removes unreachable blocks and LIFE_* of locals whose
 * address is never taken (closures and structs handed on by pointer count as taken), and uniques paths.
 * The result lives in the module's arena, the draft in one of its own that ir_end frees; a builder is good for one
 * function at a time, several may be open (a lambda inside a function).
 * A block may be left unfinished and entered again; a reachable one without a terminator at ir_end is a BUG, except
 * the current one, which returns.  Long paths (over 48 steps) go through a temporary by themselves.
 */
#ifndef IR_BUILDER_H
#define IR_BUILDER_H

#include "ir/ir.h"

struct ir_builder;

struct ir_builder *ir_begin(struct ir_module *module, ir_sym_id sym, uint32_t flags, ir_span_id span);
void ir_set_func_span(struct ir_builder *builder, ir_span_id span);
void ir_set_pattern(struct ir_builder *builder, ir_span_id pattern);
void ir_add_flags(struct ir_builder *builder, uint32_t flags); /* FUNC_* found on the way */
/* Checks, compacts, appends to module->funcs, sets the symbol's body, returns the id. */
ir_func_id ir_end(struct ir_builder *builder);
/* Gives the draft up: nothing is appended. */
void ir_abandon(struct ir_builder *builder);
struct ir_module *ir_builder_module(struct ir_builder *builder);

ir_local_id ir_add_param(struct ir_builder *builder, const char *name, ir_type_id type, uint32_t flags, ir_span_id span);
ir_local_id ir_add_local(struct ir_builder *builder, const char *name, ir_type_id type, uint32_t flags, ir_span_id span);
ir_local_id ir_add_temp(struct ir_builder *builder, ir_type_id type);
struct ir_local *ir_local(struct ir_builder *builder, ir_local_id local); /* valid until the next add */

/* Paths. */
ir_path_id ir_path_local(struct ir_builder *builder, ir_local_id local);
ir_path_id ir_path_global(struct ir_builder *builder, ir_sym_id sym);
ir_path_id ir_path_deref(struct ir_builder *builder, ir_path_id path, ir_type_id type);
ir_path_id ir_path_field(struct ir_builder *builder, ir_path_id path, ir_field_id field);
ir_path_id ir_path_index(struct ir_builder *builder, ir_path_id path, ir_val index, ir_type_id type);
void ir_set_path_type(struct ir_builder *builder, ir_path_id path, ir_type_id type);
const struct ir_path *ir_path(struct ir_builder *builder, ir_path_id path);

/* Values. */
ir_val ir_int(struct ir_builder *builder, int64_t value);
int64_t ir_int_value(struct ir_builder *builder, ir_val val); /* of a VAL_INT */
ir_val ir_str(struct ir_builder *builder, const char *text);
ir_val ir_func_addr(ir_sym_id sym);
ir_val ir_read(ir_path_id path);
/* Marks the base local as address-taken, and folds: the address of `*p` is p. */
ir_val ir_addr(struct ir_builder *builder, ir_path_id path);
/* The object a pointer value points to: the inverse of ir_addr. */
ir_path_id ir_pointee(struct ir_builder *builder, ir_val pointer, ir_type_id type);

/* Blocks. After a terminator the builder stands in a fresh unreachable block. */
ir_block_id ir_new_block(struct ir_builder *builder);
void ir_enter(struct ir_builder *builder, ir_block_id block);
ir_block_id ir_current(struct ir_builder *builder);
bool ir_is_reachable(struct ir_builder *builder); /* false behind a terminator, before the next ir_enter */

/* Regions. Emitted instructions lie in the current region. */
ir_region_id ir_add_region(struct ir_builder *builder, enum ir_region_kind kind, ir_region_id parent, ir_span_id span);
/* The index of the first one in func->handlers: what RETHROW names as ir_int(builder, first + i). */
uint32_t ir_add_handlers(struct ir_builder *builder, ir_region_id region, const struct ir_handler *handlers, uint32_t count);
void ir_set_cleanup(struct ir_builder *builder, ir_region_id region, ir_block_id block);
void ir_set_region_span(struct ir_builder *builder, ir_region_id region, ir_span_id span);
void ir_set_region(struct ir_builder *builder, ir_region_id region);
ir_region_id ir_region(struct ir_builder *builder);

/* Instructions. `span` is the current span unless given. */
void ir_set_span(struct ir_builder *builder, ir_span_id span);
/* The emitted instruction, to fill in what the short forms don't (flags, name_span); valid until the next emit. */
struct ir_instr *ir_emit(struct ir_builder *builder, enum ir_op op);
/* The last one emitted, whatever emitted it; valid until the next emit. */
struct ir_instr *ir_last(struct ir_builder *builder);
struct ir_instr *ir_emit_copy(struct ir_builder *builder, ir_path_id dst, ir_val a);
struct ir_instr *ir_emit_un(struct ir_builder *builder, enum ir_un sub, ir_path_id dst, ir_val a);
struct ir_instr *ir_emit_bin(struct ir_builder *builder, enum ir_bin sub, ir_path_id dst, ir_val a, ir_val b);
/* sym 0: through `callee`. */
struct ir_instr *ir_emit_call(struct ir_builder *builder, ir_path_id dst, ir_sym_id sym, ir_val callee,
                              const ir_val *args, uint32_t count, uint32_t flags);
struct ir_instr *ir_emit_closure(struct ir_builder *builder, ir_path_id dst, ir_type_id type, const ir_val *captures,
                                 uint32_t count);
void ir_emit_havoc(struct ir_builder *builder, enum ir_havoc reason);
void ir_emit_havoc_args(struct ir_builder *builder, enum ir_havoc reason, const ir_val *args, uint32_t count);
void ir_emit_jump(struct ir_builder *builder, ir_block_id to);
void ir_emit_branch(struct ir_builder *builder, ir_val a, ir_block_id yes, ir_block_id no);
/* cases: low, high pairs of VAL_INT, `count` pairs; targets has count entries. */
void ir_emit_switch(struct ir_builder *builder, ir_val a, const ir_val *cases, const ir_block_id *targets, uint32_t count,
                    ir_block_id otherwise);
void ir_emit_return(struct ir_builder *builder, ir_val a);
void ir_emit_throw(struct ir_builder *builder, ir_type_id type, ir_val a);
void ir_emit_rethrow(struct ir_builder *builder, ir_val handler);
void ir_emit_resume(struct ir_builder *builder);
void ir_emit_unreachable(struct ir_builder *builder);

#endif
