/* Spawns: the API's own calls, and the calls that hand an entry to a function which spawns its parameter. */
#include <stdlib.h>
#include <string.h>

#include "link/tables.h"
#include "base/sort.h"

enum { MOST_HOPS = 8, MOST_SPAWNS = 1 << 15 };

/* `func` starts what its parameter `param` is, by `spawn`. */
struct handed {
    ir_func_id func;
    ir_local_id param;
    uint32_t spawn; /* index into found */
};

struct caller {
    uint32_t site, next; /* index + 1 in links */
};

struct search {
    struct program *program;
    VEC(struct spawn) found;
    VEC(bool) replaced; /* parallel: some caller stands for it */
    VEC(struct handed) work;
    struct map callers;   /* func -> first caller + 1 in links */
    VEC(struct caller) links;
};

/* A launch policy, an executor or a stop token stands before the callable. */
static ir_val entry_value(const struct program *program, const struct ir_func *func, const struct ir_instr *instr,
                          const struct role *role)
{
    int at = role->at[POS_ENTRY];
    ir_val val = role_value(func, instr, at);
    for (int skipped = 0; role->rest && at > 0 && skipped < 2; skipped++) {
        enum ir_val_kind kind = ir_val_kind(val);
        ir_type_id type = link_val_type(program, func, val);
        bool policy = kind == VAL_INT || (type && program->module->types.data[type].kind == TYPE_ENUM);
        if (!policy)
            break;
        val = role_value(func, instr, ++at);
    }
    return val;
}

static bool is_openmp(const struct model_function *model)
{
    return strcmp(model->library, "OpenMP") == 0;
}

static void add_spawn(struct search *search, const struct spawn *spawn)
{
    struct program *program = search->program;
    *vec_push(program->arena, &search->found) = *spawn;
    *vec_push(program->arena, &search->replaced) = false;
    ir_local_id param = link_param_of(program, spawn->func, spawn->entry);
    if (param && spawn->hop_count < MOST_HOPS)
        *vec_push(program->arena, &search->work) =
            (struct handed){spawn->func, param, search->found.count - 1};
}

static void index_callers(struct search *search)
{
    const struct program *program = search->program;
    map_init(&search->callers, program->arena);
    for (uint32_t i = 0; i < program->sites.count; i++) {
        const struct call_site *site = &program->sites.data[i];
        for (uint32_t j = 0; j < site->target_count; j++) {
            if (!site->targets[j].func || site->targets[j].certainty == GUESSED)
                continue;
            uint64_t *slot = map_put(&search->callers, site->targets[j].func);
            uint32_t next = (uint32_t)*slot;
            *vec_push(program->arena, &search->links) = (struct caller){i, next};
            *slot = search->links.count;
        }
    }
}

/* The spawn as a caller of its function sees it. */
static void derive(struct search *search, const struct handed *handed, const struct call_site *site)
{
    struct program *program = search->program;
    const struct ir_func *caller = &program->module->funcs.data[site->func];
    const struct ir_instr *instr = &caller->instrs.data[site->instr];
    struct spawn inner = search->found.data[handed->spawn];
    for (uint32_t i = 0; i < inner.hop_count; i++)
        if (inner.hops[i].func == site->func)
            return; /* recursion */
    if (handed->param > instr->arg_count || inner.func == site->func)
        return;
    struct spawn_hop *hops = arena_array(program->arena, struct spawn_hop, inner.hop_count + 1);
    hops[0] = (struct spawn_hop){inner.func, inner.instr};
    if (inner.hop_count)
        memcpy(hops + 1, inner.hops, inner.hop_count * sizeof *hops);
    struct spawn outer = inner;
    outer.func = site->func;
    outer.instr = site->instr;
    outer.hops = hops;
    outer.hop_count = inner.hop_count + 1;
    outer.entry = caller->args.data[instr->first_arg + handed->param - 1];
    add_spawn(search, &outer);
}

/* Whether some call hands the entry in; the spawn in `handed` is then not a place of its own. */
static bool derive_from_callers(struct search *search, const struct handed *handed)
{
    uint64_t *slot = map_get(&search->callers, handed->func);
    bool any = false;
    for (uint32_t at = slot ? (uint32_t)*slot : 0; at; at = search->links.data[at - 1].next) {
        const struct call_site *site = &search->program->sites.data[search->links.data[at - 1].site];
        derive(search, handed, site);
        any = true;
    }
    return any;
}

