/* The linked program as text, for people and tests. */
#include <string.h>

#include "base/buf.h"
#include "link/tables.h"

static const char *const certainty_texts[] = {"", "?", "??"}; /* one, several, guessed by type */

static void print_place(struct buf *out, const struct ir_module *module, ir_span_id id)
{
    const struct ir_span *span = &module->spans.data[id];
    const char *path = ir_text(module, module->files.data[span->file].path);
    const char *name = strrchr(path, '/');
    buf_printf(out, "%s:%u", name ? name + 1 : path, span->line);
}

static void print_instr_place(struct buf *out, const struct ir_module *module, ir_func_id func, ir_instr_id instr)
{
    print_place(out, module, module->funcs.data[func].instrs.data[instr].span);
}

static void print_effect(struct buf *out, const struct ir_module *module, const struct panic_effect *effect)
{
    buf_printf(out, "  lets out %s%s", panic_kind_text(effect->kind), certainty_texts[effect->certainty]);
    if (effect->kind == PANIC_UNKNOWN)
        buf_printf(out, " %s", effect->key ? ir_sym_name(module, effect->key) : "through a pointer");
    if (effect->type)
        buf_printf(out, " %s", ir_text(module, module->types.data[effect->type].spelling));
    if (effect->terminates)
        buf_text(out, " (terminates)");
    buf_text(out, " from ");
    while (effect->next)
        effect = effect->next;
    print_instr_place(out, module, effect->func, effect->instr);
    buf_char(out, '\n');
}

static void print_site(struct buf *out, const struct program *program, const struct call_site *site)
{
    buf_text(out, "  ");
    print_instr_place(out, program->module, site->func, site->instr);
    buf_text(out, site->flags & SITE_SPAWN ? " spawns by" : " calls");
    const struct ir_instr *instr = &program->module->funcs.data[site->func].instrs.data[site->instr];
    if (site->flags & SITE_SPAWN && instr->sym)
        buf_printf(out, " %s", ir_sym_name(program->module, instr->sym));
    for (uint32_t i = 0; i < site->target_count; i++)
        buf_printf(out, " %s%s%s", ir_sym_name(program->module, site->targets[i].sym),
                   certainty_texts[site->targets[i].certainty], site->targets[i].func ? "" : "!");
    buf_text(out, site->flags & SITE_UNRESOLVED ? " unresolved\n" : "\n");
}

void program_print(struct buf *out, const struct program *program)
{
    const struct ir_module *module = program->module;
    for (ir_func_id func = 1; func < module->funcs.count; func++) {
        const struct program_func *entry = &program->funcs.data[func];
        buf_printf(out, "%s%s%s\n", ir_sym_name(module, module->funcs.data[func].sym),
                   entry->in_spawned_task ? " (in a task)" : "",
                   panic_returns(program->panics, func) ? "" : " (does not return)");
        for (uint32_t i = 0; i < entry->site_count; i++)
            print_site(out, program, &program->sites.data[entry->first_site + i]);
        uint32_t count;
        const struct panic_effect *const *effects = panic_effects(program->panics, func, &count);
        for (uint32_t i = 0; i < count; i++)
            print_effect(out, module, effects[i]);
    }
}

static void print_spawn(struct buf *out, const struct program *program, const struct spawn *spawn, uint32_t depth);

/* The spawns that an entry's own reach holds, below it; `depth` bounds tasks that start themselves. */
static void print_below(struct buf *out, const struct program *program, ir_func_id entry, uint32_t depth)
{
    struct arena *tmp = arena_create("spawn tree");
    uint32_t count;
    const ir_func_id *reach = program_reach(program, tmp, entry, &count);
    for (uint32_t i = 0; i < program->spawns.count; i++)
        for (uint32_t j = 0; j < count; j++)
            if (program->spawns.data[i].func == reach[j])
                print_spawn(out, program, &program->spawns.data[i], depth);
    arena_destroy(tmp);
}

static void print_spawn(struct buf *out, const struct program *program, const struct spawn *spawn, uint32_t depth)
{
    const struct ir_module *module = program->module;
    buf_printf(out, "%*s", (int)depth * 2, "");
    print_instr_place(out, module, spawn->func, spawn->instr);
    buf_printf(out, " %s starts a %s", ir_sym_name(module, module->funcs.data[spawn->func].sym), spawn->role->task);
    for (uint32_t i = 0; i < spawn->entries.count; i++)
        buf_printf(out, "%s %s", i ? "," : ":", ir_sym_name(module, spawn->entries.items[i].sym));
    buf_text(out, spawn->entries.count ? "\n" : ": not known\n");
    for (uint32_t i = 0; i < spawn->entries.count && depth < 4; i++)
        if (spawn->entries.items[i].func)
            print_below(out, program, spawn->entries.items[i].func, depth + 1);
}

void program_print_spawns(struct buf *out, const struct program *program)
{
    for (uint32_t i = 0; i < program->spawns.count; i++)
        if (!program->funcs.data[program->spawns.data[i].func].in_spawned_task)
            print_spawn(out, program, &program->spawns.data[i], 0);
}
