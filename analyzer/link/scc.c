/* Strongly connected components of the call graph, callees first.  Tarjan, "Depth-First Search and Linear Graph
 * Algorithms" (1972), with its own stack: call chains may be deep. */
#include "link/tables.h"

struct frame {
    ir_func_id func;
    uint32_t site, target;
};

struct tarjan {
    struct program *program;
    uint32_t *index, *low; /* 0: not visited */
    bool *on_stack;
    VEC(ir_func_id) stack;
    VEC(struct frame) frames;
    uint32_t next, placed;
};

static void enter(struct tarjan *t, ir_func_id func)
{
    t->index[func] = t->low[func] = ++t->next;
    t->on_stack[func] = true;
    *vec_push(t->program->arena, &t->stack) = func;
    *vec_push(t->program->arena, &t->frames) = (struct frame){func, 0, 0};
}

static void close_component(struct tarjan *t, ir_func_id root)
{
    struct program *program = t->program;
    program->scc_first[program->scc_count] = t->placed;
    ir_func_id func;
    do {
        func = t->stack.data[--t->stack.count];
        t->on_stack[func] = false;
        program->funcs.data[func].scc = program->scc_count;
        program->order[t->placed++] = func;
    } while (func != root);
    program->scc_first[++program->scc_count] = t->placed;
}

/* The next callee of the frame, 0: done. */
static ir_func_id next_callee(struct tarjan *t, struct frame *frame)
{
    const struct program_func *func = &t->program->funcs.data[frame->func];
    for (; frame->site < func->site_count; frame->site++, frame->target = 0) {
        const struct call_site *site = &t->program->sites.data[func->first_site + frame->site];
        while (frame->target < site->target_count) {
            ir_func_id callee = site->targets[frame->target++].func;
            if (callee)
                return callee;
        }
    }
    return 0;
}

static void step(struct tarjan *t)
{
    struct frame *frame = vec_last(&t->frames);
    ir_func_id func = frame->func, callee = next_callee(t, frame);
    if (callee && !t->index[callee]) {
        enter(t, callee);
    } else if (callee) {
        if (t->on_stack[callee] && t->index[callee] < t->low[func])
            t->low[func] = t->index[callee];
    } else {
        if (t->low[func] == t->index[func])
            close_component(t, func);
        t->frames.count--;
        if (t->frames.count && t->low[func] < t->low[vec_last(&t->frames)->func])
            t->low[vec_last(&t->frames)->func] = t->low[func];
    }
}

void link_make_order(struct program *program)
{
    uint32_t count = program->module->funcs.count;
    struct tarjan t = {.program = program};
    t.index = arena_array(program->arena, uint32_t, count);
    t.low = arena_array(program->arena, uint32_t, count);
    t.on_stack = arena_array(program->arena, bool, count);
    program->order = arena_array(program->arena, ir_func_id, count);
    program->scc_first = arena_array(program->arena, uint32_t, count + 1);
    for (ir_func_id func = 1; func < count; func++) {
        if (!t.index[func])
            enter(&t, func);
        while (t.frames.count)
            step(&t);
    }
}
