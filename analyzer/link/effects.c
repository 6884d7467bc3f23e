/* What each call is to the panic analysis, from its targets and its model. */
#include <string.h>

#include "link/proof.h"
#include "link/channels.h"
#include "link/tables.h"

struct effects {
    struct program *program;
    struct panic_call *calls; /* by site */
    struct map types;         /* normalised spelling -> type */
    struct ir_cfg *cfg;       /* of cfg_func, made when a proof asks */
    ir_func_id cfg_func;
    struct arena *tmp;
};

static uint64_t name_hash(const char *name)
{
    return hash_bytes64(name, strlen(name));
}

/* A library's exception class as the module knows it, made where the module does not. */
static ir_type_id class_type(struct effects *effects, const char *name)
{
    uint64_t *slot = map_put(&effects->types, name_hash(name));
    if (*slot)
        return (ir_type_id)*slot;
    struct ir_module *module = effects->program->module;
    ir_class_id class_ = ir_add_class(module, name, name);
    *slot = ir_add_type(module, (struct ir_type){.spelling = ir_string(module, name), .kind = TYPE_CLASS,
                                                 .class_ = class_});
    return (ir_type_id)*slot;
}

static ir_class_id class_named(struct effects *effects, const char *name)
{
    ir_type_id type = class_type(effects, name); /* may move the types */
    return effects->program->module->types.data[type].class_;
}

static void index_types(struct effects *effects)
{
    struct ir_module *module = effects->program->module;
    map_init(&effects->types, effects->program->arena);
    for (ir_type_id type = 1; type < module->types.count; type++) {
        const struct ir_type *entry = &module->types.data[type];
        const char *spelling = ir_text(module, entry->spelling);
        if (entry->kind != TYPE_CLASS || entry->flags & (TYPE_CONST | TYPE_VOLATILE) || strchr(spelling, '<'))
            continue;
        struct arena_mark mark = arena_mark(effects->tmp);
        *map_put(&effects->types, name_hash(model_normalise(effects->tmp, spelling))) = type;
        arena_release(effects->tmp, mark);
    }
    uint32_t count;
    const struct model_exception *exceptions = model_exceptions(effects->program->models, &count);
    for (uint32_t i = 0; i < count; i++) {
        ir_class_id class_ = class_named(effects, exceptions[i].name);
        ir_class_id base = exceptions[i].base ? class_named(effects, exceptions[i].base) : 0;
        struct ir_class *entry = &module->classes.data[class_];
        if (entry->flags & CLASS_COMPLETE)
            continue;
        entry->flags |= CLASS_COMPLETE;
        if (base)
            *vec_push(module->arena, &entry->bases) = (struct ir_base){base, 0};
    }
}

static ir_block_id block_of(const struct ir_func *func, ir_instr_id instr)
{
    for (ir_block_id block = 1; block < func->blocks.count; block++)
        if (instr - func->blocks.data[block].first < func->blocks.data[block].count)
            return block;
    return 0;
}

/* What is handed over in a temporary: its constant, or nothing that could change between a test and the call. */
static ir_val index_value(const struct effects *effects, ir_func_id id, ir_val val)
{
    const struct ir_func *func = &effects->program->module->funcs.data[id];
    if (ir_val_kind(val) != VAL_ADDR)
        return val;
    const struct ir_path *path = &func->paths.data[ir_val_index(val)];
    if (path->base_kind != BASE_LOCAL || path->step_count || func->locals.data[path->base].name)
        return val;
    const struct ir_instr *instr = &func->instrs.data[link_single_def(effects->program, id, path->base)];
    return instr->op == IR_COPY && ir_val_kind(instr->a) == VAL_INT ? instr->a : VAL_NONE;
}

static struct proof proof_at(struct effects *effects, const struct call_site *site, ir_val object, ir_val index)
{
    const struct ir_func *func = &effects->program->module->funcs.data[site->func];
    if (effects->cfg_func != site->func) {
        effects->cfg = ir_cfg_build(effects->tmp, func, true);
        effects->cfg_func = site->func;
    }
    return (struct proof){.program = effects->program, .id = site->func, .func = func, .cfg = effects->cfg,
                          .call = site->instr, .block = block_of(func, site->instr), .object = object, .index = index};
}

