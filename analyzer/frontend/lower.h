/* What the frontend's files share: the state of one TU, the state of one body, and what each file offers.
 *
 * Lifetimes: `fe` and everything interned lives in the TU's arena; cursor lists, cleanups and loop frames live in
 * fe->tmp, which is emptied after each body.  Cursors are keyed by the declaration's address inside libclang
 * (cursor.data[0], what clang_hashCursor hashes); addresses decide nothing but equality, so output stays
 * deterministic.
 */
#ifndef FRONTEND_LOWER_H
#define FRONTEND_LOWER_H

#include <clang-c/Index.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "frontend/frontend.h"
#include "ir/builder.h"

struct fe_list { /* a run of cursors in fe->tmp */
    CXCursor *data;
    uint32_t count;
};

struct fe_file {
    CXFile file;
    ir_file_id id;
    bool is_system, has_line_directive, has_omp, is_loaded;
    const char *text; /* after span_load; libclang finds it slowly, so only where it is needed */
    size_t size;
    const char *path;
};

struct fe_func { /* a declared function, one per canonical declaration */
    ir_sym_id sym;
    CXCursor decl, definition; /* definition: null cursor when not in this TU */
    CXType type;               /* canonical function type */
    ir_type_id result;
    uint64_t by_reference; /* bit i: parameter i is a reference; the first 64 */
    uint32_t param_count;
    bool is_method /* takes `this` */, is_constructor, is_destructor, is_virtual, is_noreturn, result_is_reference;
    bool is_implicit /* a constructor or assignment that nobody wrote */, is_system, is_asked;
};

struct fe_capture {
    const void *variable; /* declaration key; NULL: `this` */
    ir_field_id field;
    bool by_reference;
};

struct fe_closure { /* a lambda's class, or an outlined body's: OpenMP's, a block's */
    ir_class_id class_;
    ir_type_id type;
    uint32_t first_capture, capture_count; /* into fe->captures */
    const void *class_key;
};

enum fe_work_kind { WORK_FUNCTION, WORK_GLOBAL_INIT, WORK_IMPLICIT, WORK_PATTERN, WORK_OUTLINED, WORK_DESTRUCTOR };

struct fe_work {
    enum fe_work_kind kind;
    uint32_t func;    /* index into fe->funcs (FUNCTION, IMPLICIT, PATTERN) */
    uint32_t closure; /* OUTLINED: index into fe->closures */
    ir_sym_id sym;    /* GLOBAL_INIT: the global; OUTLINED, DESTRUCTOR: the function's own symbol */
    CXCursor cursor;  /* GLOBAL_INIT: the variable; OUTLINED: the statement; DESTRUCTOR: the class */
};

struct fe_class {
    ir_class_id id;
    CXCursor decl; /* the definition, or what there is */
    ir_sym_id destructor;
    int8_t destroys; /* -1: not known yet, 1: its end of life does something */
    bool is_complete, is_system;
};

struct fe_error { /* where a parse Error stands */
    CXFile file;
    unsigned offset;
};

struct fe {
    struct arena *arena, *tmp;
    const struct frontend_options *options;
    const struct compdb_job *job;
    struct tu *out;
    struct ir_module *module;
    CXTranslationUnit unit;
    bool is_cxx, is_cxx17, has_omp; /* has_omp: some file of the project holds OpenMP pragmas */
    struct map types, files, spans, func_by_decl, class_by_decl, closure_by_class, global_by_decl, mentions;
    struct map instantiated, statics, by_name, keys_taken, called;
    bool names_known;
    VEC(struct fe_file) file_list;
    VEC(struct fe_func) funcs;
    VEC(struct fe_class) classes;
    VEC(struct fe_closure) closures;
    VEC(struct fe_capture) captures;
    VEC(struct fe_work) queue;
    VEC(CXCursor) patterns;
    VEC(CXCursor) unused;   /* those of headers that nothing in this TU instantiates: not lowered */
    VEC(CXCursor) instances; /* instances.c */
    struct map instance_seen, instance_destructor;
    VEC(struct fe_error) errors;
    uint32_t next_work;
};

/* What must happen when control leaves a scope; a persistent list, innermost first. */
enum cleanup_kind { CLEANUP_END /* LIFE_END only */, CLEANUP_DESTROY, CLEANUP_CALL /* attribute cleanup */ };
struct cleanup {
    struct cleanup *up;
    enum cleanup_kind kind;
    ir_path_id object;
    ir_sym_id sym;        /* destructor or cleanup function */
    ir_region_id region;  /* the region that this cleanup guards, 0: none */
    ir_region_id outside; /* the region around it */
    uint32_t depth;
    bool is_array, is_virtual;
    ir_span_id span;
};

