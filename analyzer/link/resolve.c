/* What a symbol means: its bodies for a caller, its model, its overriders. */
#include <stdlib.h>
#include <string.h>

#include "link/tables.h"
#include "base/sort.h"

int link_compare_syms(const struct ir_module *module, ir_sym_id a, ir_sym_id b)
{
    if (a == b)
        return 0;
    int order = strcmp(ir_sym_name(module, a), ir_sym_name(module, b));
    return order ? order
                 : strcmp(ir_text(module, module->syms.data[a].key), ir_text(module, module->syms.data[b].key));
}

void link_index_bodies(struct program *program)
{
    struct ir_module *module = program->module;
    struct program_tables *tables = program->tables;
    uint32_t syms = module->syms.count;
    tables->body_first = arena_array(program->arena, uint32_t, syms + 2);
    tables->bodies = arena_array(program->arena, ir_func_id, module->funcs.count);
    for (ir_func_id func = 1; func < module->funcs.count; func++)
        tables->body_first[module->funcs.data[func].sym + 2]++;
    for (uint32_t i = 2; i < syms + 2; i++)
        tables->body_first[i] += tables->body_first[i - 1];
    for (ir_func_id func = 1; func < module->funcs.count; func++)
        tables->bodies[tables->body_first[module->funcs.data[func].sym + 1]++] = func;
}

static bool shares(const struct program *program, ir_func_id func, uint32_t caller_tu,
                   bool (*same)(const struct program_tu *a, const struct program_tu *b))
{
    const struct program_tables *tables = program->tables;
    const struct program_tu *caller = &program->tus.data[caller_tu];
    for (uint32_t at = tables->func_tu_head.data[func]; at; at = tables->func_tus.data[at - 1].next)
        if (same(&program->tus.data[tables->func_tus.data[at - 1].tu], caller))
            return true;
    return false;
}

static bool same_tu(const struct program_tu *a, const struct program_tu *b)
{
    return a == b;
}

static bool same_group(const struct program_tu *a, const struct program_tu *b)
{
    return strcmp(a->group, b->group) == 0;
}

static bool same_directory(const struct program_tu *a, const struct program_tu *b)
{
    const char *end_a = strrchr(a->path, '/'), *end_b = strrchr(b->path, '/');
    return end_a && end_b && end_a - a->path == end_b - b->path &&
           strncmp(a->path, b->path, (size_t)(end_a - a->path)) == 0;
}

static struct body_list choose(const struct program *program, uint32_t tu, ir_sym_id sym, const ir_func_id *all,
                               uint32_t count)
{
    static bool (*const rules[])(const struct program_tu *, const struct program_tu *) = {same_tu, same_group,
                                                                                          same_directory};
    bool internal = program->module->syms.data[sym].flags & SYM_INTERNAL;
    ir_func_id *chosen = arena_array(program->arena, ir_func_id, count);
    for (uint32_t rule = internal ? 0 : 1; rule < 3; rule++) {
        uint32_t n = 0;
        for (uint32_t i = 0; i < count; i++)
            if (shares(program, all[i], tu, rules[rule]))
                chosen[n++] = all[i];
        if (n)
            return (struct body_list){chosen, n};
    }
    return (struct body_list){all, count};
}

const ir_func_id *program_bodies(const struct program *program, ir_func_id caller, ir_sym_id sym, uint32_t *count)
{
    struct program_tables *tables = program->tables;
    const ir_func_id *all = tables->bodies + tables->body_first[sym];
    *count = tables->body_first[sym + 1] - tables->body_first[sym];
    if (*count <= 1)
        return all;
    uint32_t tu = program->funcs.data[caller].tu;
    uint64_t *slot = map_put(&tables->body_choice, map_key2(tu, sym));
    if (!*slot) {
        *vec_push(program->arena, &tables->choices) = choose(program, tu, sym, all, *count);
        *slot = tables->choices.count;
    }
    *count = tables->choices.data[*slot - 1].count;
    return tables->choices.data[*slot - 1].items;
}

void link_index_models(struct program *program)
{
    struct program_tables *tables = program->tables;
    uint32_t syms = program->module->syms.count;
    tables->model = arena_array(program->arena, const struct model_function *, syms);
    tables->quiet = arena_array(program->arena, bool, syms);
    for (ir_sym_id sym = 1; sym < syms; sym++) {
        if (program->module->syms.data[sym].kind != SYM_FUNCTION)
            continue;
        tables->model[sym] = model_find(program->models, program->module, sym);
        tables->quiet[sym] = model_role(tables->model[sym], ROLE_QUIET) ||
                             (!tables->model[sym] && tables->body_first[sym] == tables->body_first[sym + 1] &&
                              model_is_quiet(program->models, program->module, sym));
    }
}

void link_index_overrides(struct program *program)
{
    const struct ir_module *module = program->module;
    struct program_tables *tables = program->tables;
    tables->override_first = arena_array(program->arena, uint32_t, module->syms.count + 2);
    tables->overriders = arena_array(program->arena, ir_sym_id, module->overrides.count + 1);
    for (uint32_t i = 0; i < module->overrides.count; i++)
        tables->override_first[module->overrides.data[i].base + 2]++;
    for (uint32_t i = 2; i < module->syms.count + 2; i++)
        tables->override_first[i] += tables->override_first[i - 1];
    for (uint32_t i = 0; i < module->overrides.count; i++)
        tables->overriders[tables->override_first[module->overrides.data[i].base + 1]++] =
            module->overrides.data[i].method;
}

static int compare(const void *a, const void *b, void *module)
{
    return link_compare_syms(module, *(const ir_sym_id *)a, *(const ir_sym_id *)b);
}

uint32_t link_overriders(const struct program *program, struct arena *arena, ir_sym_id sym, ir_sym_id **out)
{
    const struct program_tables *tables = program->tables;
    VEC(ir_sym_id) found = {0};
    struct map seen;
    map_init(&seen, arena);
    *vec_push(arena, &found) = sym;
    *map_put(&seen, sym) = 1;
    for (uint32_t at = 0; at < found.count; at++) {
        ir_sym_id base = found.data[at];
        for (uint32_t i = tables->override_first[base]; i < tables->override_first[base + 1]; i++) {
            uint64_t *slot = map_put(&seen, tables->overriders[i]);
            if (!*slot)
                *vec_push(arena, &found) = tables->overriders[i];
            *slot = 1;
        }
    }
    sort_items_r(found.data, found.count, sizeof *found.data, compare, program->module);
    *out = found.data;
    return found.count;
}