static bool is_proved(struct effects *effects, const struct call_site *site, const struct role *role)
{
    const struct ir_func *func = &effects->program->module->funcs.data[site->func];
    const struct ir_instr *instr = &func->instrs.data[site->instr];
    if (role->unless == UNLESS_NOTHING)
        return false;
    if (role->unless == UNLESS_CONSTANT)
        return ir_val_kind(role_value(func, instr, role->at[POS_ARG])) == VAL_STR;
    struct proof proof =
        proof_at(effects, site, role_value(func, instr, role->at[POS_OBJECT]),
                 index_value(effects, site->func, role_value(func, instr, role->at[POS_INDEX])));
    return role->unless == UNLESS_IN_BOUNDS ? proof_in_bounds(&proof) : proof_tested(&proof);
}

/* A jmp_buf by its field or global; 0: some other. */
static uint32_t buffer_key(const struct ir_func *func, ir_val buffer)
{
    if (ir_val_kind(buffer) != VAL_PATH && ir_val_kind(buffer) != VAL_ADDR)
        return 0;
    const struct ir_path *path = &func->paths.data[ir_val_index(buffer)];
    for (uint32_t i = path->step_count; i > 0; i--)
        if (func->steps.data[path->first_step + i - 1].kind == STEP_FIELD)
            return 2 * func->steps.data[path->first_step + i - 1].arg + 1;
    return path->base_kind == BASE_GLOBAL ? 2 * path->base : 0;
}

typedef VEC(struct panic_source) source_list;

static void add_throws(struct effects *effects, const struct call_site *site, const struct role *role,
                       source_list *sources)
{
    const struct program_options *options = &effects->program->tables->options;
    if (role->set > options->throws || is_proved(effects, site, role))
        return;
    for (uint32_t i = 0; i < role->type_count; i++) {
        if (strcmp(role->types[i], "std::bad_alloc") == 0 && !options->bad_alloc)
            continue;
        *vec_push(effects->program->arena, sources) = (struct panic_source){
            PANIC_EXCEPTION, strcmp(role->types[i], "?") == 0 ? 0 : class_type(effects, role->types[i])};
    }
}

static void add_kind(struct effects *effects, source_list *sources, enum panic_kind kind)
{
    *vec_push(effects->program->arena, sources) = (struct panic_source){kind, 0};
}

/* `if (L->frame) longjmp(L->frame->buffer, 1)`: an interpreter's frame, there only while some frame of this task has
 * set it; what happens without one is the other branch. */
static bool has_frame(struct effects *effects, const struct call_site *site, const struct role *role)
{
    const struct ir_func *func = &effects->program->module->funcs.data[site->func];
    struct proof proof = proof_at(
        effects, site, role_value(func, &func->instrs.data[site->instr], role->at[POS_BUFFER]), VAL_NONE);
    return proof_pointer_tested(&proof);
}

static void from_role(struct effects *effects, const struct call_site *site, const struct role *role,
                      struct panic_call *call, source_list *sources)
{
    const struct ir_func *func = &effects->program->module->funcs.data[site->func];
    const struct ir_instr *instr = &func->instrs.data[site->instr];
    if (role->kind == ROLE_FATAL && !role_flags_hold(func, instr, role))
        return;
    switch (role->kind) {
    case ROLE_PANIC: add_kind(effects, sources, PANIC_PANIC); break;
    case ROLE_FATAL: add_kind(effects, sources, PANIC_FATAL); break;
    case ROLE_ASSERT: add_kind(effects, sources, PANIC_ASSERT); break;
    case ROLE_JUMP:
        if (!has_frame(effects, site, role))
            add_kind(effects, sources, PANIC_JUMP);
        break;
    case ROLE_THROWS: add_throws(effects, site, role, sources); break;
    case ROLE_RECOVER: call->stops |= role->kinds; break;
    case ROLE_SETJMP: call->sets_jump = true; break;
    default: break;
    }
    if (role->kind == ROLE_JUMP || role->kind == ROLE_SETJMP)
        call->buffer_key = buffer_key(func, role_value(func, instr, role->at[POS_BUFFER]));
    call->never_returns |= role->kind == ROLE_PANIC || role->kind == ROLE_FATAL || role->kind == ROLE_ASSERT ||
                           role->kind == ROLE_JUMP || role->kind == ROLE_NORETURN;
}

