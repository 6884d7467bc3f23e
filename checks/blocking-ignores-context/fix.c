/* What to write instead: the call that takes the context, as the callee's model words it. */
#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "blocking.h"

static const struct ir_func *body(const struct blocking *blocking, ir_func_id func)
{
    return &blocking->pass->module->funcs.data[func];
}

/* The loop around asks the context by itself: it ends when the call comes back. */
static bool is_tested_around(struct blocking *blocking, ir_func_id func, ir_instr_id instr)
{
    const struct context_func *index = contexts_func(blocking->contexts, func);
    ir_block_id head = index->loops->head[ir_block_of(body(blocking, func), instr)];
    for (ir_instr_id i = 1; head && i < body(blocking, func)->instrs.count; i++)
        if (body(blocking, func)->instrs.data[i].op == IR_CALL && check_role(blocking->pass, func, i, ROLE_CTX_TEST) &&
            ir_loop_holds(index->loops, head, ir_block_of(body(blocking, func), i)))
            return true;
    return false;
}

static const struct model_instead *instead_of(struct blocking *blocking, const struct context *hand, ir_func_id func,
                                              ir_instr_id instr)
{
    const struct ir_module *module = blocking->pass->module;
    const struct call_site *site = program_site(blocking->pass->program, func, instr);
    const char *class_ =
        model_normalise(blocking->pass->arena, ir_text(module, module->classes.data[hand->class_].name));
    bool discarded = body(blocking, func)->instrs.data[instr].flags & CALL_DISCARDED;
    for (uint32_t i = 0; site && site->model && i < site->model->instead_count; i++) {
        const struct model_instead *instead = &site->model->instead[i];
        if (!strcmp(instead->context, class_) && (discarded || !instead->discarded) &&
            (!instead->tested || is_tested_around(blocking, func, instr)))
            return instead;
    }
    return NULL;
}

/* Fills `{context}` and `{1}`; NULL where an argument is not to be had. */
static const char *words_of(const struct blocking *blocking, const char *pattern, const struct context *hand, ir_func_id func,
                            ir_instr_id instr)
{
    struct buf out = {0};
    bool fine = true;
    for (const char *at = pattern; *at && fine; at++) {
        if (*at != '{') {
            buf_printf(&out, "%c", *at);
            continue;
        }
        bool is_argument = isdigit((unsigned char)at[1]);
        const char *text =
            is_argument ? check_argument_text(blocking->pass, func, instr, (uint32_t)(at[1] - '1')) : hand->text;
        fine = text && strchr(at, '}');
        buf_text(&out, fine ? text : "");
        at = fine ? strchr(at, '}') : at;
    }
    const char *result = fine ? arena_strndup(blocking->pass->arena, out.data ? out.data : "", out.count) : NULL;
    buf_free(&out);
    return result;
}

void blocking_add_fix(struct blocking *blocking, struct finding *finding, const struct context *hand, ir_func_id func,
                      ir_instr_id instr)
{
    struct check_pass *pass = blocking->pass;
    const struct ir_instr *call = &body(blocking, func)->instrs.data[instr];
    const struct model_instead *instead = hand->kind == CONTEXT_VALUE ? instead_of(blocking, hand, func, instr) : NULL;
    const char *words = instead ? words_of(blocking, instead->write, hand, func, instr) : NULL;
    if (!words)
        return;
    /* Every argument has a place: call and name are one editable piece of text. */
    struct place place = check_place(pass, call->span);
    struct fix *fix = check_fix(pass, finding, "wait with %s: %s", hand->text, words);
    if (call->flags & CALL_METHOD)
        place.offset = check_place(pass, call->name_span).offset;
    check_fix_edit(pass, fix, place, words);
    if (instead->header)
        check_fix_include(pass, fix, call->span, instead->header);
}
