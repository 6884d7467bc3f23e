/* The intermediate representation: arrays and indices, no pointers between entities.
 *
 * A module is a TU as lowered, or the whole program after link (the same struct: function blobs of many TUs
 * are read into one module, see ir/bytes.h).  All ids index the module's or the function's arrays; id 0 of
 * every table is a reserved "none" entry, so that a zeroed struct means nothing.
 *
 * A function is a graph of basic blocks.  Block 1 is the entry.  The last instruction of a block is its
 * terminator, and no other is.  Values are read through access paths: a local, parameter or global followed
 * by steps (dereference, field, index).  Temporaries are locals with LOCAL_TEMP.  There is no SSA: the
 * analyses are about objects and their states, for which paths are the natural names (sparse and the Clang
 * analyzer's MemRegion say the same).
 *
 * Exceptional control flow is by regions: an instruction that may throw lies in a region; control unwinds to
 * the region's landing place (a handler whose type matches, or a cleanup block that ends in RESUME, which
 * goes on unwinding in the region's parent).  Region 0 is the function's outside: the exception leaves it.
 *
 * Evaluation order of arguments: left to right, always.
 */
#ifndef IR_IR_H
#define IR_IR_H

#include <stdbool.h>

#include "base/hash.h"
#include "base/strtab.h"
#include "base/vec.h"

typedef uint32_t ir_type_id, ir_field_id, ir_class_id, ir_sym_id, ir_file_id, ir_span_id, ir_func_id; /* module */
typedef uint32_t ir_block_id, ir_local_id, ir_path_id, ir_region_id, ir_instr_id;                   /* function */

/* ---- values: 3 bits of kind, 29 bits of index ---- */

typedef uint32_t ir_val;

enum ir_val_kind {
    VAL_NONE,    /* absent */
    VAL_INT,     /* func->ints[index]: a constant; null pointers, characters, booleans and enumerators too */
    VAL_STR,     /* a string literal: str_id */
    VAL_FUNC,    /* the address of a function: ir_sym_id */
    VAL_PATH,    /* what the path holds now */
    VAL_ADDR,    /* the address of the path's object */
    VAL_UNKNOWN, /* anything: a float, arithmetic that nobody asks about */
};

#define IR_VAL(kind, index) ((ir_val)(kind) << 29 | (ir_val)(index))
#define IR_UNKNOWN          IR_VAL(VAL_UNKNOWN, 0)
static inline enum ir_val_kind ir_val_kind(ir_val val)
{
    return (enum ir_val_kind)(val >> 29);
}
static inline uint32_t ir_val_index(ir_val val)
{
    return val & 0x1fffffff;
}

/* ---- places in the source ---- */

enum {
    SPAN_MACRO = 1 << 0,     /* inside a macro's expansion: file/line/column are where the macro is used */
    SPAN_MACRO_ARG = 1 << 1, /* written in an argument of the outermost macro: spelled where the span says, editable */
    SPAN_EDITABLE = 1 << 2,  /* offset..end_offset is exactly the text, in a file a fix may edit */
    SPAN_SYSTEM = 1 << 3,    /* in a system header */
    SPAN_GENERATED = 1 << 4, /* under a #line directive; locations are physical all the same */
};

struct ir_span {
    ir_file_id file;
    uint32_t line, column; /* 1-based; columns in bytes; physical, never by #line */
    uint32_t end_line, end_column; /* one past the last byte */
    uint32_t offset, end_offset;   /* bytes from the file's start */
    uint32_t flags;
    str_id macro; /* name of the outermost macro with SPAN_MACRO, else 0 */
};

/* ---- types, classes, symbols ---- */

enum ir_type_kind {
    TYPE_NONE, TYPE_VOID, TYPE_BOOL, TYPE_INT, TYPE_FLOAT, TYPE_POINTER, TYPE_REFERENCE /* & and && */,
    TYPE_CLASS /* struct, class, union, closure */, TYPE_ENUM, TYPE_ARRAY, TYPE_FUNCTION, TYPE_MEMBER_POINTER,
    TYPE_DEPENDENT /* of a pattern that was never instantiated */, TYPE_OTHER,
};
enum { TYPE_CONST = 1, TYPE_VOLATILE = 2, TYPE_ATOMIC = 4 /* _Atomic or std::atomic */, TYPE_SIGNED = 8, TYPE_RVALUE_REF = 16 };

struct ir_type {
    str_id spelling; /* canonical */
    uint8_t kind, flags;
    uint32_t size;      /* bytes; 0 unknown */
    uint32_t count;     /* elements of a TYPE_ARRAY, 0 unknown */
    ir_type_id element; /* pointee, referee, element, a function's result */
    ir_class_id class_; /* TYPE_CLASS */
};

