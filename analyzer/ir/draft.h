/* A function while it is being built: private to ir/builder.c, ir/paths.c and ir/finish.c.
 *
 * Instructions are linked per block in order of emission, so that a caller may leave a block and come back;
 * ir/finish.c makes them contiguous.  The draft's arena ends with ir_end.
 */
#ifndef IR_DRAFT_H
#define IR_DRAFT_H

#include "base/map.h"
#include "ir/builder.h"

enum {
    PATH_MAX_STEPS = 48,       /* a longer path goes through a temporary that holds its address */
    PATH_MAX_INDEX_DEPTH = 32, /* a[b[c[...]]] nested deeper has an unknown index */
};

struct draft_instr {
    struct ir_instr instr;
    ir_instr_id next; /* in the block */
};

struct draft_block {
    ir_instr_id first, last;
    uint32_t first_succ, succ_count;
    bool is_ended; /* has its terminator */
};

struct draft_path {
    struct ir_path path;
    uint32_t index_depth;
};

struct ir_builder {
    struct ir_module *module;
    struct arena *arena;
    struct ir_func func; /* locals, regions, handlers, args, ints, steps, succs are pushed here (draft arena) */
    VEC(struct draft_instr) instrs;
    VEC(struct draft_block) blocks;
    VEC(struct draft_path) paths;
    struct map path_of; /* hash of base and steps */
    struct map int_of;  /* by value */
    ir_block_id block; /* 0: behind a terminator, the fresh block not made yet */
    bool is_dead;      /* nothing was entered since the last terminator */
    ir_region_id region;
    ir_span_id span;
};

#endif