/* A body that a spawn model stands for is the library's own business. */
static bool is_modelled_spawn(const struct program *program, ir_func_id func)
{
    return model_role(program->tables->model[program->module->funcs.data[func].sym], ROLE_SPAWN) != NULL;
}

static bool in_system_header(const struct program *program, ir_func_id func)
{
    return program->module->syms.data[program->module->funcs.data[func].sym].flags & SYM_SYSTEM;
}

static int compare(const void *a, const void *b, void *context)
{
    const struct ir_module *module = context;
    const struct spawn *x = a, *y = b;
    const struct ir_span *p = &module->spans.data[module->funcs.data[x->func].instrs.data[x->instr].span];
    const struct ir_span *q = &module->spans.data[module->funcs.data[y->func].instrs.data[y->instr].span];
    int order = strcmp(ir_text(module, module->files.data[p->file].path), ir_text(module, module->files.data[q->file].path));
    if (order)
        return order;
    if (p->offset != q->offset)
        return p->offset < q->offset ? -1 : 1;
    if (x->func != y->func)
        return x->func < y->func ? -1 : 1;
    return (x->instr > y->instr) - (x->instr < y->instr);
}

static void find_direct(struct search *search)
{
    struct program *program = search->program;
    for (uint32_t i = 0; i < program->sites.count; i++) {
        struct call_site *site = &program->sites.data[i];
        const struct role *role = model_role(site->model, ROLE_SPAWN);
        if (!role || is_modelled_spawn(program, site->func))
            continue;
        const struct ir_func *func = &program->module->funcs.data[site->func];
        struct spawn spawn = {.func = site->func, .instr = site->instr, .role = role, .model = site->model,
                              .entry = entry_value(program, func, &func->instrs.data[site->instr], role),
                              .is_openmp = is_openmp(site->model)};
        add_spawn(search, &spawn);
    }
}

/* By what the entry is as an object, on its way here too: of a class whose call operator recovers. */
static uint32_t stopped_by_class(struct program *program, const struct spawn *spawn)
{
    const struct ir_module *module = program->module;
    uint32_t kinds = 0;
    ir_val val = spawn->entry;
    for (int step = 0; val && step < LINK_TRACE_STEPS; step++) {
        const struct ir_type *type =
            &module->types.data[link_val_type(program, &module->funcs.data[spawn->func], val)];
        if (type->kind == TYPE_CLASS && type->class_)
            kinds |= model_class_stops(program->models, ir_text(module, module->classes.data[type->class_].name));
        val = link_trace_step(program, spawn->func, val);
    }
    return kinds;
}

static void mark_tasks(struct program *program)
{
    VEC(ir_func_id) work = {0};
    for (uint32_t i = 0; i < program->spawns.count; i++)
        for (uint32_t j = 0; j < program->spawns.data[i].entries.count; j++)
            *vec_push(program->arena, &work) = program->spawns.data[i].entries.items[j].func;
    while (work.count) {
        struct program_func *func = &program->funcs.data[work.data[--work.count]];
        if (func->in_spawned_task || func == &program->funcs.data[0])
            continue;
        func->in_spawned_task = true;
        for (uint32_t i = func->first_site; i < func->first_site + func->site_count; i++)
            for (uint32_t j = 0; j < program->sites.data[i].target_count; j++)
                *vec_push(program->arena, &work) = program->sites.data[i].targets[j].func;
    }
}

void link_make_spawns(struct program *program)
{
    struct search search = {.program = program};
    index_callers(&search);
    find_direct(&search);
    for (uint32_t i = 0; i < search.work.count && search.found.count < MOST_SPAWNS; i++) {
        struct handed handed = search.work.data[i];
        if (derive_from_callers(&search, &handed))
            search.replaced.data[handed.spawn] = true;
    }
    for (uint32_t i = 0; i < search.found.count; i++) {
        struct spawn *spawn = &search.found.data[i];
        if (search.replaced.data[i] || in_system_header(program, spawn->func))
            continue;
        if (ir_val_kind(link_trace_value(program, spawn->func, spawn->entry)) == VAL_INT)
            continue; /* a null entry starts nothing */
        spawn->kinds = spawn->role->kinds | stopped_by_class(program, spawn);
        spawn->entries = program_callables(program, spawn->func, spawn->entry);
        *vec_push(program->arena, &program->spawns) = *spawn;
        struct call_site *site = (struct call_site *)(uintptr_t)program_site(program, spawn->func, spawn->instr);
        site->flags |= SITE_SPAWN;
    }
    sort_items_r(program->spawns.data, program->spawns.count, sizeof *program->spawns.data, compare, program->module);
    mark_tasks(program);
}
