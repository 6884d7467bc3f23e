/* What a branch tests: stop flags, directly or through a one-line getter. */
#include <ctype.h>
#include <string.h>

#include "check/context_parts.h"
#include "facts/name.h"

/* ---- names and types ---- */

static bool part_begins(const char *part, const char *word)
{
    for (; *word; part++, word++)
        if (tolower((unsigned char)*part) != *word)
            return false;
    return true;
}

/* Whether a part of the name (`_` and camelCase separate them) begins with one of the words: stop, stopping,
 * shouldStop. */
bool context_names_flag(const char *name)
{
    static const char *const words[] = {"stop",     "quit",      "cancel",  "shutdown", "shutting",
                                        "closing",  "leaving",   "exit",    "done",     "abort",
                                        "terminat", "interrupt", "running", "alive",    NULL};
    for (const char *at = name; *at; at++) {
        bool begins =
            at == name || at[-1] == '_' || (islower((unsigned char)at[-1]) && isupper((unsigned char)*at));
        for (int i = 0; begins && words[i]; i++)
            if (part_begins(at, words[i]))
                return true;
    }
    return false;
}

const char *context_path_name(const struct contexts *contexts, ir_func_id func, ir_path_id path_id)
{
    const struct ir_func *function = context_body(contexts, func);
    const struct ir_module *module = contexts->pass->module;
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
static bool is_declared_flag(const struct contexts *contexts, ir_func_id func, const struct ir_path *path)
{
    const struct ir_module *module = contexts->pass->module;
    const struct ir_func *function = context_body(contexts, func);
    const struct ir_step *last =
        path->step_count ? &function->steps.data[path->first_step + path->step_count - 1] : NULL;
    if (last && last->kind == STEP_FIELD)
        return is_flag_type(module, module->fields.data[last->arg].type);
    ir_type_id base = path->base_kind == BASE_GLOBAL ? module->syms.data[path->base].type
                                                     : function->locals.data[path->base].type;
    bool derefs = last && last->kind == STEP_DEREF && path->step_count == 1;
    return is_flag_type(module, derefs ? module->types.data[base].element : base);
}

/* The configuration names it, by itself or with its class or namespace: then its type does not matter. */
static bool is_configured_flag(const struct contexts *contexts, ir_func_id func, ir_path_id path_id)
{
    const struct check_config *config = contexts->pass->config;
    const struct ir_module *module = contexts->pass->module;
    const struct ir_func *function = context_body(contexts, func);
    const struct ir_path *path = &function->paths.data[path_id];
    const struct ir_step *last =
        path->step_count ? &function->steps.data[path->first_step + path->step_count - 1] : NULL;
    const char *name = context_path_name(contexts, func, path_id), *scoped = name;
    if (last && last->kind == STEP_FIELD) {
        const struct ir_class *class_ = &module->classes.data[module->fields.data[last->arg].class_];
        const char *owner = model_normalise(contexts->pass->arena, ir_text(module, class_->name));
        scoped = arena_printf(contexts->pass->arena, "%s::%s", owner, name);
    }
    for (uint32_t i = 0; i < config->stop_flag_count; i++)
        if (name_glob(config->stop_flags[i], name) || name_glob(config->stop_flags[i], scoped))
            return true;
    return false;
}

bool context_is_flag_name(const struct contexts *contexts, ir_func_id func, ir_path_id path)
{
    const struct ir_type *type =
        &contexts->pass->module->types.data[context_body(contexts, func)->paths.data[path].type];
    const char *name = context_path_name(contexts, func, path), *last = strrchr(name, ':');
    bool is_small = type->kind == TYPE_BOOL || type->kind == TYPE_INT || type->kind == TYPE_CLASS;
    return is_small && context_names_flag(last ? last + 1 : name);
}

bool context_is_flag(const struct contexts *contexts, ir_func_id func, ir_path_id path)
{
    const struct ir_path *at = &context_body(contexts, func)->paths.data[path];
    if (contexts->pass->config->stop_flag_count && is_configured_flag(contexts, func, path))
        return true;
    if (!is_flag_type(contexts->pass->module, at->type) && !is_declared_flag(contexts, func, at))
        return false;
    const char *name = context_path_name(contexts, func, path);
    const char *last = strrchr(name, ':');
    return context_names_flag(last ? last + 1 : name);
}

/* ---- what a branch tests ---- */

static ir_path_id tested_flag(const struct contexts *contexts, ir_func_id func,
                              const struct context_func *index, ir_val val, int depth);

static ir_path_id flag_of_call(const struct contexts *contexts, ir_func_id func, const struct ir_instr *call)
{
    const struct ir_func *function = context_body(contexts, func);
    for (uint32_t i = 0; i < call->arg_count && i < 2; i++) {
        ir_val arg = function->args.data[call->first_arg + i];
        if (ir_val_kind(arg) == VAL_ADDR && context_is_flag(contexts, func, ir_val_index(arg)))
            return ir_val_index(arg);
    }
    return 0;
}

/* The flag that a value was computed from, in this function. */
static ir_path_id tested_flag(const struct contexts *contexts, ir_func_id func,
                              const struct context_func *index, ir_val val, int depth)
{
    if (ir_val_kind(val) != VAL_PATH || depth > 5)
        return 0;
    if (context_is_flag(contexts, func, ir_val_index(val)))
        return ir_val_index(val);
    const struct ir_func *function = context_body(contexts, func);
    const struct ir_path *path = &function->paths.data[ir_val_index(val)];
    if (path->base_kind != BASE_LOCAL || path->step_count)
        return 0;
    for (uint32_t i = index->first_def[ir_val_index(val)]; i; i = index->next_def[i - 1]) {
        const struct ir_instr *instr = &function->instrs.data[i - 1];
        ir_path_id found = instr->op == IR_CALL ? flag_of_call(contexts, func, instr)
                                                : tested_flag(contexts, func, index, instr->a, depth + 1);
        if (!found && instr->op == IR_BIN)
            found = tested_flag(contexts, func, index, instr->b, depth + 1);
        if (found)
            return found;
    }
    return 0;
}

/* The flag that a one-line getter returns, as a place. */
static value_place getter_flag(struct contexts *contexts, ir_func_id func, const char **name)
{
    const struct ir_func *function = context_body(contexts, func);
    if (function->instrs.count > 12)
        return 0;
    const struct context_func *index = contexts_func(contexts, func);
    for (uint32_t i = 0; i < function->instrs.count; i++) {
        const struct ir_instr *instr = &function->instrs.data[i];
        ir_path_id flag = instr->op == IR_RETURN ? tested_flag(contexts, func, index, instr->a, 0) : 0;
        if (!flag)
            continue;
        *name = context_path_name(contexts, func, flag);
        return place_of_path(contexts->pass->module, func, flag);
    }
    return 0;
}

static bool flag_of_getter(struct contexts *contexts, ir_func_id func, const struct context_func *index,
                           ir_val val, int depth, struct context_test *out)
{
    const struct ir_func *function = context_body(contexts, func);
    if (ir_val_kind(val) != VAL_PATH || depth > 4)
        return false;
    for (uint32_t i = index->first_def[ir_val_index(val)]; i; i = index->next_def[i - 1]) {
        const struct ir_instr *instr = &function->instrs.data[i - 1];
        if (instr->op == IR_COPY || instr->op == IR_UN || instr->op == IR_BIN) {
            if (flag_of_getter(contexts, func, index, instr->a, depth + 1, out))
                return true;
            continue;
        }
        const struct call_site *site =
            instr->op == IR_CALL ? program_site(contexts->pass->program, func, i - 1) : NULL;
        if (!site || site->target_count != 1 || !site->targets[0].func || site->targets[0].func == func)
            continue;
        out->place = getter_flag(contexts, site->targets[0].func, &out->name);
        if (out->place)
            return true;
    }
    return false;
}

static bool tests_flag(struct contexts *contexts, ir_func_id func, const struct context_func *index,
                       ir_val val, struct context_test *out)
{
    ir_path_id flag = tested_flag(contexts, func, index, val, 0);
    if (!flag)
        return flag_of_getter(contexts, func, index, val, 0, out);
    out->name = context_path_name(contexts, func, flag);
    out->place = place_of_path(contexts->pass->module, func, flag);
    return true;
}

/* ---- loops ---- */

void context_find_tests(struct contexts *contexts, ir_func_id func, struct context_func *out)
{
    const struct ir_func *function = context_body(contexts, func);
    VEC(struct context_test) tests = {0};
    for (ir_block_id block = 1; block < function->blocks.count; block++) {
        ir_instr_id last = function->blocks.data[block].first + function->blocks.data[block].count - 1;
        struct context_test test = {.kind = CONTEXT_FLAG, .block = block, .branch = last};
        if (!out->loops->head[block] || function->instrs.data[last].op != IR_BRANCH)
            continue;
        if (tests_flag(contexts, func, out, function->instrs.data[last].a, &test)) {
            *vec_push(contexts->pass->arena, &tests) = test;
        } else if (context_tests_deadline(contexts, func, block)) {
            test.kind = CONTEXT_DEADLINE;
            test.name = "the deadline";
            *vec_push(contexts->pass->arena, &tests) = test;
        }
    }
    out->tests = tests.data;
    out->test_count = tests.count;
}
