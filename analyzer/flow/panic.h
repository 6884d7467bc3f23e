/* Panic effects: what may leave each function abnormally, after its own handlers, and by which way.
 *
 * A function's effects are the least fixpoint over its SCC of: what its instructions raise (throws, models of bodiless
 * callees, calls of functions with effects), filtered by the regions around each instruction.  Handlers stop
 * exceptions by the class hierarchy; a handler's block counts as reachable only when something may reach it;
 * constant-false branches and what follows a call that never returns don't count at all.  An exception that meets
 * a noexcept boundary becomes one that nothing above can catch.  A setjmp stops the jumps to its buffer.
 *
 * For each (function, kind, type) one effect is kept: the least doubtful, then the shortest way to it, then the first in
 * source order, so that the trace is the same in every run.  Effects are immutable and shared: `next` leads from a
 * call to the callee's effect, from a rethrow to what was caught.
 *
 * The caller says what calls reach (link does); this file knows neither models nor programs.
 */
#ifndef FLOW_PANIC_H
#define FLOW_PANIC_H

#include "ir/ir.h"

enum panic_kind {
#define KIND(NAME, text) PANIC_##NAME,
#include "flow/panic_kinds.def"
#undef KIND
    PANIC_KIND_COUNT,
    /* Not a panic: a callee of which nothing is known, so that the task is "not proven". */
    PANIC_UNKNOWN = PANIC_KIND_COUNT
};
#define PANIC_BIT(kind) (1u << (kind))
const char *panic_kind_text(enum panic_kind kind);

/* How sure it is that a call reaches a target; effects inherit the weakest on their way. */
enum certainty {
    CERTAIN,  /* the only target */
    POSSIBLE, /* one of several: overriders, what was stored in a field or table */
    GUESSED   /* by signature only */
};

struct panic_callee {
    ir_sym_id sym;
    ir_func_id func; /* 0: no body in the program */
    uint8_t certainty;
};

/* What a call raises by itself, from the models. */
struct panic_source {
    enum panic_kind kind;
    ir_type_id type; /* of an exception; 0: any */
};

/* What a call is to this analysis. */
struct panic_call {
    const struct panic_callee *callees;
    uint32_t callee_count;
    const struct panic_source *sources;
    uint32_t source_count;
    uint32_t stops;       /* PANIC_BITs of its callees that it stops: rh_try, and what annotations say */
    ir_sym_id unknown;    /* a callee with neither body nor model, or the function called through; 0: none */
    bool unknown_pointer; /* called through a pointer of unknown value */
    bool never_returns;   /* by declaration or model */
    bool sets_jump;       /* a setjmp; buffer_key says of what, 0 unknown */
    bool in_assert;       /* stands in a macro that asserts: what it raises is of kind assert */
    uint32_t buffer_key;  /* of a setjmp, and of a source of kind jump: equal keys are the same buffer, 0 any */
};

struct panic_effect {
    enum panic_kind kind;
    bool terminates;    /* an exception that met a noexcept boundary: nothing above can catch it */
    uint8_t certainty;
    ir_type_id type;    /* of an exception; 0: any */
    uint32_t key;       /* of a jump: its buffer; of an unknown: the symbol, 0 a pointer; of an exception: 1 when
                           it is whatever the caller's handler is handling (`throw;` outside of any handler) */
    uint64_t executables; /* those that hold every function on the way, a bit each */
    uint32_t doubt;     /* bits: sum over the way of log2(targets of a call / those of them with this effect) */
    uint32_t depth;     /* calls on the way */
    ir_func_id func;    /* the function that it leaves */
    ir_instr_id instr;  /* the call, throw or rethrow there */
    const struct panic_effect *next; /* in the callee, or what the handler caught; NULL: raised here */
    bool next_is_caught; /* next is in the same function, caught by the handler that rethrows */
};

struct panic_input {
    const struct ir_module *module;
    /* Functions in bottom-up order; order[scc_first[i] .. scc_first[i + 1]) is the i-th component. */
    const ir_func_id *order;
    const uint32_t *scc_first;
    uint32_t scc_count;
    /* The executables that may hold a function, a bit each.  A way that none holds as a whole is none. */
    uint64_t (*executables)(void *context, ir_func_id func);
    /* What a CALL is; NULL: nothing that matters here. */
    const struct panic_call *(*call)(void *context, ir_func_id func, ir_instr_id instr);
    void *context;
};

struct panics;

struct panics *panic_solve(struct arena *arena, const struct panic_input *input);
/* Sorted by kind, then by doubt, then short before long, then by type. */
const struct panic_effect *const *panic_effects(const struct panics *panics, ir_func_id func, uint32_t *count);
/* Whether control can come back from it at all. */
bool panic_returns(const struct panics *panics, ir_func_id func);

/* Would a handler for `handler` (0: catch-all) stop a thrown `thrown` (0: any)?  1 yes, 0 no, -1 not known. */
int panic_catches(const struct ir_module *module, ir_type_id handler, ir_type_id thrown);
/* Whether an effect raised in `region` is stopped inside the function: the handler, or NULL. */
const struct ir_handler *panic_handler(const struct ir_module *module, const struct ir_func *func, ir_region_id region,
                                       const struct panic_effect *effect);

#endif
