#include "link/channel_uses.h"

#include <string.h>

#include "link/channel_flow.h"
#include "link/channels.h"
#include "link/tables.h"

enum { FIELDS_DEEP = 3 };

struct finder {
    struct arena *arena;
    struct channel_uses *uses;
    bool *is_entered;     /* by func: some call or task of the program enters it */
    bool *is_live;        /* by func */
    VEC(ir_func_id) work; /* live ones, still to be followed */
    bool has_main;
};

static const struct ir_func *body(const struct finder *finder, ir_func_id func)
{
    return &finder->uses->program->module->funcs.data[func];
}

static void add_use(struct finder *finder, enum channel_use_kind kind, const struct call_site *site,
                    const struct role *role, channel_node node)
{
    if (node)
        *vec_push(finder->arena, &finder->uses->uses) =
            (struct channel_use){kind, site->func, site->instr, role, node};
}

/* ---- what is made ---- */

static channel_id add_made(struct finder *finder, const struct call_site *site, const struct role *role,
                           int32_t end)
{
    channel_id id = finder->uses->made.count;
    *vec_push(finder->arena, &finder->uses->made) =
        (struct channel_made){site->func, site->instr, role, end, id};
    return id;
}

static bool ends_with_a_close(const struct role *open)
{
    return open->pair || (open->class_ && !strcmp(open->class_, "sync"));
}

static void make(struct finder *finder, const struct call_site *site, const struct role *open)
{
    struct channel_uses *uses = finder->uses;
    const struct ir_func *func = body(finder, site->func);
    channel_node node = channel_value_node(
        uses, site->func, role_value(func, &func->instrs.data[site->instr], open->at[POS_CHANNEL]));
    if (!node)
        return;
    if (!ends_with_a_close(open)) {
        channel_graph_add(uses->graph, node, 0);
        return;
    }
    if (!open->pair) {
        channel_graph_add(uses->graph, node, add_made(finder, site, open, -1));
        return;
    }
    channel_id first = add_made(finder, site, open, 0), second = add_made(finder, site, open, 1);
    uses->made.data[first].other = second;
    uses->made.data[second].other = first;
    channel_graph_add(uses->graph, channel_graph_element(uses->graph, node, 0), first);
    channel_graph_add(uses->graph, channel_graph_element(uses->graph, node, 1), second);
}

/* ---- what leaves the program ---- */

static void class_escapes(struct finder *finder, const struct call_site *site, ir_class_id id, int depth)
{
    const struct ir_module *module = finder->uses->program->module;
    const struct ir_class *class_ = &module->classes.data[id];
    for (uint32_t i = 0; i < class_->fields.count; i++) {
        ir_type_id type = module->fields.data[class_->fields.data[i]].type;
        add_use(finder, CHANNEL_ESCAPES, site, NULL,
                channel_field_node(finder->uses, class_->fields.data[i]));
        ir_class_id inner = channel_class_of(module, type);
        if (inner && depth < FIELDS_DEEP)
            class_escapes(finder, site, inner, depth + 1);
    }
}

/* A library that takes a struct of its own in which channels stand. */
static void fields_handed(struct finder *finder, const struct call_site *site, ir_class_id id)
{
    const struct ir_class *class_ = &finder->uses->program->module->classes.data[id];
    for (uint32_t i = 0; i < class_->fields.count; i++)
        add_use(finder, CHANNEL_HANDED, site, NULL, channel_field_node(finder->uses, class_->fields.data[i]));
}

static bool declares(const struct ir_module *module, ir_sym_id sym, ir_class_id class_)
{
    const char *name = ir_text(module, module->classes.data[class_].name);
    const char *colons = strrchr(name, ':');
    const char *type = ir_text(module, module->types.data[module->syms.data[sym].type].spelling);
    return *name && strstr(type, colons ? colons + 1 : name) != NULL;
}

static ir_type_id result_type(const struct ir_module *module, ir_sym_id sym)
{
    return module->types.data[module->syms.data[sym].type].element;
}

