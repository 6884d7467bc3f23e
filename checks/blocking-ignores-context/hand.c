#include <ctype.h>
#include <string.h>

#include "blocking.h"

static const struct ir_func *body(const struct blocking *blocking, ir_func_id func)
{
    return &blocking->pass->module->funcs.data[func];
}

/* ---- names and types ---- */

static bool part_begins(const char *part, const char *word)
{
    for (; *word; part++, word++)
        if (tolower((unsigned char)*part) != *word)
            return false;
    return true;
}

/* Whether a part of the name (`_` and camelCase separate them) begins with one of the words: stop, stopping, shouldStop. */
static bool is_flag_name(const char *name)
{
    static const char *const words[] = {"stop",  "quit",  "cancel",    "shutdown",  "shutting", "closing", "leaving", "exit",
                                        "done",  "abort", "terminat",  "interrupt", "running",  "alive",   NULL};
    for (const char *at = name; *at; at++) {
        bool begins = at == name || at[-1] == '_' || (islower((unsigned char)at[-1]) && isupper((unsigned char)*at));
        for (int i = 0; begins && words[i]; i++)
            if (part_begins(at, words[i]))
                return true;
    }
    return false;
}

static const char *path_name(const struct blocking *blocking, ir_func_id func, ir_path_id path_id)
{
    const struct ir_func *function = body(blocking, func);
    const struct ir_module *module = blocking->pass->module;
    const struct ir_path *path = &function->paths.data[path_id];
    for (uint32_t i = path->step_count; i > 0; i--) {
        const struct ir_step *step = &function->steps.data[path->first_step + i - 1];
        if (step->kind == STEP_FIELD)
            return ir_text(module, module->fields.data[step->arg].name);
    }
    return path->base_kind == BASE_GLOBAL ? ir_sym_name(module, path->base)
                                          : ir_text(module, function->locals.data[path->base].name);
}

static bool is_flag_type(const struct ir_module *module, ir_type_id id)
{
    const struct ir_type *type = &module->types.data[id];
    if (!(type->flags & (TYPE_ATOMIC | TYPE_VOLATILE)))
        return false;
    return type->kind == TYPE_BOOL || type->kind == TYPE_INT || type->kind == TYPE_CLASS;
}

/* The type as declared: an atomic load leaves the plain type on the path. */
static bool is_declared_flag(const struct blocking *blocking, ir_func_id func, const struct ir_path *path)
{
    const struct ir_module *module = blocking->pass->module;
    const struct ir_func *function = body(blocking, func);
    const struct ir_step *last = path->step_count ? &function->steps.data[path->first_step + path->step_count - 1] : NULL;
    if (last && last->kind == STEP_FIELD)
        return is_flag_type(module, module->fields.data[last->arg].type);
    ir_type_id base = path->base_kind == BASE_GLOBAL ? module->syms.data[path->base].type
                                                     : function->locals.data[path->base].type;
    bool derefs = last && last->kind == STEP_DEREF && path->step_count == 1;
    return is_flag_type(module, derefs ? module->types.data[base].element : base);
}

static bool is_flag_path(const struct blocking *blocking, ir_func_id func, ir_path_id path)
{
    const struct ir_path *at = &body(blocking, func)->paths.data[path];
    if (!is_flag_type(blocking->pass->module, at->type) && !is_declared_flag(blocking, func, at))
        return false;
    const char *name = path_name(blocking, func, path);
    const char *last = strrchr(name, ':');
    return is_flag_name(last ? last + 1 : name);
}

/* ---- what a branch tests ---- */

static ir_path_id tested_flag(const struct blocking *blocking, ir_func_id func, const struct func_index *index, ir_val val,
                              int depth);

static ir_path_id flag_of_call(const struct blocking *blocking, ir_func_id func, const struct ir_instr *call)
{
    const struct ir_func *function = body(blocking, func);
    for (uint32_t i = 0; i < call->arg_count && i < 2; i++) {
        ir_val arg = function->args.data[call->first_arg + i];
        if (ir_val_kind(arg) == VAL_ADDR && is_flag_path(blocking, func, ir_val_index(arg)))
            return ir_val_index(arg);
    }
    return 0;
}

/* The flag that a value was computed from, in this function. */
static ir_path_id tested_flag(const struct blocking *blocking, ir_func_id func, const struct func_index *index, ir_val val,
                              int depth)
{
    if (ir_val_kind(val) != VAL_PATH || depth > 5)
        return 0;
    if (is_flag_path(blocking, func, ir_val_index(val)))
        return ir_val_index(val);
    const struct ir_func *function = body(blocking, func);
    const struct ir_path *path = &function->paths.data[ir_val_index(val)];
    if (path->base_kind != BASE_LOCAL || path->step_count)
        return 0;
    for (uint32_t i = index->first_def[ir_val_index(val)]; i; i = index->next_def[i - 1]) {
        const struct ir_instr *instr = &function->instrs.data[i - 1];
        ir_path_id found = instr->op == IR_CALL ? flag_of_call(blocking, func, instr)
                                                : tested_flag(blocking, func, index, instr->a, depth + 1);
        if (!found && instr->op == IR_BIN)
            found = tested_flag(blocking, func, index, instr->b, depth + 1);
        if (found)
            return found;
    }
    return 0;
}