/* A callee of which neither body nor model nor header says anything. */
static bool is_unknown(const struct program *program, ir_sym_id sym)
{
    return sym && !program->tables->model[sym] && !program->tables->quiet[sym] &&
           !(program->module->syms.data[sym].flags & SYM_NORETURN);
}

/* Implicit members without a body do nothing. */
static bool is_trivial(const struct program *program, const struct ir_instr *instr)
{
    return instr->flags & CALL_IMPLICIT && instr->flags & (CALL_DESTROY | CALL_CONSTRUCT) &&
           !program->module->syms.data[instr->sym].type;
}

static void make_call(struct effects *effects, uint32_t index)
{
    struct program *program = effects->program;
    const struct call_site *site = &program->sites.data[index];
    const struct ir_instr *instr = &program->module->funcs.data[site->func].instrs.data[site->instr];
    const struct ir_span *span = &program->module->spans.data[instr->span];
    struct panic_call *call = &effects->calls[index];
    source_list sources = {0};
    *call = (struct panic_call){.callees = site->targets, .callee_count = site->target_count};
    uint32_t flags = program->module->syms.data[instr->sym].flags;
    call->never_returns = instr->sym && flags & SYM_NORETURN && !model_is_opaque(site->model);
    for (uint32_t i = 0; site->model && i < site->model->role_count; i++)
        from_role(effects, site, &site->model->roles[i], call, &sources);
    bool ends_process = false;
    for (uint32_t i = 0; i < site->target_count; i++) {
        ir_sym_id sym = site->targets[i].sym;
        if (site->targets[i].func || site->targets[i].certainty == GUESSED)
            continue;
        if (program->module->syms.data[sym].flags & SYM_NORETURN && !program->tables->model[sym]) {
            add_kind(effects, &sources, PANIC_FATAL);
            ends_process = true;
        } else if (is_unknown(program, sym) && !is_trivial(program, instr) && !call->unknown) {
            call->unknown = sym;
        }
    }
    call->never_returns |= ends_process && site->target_count == 1;
    call->unknown_pointer = (site->flags & SITE_UNRESOLVED) != 0;
    call->in_assert = span->flags & SPAN_MACRO &&
                      model_is_assert_macro(program->models, ir_text(program->module, span->macro));
    call->sources = sources.data;
    call->source_count = sources.count;
}

static const struct panic_call *call_of(void *context, ir_func_id func, ir_instr_id instr)
{
    const struct effects *effects = context;
    const struct call_site *site = program_site(effects->program, func, instr);
    return site ? &effects->calls[site - effects->program->sites.data] : NULL;
}

static uint64_t executables_of(void *context, ir_func_id func)
{
    return ((const struct effects *)context)->program->funcs.data[func].executables;
}

void link_solve_panics(struct program *program)
{
    struct effects effects = {.program = program, .tmp = arena_create("effects")};
    effects.calls = arena_array(program->arena, struct panic_call, program->sites.count);
    index_types(&effects);
    for (uint32_t i = 0; i < program->sites.count; i++)
        make_call(&effects, i);
    struct panic_input input = {.module = program->module, .order = program->order, .scc_first = program->scc_first,
                                .scc_count = program->scc_count, 
                                .executables = executables_of, .call = call_of, .context = &effects};
    program->panics = panic_solve(program->arena, &input);
    arena_destroy(effects.tmp);
}