/* Some argument is the address of a number, or `this`: a number may be stored there, as atomics do. */
static bool may_store_number(const struct finder *finder, const struct call_site *site)
{
    const struct ir_module *module = finder->uses->program->module;
    const struct ir_func *func = body(finder, site->func);
    const struct ir_instr *call = &func->instrs.data[site->instr];
    bool stores = call->flags & (CALL_METHOD | CALL_CONSTRUCT);
    for (uint32_t i = 0; i < call->arg_count && !stores; i++) {
        ir_val arg = func->args.data[call->first_arg + i];
        if (ir_val_kind(arg) != VAL_PATH && ir_val_kind(arg) != VAL_ADDR)
            continue;
        const struct ir_type *type = &module->types.data[func->paths.data[ir_val_index(arg)].type];
        stores = ir_val_kind(arg) == VAL_ADDR
                     ? type->kind == TYPE_INT
                     : type->kind == TYPE_POINTER && module->types.data[type->element].kind == TYPE_INT &&
                           module->types.data[type->element].size > 1;
    }
    return stores && !(module->syms.data[call->sym].flags & SYM_VARIADIC);
}

/* A model that says what becomes of arguments, and not only, say, that a flag is set. */
static bool tells_of_arguments(const struct model_function *model)
{
    static const enum role_kind kinds[] = {ROLE_SPAWN,     ROLE_CALLS,      ROLE_RECOVER,   ROLE_ONCE_RUN,
                                           ROLE_FLOWS,     ROLE_DUP,        ROLE_CHAN_OPEN, ROLE_CHAN_SEND,
                                           ROLE_CHAN_RECV, ROLE_CHAN_CLOSE, ROLE_BLOCK,     ROLE_NONBLOCK};
    for (uint32_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (model_role(model, kinds[i]))
            return true;
    return false;
}

/* An argument of a callee without a body.  Quiet ones are libraries that are known: they keep no number but
 * where they are told to, and a pointer only when they can't know its type. */
static void argument_leaves(struct finder *finder, const struct call_site *site, ir_sym_id sym, ir_val arg)
{
    const struct program *program = finder->uses->program;
    const struct ir_module *module = program->module;
    bool is_quiet = program->tables->quiet[sym] || site->model, is_path = ir_val_kind(arg) == VAL_PATH;
    if (!is_path && ir_val_kind(arg) != VAL_ADDR)
        return;
    ir_type_id type = body(finder, site->func)->paths.data[ir_val_index(arg)].type;
    ir_class_id class_ = channel_class_of(module, type);
    uint8_t kind = module->types.data[type].kind;
    bool is_pointer = !is_path || kind == TYPE_POINTER || kind == TYPE_REFERENCE || kind == TYPE_ARRAY;
    bool is_of_api = class_ && declares(module, sym, class_);
    if (is_of_api && is_quiet)
        fields_handed(finder, site, class_);
    if (class_ && !is_quiet && !(module->classes.data[class_].flags & CLASS_LAMBDA) &&
        (!(module->syms.data[sym].flags & SYM_SYSTEM) || module->classes.data[class_].flags & CLASS_SYSTEM))
        class_escapes(finder, site, class_, 0);
    bool stays = is_quiet && (is_of_api || tells_of_arguments(site->model) ||
                              (!is_pointer && !may_store_number(finder, site) &&
                               module->types.data[result_type(module, sym)].kind != TYPE_POINTER));
    if (!stays)
        add_use(finder, CHANNEL_ESCAPES, site, NULL, channel_value_node(finder->uses, site->func, arg));
}

static void arguments_leave(struct finder *finder, const struct call_site *site, ir_sym_id sym)
{
    const struct ir_func *func = body(finder, site->func);
    const struct ir_instr *call = &func->instrs.data[site->instr];
    for (uint32_t i = 0; i < call->arg_count; i++)
        argument_leaves(finder, site, sym, func->args.data[call->first_arg + i]);
    if (!call->dst || site->model)
        return;
    uint8_t kind = finder->uses->program->module->types.data[func->paths.data[call->dst].type].kind;
    if (kind == TYPE_INT || kind == TYPE_POINTER || kind == TYPE_REFERENCE)
        channel_graph_add(finder->uses->graph, channel_path_node(finder->uses, site->func, call->dst), 0);
}

static void leaves_by_call(struct finder *finder, const struct call_site *site)
{
    const struct ir_instr *call = &body(finder, site->func)->instrs.data[site->instr];
    if (model_is_opaque(site->model) || !site->target_count) {
        arguments_leave(finder, site, call->sym);
        return;
    }
    /* What a container of the C++ library keeps comes out of it by ways that are not followed. */
    for (uint32_t i = 0; i < site->target_count; i++)
        if (!site->targets[i].func ||
            finder->uses->program->module->syms.data[site->targets[i].sym].flags & SYM_SYSTEM)
            arguments_leave(finder, site, site->targets[i].sym);
}

/* ---- calls ---- */

static void use_of_role(struct finder *finder, const struct call_site *site, enum role_kind kind,
                        enum channel_use_kind use)
{
    const struct role *role = model_role(site->model, kind);
    const struct ir_func *func = body(finder, site->func);
    if (!role)
        return;
    ir_val val = role_value(func, &func->instrs.data[site->instr], role->at[POS_CHANNEL]);
    add_use(finder, use, site, role, channel_value_node(finder->uses, site->func, val));
}

/* A copy of a descriptor under a number that the program chose is for a child. */
static void use_of_dup(struct finder *finder, const struct call_site *site)
{
    const struct role *dup = model_role(site->model, ROLE_DUP);
    const struct ir_func *func = body(finder, site->func);
    const struct ir_instr *call = &func->instrs.data[site->instr];
    if (dup && ir_val_kind(role_value(func, call, dup->at[POS_TO])) == VAL_INT)
        add_use(finder, CHANNEL_ESCAPES, site, NULL,
                channel_value_node(finder->uses, site->func, role_value(func, call, dup->at[POS_FROM])));
}

static void use_of_call(struct finder *finder, const struct call_site *site)
{
    const struct role *open = model_role(site->model, ROLE_CHAN_OPEN);
    if (open && !model_role(site->model, ROLE_DUP))
        make(finder, site, open);
    use_of_role(finder, site, ROLE_CHAN_SEND, CHANNEL_SENT);
    use_of_role(finder, site, ROLE_CHAN_RECV, CHANNEL_RECEIVED);
    use_of_role(finder, site, ROLE_CHAN_CLOSE, CHANNEL_CLOSED);
    use_of_dup(finder, site);
    leaves_by_call(finder, site);
    for (uint32_t i = 0; i < site->target_count; i++)
        finder->is_entered[site->targets[i].func] = true;
}

static void use_of_havoc(struct finder *finder, ir_func_id id, ir_instr_id instr_id)
{
    const struct ir_func *func = body(finder, id);
    const struct ir_instr *instr = &func->instrs.data[instr_id];
    struct call_site site = {.func = id, .instr = instr_id};
    for (uint32_t i = 0; i < instr->arg_count; i++)
        add_use(finder, CHANNEL_ESCAPES, &site, NULL,
                channel_value_node(finder->uses, id, func->args.data[instr->first_arg + i]));
}

/* A function with a parse error may do anything with what it names. */
static void use_of_partial(struct finder *finder, ir_func_id id)
{
    const struct ir_func *func = body(finder, id);
    struct call_site site = {.func = id};
    for (ir_path_id path = 1; func->flags & (FUNC_PARTIAL | FUNC_TOO_LARGE) && path < func->paths.count;
         path++)
        add_use(finder, CHANNEL_ESCAPES, &site, NULL, channel_path_node(finder->uses, id, path));
}

/* ---- from outside ---- */

static void enter_tasks(struct finder *finder)
{
    const struct program *program = finder->uses->program;
    for (uint32_t i = 0; i < program->spawns.count; i++)
        for (uint32_t k = 0; k < program->spawns.data[i].entries.count; k++)
            finder->is_entered[program->spawns.data[i].entries.items[k].func] = true;
}

/* Nobody in the program calls it: whoever does brings channels of his own, and takes those that it returns.
 */
static void open_to_callers(struct finder *finder, ir_func_id id)
{
    const struct ir_module *module = finder->uses->program->module;
    const struct ir_func *func = body(finder, id);
    if (finder->is_entered[id] || module->syms.data[func->sym].flags & SYM_MAIN)
        return;
    for (ir_local_id param = 1; param <= func->param_count; param++)
        channel_graph_add(finder->uses->graph, channel_param_node(finder->uses, id, param), 0);
    struct call_site site = {.func = id};
    add_use(finder, CHANNEL_ESCAPES, &site, NULL, channel_result_node(finder->uses, id));
}

static bool is_header(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && (dot[1] == 'h' || dot[1] == 'H');
}

static bool is_in_header(const struct ir_module *module, ir_span_id span)
{
    return span && is_header(ir_text(module, module->files.data[module->spans.data[span].file].path));
}

/* A library's users reach its globals and the structs of its headers. */
static void open_to_users(struct finder *finder)
{
    const struct ir_module *module = finder->uses->program->module;
    struct call_site site = {0};
    for (ir_sym_id sym = 1; sym < module->syms.count; sym++)
        if (module->syms.data[sym].kind == SYM_GLOBAL && !(module->syms.data[sym].flags & SYM_INTERNAL))
            add_use(finder, CHANNEL_ESCAPES, &site, NULL,
                    channel_graph_node(finder->uses->graph, place_of_global(sym)));
    for (ir_field_id field = 1; field < module->fields.count; field++)
        if (is_in_header(module, module->classes.data[module->fields.data[field].class_].span))
            add_use(finder, CHANNEL_ESCAPES, &site, NULL, channel_field_node(finder->uses, field));
}

/* ---- what lives ---- */

static void enliven(struct finder *finder, ir_func_id func)
{
    if (!func || finder->is_live[func])
        return;
    finder->is_live[func] = true;
    *vec_push(finder->arena, &finder->work) = func;
}

static void enliven_value(struct finder *finder, ir_func_id from, ir_val val)
{
    uint32_t count;
    if (ir_val_kind(val) != VAL_FUNC)
        return;
    const ir_func_id *bodies = program_bodies(finder->uses->program, from, ir_val_index(val), &count);
    for (uint32_t i = 0; i < count; i++)
        enliven(finder, bodies[i]);
}

/* What it calls, and what it takes the address of. */
static void enliven_below(struct finder *finder, ir_func_id id)
{
    const struct program *program = finder->uses->program;
    const struct ir_func *func = body(finder, id);
    const struct program_func *data = &program->funcs.data[id];
    for (uint32_t i = data->first_site; i < data->first_site + data->site_count; i++)
        for (uint32_t k = 0; k < program->sites.data[i].target_count; k++)
            enliven(finder, program->sites.data[i].targets[k].func);
    for (uint32_t i = 0; i < func->args.count; i++)
        enliven_value(finder, id, func->args.data[i]);
    for (uint32_t i = 0; i < func->instrs.count; i++) {
        enliven_value(finder, id, func->instrs.data[i].a);
        enliven_value(finder, id, func->instrs.data[i].b);
    }
}

/* Static functions that nothing refers to are dead, such as what a header's macro defines for all cases. */
static void find_live(struct finder *finder)
{
    const struct program *program = finder->uses->program;
    finder->is_live = arena_array(finder->arena, bool, program->module->funcs.count);
    for (ir_func_id func = 1; func < program->module->funcs.count; func++) {
        const struct ir_sym *sym = &program->module->syms.data[body(finder, func)->sym];
        bool is_c_function =
            sym->flags & SYM_INTERNAL && !(sym->flags & (SYM_METHOD | SYM_LAMBDA | SYM_OUTLINED));
        if (!is_c_function || body(finder, func)->flags & FUNC_GLOBAL_INIT || sym->flags & SYM_GENERATED_NAME)
            enliven(finder, func);
    }
    for (uint32_t i = 0; i < program->spawns.count; i++)
        for (uint32_t k = 0; k < program->spawns.data[i].entries.count; k++)
            enliven(finder, program->spawns.data[i].entries.items[k].func);
    while (finder->work.count)
        enliven_below(finder, finder->work.data[--finder->work.count]);
    finder->uses->is_live = finder->is_live;
}

/* Most uses are of files and of what is no channel at all. */
static void drop_others(struct channel_uses *uses)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < uses->uses.count; i++)
        if (channel_graph_holds_some(uses->graph, uses->uses.data[i].node))
            uses->uses.data[kept++] = uses->uses.data[i];
    uses->uses.count = kept;
}

