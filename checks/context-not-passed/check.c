/* A call or a task that could hear of a cancellation, where its caller could, and is told nothing. */
#include <stdlib.h>
#include <string.h>

#include "facts/name.h"
#include "not_passed.h"

extern const char CHECK_DOC(context_not_passed)[];

/* ---- which contexts a callee accepts ---- */

/* A class of contexts that the type, as a declaration spells it, names. */
static bool spells_class(const struct ir_module *module, const char *type, ir_class_id class_)
{
    const char *name = ir_text(module, module->classes.data[class_].name), *at = strstr(type, name);
    return at && !strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", at[strlen(name)]);
}

/* A source at hand gives the token that is wanted, as a model says of one of its methods. */
static bool gives(const struct not_passed *check, ir_class_id from, ir_class_id wanted)
{
    const struct ir_module *module = check->pass->module;
    for (ir_sym_id sym = 1; sym < module->syms.count; sym++) {
        if (module->syms.data[sym].class_ != from)
            continue;
        const struct role *make =
            model_role(model_find(check->pass->program->models, module, sym), ROLE_CTX_MAKE);
        ir_type_id result = module->types.data[module->syms.data[sym].type].element;
        if (make && make->at[POS_PARENT] == AT_THIS && context_class(module, result) == wanted)
            return true;
    }
    return false;
}

static struct context hand_for(const struct not_passed *check, ir_func_id func, ir_class_id wanted)
{
    struct context hand = context_of_class(check->contexts, func, wanted);
    if (hand.kind != CONTEXT_NONE)
        return hand;
    hand = context_of_class(check->contexts, func, 0);
    if (hand.kind != CONTEXT_NONE && gives(check, hand.class_, wanted))
        hand.text = NULL;
    else
        hand.kind = CONTEXT_NONE;
    return hand;
}

/* ---- where it need not be passed ---- */

/* The function fills the field that holds the context: what it calls before that has none. */
static bool sets_it(const struct not_passed *check, const struct context *hand, ir_func_id func)
{
    const struct ir_func *body = not_passed_body(check, func);
    for (ir_instr_id i = 1; hand->field && i < body->instrs.count; i++)
        if (body->instrs.data[i].dst &&
            place_of_path(check->pass->module, func, body->instrs.data[i].dst) == hand->place)
            return true;
    return false;
}

static bool is_excused(struct not_passed *check, const struct context *hand, ir_func_id func,
                       ir_instr_id instr)
{
    const struct ir_sym *sym = &check->pass->module->syms.data[not_passed_body(check, func)->sym];
    return sym->flags & (SYM_DESTRUCTOR | SYM_CONSTRUCTOR) || sets_it(check, hand, func) ||
           cancelled_before(check, hand, func, instr);
}

/* ---- the finding ---- */

static const char *handed_text(enum handed kind)
{
    return kind == HANDED_NONE         ? "none"
           : kind == HANDED_BACKGROUND ? "the background, which never ends"
                                       : "a new one, which knows nothing of it";
}

static void add_fix(const struct not_passed *check, struct finding *finding, const struct context *hand,
                    const struct place *argument)
{
    if (!hand->text || !argument->path)
        return;
    struct fix *fix = check_fix(check->pass, finding, "pass %s", hand->text);
    check_fix_edit(check->pass, fix, *argument, hand->text);
}

static void report(struct not_passed *check, const struct context *hand, ir_func_id func, ir_instr_id instr,
                   uint32_t argument, struct handed_value handed)
{
    struct check_pass *pass = check->pass;
    const struct ir_instr *call = &not_passed_body(check, func)->instrs.data[instr];
    const char *callee = check_func_name(pass, call->sym);
    struct finding *finding =
        check_report(pass, SEVERITY_WARNING, "argument", func, instr, callee,
                     "when %s is cancelled %s does not hear of it: it accepts a context and is handed %s",
                     hand->name, callee, handed_text(handed.kind));
    if (!finding)
        return;
    struct place place = check_argument_place(pass, func, instr, argument);
    if (place.path)
        finding->place = place;
    if (hand->param)
        check_step(pass, finding, check_place(pass, pass->module->funcs.data[func].span), 0, 0,
                   "%s has %s at hand", check_func_name(pass, not_passed_body(check, func)->sym), hand->name);
    if (handed.kind == HANDED_FRESH) {
        check_step(pass, finding, check_instr_place(pass, func, handed.made), 0, 0,
                   "a context of its own is made");
        check_related(pass, finding, check_instr_place(pass, func, handed.made),
                      "the context that is handed over");
    } else {
        add_fix(check, finding, hand, &place);
    }
    check_step(pass, finding, finding->place, 0, 0, "%s is handed %s", callee, handed_text(handed.kind));
}

