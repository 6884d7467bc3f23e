/* Coroutines.
 *
 * libclang shows the body, then what the promise is asked; each co_await shows its operand about five times, of which
 * the first is lowered.  The body runs in a region whose handler is the promise's unhandled_exception: whether an
 * exception leaves the coroutine is that function's word.
 */
#include "frontend/lower.h"

static bool is_named_call(struct fe *fe, CXCursor cursor, const char *name)
{
    CXCursor inner = cursor_strip(fe, cursor);
    return inner.kind == CXCursor_CallExpr && strcmp(cursor_spelling(fe, inner), name) == 0;
}

static bool is_return_call(struct fe *fe, CXCursor cursor)
{
    return is_named_call(fe, cursor, "return_value") || is_named_call(fe, cursor, "return_void");
}

/* A call of one of the awaiter's functions: the object is the awaiter that was made already. */
static ir_val ask_awaiter(struct body *body, CXCursor call, ir_val awaiter)
{
    struct fe *fe = body->fe;
    CXCursor inner = cursor_strip(fe, call);
    while (inner.kind == CXCursor_UnexposedExpr && !cursor_is_null(cursor_first_child(inner)))
        inner = cursor_strip(fe, cursor_first_child(inner));
    CXCursor decl = clang_getCursorReferenced(inner);
    if (inner.kind != CXCursor_CallExpr || decl.kind != CXCursor_CXXMethod)
        return IR_UNKNOWN;
    reconcile_note(fe, inner);
    uint32_t func = symbol_func(fe, decl);
    ir_val args[8] = {awaiter, IR_UNKNOWN, IR_UNKNOWN, IR_UNKNOWN, IR_UNKNOWN, IR_UNKNOWN, IR_UNKNOWN, IR_UNKNOWN};
    uint32_t count = fe->funcs.data[func].param_count;
    return call_emit(body, func, args, count < 7 ? count + 1 : 8, CALL_IMPLICIT, 0, 0);
}

static void emit_await(struct body *body, CXCursor operand, ir_val awaiter)
{
    struct ir_instr *instr = ir_emit(body->b, IR_AWAIT);
    instr->a = awaiter;
    instr->sub = is_named_call(body->fe, operand, "yield_value");
    body->emitted++;
}

/* Children of co_await: operand, the awaiter, ready, suspend, resume. */
bool coroutine_expr(struct body *body, CXCursor cursor, ir_val *out)
{
    struct fe *fe = body->fe;
    struct fe_list children = cursor_children(fe, cursor);
    if (children.count < 4 || !is_named_call(fe, children.data[children.count - 1], "await_resume"))
        return false;
    ir_set_span(body->b, span_of(fe, cursor));
    ir_val awaiter = expr_argument(body, children.data[0], true);
    ask_awaiter(body, children.data[children.count - 3], awaiter);
    ask_awaiter(body, children.data[children.count - 2], awaiter);
    emit_await(body, children.data[0], awaiter);
    *out = ask_awaiter(body, children.data[children.count - 1], awaiter);
    return true;
}

static void lower_return(struct body *body, CXCursor call)
{
    expr_full_discard(body, call);
    if (!ir_is_reachable(body->b))
        return;
    scope_leave_to(body, body->outermost);
    ir_emit_jump(body->b, body->coroutine_exit);
}

struct promise {
    struct fe *fe;
    CXCursor found;
};

static enum CXChildVisitResult find_promise(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct promise *promise = data;
    (void)parent;
    CXCursor decl = clang_getCursorReferenced(cursor);
    if (cursor.kind != CXCursor_DeclRefExpr || decl.kind != CXCursor_VarDecl ||
        strcmp(cursor_spelling(promise->fe, decl), "__promise") != 0)
        return CXChildVisit_Recurse;
    promise->found = decl;
    return CXChildVisit_Break;
}

static void declare_promise(struct body *body, CXCursor call)
{
    struct promise promise = {.fe = body->fe, .found = clang_getNullCursor()};
    clang_visitChildren(call, find_promise, &promise);
    if (cursor_is_null(promise.found))
        return;
    ir_type_id type = type_of_cursor(body->fe, promise.found);
    scope_bind_local(body, promise.found, ir_add_local(body->b, "__promise", type, 0, 0));
}

static CXCursor unhandled(struct fe *fe, const struct fe_list *children)
{
    for (uint32_t i = 1; i < children->count; i++)
        if (is_named_call(fe, children->data[i], "unhandled_exception"))
            return children->data[i];
    return clang_getNullCursor();
}

static void lower_body(struct body *body, const struct fe_list *children)
{
    struct fe *fe = body->fe;
    CXCursor handler = unhandled(fe, children);
    ir_region_id outside = ir_region(body->b), region = outside;
    struct ir_handler entry = {.block = ir_new_block(body->b)};
    uint32_t first = 0;
    if (!cursor_is_null(handler)) {
        declare_promise(body, handler);
        region = ir_add_region(body->b, REGION_TRY, outside, span_of(fe, children->data[0]));
        first = ir_add_handlers(body->b, region, &entry, 1);
    }
    body->coroutine_exit = ir_new_block(body->b);
    body->outermost = body->cleanups;
    ir_set_region(body->b, region);
    stmt_compound(body, children->data[0], 0);
    ir_set_region(body->b, outside);
    ir_emit_jump(body->b, body->coroutine_exit);
    if (!cursor_is_null(handler)) {
        ir_enter(body->b, entry.block);
        ir_emit(body->b, IR_CATCH);
        body->handler = first + 1;
        expr_full_discard(body, handler);
        body->handler = 0;
        ir_emit_jump(body->b, body->coroutine_exit);
    }
    ir_enter(body->b, body->coroutine_exit);
}

void coroutine_lower(struct body *body, CXCursor cursor)
{
    struct fe_list children = cursor_children(body->fe, cursor);
    if (!children.count)
        return;
    CXCursor last = children.data[children.count - 1];
    if (cursor_is_expr(last) && is_return_call(body->fe, last))
        lower_return(body, last);
    else if (!body->coroutine_exit && children.data[0].kind == CXCursor_CompoundStmt)
        lower_body(body, &children);
    else
        for (uint32_t i = 0; i < children.count; i++)
            stmt_lower(body, children.data[i]);
}