struct frame { /* what break and continue mean; innermost first */
    struct frame *up;
    ir_block_id break_to, continue_to; /* continue_to 0: a switch */
    struct cleanup *cleanups;
    struct fe_switch *cases; /* of a switch */
};

struct fe_switch {
    VEC(ir_val) values; /* low, high pairs */
    VEC(ir_block_id) targets;
    ir_block_id otherwise;
};

struct label {
    ir_block_id block;
    struct cleanup *cleanups;
    bool is_placed;
};

struct pending_goto {
    uint32_t label;
    ir_block_id from;
    struct cleanup *cleanups;
};

struct body {
    struct fe *fe;
    struct ir_builder *b;
    ir_sym_id sym;
    const struct fe_func *func; /* NULL for outlined bodies and initialisers */
    struct map locals;          /* declaration -> storage, see scope.c */
    struct cleanup *cleanups;
    struct cleanup *outermost; /* where a return stops unwinding: a constructor's members live on */
    struct frame *frames;
    VEC(struct label) labels;
    struct map label_by_decl;
    VEC(struct pending_goto) gotos;
    uint32_t closure;   /* index + 1 of the closure whose body this is */
    ir_val this_val;    /* the value of `this`, VAL_NONE where there is none */
    uint32_t handler;   /* index of the innermost handler + 1 */
    uint32_t handler_count;
    uint32_t depth;
    uint32_t ordinal;   /* of outlined bodies */
    uint32_t flags;     /* or-ed into each emitted instruction (INSTR_STATIC_INIT, CALL_DEFAULT_ARG) */
    uint32_t emitted;
    bool is_pattern, is_too_large, returns_reference, is_coroutine;
    bool is_table; /* in a global's initialiser: constants are skipped */
    ir_type_id result;
    ir_block_id coroutine_exit; /* where co_return leads; 0: no coroutine */
};

/* ---- cursor.c ---- */
struct fe_list cursor_children(struct fe *fe, CXCursor cursor);
CXCursor cursor_first_child(CXCursor cursor);
const char *cursor_text(struct fe *fe, CXString string); /* copies into tmp and disposes */
const char *cursor_spelling(struct fe *fe, CXCursor cursor);
static inline const void *cursor_decl_key(CXCursor decl)
{
    return decl.data[0];
}
static inline uint64_t map_key_of(const void *key)
{
    return (uint64_t)(uintptr_t)key;
}
bool cursor_is_null(CXCursor cursor);
bool cursor_is_expr(CXCursor cursor);
/* Through parentheses and nodes that this libclang does not expose and that add nothing. */
CXCursor cursor_strip(struct fe *fe, CXCursor cursor);
bool cursor_evaluate(CXCursor cursor, int64_t *value);
CXCursor cursor_init(struct fe *fe, CXCursor variable); /* null cursor: none */
bool cursor_same(CXCursor a, CXCursor b);

/* ---- span.c ---- */
bool span_load(struct fe *fe, struct fe_file *file);
struct fe_file *span_file(struct fe *fe, CXFile file, CXSourceLocation where);
ir_span_id span_of(struct fe *fe, CXCursor cursor);
ir_span_id span_of_range(struct fe *fe, CXSourceRange range);
ir_span_id span_of_name(struct fe *fe, CXCursor decl);
ir_span_id span_of_type(struct fe *fe, CXCursor decl);
/* The text where the cursor is spelled, up to `most` bytes, in tmp; "" when unknown. */
const char *span_text(struct fe *fe, CXCursor cursor, size_t most);
bool span_is_system(CXCursor cursor);

/* ---- type.c ---- */
ir_type_id type_of(struct fe *fe, CXType type);
ir_type_id type_of_cursor(struct fe *fe, CXCursor cursor);
ir_type_id type_pointer_to(struct fe *fe, ir_type_id pointee);
ir_type_id type_int(struct fe *fe);
CXType type_plain(CXType type); /* canonical and unqualified; invalid stays invalid (libclang would die) */
bool type_is_reference(CXType type);
bool type_is_pointer(CXType type);
bool type_is_record(CXType type); /* canonical, also dependent instantiations known as records */
bool type_mentions_project(struct fe *fe, CXType type);
bool type_is_project_class(CXType type);
bool type_calls_back(struct fe *fe, CXType type);
static inline const struct ir_type *fe_type(struct fe *fe, ir_type_id type)
{
    return &fe->module->types.data[type];
}

