/* Which functions a value may be: inclusion constraints, whole program, without regard to order or context.
 *
 * Nodes are locals, globals, results and fields (one node per field, whatever the object); an address and what it
 * points to share a node's fate, so that dereferences and indexes don't matter.  Only functions (and the call
 * operators of closures and functors) are tracked.  After Andersen, "Program Analysis and Specialization for the C
 * Programming Language" (1994), with field-based heaps as in Heintze and Tardieu (2001).
 */
#ifndef LINK_VALUES_H
#define LINK_VALUES_H

#include "link/tables.h"

typedef uint32_t node_id;

struct value_edge {
    node_id to;
    uint32_t next; /* index + 1 */
};

/* When a function reaches the node, the call binds its arguments to the function's parameters. */
struct value_call {
    ir_func_id func;
    ir_instr_id instr;
    uint32_t first_arg, arg_count; /* in the function's args */
    bool skip_this;                /* the callee's `this` comes from elsewhere */
    bool has_result;
    uint32_t next;                 /* of the same node; index + 1 */
};

struct value_set {
    VEC(ir_sym_id) items;
};

struct values {
    struct program *program;
    struct arena *arena;
    node_id *local_base; /* by func */
    node_id global_base, result_base, field_base;
    uint32_t node_count;
    bool *is_dead;       /* by node: of a type that holds no callable: numbers, characters, C structs (their fields do) */
    uint32_t *first_edge, *first_call; /* by node; index + 1 */
    VEC(struct value_edge) edges;
    VEC(struct value_call) calls;
    struct value_set *sets;
    struct map members; /* (node, sym) */
    VEC(uint64_t) work; /* (node, sym) still to be spread */
};

/* The node of a value, 0: it has none (constants). */
node_id value_node(const struct values *values, ir_func_id func, ir_val val);
const ir_sym_id *value_set_of(const struct values *values, node_id node, uint32_t *count);

#endif
