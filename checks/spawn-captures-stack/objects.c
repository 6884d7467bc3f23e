#include <string.h>

#include "stack.h"

struct search {
    const struct check_pass *pass;
    const struct ir_func *func;
    ir_instr_id before;
    struct stack_object *out;
    uint32_t count, most;
};

static void search_value(struct search *search, ir_val val, bool is_capture, int depth);

static bool is_pointer_like(const struct search *search, ir_type_id type)
{
    uint8_t kind = search->pass->module->types.data[type].kind;
    return kind == TYPE_POINTER || kind == TYPE_REFERENCE;
}

static void add(struct search *search, ir_local_id local, bool is_param, bool is_capture)
{
    for (uint32_t i = 0; i < search->count; i++)
        if (search->out[i].local == local)
            return;
    if (search->count < search->most && local)
        search->out[search->count++] =
            (struct stack_object){.local = local, .is_param = is_param, .by_reference_capture = is_capture};
}

/* `this` and what references and pointers lead to is not the stack's; closures and structs of locals are. */
static void search_address(struct search *search, ir_path_id path_id, bool is_capture, int depth)
{
    const struct ir_path *path = &search->func->paths.data[path_id];
    if (path->base_kind != BASE_LOCAL)
        return;
    for (uint32_t i = 0; i < path->step_count; i++)
        if (search->func->steps.data[path->first_step + i].kind == STEP_DEREF) {
            bool is_first = i == 0 && path->base <= search->func->param_count &&
                            !(search->func->locals.data[path->base].flags & LOCAL_THIS);
            if (is_first)
                add(search, path->base, true, is_capture);
            return;
        }
    const struct ir_local *local = &search->func->locals.data[path->base];
    if (!(local->flags & (LOCAL_TEMP | LOCAL_SHARED)))
        add(search, path->base, false, is_capture);
    (void)depth;
}

/* What was put into the local, or into what it points to, before the spawn. */
static void search_contents(struct search *search, ir_local_id local, int depth)
{
    for (ir_instr_id i = 0; i < search->before; i++) {
        const struct ir_instr *instr = &search->func->instrs.data[i];
        const struct ir_path *dst = &search->func->paths.data[instr->dst];
        bool into = instr->dst && dst->base_kind == BASE_LOCAL && dst->base == local;
        if (into && instr->op == IR_COPY)
            search_value(search, instr->a, false, depth + 1);
        if (into && instr->op == IR_CLOSURE)
            for (uint32_t k = 0; k < instr->arg_count; k++)
                search_value(search, search->func->args.data[instr->first_arg + k], true, depth + 1);
        /* std::ref(x), std::bind(f, &x), and constructors that keep what they are handed. */
        bool makes = into && instr->op == IR_CALL && check_role(search->pass, (ir_func_id)(search->func - search->pass->module->funcs.data), i, ROLE_FLOWS);
        for (uint32_t k = 0; makes && k < instr->arg_count; k++)
            search_value(search, search->func->args.data[instr->first_arg + k], true, depth + 1);
    }
}

static bool is_carrier(const struct search *search, ir_local_id local)
{
    const struct ir_type *type = &search->pass->module->types.data[search->func->locals.data[local].type];
    const struct ir_class *class_ = &search->pass->module->classes.data[type->class_];
    const char *name = type->kind == TYPE_CLASS ? ir_text(search->pass->module, class_->name) : "";
    return type->kind == TYPE_CLASS && (class_->flags & CLASS_LAMBDA || !strncmp(name, "std::reference_wrapper", 22) ||
                                        !strncmp(name, "std::_Bind", 10));
}

static void search_value(struct search *search, ir_val val, bool is_capture, int depth)
{
    if (depth > 4 || (ir_val_kind(val) != VAL_ADDR && ir_val_kind(val) != VAL_PATH))
        return;
    const struct ir_path *path = &search->func->paths.data[ir_val_index(val)];
    if (path->base_kind != BASE_LOCAL)
        return;
    /* A closure or std::ref is copied into the task, whether it is handed over by value or by reference. */
    if (!path->step_count && is_carrier(search, path->base)) {
        search_contents(search, path->base, depth);
        return;
    }
    if (ir_val_kind(val) == VAL_ADDR) {
        search_address(search, ir_val_index(val), is_capture, depth);
        return;
    }
    if (!is_pointer_like(search, path->type) || path->step_count)
        return;
    if (path->base <= search->func->param_count) {
        if (!(search->func->locals.data[path->base].flags & LOCAL_THIS))
            add(search, path->base, true, is_capture);
        return;
    }
    search_contents(search, path->base, depth);
}

uint32_t stack_objects(const struct check_pass *pass, ir_func_id func, ir_instr_id instr, ir_val val, bool copies,
                       struct stack_object *out, uint32_t most)
{
    const struct ir_func *body = &pass->module->funcs.data[func];
    struct search search = {pass, body, instr, out, 0, most};
    if (ir_val_kind(val) == VAL_ADDR && copies) {
        const struct ir_path *path = &body->paths.data[ir_val_index(val)];
        if (path->base_kind == BASE_LOCAL && !path->step_count && is_carrier(&search, path->base))
            search_contents(&search, path->base, 0);
        else if (path->base_kind == BASE_LOCAL && !path->step_count && is_pointer_like(&search, path->type))
            search_contents(&search, path->base, 0);
        return search.count;
    }
    search_value(&search, val, false, 0);
    return search.count;
}