/* ---- key.c ---- */
bool key_is_class(enum CXCursorKind kind);
bool key_is_pattern(CXCursor decl); /* inside a template, not an instantiation */
bool key_is_internal(enum CXLinkageKind linkage);
CXCursor key_enclosing_function(CXCursor decl); /* null cursor: none */
const char *key_mangled(struct fe *fe, CXCursor decl);
const char *key_of_local(struct fe *fe, CXCursor decl, const char *enclosing, CXCursor function);
const char *key_of_function(struct fe *fe, CXCursor decl, CXCursor definition);

/* ---- symbol.c ---- */
uint32_t symbol_func(struct fe *fe, CXCursor decl); /* index into fe->funcs, which the call may move */
ir_sym_id symbol_of(struct fe *fe, CXCursor decl);
const char *symbol_key_of(struct fe *fe, CXCursor decl);
ir_sym_id symbol_global(struct fe *fe, CXCursor decl, const char *enclosing);
const char *symbol_qualified_name(struct fe *fe, CXCursor decl);
const char *symbol_real_path(struct fe *fe, CXCursor decl);
void symbol_want_body(struct fe *fe, uint32_t func);
void symbol_mark_instantiated(struct fe *fe, CXCursor pattern);
CXCursor symbol_by_name(struct fe *fe, const char *name); /* a function at file scope; null cursor: none */

/* ---- class.c ---- */
uint32_t class_of(struct fe *fe, CXCursor decl); /* index into fe->classes, which the call may move */
ir_class_id class_id_of(struct fe *fe, CXCursor decl);
uint32_t class_of_type(struct fe *fe, CXType type); /* 0: not a class */
void class_complete(struct fe *fe, uint32_t class_);
ir_field_id class_field(struct fe *fe, CXCursor field);
struct fe_list class_fields(struct fe *fe, CXType type); /* in order */
CXCursor class_pattern(CXCursor decl); /* the template's definition of an instantiation, else `decl` */

/* ---- destroy.c ---- */
ir_sym_id class_destructor(struct fe *fe, CXType type); /* 0: nothing to do */
bool class_destructor_may_throw(struct fe *fe, CXCursor decl);
bool class_is_virtual_destructor(struct fe *fe, ir_sym_id destructor);
CXCursor class_default_constructor(struct fe *fe, CXCursor decl); /* written ones; null cursor: none */

/* ---- scope.c ---- */
enum storage_kind { STORAGE_NONE, STORAGE_LOCAL, STORAGE_PATH /* binding */ };
void scope_bind_local(struct body *body, CXCursor decl, ir_local_id local);
void scope_bind_path(struct body *body, CXCursor decl, ir_path_id path);
ir_path_id scope_variable(struct body *body, CXCursor decl); /* 0: not a variable we know */
void scope_push(struct body *body, enum cleanup_kind kind, ir_path_id object, ir_sym_id sym, CXType type);
void scope_own(struct body *body, ir_path_id object, CXType type); /* pushes the destructor, if it has one */
void scope_leave_to(struct body *body, struct cleanup *to); /* emits without popping: for jumps */
void scope_pop_to(struct body *body, struct cleanup *to);   /* normal end of the scope */
void scope_pop_silent(struct body *body, struct cleanup *to);
ir_path_id scope_temp(struct body *body, ir_type_id type);

/* ---- expr.c, place.c, operator.c ---- */
ir_val expr_value(struct body *body, CXCursor cursor);
ir_path_id expr_place(struct body *body, CXCursor cursor);
void expr_into(struct body *body, CXCursor cursor, ir_path_id dst);
void expr_discard(struct body *body, CXCursor cursor, uint32_t flags);
void expr_condition(struct body *body, CXCursor cursor, ir_block_id yes, ir_block_id no);
/* A full expression: temporaries end with it. */
void expr_full_discard(struct body *body, CXCursor cursor);
bool expr_is_class_value(struct body *body, CXCursor cursor);
ir_val expr_argument(struct body *body, CXCursor cursor, bool by_reference);
ir_val expr_havoc(struct body *body, enum ir_havoc reason, CXType type);
ir_val operator_unary(struct body *body, CXCursor cursor);
ir_val operator_binary(struct body *body, CXCursor cursor);
ir_val operator_fold(struct body *body, enum ir_bin op, ir_val a, ir_val b, ir_type_id type);
ir_val operator_conditional(struct body *body, CXCursor cursor);
ir_path_id place_operator(struct body *body, CXCursor cursor);
ir_val place_read(struct body *body, ir_path_id path);
ir_path_id place_adjust(struct body *body, ir_path_id path); /* through a reference */
struct ir_instr *expr_copy(struct body *body, ir_path_id dst, ir_val value);
bool body_enter(struct body *body); /* false: too deep or too large; then HAVOC was emitted */
static inline void body_leave(struct body *body)
{
    body->depth--;
}

