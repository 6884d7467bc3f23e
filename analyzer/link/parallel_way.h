/* Private to link/: parallel.c finds where tasks start, parallel_way.c how long they run. */
#ifndef LINK_PARALLEL_WAY_H
#define LINK_PARALLEL_WAY_H

#include "base/map.h"
#include "link/bits.h"
#include "link/parallel.h"

struct func_starts {
    struct task_start *data;
    uint32_t count, capacity;
};

struct parallel {
    struct arena *arena;
    const struct program *program;
    struct waits *waits;
    struct func_bits runs;             /* tasks that may execute the function */
    struct func_starts *funcs;         /* by func */
    struct func_starts *left;          /* by func: tasks that may outlive it; `instr` unset */
    bool *is_visited;                  /* by func */
    uint32_t *spawn_head, *spawn_next; /* by func, by spawn: index + 1 into program->spawns */
    struct map writers;                /* global -> struct func_bits * of one bit, made when asked for */
};

/* May the function, or what it calls, assign the global or a part of it?  Setting it to a constant (-1, NULL)
 * names no other object. */
bool parallel_writes(struct parallel *parallel, ir_func_id func, ir_sym_id global);

#endif
