#include "link/program.h"

#include "ir/bytes.h"
#include "ir/text.h"
#include "link/tables.h"

struct program *program_create(struct arena *arena, const struct model_set *models,
                               const struct program_options *options)
{
    struct program *program = arena_new(arena, struct program);
    program->arena = arena;
    program->module = ir_module_create(arena);
    program->models = models;
    program->tables = arena_new(arena, struct program_tables);
    if (options)
        program->tables->options = *options;
    map_init(&program->tables->func_by_hash, arena);
    map_init(&program->tables->body_choice, arena);
    map_init(&program->tables->defs, arena);
    map_init(&program->tables->cfgs, arena);
    map_init(&program->tables->loops, arena);
    *vec_push(arena, &program->tus) = (struct program_tu){"", ""};
    return program;
}

uint32_t program_add_tu(struct program *program, const char *path, const char *group)
{
    struct program_tu *tu = vec_push(program->arena, &program->tus);
    tu->path = arena_strdup(program->arena, path);
    tu->group = arena_strdup(program->arena, group ? group : "");
    return program->tus.count - 1;
}

/* One more TU has the function; lists keep the order of adding. */
static void add_membership(struct program *program, ir_func_id func, uint32_t tu)
{
    struct program_tables *tables = program->tables;
    while (tables->func_tu_head.count < program->module->funcs.count)
        *vec_push(program->arena, &tables->func_tu_head) = 0;
    uint32_t *link = &tables->func_tu_head.data[func];
    while (*link) {
        if (tables->func_tus.data[*link - 1].tu == tu)
            return;
        link = &tables->func_tus.data[*link - 1].next;
    }
    *link = tables->func_tus.count + 1;
    *vec_push(program->arena, &tables->func_tus) = (struct func_tu){tu, 0};
}

bool program_add_func(struct program *program, uint32_t tu, const void *bytes, size_t count, struct err *err)
{
    struct hash128 hash = hash_bytes128(bytes, count);
    uint64_t *known = map_put(&program->tables->func_by_hash, hash.low ^ hash.high);
    if (!*known)
        *known = ir_read_func(program->module, bytes, count, err);
    if (!*known)
        return false;
    add_membership(program, (ir_func_id)*known, tu);
    return true;
}

bool program_add_decls(struct program *program, uint32_t tu, const void *bytes, size_t count, struct err *err)
{
    (void)tu;
    return ir_read_decls(program->module, bytes, count, err);
}

bool program_add_text(struct program *program, uint32_t tu, const char *text, size_t length, struct err *err)
{
    ir_func_id first = program->module->funcs.count;
    if (!ir_parse_text(program->module, text, length, err))
        return false;
    for (ir_func_id func = first ? first : 1; func < program->module->funcs.count; func++)
        add_membership(program, func, tu);
    return true;
}

static void make_funcs(struct program *program)
{
    struct program_tables *tables = program->tables;
    for (ir_func_id func = 0; func < program->module->funcs.count; func++) {
        struct program_func *entry = vec_push(program->arena, &program->funcs);
        uint32_t head = func < tables->func_tu_head.count ? tables->func_tu_head.data[func] : 0;
        entry->tu = head ? tables->func_tus.data[head - 1].tu : 0;
    }
}

void program_link(struct program *program)
{
    make_funcs(program);
    link_index_bodies(program);
    link_find_executables(program);
    link_index_models(program);
    link_index_overrides(program);
    link_solve_values(program);
    link_make_sites(program);
    link_make_order(program);
    link_make_spawns(program);
    link_solve_panics(program);
}

const struct call_site *program_site(const struct program *program, ir_func_id func, ir_instr_id instr)
{
    const struct program_func *entry = &program->funcs.data[func];
    uint32_t low = entry->first_site, high = low + entry->site_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (program->sites.data[middle].instr < instr)
            low = middle + 1;
        else
            high = middle;
    }
    const struct call_site *site = low < program->sites.count ? &program->sites.data[low] : NULL;
    return site && site->func == func && site->instr == instr ? site : NULL;
}

const ir_func_id *program_reach(const struct program *program, struct arena *arena, ir_func_id from, uint32_t *count)
{
    uint32_t total = program->module->funcs.count;
    bool *seen = arena_array(arena, bool, total);
    VEC(ir_func_id) stack = {0};
    *vec_push(arena, &stack) = from;
    seen[from] = true;
    *count = 0;
    while (stack.count) {
        const struct program_func *func = &program->funcs.data[stack.data[--stack.count]];
        ++*count;
        for (uint32_t i = func->first_site; i < func->first_site + func->site_count; i++)
            for (uint32_t j = 0; j < program->sites.data[i].target_count; j++) {
                ir_func_id target = program->sites.data[i].targets[j].func;
                if (target && !seen[target]) {
                    seen[target] = true;
                    *vec_push(arena, &stack) = target;
                }
            }
    }
    ir_func_id *out = arena_array(arena, ir_func_id, *count);
    uint32_t at = 0;
    for (ir_func_id func = 0; func < total; func++)
        if (seen[func])
            out[at++] = func;
    return out;
}
