/* Call sites: what each call reaches. */
#include <stdlib.h>
#include <string.h>

#include "facts/name.h"
#include "base/sort.h"
#include "link/tables.h"

enum { MOST_GUESSES = 64 };

struct targets {
    struct program *program;
    ir_func_id caller;
    VEC(struct panic_callee) items;
};

static void add_target(struct targets *targets, ir_sym_id sym, ir_func_id func, uint8_t certainty)
{
    if (link_never_meet(targets->program, targets->caller, func))
        return;
    for (uint32_t i = 0; i < targets->items.count; i++) {
        struct panic_callee *have = &targets->items.data[i];
        if (have->sym == sym && have->func == func) {
            if (certainty < have->certainty)
                have->certainty = certainty;
            return;
        }
    }
    *vec_push(targets->program->arena, &targets->items) = (struct panic_callee){sym, func, certainty};
}

/* The number of parameters as written, -1 unknown or variadic. */
static int arity(const struct program *program, struct arena *tmp, ir_sym_id sym)
{
    const struct ir_sym *entry = &program->module->syms.data[sym];
    const char **params;
    if (entry->flags & SYM_VARIADIC)
        return -1;
    return name_params(tmp, ir_text(program->module, program->module->types.data[entry->type].spelling), &params);
}

static void add_callables(struct targets *targets, ir_func_id caller, ir_val val)
{
    struct callables callables = program_callables(targets->program, caller, val);
    for (uint32_t i = 0; i < callables.count; i++)
        add_target(targets, callables.items[i].sym, callables.items[i].func, callables.items[i].certainty);
}

/* Of several targets of a pointer those that take as many arguments as are given. */
static void drop_wrong_arity(struct targets *targets, const struct ir_instr *instr)
{
    struct arena *tmp = arena_create("arity");
    uint32_t kept = 0;
    for (uint32_t i = 0; i < targets->items.count; i++) {
        const struct ir_sym *sym = &targets->program->module->syms.data[targets->items.data[i].sym];
        int wanted = sym->flags & SYM_METHOD ? -1 : arity(targets->program, tmp, targets->items.data[i].sym);
        if (wanted < 0 || (uint32_t)wanted == instr->arg_count)
            targets->items.data[kept++] = targets->items.data[i];
    }
    if (kept)
        targets->items.count = kept;
    if (kept == 1)
        targets->items.data[0].certainty = CERTAIN;
    arena_destroy(tmp);
}

static void direct_targets(struct targets *targets, ir_func_id caller, ir_sym_id sym)
{
    uint32_t count;
    const ir_func_id *bodies = program_bodies(targets->program, caller, sym, &count);
    for (uint32_t i = 0; i < count; i++)
        add_target(targets, sym, bodies[i], count == 1 ? CERTAIN : POSSIBLE);
    if (!count)
        add_target(targets, sym, 0, CERTAIN);
}

static void virtual_targets(struct targets *targets, ir_func_id caller, ir_sym_id sym)
{
    struct program *program = targets->program;
    ir_sym_id *all;
    uint32_t count = link_overriders(program, program->arena, sym, &all), with_body = 0;
    for (uint32_t i = 0; i < count; i++)
        with_body += program->tables->body_first[all[i]] < program->tables->body_first[all[i] + 1];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bodies;
        const ir_func_id *body = program_bodies(program, caller, all[i], &bodies);
        for (uint32_t j = 0; j < bodies; j++)
            add_target(targets, all[i], body[j], with_body == 1 && bodies == 1 ? CERTAIN : POSSIBLE);
    }
    if (!with_body && !(program->module->syms.data[sym].flags & SYM_PURE))
        add_target(targets, sym, 0, CERTAIN);
}

/* Every function whose address is taken, by the type of the pointer. */
static void guess_targets(struct targets *targets, ir_func_id caller, const struct ir_instr *instr,
                          const struct map *taken)
{
    const struct program *program = targets->program;
    const struct ir_func *func = &program->module->funcs.data[caller];
    if (ir_val_kind(instr->a) != VAL_PATH)
        return;
    ir_type_id type = link_val_type(program, func, instr->a);
    uint64_t *slot = map_get(taken, program->module->types.data[type].spelling);
    const VEC(ir_sym_id) *syms = slot ? (const void *)(uintptr_t)*slot : NULL;
    if (!syms || syms->count > MOST_GUESSES)
        return;
    for (uint32_t i = 0; i < syms->count; i++) {
        uint32_t bodies;
        const ir_func_id *body = program_bodies(program, caller, syms->data[i], &bodies);
        for (uint32_t j = 0; j < bodies; j++)
            add_target(targets, syms->data[i], body[j], GUESSED);
    }
}

