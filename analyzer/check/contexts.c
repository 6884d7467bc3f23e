/* Which context is at hand where. */
#include "check/context_parts.h"

/* ---- what is known of a function ---- */

static void index_definitions(const struct contexts *contexts, ir_func_id func, struct context_func *out)
{
    const struct ir_func *function = context_body(contexts, func);
    struct arena *arena = contexts->pass->arena;
    out->first_def = arena_array(arena, uint32_t, function->paths.count);
    out->next_def = arena_array(arena, uint32_t, function->instrs.count);
    for (ir_instr_id i = 0; i < function->instrs.count; i++) {
        ir_path_id dst = function->instrs.data[i].dst;
        out->next_def[i] = out->first_def[dst];
        out->first_def[dst] = i + 1;
    }
}

struct contexts *contexts_create(struct check_pass *pass)
{
    struct contexts *contexts = arena_new(pass->arena, struct contexts);
    contexts->pass = pass;
    contexts->funcs = arena_array(pass->arena, struct context_func *, pass->module->funcs.count);
    contexts->clocks = context_clocks_create(pass);
    return contexts;
}

const struct context_func *contexts_func(struct contexts *contexts, ir_func_id func)
{
    if (contexts->funcs[func])
        return contexts->funcs[func];
    struct arena *arena = contexts->pass->arena;
    struct context_func *out = arena_new(arena, struct context_func);
    contexts->funcs[func] = out;
    out->cfg = program_cfg(contexts->pass->program, func);
    out->loops = program_loops(contexts->pass->program, func);
    index_definitions(contexts, func, out);
    context_find_tests(contexts, func, out);
    return out;
}

/* ---- flags ---- */

/* A branch in a loop around `block` that tests a stop flag or a clock; the innermost such loop's first. */
static bool find_loop_test(struct contexts *contexts, ir_func_id func, ir_block_id block,
                           enum context_kind kind, struct context *out)
{
    const struct context_func *index = contexts_func(contexts, func);
    for (ir_block_id head = index->loops->head[block]; head; head = index->loops->parent[head])
        for (uint32_t i = 0; i < index->test_count; i++) {
            const struct context_test *test = &index->tests[i];
            if (test->kind != kind || !ir_loop_holds(index->loops, head, test->block))
                continue;
            *out = (struct context){
                .kind = kind, .name = test->name, .place = test->place, .test = test->branch};
            return true;
        }
    return false;
}

/* ---- contexts by type ---- */

ir_class_id context_class(const struct ir_module *module, ir_type_id type)
{
    for (int i = 0; i < 3; i++) {
        const struct ir_type *entry = &module->types.data[type];
        if (entry->kind != TYPE_POINTER && entry->kind != TYPE_REFERENCE)
            break;
        type = entry->element;
    }
    return module->types.data[type].kind == TYPE_CLASS ? module->types.data[type].class_ : 0;
}

bool context_is_type(const struct check_pass *pass, ir_type_id type)
{
    const struct ir_module *module = pass->module;
    ir_class_id class_ = context_class(module, type);
    return class_ &&
           model_is_context_type(pass->program->models, ir_text(module, module->classes.data[class_].name));
}

bool context_is_argument(const struct check_pass *pass, ir_func_id func, ir_instr_id instr)
{
    const struct ir_func *function = &pass->module->funcs.data[func];
    const struct ir_instr *call = &function->instrs.data[instr];
    for (uint32_t i = 0; i < call->arg_count; i++) {
        ir_val arg = function->args.data[call->first_arg + i];
        if ((ir_val_kind(arg) == VAL_PATH || ir_val_kind(arg) == VAL_ADDR) &&
            context_is_type(pass, function->paths.data[ir_val_index(arg)].type))
            return true;
    }
    return false;
}

static const char *field_text(const struct contexts *contexts, const struct ir_local *param,
                              const char *field)
{
    const struct ir_module *module = contexts->pass->module;
    if (param->flags & LOCAL_THIS)
        return field;
    bool is_pointer = module->types.data[param->type].kind == TYPE_POINTER;
    return arena_printf(contexts->pass->arena, "%s%s%s", ir_text(module, param->name),
                        is_pointer ? "->" : ".", field);
}

/* A field of the parameter's class that is a context of the class wanted. */
static bool find_field(const struct contexts *contexts, ir_func_id func, ir_local_id param,
                       ir_class_id wanted, struct context *out)
{
    const struct ir_module *module = contexts->pass->module;
    const struct ir_local *local = &context_body(contexts, func)->locals.data[param];
    const struct ir_class *owner = &module->classes.data[context_class(module, local->type)];
    for (uint32_t i = 0; i < owner->fields.count; i++) {
        const struct ir_field *field = &module->fields.data[owner->fields.data[i]];
        ir_class_id class_ = context_class(module, field->type);
        if (!context_is_type(contexts->pass, field->type) || (wanted && class_ != wanted))
            continue;
        const char *name = ir_text(module, field->name);
        *out = (struct context){.kind = CONTEXT_VALUE,
                                .name = name,
                                .place = place_of_field(owner->fields.data[i]),
                                .text = field_text(contexts, local, name),
                                .param = param,
                                .field = owner->fields.data[i],
                                .class_ = class_};
        return true;
    }
    return false;
}

struct context context_of_class(const struct contexts *contexts, ir_func_id func, ir_class_id wanted)
{
    const struct ir_module *module = contexts->pass->module;
    const struct ir_func *function = context_body(contexts, func);
    struct context out = {0};
    for (ir_local_id i = 1; i <= function->param_count; i++) {
        const struct ir_local *param = &function->locals.data[i];
        const char *name = ir_text(module, param->name);
        ir_class_id class_ = context_class(module, param->type);
        if (context_is_type(contexts->pass, param->type) && *name && (!wanted || class_ == wanted))
            return (struct context){
                .kind = CONTEXT_VALUE, .name = name, .text = name, .param = i, .class_ = class_};
        if (find_field(contexts, func, i, wanted, &out))
            return out;
    }
    return out;
}

struct context context_at_hand(struct contexts *contexts, ir_func_id func, ir_instr_id instr)
{
    struct context hand = context_of_class(contexts, func, 0);
    ir_block_id block = hand.kind == CONTEXT_NONE ? ir_block_of(context_body(contexts, func), instr) : 0;
    if (block && !find_loop_test(contexts, func, block, CONTEXT_FLAG, &hand))
        find_loop_test(contexts, func, block, CONTEXT_DEADLINE, &hand);
    return hand;
}
