/* The whole program: one module that holds every function, what each call reaches, and which task starts which.
 *
 * Use: program_create; for each TU in a fixed order (by real path) program_add_tu and its blobs; program_link once;
 * then everything is read-only.  Blobs come from the store or from workers (ir/bytes.h); IR text can be added for
 * tests and `dump`.  A bad blob is refused with a sentence and costs that function alone.
 *
 * A compile database holds several programs: TUs belong to groups.  A symbol with several bodies resolves, for a caller,
 * to the bodies of the caller's own group, then of its own directory, else to all of them.  Equal bytes are one body
 * whatever TU they came from; different variants of one header function in one group are all targets.  What no
 * executable holds together (link/executables.c) never calls each other.
 *
 * Everything lives in the arena given.
 */
#ifndef LINK_PROGRAM_H
#define LINK_PROGRAM_H

#include "facts/model.h"
#include "flow/panic.h"
#include "ir/ir.h"

struct program_tu {
    const char *path;  /* real path of its source */
    const char *group; /* program group, "" when nothing says */
};

enum {
    SITE_SPAWN = 1,       /* a spawn role, or a call whose callee spawns what it is handed */
    SITE_UNRESOLVED = 2,  /* through a pointer or to an overrider of which nothing is known */
    SITE_MAYBE_MORE = 4,  /* the targets are not all: an unknown value may be there too */
};

/* One CALL instruction. */
struct call_site {
    ir_func_id func;
    ir_instr_id instr;
    uint32_t flags;
    uint32_t target_count;
    const struct panic_callee *targets; /* sorted: certain first, then by name; callbacks that run now included */
    const struct model_function *model; /* of the callee; NULL: none */
};

/* What a value that should be callable turned out to be. */
struct callable {
    ir_sym_id sym;
    ir_func_id func; /* 0: no body */
    uint8_t certainty;
};

struct callables {
    const struct callable *items; /* sorted by name */
    uint32_t count;
    bool complete; /* false: it may be something else too, or nothing is known */
};

/* From the call that hands the entry in, down to the spawn itself. */
struct spawn_hop {
    ir_func_id func;
    ir_instr_id instr;
};

/* A place that starts tasks.  One that is handed a null entry is none. */
struct spawn {
    ir_func_id func;        /* where it stands: the call that fixes the entry */
    ir_instr_id instr;
    const struct role *role; /* of the API at the end */
    const struct model_function *model;
    const struct spawn_hop *hops; /* further calls down to the API's, outermost first; none when it stands here */
    uint32_t hop_count;
    ir_val entry;           /* in `func` */
    uint32_t kinds;         /* PANIC_BITs that are stopped whatever the entry does: by the API, or by the callable's own
                               class (std::packaged_task) */
    struct callables entries;
    bool is_openmp;
};

#define ANY_EXECUTABLE UINT64_MAX

struct program_func {
    uint32_t first_site, site_count; /* into sites */
    uint32_t scc;
    uint32_t tu;                     /* the first TU that has it */
    uint64_t executables;            /* a bit for each that may hold it; ANY_EXECUTABLE: not known */
    uint32_t variant_of_count;       /* bodies of the same symbol in its group */
    bool in_spawned_task;            /* reachable from some spawn's entry */
};

struct program {
    struct arena *arena;
    struct ir_module *module;
    const struct model_set *models;
    VEC(struct program_tu) tus;
    VEC(struct program_func) funcs;  /* parallel to module->funcs */
    VEC(struct call_site) sites;     /* by function, then by instruction */
    VEC(struct spawn) spawns;        /* by place */
    ir_func_id *order;               /* bottom-up */
    uint32_t *scc_first, scc_count;
    struct panics *panics;           /* solved by program_link */
    struct program_tables *tables;   /* private to link/ */
};

struct program_options {
    enum throw_set throws;
    bool bad_alloc;  /* operator new throws */
};

struct program *program_create(struct arena *arena, const struct model_set *models,
                               const struct program_options *options);
uint32_t program_add_tu(struct program *program, const char *path, const char *group);
/* A function's blob (equal bytes are read once) and the module's declarations. */
bool program_add_func(struct program *program, uint32_t tu, const void *bytes, size_t count, struct err *err);
bool program_add_decls(struct program *program, uint32_t tu, const void *bytes, size_t count, struct err *err);
/* IR text: everything in it belongs to `tu`. */
bool program_add_text(struct program *program, uint32_t tu, const char *text, size_t length, struct err *err);
void program_link(struct program *program);

/* The site of a CALL; NULL for other instructions. */
const struct call_site *program_site(const struct program *program, ir_func_id func, ir_instr_id instr);
/* What a value may call. */
struct callables program_callables(const struct program *program, ir_func_id func, ir_val val);
/* The bodies that `caller` means by `sym`; `*count` 0 where there is none. */
const ir_func_id *program_bodies(const struct program *program, ir_func_id caller, ir_sym_id sym, uint32_t *count);
/* A function's graph, exceptional edges included, and its loops: made when first asked for, kept with the program. */
struct ir_loops;
const struct ir_cfg *program_cfg(const struct program *program, ir_func_id func);
const struct ir_loops *program_loops(const struct program *program, ir_func_id func);
/* Functions reachable from `from` without passing a spawn, itself included, in ascending order. */
const ir_func_id *program_reach(const struct program *program, struct arena *arena, ir_func_id from, uint32_t *count);

/* `spawnlint dump --stage=link`, and the spawn tree that `report` prints: deterministic. */
struct buf;
void program_print(struct buf *out, const struct program *program);
void program_print_spawns(struct buf *out, const struct program *program);

#endif