static void callback_targets(struct targets *targets, ir_func_id caller, const struct ir_instr *instr,
                             const struct model_function *model)
{
    const struct ir_func *func = &targets->program->module->funcs.data[caller];
    for (uint32_t i = 0; i < model->role_count; i++) {
        const struct role *role = &model->roles[i];
        bool runs = (role->kind == ROLE_CALLS && role->when == WHEN_NOW) || role->kind == ROLE_RECOVER ||
                    role->kind == ROLE_ONCE_RUN;
        if (runs && role->at[POS_CALLBACK])
            add_callables(targets, caller, role_value(func, instr, role->at[POS_CALLBACK]));
    }
}

static int compare(const void *a, const void *b, void *module)
{
    const struct panic_callee *x = a, *y = b;
    if (x->certainty != y->certainty)
        return x->certainty < y->certainty ? -1 : 1;
    int order = link_compare_syms(module, x->sym, y->sym);
    return order ? order : (x->func > y->func) - (x->func < y->func);
}

static void make_site(struct program *program, ir_func_id id, ir_instr_id instr_id, const struct map *taken)
{
    const struct ir_instr *instr = &program->module->funcs.data[id].instrs.data[instr_id];
    struct call_site site = {.func = id, .instr = instr_id, .model = program->tables->model[instr->sym]};
    struct targets targets = {.program = program, .caller = id};
    if (model_is_opaque(site.model)) {
        callback_targets(&targets, id, instr, site.model);
    } else if (!instr->sym) {
        add_callables(&targets, id, instr->a);
        drop_wrong_arity(&targets, instr);
        if (!targets.items.count) {
            site.flags |= SITE_UNRESOLVED;
            guess_targets(&targets, id, instr, taken);
        }
    } else if (instr->flags & CALL_VIRTUAL) {
        virtual_targets(&targets, id, instr->sym);
        if (!targets.items.count)
            site.flags |= SITE_UNRESOLVED;
    } else {
        direct_targets(&targets, id, instr->sym);
    }
    if (model_role(site.model, ROLE_SPAWN))
        site.flags |= SITE_SPAWN;
    sort_items_r(targets.items.data, targets.items.count, sizeof *targets.items.data, compare, program->module);
    site.targets = targets.items.data;
    site.target_count = targets.items.count;
    *vec_push(program->arena, &program->sites) = site;
}

static void take_address(struct program *program, struct map *seen, struct map *taken, ir_val val)
{
    if (ir_val_kind(val) != VAL_FUNC)
        return;
    ir_sym_id sym = ir_val_index(val);
    uint64_t *known = map_put(seen, sym);
    if (*known)
        return;
    *known = 1;
    const struct ir_module *module = program->module;
    uint64_t *slot = map_put(taken, module->types.data[module->syms.data[sym].type].spelling);
    if (!*slot)
        *slot = (uint64_t)(uintptr_t)arena_alloc(program->arena, sizeof(VEC(ir_sym_id)));
    VEC(ir_sym_id) *list = (void *)(uintptr_t)*slot;
    *vec_push(program->arena, list) = sym;
}

/* Functions whose address is taken: type spelling -> VEC(ir_sym_id) *. */
static void index_taken(struct program *program, struct map *taken)
{
    struct map seen;
    map_init(&seen, program->arena);
    map_init(taken, program->arena);
    for (ir_func_id id = 1; id < program->module->funcs.count; id++) {
        const struct ir_func *func = &program->module->funcs.data[id];
        for (uint32_t i = 0; i < func->args.count; i++)
            take_address(program, &seen, taken, func->args.data[i]);
        for (uint32_t i = 0; i < func->instrs.count; i++) {
            take_address(program, &seen, taken, func->instrs.data[i].a);
            take_address(program, &seen, taken, func->instrs.data[i].b);
        }
    }
}

void link_make_sites(struct program *program)
{
    struct map taken;
    index_taken(program, &taken);
    for (ir_func_id id = 1; id < program->module->funcs.count; id++) {
        const struct ir_func *func = &program->module->funcs.data[id];
        struct program_func *entry = &program->funcs.data[id];
        entry->first_site = program->sites.count;
        for (ir_instr_id i = 0; i < func->instrs.count; i++)
            if (func->instrs.data[i].op == IR_CALL)
                make_site(program, id, i, &taken);
        entry->site_count = program->sites.count - entry->first_site;
    }
}