/* The flag that a one-line getter returns, as a place. */
static value_place getter_flag(struct blocking *blocking, ir_func_id func, const char **name)
{
    const struct ir_func *function = body(blocking, func);
    if (function->instrs.count > 12)
        return 0;
    const struct func_index *index = blocking_index(blocking, func);
    for (uint32_t i = 0; i < function->instrs.count; i++) {
        const struct ir_instr *instr = &function->instrs.data[i];
        ir_path_id flag = instr->op == IR_RETURN ? tested_flag(blocking, func, index, instr->a, 0) : 0;
        if (!flag)
            continue;
        *name = path_name(blocking, func, flag);
        return place_of_path(blocking->pass->module, func, flag);
    }
    return 0;
}

static bool flag_of_getter(struct blocking *blocking, ir_func_id func, const struct func_index *index, ir_val val, int depth,
                           struct hand_test *out)
{
    const struct ir_func *function = body(blocking, func);
    if (ir_val_kind(val) != VAL_PATH || depth > 4)
        return false;
    for (uint32_t i = index->first_def[ir_val_index(val)]; i; i = index->next_def[i - 1]) {
        const struct ir_instr *instr = &function->instrs.data[i - 1];
        if (instr->op == IR_COPY || instr->op == IR_UN || instr->op == IR_BIN) {
            if (flag_of_getter(blocking, func, index, instr->a, depth + 1, out))
                return true;
            continue;
        }
        const struct call_site *site = instr->op == IR_CALL ? program_site(blocking->pass->program, func, i - 1) : NULL;
        if (!site || site->target_count != 1 || !site->targets[0].func || site->targets[0].func == func)
            continue;
        out->place = getter_flag(blocking, site->targets[0].func, &out->name);
        if (out->place)
            return true;
    }
    return false;
}

static bool tests_flag(struct blocking *blocking, ir_func_id func, const struct func_index *index, ir_val val,
                       struct hand_test *out)
{
    ir_path_id flag = tested_flag(blocking, func, index, val, 0);
    if (!flag)
        return flag_of_getter(blocking, func, index, val, 0, out);
    out->name = path_name(blocking, func, flag);
    out->place = place_of_path(blocking->pass->module, func, flag);
    return true;
}

/* ---- loops ---- */

void hand_find_tests(struct blocking *blocking, ir_func_id func, struct func_index *index)
{
    const struct ir_func *function = body(blocking, func);
    VEC(struct hand_test) tests = {0};
    for (ir_block_id block = 1; block < function->blocks.count; block++) {
        ir_instr_id last = function->blocks.data[block].first + function->blocks.data[block].count - 1;
        struct hand_test test = {.block = block, .branch = last};
        if (index->loops->head[block] && function->instrs.data[last].op == IR_BRANCH &&
            tests_flag(blocking, func, index, function->instrs.data[last].a, &test))
            *vec_push(blocking->pass->arena, &tests) = test;
    }
    index->tests = tests.data;
    index->test_count = tests.count;
}

/* A branch in a loop around `block` that tests a stop flag; the innermost such loop's first. */
static bool find_loop_test(struct blocking *blocking, ir_func_id func, ir_block_id block, struct hand *out)
{
    const struct func_index *index = blocking_index(blocking, func);
    for (ir_block_id head = index->loops->head[block]; head; head = index->loops->parent[head])
        for (uint32_t i = 0; i < index->test_count; i++) {
            const struct hand_test *test = &index->tests[i];
            if (!ir_loop_holds(index->loops, head, test->block))
                continue;
            out->name = test->name;
            out->place = test->place;
            out->test = test->branch;
            return true;
        }
    return false;
}

/* ---- contexts by type ---- */

static ir_class_id class_behind(const struct ir_module *module, ir_type_id type)
{
    for (int i = 0; i < 3; i++) {
        const struct ir_type *entry = &module->types.data[type];
        if (entry->kind != TYPE_POINTER && entry->kind != TYPE_REFERENCE)
            break;
        type = entry->element;
    }
    return module->types.data[type].kind == TYPE_CLASS ? module->types.data[type].class_ : 0;
}

static bool is_context_class(const struct blocking *blocking, ir_class_id class_)
{
    const struct ir_module *module = blocking->pass->module;
    return class_ &&
           model_is_context_type(blocking->pass->program->models, ir_text(module, module->classes.data[class_].name));
}

/* A parameter that is a context, or a field of one that is. */
static bool find_parameter(const struct blocking *blocking, ir_func_id func, struct hand *out)
{
    const struct ir_module *module = blocking->pass->module;
    const struct ir_func *function = body(blocking, func);
    for (ir_local_id i = 1; i <= function->param_count; i++) {
        const struct ir_local *param = &function->locals.data[i];
        ir_class_id class_ = class_behind(module, param->type);
        out->name = ir_text(module, param->name);
        if (is_context_class(blocking, class_))
            return true;
        for (uint32_t k = 0; k < module->classes.data[class_].fields.count; k++) {
            const struct ir_field *field = &module->fields.data[module->classes.data[class_].fields.data[k]];
            out->name = ir_text(module, field->name);
            if (is_context_class(blocking, class_behind(module, field->type)))
                return true;
        }
    }
    return false;
}

struct hand hand_find(struct blocking *blocking, ir_func_id func, ir_instr_id instr)
{
    struct hand hand = {0};
    if (find_parameter(blocking, func, &hand))
        hand.kind = HAND_CONTEXT;
    else if (find_loop_test(blocking, func, ir_block_of(body(blocking, func), instr), &hand))
        hand.kind = HAND_FLAG;
    return hand;
}