struct ir_field {
    ir_class_id class_;
    str_id name;
    ir_type_id type;
    ir_span_id span, type_span; /* its name; its type as written (0 when not editable) */
};

enum {
    CLASS_COMPLETE = 1, CLASS_UNION = 2, CLASS_FINAL = 4, CLASS_POLYMORPHIC = 8, CLASS_LAMBDA = 16,
    CLASS_UNKNOWN_BASE = 32 /* some base could not be resolved */, CLASS_SYSTEM = 64,
};
enum { BASE_VIRTUAL = 1, BASE_NOT_PUBLIC = 2 };

struct ir_base {
    ir_class_id class_;
    uint32_t flags;
};

struct ir_class {
    str_id key;  /* identifies it across TUs: canonical spelling; real path + USR for local and anonymous ones */
    str_id name; /* qualified, for people */
    uint32_t flags;
    VEC(struct ir_base) bases;
    VEC(ir_field_id) fields;  /* in order; a closure's are its captures (reference types: by reference) */
    ir_sym_id destructor;     /* also an implicit one, if it does anything; 0: trivial */
    ir_sym_id call_operator;  /* operator() when there is exactly one (closures, functors) */
    ir_span_id span;
};

enum ir_sym_kind { SYM_NONE, SYM_FUNCTION, SYM_GLOBAL /* also static locals and static members */ };

enum {
    SYM_NORETURN = 1 << 0,
    SYM_NOEXCEPT = 1 << 1,      /* known not to let an exception out (also destructors that are so implicitly) */
    SYM_SYSTEM = 1 << 2,        /* declared in a system header */
    SYM_EXTERN_C = 1 << 3,      /* C linkage (every C function) */
    SYM_INTERNAL = 1 << 4,      /* internal linkage */
    SYM_VIRTUAL = 1 << 5,
    SYM_CONSTRUCTOR = 1 << 6,
    SYM_DESTRUCTOR = 1 << 7,
    SYM_METHOD = 1 << 8,        /* non-static: its first parameter is `this` */
    SYM_LAMBDA = 1 << 9,        /* a closure's operator() */
    SYM_VARIADIC = 1 << 10,
    SYM_MAIN = 1 << 11,
    SYM_RECOVERS = 1 << 12,     /* annotate("spawnlint::recovers") */
    SYM_NODISCARD = 1 << 13,
    SYM_THREAD_LOCAL = 1 << 14, /* of a global */
    SYM_STATIC_LOCAL = 1 << 15, /* of a global: initialised when control first passes */
    SYM_OUTLINED = 1 << 16,     /* a body that the language runs elsewhere: OpenMP's, a block's */
    SYM_COROUTINE = 1 << 17,
    SYM_NOTHROW_UNKNOWN = 1 << 18, /* noexcept(expr) that could not be decided: treated as may-throw */
    SYM_PURE = 1 << 19,         /* = 0 */
    SYM_PATTERN = 1 << 20,      /* a template never instantiated */
    SYM_GENERATED_NAME = 1 << 21, /* name made by us (outlined bodies, implicit initialisers) */
    SYM_DEFINED = 1 << 22,      /* a body or, of a global, a definition was seen (ir_end sets it); `span` is its name there */
};

struct ir_sym {
    str_id key;  /* LIBCLANG.md, "Keys": mangled name, or real path + USR, or enclosing key + ordinal */
    str_id name; /* declared name, qualified, without parameters: what models match and people read */
    uint8_t kind;
    uint32_t flags;
    ir_type_id type;
    ir_class_id class_;   /* of a member */
    ir_span_id span;      /* its name where it is defined, else declared */
    ir_func_id body;      /* 0: none here */
    str_id annotations;   /* annotate(...) texts joined by newline, 0: none */
};

/* A virtual function and one it overrides directly. */
struct ir_override {
    ir_sym_id method, base;
};

struct ir_file {
    str_id path; /* real path, absolute; reporters make it relative */
    uint8_t is_system;
};

/* ---- functions ---- */

enum {
    LOCAL_PARAM = 1,       /* the first func->param_count locals, after the reserved 0 */
    LOCAL_TEMP = 2,
    LOCAL_THIS = 4,
    LOCAL_ADDRESS_TAKEN = 8,
    LOCAL_CLEANUP = 16,    /* __attribute__((cleanup)) */
    LOCAL_SHARED = 32,     /* __block: lives on the heap for as long as a block holds it */
    LOCAL_HANDLER = 64,    /* the variable of a catch */
};

