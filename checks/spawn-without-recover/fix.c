#include "fix.h"

#include <string.h>

struct edit {
    struct check_pass *pass;
    struct fix *fix;
    const struct model_fix *model;
    const char *from; /* the class as written, "std::thread" */
};

static uint32_t length_of(const struct ir_span *span)
{
    return span->end_offset - span->offset;
}

/* The declared type of what the thread is moved into must change with it. */
static void edit_type(struct edit *edit, ir_span_id id)
{
    const struct ir_span *span = &edit->pass->module->spans.data[id];
    uint32_t written = length_of(span), plain = (uint32_t)strlen(edit->from);
    uint32_t vector = plain + (uint32_t)strlen("std::vector<>");
    if (!(span->flags & SPAN_EDITABLE)) {
        check_fix_refuse(edit->fix, "the declared type of the thread object has to change as well");
    } else if (written == plain || written == vector) {
        uint32_t skip = written == vector ? (uint32_t)strlen("std::vector<") : 0;
        struct place place = check_place(edit->pass, id);
        *vec_push(edit->pass->arena, &edit->fix->edits) =
            (struct fix_edit){place.path, place.offset + skip, place.offset + skip + plain, edit->model->to};
        check_fix_include(edit->pass, edit->fix, id, edit->model->header);
    } else if (written != strlen("auto")) {
        check_fix_refuse(edit->fix, "the declared type of the thread object has to change as well");
    }
}

static void edit_declaration_of(struct edit *edit, const struct ir_func *func, ir_path_id path_id)
{
    const struct ir_module *module = edit->pass->module;
    const struct ir_path *path = &func->paths.data[path_id];
    for (uint32_t i = path->step_count; i > 0; i--) {
        const struct ir_step *step = &func->steps.data[path->first_step + i - 1];
        if (step->kind == STEP_FIELD) {
            edit_type(edit, module->fields.data[step->arg].type_span);
            return;
        }
    }
    if (path->base_kind == BASE_LOCAL && !(func->locals.data[path->base].flags & LOCAL_TEMP))
        edit_type(edit, func->locals.data[path->base].type_span);
    else if (path->base_kind == BASE_GLOBAL)
        check_fix_refuse(edit->fix, "the declared type of the thread object has to change as well");
}

static bool is_path(ir_val val)
{
    return ir_val_kind(val) == VAL_ADDR || ir_val_kind(val) == VAL_PATH;
}

/* Where the constructed thread goes: an object of its own, or (through moves) another. */
static void edit_handle(struct edit *edit, ir_func_id id, ir_instr_id instr_id, const struct role *role)
{
    const struct ir_func *func = &edit->pass->module->funcs.data[id];
    const struct ir_instr *instr = &func->instrs.data[instr_id];
    ir_val handle = role_value(func, instr, role->at[POS_HANDLE]);
    if (!is_path(handle) || instr->flags & CALL_NEW)
        return;
    const struct ir_path *path = &func->paths.data[ir_val_index(handle)];
    bool temp = path->base_kind == BASE_LOCAL && func->locals.data[path->base].flags & LOCAL_TEMP;
    if (!temp) {
        edit_declaration_of(edit, func, ir_val_index(handle));
        return;
    }
    for (ir_instr_id i = instr_id + 1; i < func->instrs.count; i++) {
        const struct role *move = check_role(edit->pass, id, i, ROLE_MOVE_HANDLE);
        if (!move)
            continue;
        ir_val from = role_value(func, &func->instrs.data[i], move->at[POS_FROM]);
        ir_val to = role_value(func, &func->instrs.data[i], move->at[POS_TO]);
        if (is_path(from) && ir_val_index(from) == ir_val_index(handle) && is_path(to)) {
            edit_declaration_of(edit, func, ir_val_index(to));
            return;
        }
    }
}

/* A construction may be written as a type (`std::thread(f)`), as a member's name, or as emplace_back. */
static void edit_construction(struct edit *edit, ir_func_id id, ir_instr_id instr_id, const struct role *role)
{
    const struct ir_instr *instr = &edit->pass->module->funcs.data[id].instrs.data[instr_id];
    const struct ir_span *span = &edit->pass->module->spans.data[instr->name_span];
    if (length_of(span) == strlen(edit->from) && instr->flags & CALL_CONSTRUCT)
        check_fix_replace(edit->pass, edit->fix, instr->name_span, edit->model->to);
    edit_handle(edit, id, instr_id, role);
    if (!edit->fix->edits.count)
        check_fix_refuse(edit->fix, "the declared type of the thread object has to change by hand");
}

static bool is_assertion(const struct ir_module *module, const struct ir_span *span)
{
    return span->macro && strcmp(ir_text(module, span->macro), "assert") == 0;
}