struct channel_uses *channel_uses_find(struct arena *arena, const struct program *program)
{
    struct channel_uses *uses = arena_new(arena, struct channel_uses);
    struct finder finder = {.arena = arena, .uses = uses};
    const struct ir_module *module = program->module;
    *uses = (struct channel_uses){.program = program, .graph = channel_graph_create(arena)};
    vec_push(arena, &uses->made);
    finder.is_entered = arena_array(arena, bool, module->funcs.count);
    find_live(&finder);
    for (uint32_t i = 0; i < program->sites.count; i++)
        if (finder.is_live[program->sites.data[i].func])
            use_of_call(&finder, &program->sites.data[i]);
    enter_tasks(&finder);
    for (ir_func_id func = 1; func < module->funcs.count; func++) {
        if (!finder.is_live[func])
            continue;
        channel_flow_func(uses, func);
        open_to_callers(&finder, func);
        use_of_partial(&finder, func);
        finder.has_main |= (module->syms.data[body(&finder, func)->sym].flags & SYM_MAIN) != 0;
        for (ir_instr_id i = 0; i < body(&finder, func)->instrs.count; i++)
            if (body(&finder, func)->instrs.data[i].op == IR_HAVOC)
                use_of_havoc(&finder, func, i);
    }
    if (!finder.has_main)
        open_to_users(&finder);
    channel_graph_solve(uses->graph);
    drop_others(uses);
    return uses;
}