struct ir_local {
    str_id name; /* 0 for temporaries */
    ir_type_id type;
    uint32_t flags;
    ir_span_id span, type_span; /* its name; its type as written (0 when not editable) */
};

enum ir_path_base { BASE_NONE, BASE_LOCAL, BASE_GLOBAL };
enum ir_step_kind { STEP_DEREF, STEP_FIELD /* arg: ir_field_id */, STEP_INDEX /* arg: ir_val */ };

struct ir_step {
    uint32_t kind, arg;
};

/* `p->a[i].b` is local p: DEREF, FIELD a, INDEX i, FIELD b.  `q[i]` of a pointer is DEREF, INDEX.  A use of a
 * reference derefs it.  Paths are unique within the function: equal paths have equal ids. */
struct ir_path {
    uint8_t base_kind;
    uint32_t base; /* ir_local_id or ir_sym_id */
    uint32_t first_step, step_count;
    ir_type_id type; /* of what it denotes */
};

enum ir_op {
#define OP(name, text, terminator) IR_##name,
#include "ir/ops.def"
#undef OP
    IR_OP_COUNT
};

enum ir_un { UN_NEG, UN_NOT /* ! */, UN_BITNOT, UN_OTHER };
enum ir_bin { BIN_ADD, BIN_SUB, BIN_MUL, BIN_DIV, BIN_REM, BIN_AND, BIN_OR, BIN_XOR, BIN_SHL, BIN_SHR,
              BIN_EQ, BIN_NE, BIN_LT, BIN_LE, BIN_GT, BIN_GE, BIN_OTHER };

enum ir_havoc { /* why something was not lowered; texts in ir/havoc.def */
#define HAVOC(name, text) HAVOC_##name,
#include "ir/havoc.def"
#undef HAVOC
    HAVOC_COUNT
};

enum {
    CALL_VIRTUAL = 1 << 0,    /* dispatched at run time; sym is the declared function */
    CALL_IMPLICIT = 1 << 1,   /* not written: destructors, conversions, default construction, range-for */
    CALL_CONSTRUCT = 1 << 2,  /* sym is a constructor, args[0] the object's address */
    CALL_DESTROY = 1 << 3,    /* sym is a destructor */
    CALL_DISCARDED = 1 << 4,  /* the result is not used */
    CALL_NEW = 1 << 5,        /* CONSTRUCT: the object is on the heap */
    CALL_UNWIND = 1 << 6,     /* only on the exceptional path (in a cleanup block) */
    CALL_DEFAULT_ARG = 1 << 7, /* stands in a default argument */
    CALL_METHOD = 1 << 8,     /* args[0] is the object's address (CONSTRUCT and DESTROY imply it) */
    CALL_VOID_CAST = 1 << 9,  /* discarded by a cast to void */
    INSTR_STATIC_INIT = 1 << 10, /* initialises a static local: runs once */
    CALL_OPERATOR = 1 << 11,  /* written as an operator */
    INSTR_DEAD = 1 << 12,     /* reserved for passes */
};

/* What the fields mean per opcode:
 *   COPY     dst = a
 *   UN, BIN  dst = sub(a [, b])
 *   CALL     dst? = sym(args) or, sym 0, (*a)(args); `type` the result's; span the whole call, name_span the
 *            callee as written (what a fix renames), for a construction the type as written
 *   CLOSURE  dst = closure of class `type`, args = captures in field order (ADDR: by reference, else copied)
 *   AWAIT    dst? = co_await a (sub 0) | co_yield a (sub 1)
 *   CATCH    entry of a handler: dst? = the exception; sub unused
 *   LIFE_BEGIN/END  dst = a plain local path: its storage begins / ends
 *   HAVOC    sub = enum ir_havoc: anything may have happened, also a call of anything with args
 *   THROW    type = canonical unqualified type of a
 *   RETHROW  a = VAL_INT index of the handler (func->handlers) whose exception it is, VAL_NONE: by dynamic scope
 *   RESUME   goes on unwinding in the parent of the region whose cleanup this is (the instruction's `region`
 *            is already that parent)
 *   JUMP     succ[0]
 *   BRANCH   a non-zero: succ[0], zero: succ[1]
 *   SWITCH   on a: args = low, high pairs (VAL_INT), succ[i] for pair i, the last succ is the default
 *   RETURN   a?
 */
struct ir_instr {
    uint8_t op, sub;
    uint16_t flags;
    ir_region_id region;
    ir_path_id dst;
    ir_val a, b;
    ir_sym_id sym;
    ir_type_id type;
    uint32_t first_arg, arg_count; /* into func->args */
    ir_span_id span, name_span;
};