/* A context of its own may go to many calls: the first is enough. */
static bool is_told(struct not_passed *check, ir_func_id func, struct handed_value handed)
{
    uint64_t key = (uint64_t)func << 32 | handed.made;
    for (uint32_t i = 0; i < check->fresh.count; i++)
        if (check->fresh.data[i] == key)
            return true;
    if (handed.kind == HANDED_FRESH)
        *vec_push(check->pass->arena, &check->fresh) = key;
    return false;
}

/* ---- the calls ---- */

static void check_argument(struct not_passed *check, ir_func_id func, ir_instr_id instr, ir_val val,
                           uint32_t argument, ir_class_id wanted)
{
    struct handed_value handed = handed_find(check, func, val);
    if (handed.kind == HANDED_UNKNOWN)
        return;
    struct context hand = hand_for(check, func, wanted);
    if (hand.kind != CONTEXT_NONE && !is_excused(check, &hand, func, instr) && !is_told(check, func, handed))
        report(check, &hand, func, instr, argument, handed);
}

/* A library's function: what waits without bound, or starts something, wants the context. */
static void check_modelled(struct not_passed *check, const struct call_site *site,
                           const struct role *pass_role)
{
    struct check_pass *pass = check->pass;
    const struct ir_func *func = not_passed_body(check, site->func);
    const struct ir_instr *call = &func->instrs.data[site->instr];
    const struct role *block = model_role(site->model, ROLE_BLOCK);
    bool is_unclear =
        block && block->class_ && !strcmp(block->class_, "unknown"); /* rh_read: why else take a context? */
    if (block && !is_unclear && !wait_role(check->waits, site->func, site->instr))
        return;
    int at = pass_role->at[POS_CONTEXT];
    const char **params;
    const char *spelling =
        ir_text(pass->module, pass->module->types.data[pass->module->syms.data[call->sym].type].spelling);
    if (at < 1 || name_params(pass->arena, spelling, &params) < at)
        return;
    for (ir_class_id class_ = 1; class_ < pass->module->classes.count; class_++) {
        const char *name = ir_text(pass->module, pass->module->classes.data[class_].name);
        if (model_is_context_type(pass->program->models, name) &&
            spells_class(pass->module, params[at - 1], class_)) {
            check_argument(check, site->func, site->instr, role_value(func, call, at), (uint32_t)at - 1,
                           class_);
            return;
        }
    }
}

/* One of the project's: its own parameters say what it accepts. */
static void check_own(struct not_passed *check, const struct call_site *site)
{
    struct check_pass *pass = check->pass;
    const struct ir_func *func = not_passed_body(check, site->func);
    const struct ir_instr *call = &func->instrs.data[site->instr];
    if (site->target_count != 1 || !site->targets[0].func || site->targets[0].certainty != CERTAIN)
        return;
    const struct ir_func *callee = not_passed_body(check, site->targets[0].func);
    uint32_t self = call->flags & CALL_METHOD ? 1 : 0;
    for (uint32_t i = self; i < call->arg_count && i < callee->param_count; i++) {
        ir_type_id type = callee->locals.data[i + 1].type;
        if (context_is_type(pass, type) && handed_is_used(check, site->targets[0].func, i + 1))
            check_argument(check, site->func, site->instr, func->args.data[call->first_arg + i], i - self,
                           context_class(pass->module, type));
    }
}

static void run(struct check_pass *pass)
{
    struct not_passed check = {.pass = pass, .contexts = contexts_create(pass)};
    check.waits = waits_create(pass, check.contexts, atof(check_option_value(pass, "max-wait")));
    for (uint32_t i = 0; i < pass->program->sites.count; i++) {
        const struct call_site *site = &pass->program->sites.data[i];
        const struct role *pass_role = model_role(site->model, ROLE_CTX_PASS);
        if (pass_role)
            check_modelled(&check, site, pass_role);
        else if (!site->model)
            check_own(&check, site);
    }
    for (uint32_t i = 0; i < pass->program->spawns.count; i++)
        task_check(&check, &pass->program->spawns.data[i]);
}

static const struct check_option options[] = {
    {"max-wait", "seconds that a call or a task may wait without a context", "5"},
    {NULL, NULL, NULL},
};

const struct check check_context_not_passed = {
    .id = "context-not-passed",
    .title = "A context is at hand, and a call or a task that could hear of it is handed none",
    .doc = CHECK_DOC(context_not_passed),
    .since = "0.1",
    .severity = SEVERITY_WARNING,
    .options = options,
    .run = run,
};
