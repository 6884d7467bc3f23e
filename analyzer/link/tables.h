/* Private to link/: what program.h's structs hide. */
#ifndef LINK_TABLES_H
#define LINK_TABLES_H

#include "base/map.h"
#include "link/program.h"

struct func_tu {
    uint32_t tu, next; /* index + 1 of the next in func_tus, 0: the end */
};

struct body_list {
    const ir_func_id *items;
    uint32_t count;
};

struct program_tables {
    struct program_options options;
    struct map func_by_hash;        /* low half of a blob's hash -> func */
    VEC(struct func_tu) func_tus;
    VEC(uint32_t) func_tu_head;     /* by func; index + 1 */
    const struct model_function **model; /* by sym */
    bool *quiet;                    /* by sym: bodiless and known to let nothing out */
    uint32_t *body_first;           /* by sym, one more at the end: into bodies */
    ir_func_id *bodies;
    struct map body_choice;         /* (tu, sym) -> index + 1 into choices */
    VEC(struct body_list) choices;
    struct values *values;
    uint32_t *override_first;       /* by sym: into overriders */
    ir_sym_id *overriders;          /* direct ones */
    struct map defs;                /* func -> struct def_table *, filled when asked for */
    struct map cfgs, loops;         /* func -> struct ir_cfg *, struct ir_loops *, filled when asked for */
};

/* executables.c */
void link_find_executables(struct program *program);
/* No executable holds both. */
static inline bool link_never_meet(const struct program *program, ir_func_id a, ir_func_id b)
{
    return (program->funcs.data[a].executables & program->funcs.data[b].executables) == 0;
}

/* resolve.c */
void link_index_bodies(struct program *program);
void link_index_models(struct program *program);
void link_index_overrides(struct program *program);
/* Overriders of a virtual function, itself included, transitively, sorted by name. */
uint32_t link_overriders(const struct program *program, struct arena *arena, ir_sym_id sym, ir_sym_id **out);
/* By name, then by key: the order in which targets show. */
int link_compare_syms(const struct ir_module *module, ir_sym_id a, ir_sym_id b);

/* values.c: which functions a value may be. */
void link_solve_values(struct program *program);
/* By static type: the call operator of a closure or functor; 0 for what holds callables (std::function). */
ir_sym_id link_callable_of_type(const struct program *program, ir_type_id type);

/* trace.c: within one function. */
struct def_table;
/* The value that `val` was copied from, through temporaries, single-assignment locals and `flows` calls. */
enum { LINK_TRACE_STEPS = 16 };
/* One step back to where a value comes from; VAL_NONE: it begins here. */
ir_val link_trace_step(struct program *program, ir_func_id func, ir_val val);
ir_val link_trace_value(struct program *program, ir_func_id func, ir_val val);
/* The number (from 1) of the parameter that `val` is, unchanged; 0: it is none. */
ir_local_id link_param_of(struct program *program, ir_func_id func, ir_val val);
ir_type_id link_val_type(const struct program *program, const struct ir_func *func, ir_val val);
/* The instruction that alone assigns the local, 0: none or several. */
ir_instr_id link_single_def(struct program *program, ir_func_id func, ir_local_id local);

/* sites.c, scc.c, spawns.c, effects.c */
void link_make_sites(struct program *program);
void link_make_order(struct program *program);
void link_make_spawns(struct program *program);
void link_solve_panics(struct program *program);

#endif