static void edit_fatal_call(struct edit *edit, enum panic_kind kind, ir_func_id func, ir_instr_id id)
{
    const struct call_site *site = program_site(edit->pass->program, func, id);
    if (!site || !site->model || !site->model->fix)
        return;
    const struct ir_instr *instr = &edit->pass->module->funcs.data[func].instrs.data[id];
    const struct ir_span *span = &edit->pass->module->spans.data[instr->span];
    const char *to = site->model->fix->to;
    if (kind == PANIC_ASSERT) {
        /* Only the macro's own name, where it is the standard one. */
        if (!is_assertion(edit->pass->module, span) || span->flags & (SPAN_SYSTEM | SPAN_GENERATED)) {
            check_fix_refuse(edit->fix, "the assertion is not the standard macro");
            return;
        }
        struct place place = check_place(edit->pass, instr->span);
        *vec_push(edit->pass->arena, &edit->fix->edits) =
            (struct fix_edit){place.path, place.offset, place.offset + (uint32_t)strlen("assert"), to};
    } else {
        check_fix_replace(edit->pass, edit->fix, instr->name_span, to);
    }
    check_fix_include(edit->pass, edit->fix, instr->span, site->model->fix->header);
}

static bool may_panic(const struct check_pass *pass, ir_func_id func, enum panic_kind kind)
{
    uint32_t count;
    const struct panic_effect *const *effects = panic_effects(pass->program->panics, func, &count);
    for (uint32_t i = 0; i < count; i++)
        if (effects[i]->kind == kind)
            return true;
    return false;
}

/* A call that ends the process, of the same kind as the one that the finding shows. */
static bool is_fatal_site(const struct check_pass *pass, const struct call_site *site, enum panic_kind kind)
{
    if (!site->model || !site->model->fix)
        return false;
    if (kind == PANIC_ASSERT)
        return model_role(site->model, ROLE_ASSERT);
    const struct ir_instr *instr = &pass->module->funcs.data[site->func].instrs.data[site->instr];
    return model_role(site->model, ROLE_FATAL) &&
           !is_assertion(pass->module, &pass->module->spans.data[instr->span]);
}

/* The task dies of whichever it meets: all that it reaches become panics, or the finding would still be there. */
static void edit_fatal_calls(struct edit *edit, ir_func_id entry, const struct panic_effect *origin)
{
    const struct program *program = edit->pass->program;
    uint32_t count;
    const ir_func_id *reached = program_reach(program, edit->pass->arena, entry, &count);
    edit_fatal_call(edit, origin->kind, origin->func, origin->instr);
    for (uint32_t i = 0; i < count; i++) {
        const struct program_func *func = &program->funcs.data[reached[i]];
        for (uint32_t k = 0; k < func->site_count && may_panic(edit->pass, reached[i], origin->kind); k++) {
            const struct call_site *site = &program->sites.data[func->first_site + k];
            bool shown = site->func == origin->func && site->instr == origin->instr;
            if (!shown && is_fatal_site(edit->pass, site, origin->kind))
                edit_fatal_call(edit, origin->kind, site->func, site->instr);
        }
    }
}

/* quick_exit and its like: nothing takes their place, and the wrapper alone changes nothing. */
static bool is_fixable(const struct check_pass *pass, const struct panic_effect *origin)
{
    const struct call_site *site = program_site(pass->program, origin->func, origin->instr);
    return site && site->model && site->model->fix;
}

/* The spawn recovers panics already. */
static void fix_fatal_calls_only(struct check_pass *pass, struct finding *finding, const struct spawn *spawn,
                                 ir_func_id entry, const struct panic_effect *origin)
{
    struct fix *fix = check_fix(pass, finding, "let the fatal calls panic, which the %s recovers", spawn->role->task);
    edit_fatal_calls(&(struct edit){.pass = pass, .fix = fix}, entry, origin);
}

static void fix_spawn(struct edit *edit, const struct spawn *spawn)
{
    const struct spawn_hop *last = spawn->hop_count ? &spawn->hops[spawn->hop_count - 1] : NULL;
    ir_func_id func = last ? last->func : spawn->func;
    ir_instr_id instr = last ? last->instr : spawn->instr;
    const struct ir_instr *call = &edit->pass->module->funcs.data[func].instrs.data[instr];
    if (strncmp(edit->model->to, "rh::", 4) == 0) {
        edit->from = strcmp(edit->model->to, "rh::jthread") == 0 ? "std::jthread" : "std::thread";
        edit_construction(edit, func, instr, spawn->role);
    } else {
        check_fix_replace(edit->pass, edit->fix, call->name_span, edit->model->to);
    }
    check_fix_include(edit->pass, edit->fix, call->span, edit->model->header);
}

void swr_add_fix(struct check_pass *pass, struct finding *finding, const struct spawn *spawn, ir_func_id entry,
                 const struct panic_effect *origin)
{
    const struct model_fix *model = spawn->model->fix;
    bool fatal = origin && (origin->kind == PANIC_FATAL || origin->kind == PANIC_ASSERT);
    if (fatal && !is_fixable(pass, origin))
        return;
    if (fatal && spawn->role->kinds & PANIC_BIT(PANIC_PANIC)) {
        fix_fatal_calls_only(pass, finding, spawn, entry, origin);
        return;
    }
    if (!model || (model->kinds && origin && !(model->kinds & PANIC_BIT(origin->kind))))
        return;
    if (origin && (origin->kind == PANIC_JUMP || origin->terminates))
        return; /* no wrapper stops these */
    struct edit edit = {pass, check_fix(pass, finding, "start it with %s, which recovers the panic%s", model->to,
                                        fatal ? ", and let the fatal calls panic" : ""), model, "std::thread"};
    fix_spawn(&edit, spawn);
    if (fatal)
        edit_fatal_calls(&edit, entry, origin);
}