/* ---- call.c ---- */
/* dst 0: a temporary where the result is wanted; returns the result's value. */
ir_val call_expr(struct body *body, CXCursor cursor, ir_path_id dst, uint32_t flags);
ir_path_id call_place(struct body *body, CXCursor cursor);
ir_val call_emit(struct body *body, uint32_t func, const ir_val *args, uint32_t count, uint32_t flags, ir_path_id dst,
                 ir_span_id name_span);
void call_arguments(struct body *body, CXCursor call, uint32_t func, int first, ir_val *args);
/* What a call needs, without calling: the callee, the object of a method, the arguments.  Returns how many, at most
 * CALL_MOST_OPERANDS; 0: it can't be told. */
enum { CALL_MOST_OPERANDS = 258 };
uint32_t call_operands(struct body *body, CXCursor call, ir_val *operands);

/* ---- spawn_macro.c ---- */
/* Lowers what a macro that starts tasks expands to; false: it is none.  *handle: the macro's value. */
bool spawn_macro(struct body *body, CXCursor cursor, ir_path_id dst, ir_val *handle);

/* ---- construct.c ---- */
void construct_call(struct body *body, CXCursor call, ir_path_id object, uint32_t flags);
void construct_default(struct body *body, CXType type, ir_path_id object);
void construct_copy(struct body *body, CXType type, ir_path_id object, ir_val from);
ir_val construct_new(struct body *body, CXCursor cursor);
void construct_delete(struct body *body, CXCursor cursor);
CXCursor construct_field_init(struct fe *fe, CXCursor field); /* its default initialiser; null cursor: none */

/* ---- member_init.c ---- */
void construct_initialisers(struct body *body, CXCursor constructor, const struct fe_list *children);
void construct_implicit(struct body *body, CXCursor class_decl, bool is_copy);

/* ---- init.c ---- */
void init_list(struct body *body, CXCursor list, ir_path_id dst, CXType type, bool zero_rest);
void init_variable(struct body *body, CXCursor variable, ir_path_id path);
bool init_is_interesting(struct fe *fe, CXCursor variable);

/* ---- lambda.c ---- */
void lambda_into(struct body *body, CXCursor lambda, ir_path_id dst);
ir_val lambda_pointer(struct body *body, CXCursor cursor);
void lambda_bind_captures(struct body *body);
uint32_t lambda_outline(struct body *body, CXCursor statement, const char *what, ir_path_id *closure);

/* ---- stmt.c, loop.c, switch.c, jump.c, try.c, decl.c, omp.c, coroutine.c ---- */
void stmt_lower(struct body *body, CXCursor cursor);
void stmt_compound(struct body *body, CXCursor cursor, ir_path_id value_to);
void stmt_declare(struct body *body, CXCursor decl);
bool decl_is_shared_with_blocks(struct fe *fe, CXCursor variable); /* __block */
void loop_while(struct body *body, CXCursor cursor);
void loop_do(struct body *body, CXCursor cursor);
void loop_for(struct body *body, CXCursor cursor);
void loop_range_for(struct body *body, CXCursor cursor);
void switch_lower(struct body *body, CXCursor cursor);
void switch_case(struct body *body, CXCursor cursor);
void jump_goto(struct body *body, CXCursor cursor);
void jump_indirect(struct body *body, CXCursor cursor);
void jump_label(struct body *body, CXCursor cursor);
void jump_return(struct body *body, CXCursor cursor);
void jump_finish(struct body *body);
void jump_break(struct body *body, bool is_continue);
void try_lower(struct body *body, CXCursor cursor, void (*before)(struct body *, void *), void *arg, bool rethrow);
void try_throw(struct body *body, CXCursor cursor);
bool omp_statement(struct body *body, CXCursor cursor, unsigned from);
void coroutine_lower(struct body *body, CXCursor cursor);
bool coroutine_expr(struct body *body, CXCursor cursor, ir_val *out);

/* ---- function.c ---- */
void function_lower(struct fe *fe, const struct fe_work *work);
void function_queue(struct fe *fe, struct fe_work work);

/* ---- instances.c ---- */
void instances_collect(struct fe *fe);
CXCursor instances_destructor(struct fe *fe, CXCursor class_decl);
void instances_queue(struct fe *fe);

/* ---- walk.c ---- */
void walk_unit(struct fe *fe);
void walk_declaration(struct fe *fe, CXCursor decl);

/* ---- noexcept.c ---- */
uint32_t noexcept_flags(struct fe *fe, CXCursor decl);

/* ---- inputs.c, reconcile.c ---- */
void inputs_collect(struct fe *fe);
void reconcile_calls(struct fe *fe);
void reconcile_note(struct fe *fe, CXCursor call);

#endif