struct ir_block {
    ir_instr_id first, count;       /* instructions are contiguous; count >= 1 */
    uint32_t first_succ, succ_count; /* into func->succs */
};

enum ir_region_kind { REGION_NONE, REGION_TRY, REGION_CLEANUP };

struct ir_handler {
    ir_type_id type; /* canonical, unqualified, reference removed; 0: catch (...) */
    ir_block_id block;
    uint32_t by_reference;
    ir_span_id span;
};

struct ir_region {
    uint8_t kind;
    ir_region_id parent;
    uint32_t first_handler, handler_count; /* TRY, in order; into func->handlers */
    ir_block_id cleanup;                   /* CLEANUP: runs, then RESUMEs in the parent */
    ir_span_id span;                       /* the `try` */
};

enum {
    FUNC_PARTIAL = 1,      /* a parse error lies in it: treat as HAVOC */
    FUNC_INSTANTIATED = 2, /* an instantiation of a template; `pattern` says which */
    FUNC_PATTERN = 4,
    FUNC_GLOBAL_INIT = 8,  /* initialises a global: runs before main, or is a constant table */
    FUNC_TOO_LARGE = 16,   /* a bound was hit; the rest is HAVOC */
    FUNC_IMPLICIT = 32,    /* not written: an implicit constructor or destructor */
};

struct ir_func {
    ir_sym_id sym;
    uint32_t flags;
    uint32_t param_count; /* locals 1..param_count, `this` first */
    ir_span_id span;      /* the whole definition */
    ir_span_id pattern;   /* where findings stand for an instantiation (span of the pattern's name), else 0 */
    VEC(struct ir_block) blocks;
    VEC(struct ir_instr) instrs;
    VEC(ir_block_id) succs;
    VEC(ir_val) args;
    VEC(int64_t) ints;
    VEC(struct ir_local) locals;
    VEC(struct ir_path) paths;
    VEC(struct ir_step) steps;
    VEC(struct ir_region) regions;
    VEC(struct ir_handler) handlers;
    struct hash128 hash; /* of its bytes (ir/bytes.h); zero until written or read */
};

struct ir_module {
    struct arena *arena;
    struct strtab strings;
    VEC(struct ir_file) files;
    VEC(struct ir_span) spans;
    VEC(struct ir_type) types;
    VEC(struct ir_field) fields;
    VEC(struct ir_class) classes;
    VEC(struct ir_sym) syms;
    VEC(struct ir_override) overrides;
    VEC(struct ir_func) funcs;
    struct ir_tables *tables; /* the uniquing maps of ir/module.c */
};

/* ---- module: every `ir_add_*` returns the id of an equal entry if there is one ---- */

struct ir_module *ir_module_create(struct arena *arena);
str_id ir_string(struct ir_module *module, const char *text);
static inline const char *ir_text(const struct ir_module *module, str_id id)
{
    return strtab_get(&module->strings, id);
}
ir_file_id ir_add_file(struct ir_module *module, const char *path, bool is_system);
ir_span_id ir_add_span(struct ir_module *module, struct ir_span span);
/* By spelling, kind and flags; an equal type that knows less learns the rest. */
ir_type_id ir_add_type(struct ir_module *module, struct ir_type type);
/* By key; the caller fills in the rest when CLASS_COMPLETE is not yet set. */
ir_class_id ir_add_class(struct ir_module *module, const char *key, const char *name);
/* By class and name; an unnamed field gets a name such as "#2" from the caller. */
ir_field_id ir_add_field(struct ir_module *module, ir_class_id class_, const char *name, ir_type_id type);
/* By key; flags are OR-ed in. */
ir_sym_id ir_add_sym(struct ir_module *module, const char *key, const char *name, enum ir_sym_kind kind,
                     uint32_t flags);
ir_sym_id ir_find_sym(const struct ir_module *module, const char *key); /* 0: none */
void ir_add_override(struct ir_module *module, ir_sym_id method, ir_sym_id base);

static inline const struct ir_func *ir_body(const struct ir_module *module, ir_sym_id sym)
{
    ir_func_id body = module->syms.data[sym].body;
    return body ? &module->funcs.data[body] : NULL;
}
static inline const char *ir_sym_name(const struct ir_module *module, ir_sym_id sym)
{
    return ir_text(module, module->syms.data[sym].name);
}
static inline bool ir_op_is_terminator(enum ir_op op)
{
    static const bool table[] = {
#define OP(name, text, terminator) terminator,
#include "ir/ops.def"
#undef OP
    };
    return table[op];
}
const char *ir_op_text(enum ir_op op);
const char *ir_havoc_text(enum ir_havoc reason);


#endif
