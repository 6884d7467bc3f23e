/* try, catch and throw: regions with typed handlers. */
#include "frontend/lower.h"

/* A handler's or a thrown object's type, as they are matched: canonical, unqualified, no reference. */
static ir_type_id matched_type(struct fe *fe, CXType type)
{
    CXType plain = type_plain(clang_getNonReferenceType(clang_getCanonicalType(type)));
    class_complete(fe, class_of_type(fe, plain));
    return type_of(fe, plain);
}

static CXCursor caught_variable(struct fe *fe, CXCursor handler)
{
    struct fe_list children = cursor_children(fe, handler);
    for (uint32_t i = 0; i < children.count; i++)
        if (children.data[i].kind == CXCursor_VarDecl)
            return children.data[i];
    return clang_getNullCursor();
}

static CXCursor handler_body(struct fe *fe, CXCursor handler)
{
    struct fe_list children = cursor_children(fe, handler);
    return children.count ? children.data[children.count - 1] : clang_getNullCursor();
}

static struct ir_handler describe(struct body *body, CXCursor handler)
{
    struct fe *fe = body->fe;
    struct ir_handler out = {.block = ir_new_block(body->b), .span = span_of(fe, handler)};
    CXCursor variable = caught_variable(fe, handler);
    if (!cursor_is_null(variable)) {
        out.type = matched_type(fe, clang_getCursorType(variable));
        out.by_reference = type_is_reference(clang_getCursorType(variable));
    }
    return out;
}

static void lower_handler(struct body *body, CXCursor handler, struct ir_handler entry, uint32_t index, bool rethrow)
{
    struct fe *fe = body->fe;
    struct cleanup *before = body->cleanups;
    uint32_t outer = body->handler;
    ir_enter(body->b, entry.block);
    ir_set_span(body->b, entry.span);
    CXCursor variable = caught_variable(fe, handler);
    ir_path_id path = 0;
    if (!cursor_is_null(variable)) {
        ir_type_id type = type_of_cursor(fe, variable);
        ir_local_id local = ir_add_local(body->b, cursor_spelling(fe, variable), type, LOCAL_HANDLER, span_of_name(fe, variable));
        scope_bind_local(body, variable, local);
        path = ir_path_local(body->b, local);
    }
    ir_emit(body->b, IR_CATCH)->dst = path;
    if (path)
        scope_own(body, path, clang_getCursorType(variable));
    body->handler = index + 1;
    CXCursor inside = handler_body(fe, handler);
    if (!cursor_is_null(inside) && clang_isStatement(inside.kind))
        stmt_lower(body, inside);
    scope_pop_to(body, before);
    if (rethrow && ir_is_reachable(body->b))
        ir_emit_rethrow(body->b, ir_int(body->b, index));
    body->handler = outer;
}

/* `before` runs inside the region before the block: a constructor's initialisers.  `rethrow`: handlers of a
 * constructor's or destructor's function-try-block throw again when they end. */
void try_lower(struct body *body, CXCursor cursor, void (*before)(struct body *, void *), void *arg, bool rethrow)
{
    struct fe *fe = body->fe;
    struct fe_list children = cursor_children(fe, cursor);
    ir_region_id outside = ir_region(body->b);
    ir_region_id region = ir_add_region(body->b, REGION_TRY, outside, span_of(fe, cursor));
    ir_block_id after = ir_new_block(body->b);
    VEC(struct ir_handler) handlers = {0};
    for (uint32_t i = 0; i < children.count; i++)
        if (children.data[i].kind == CXCursor_CXXCatchStmt)
            *vec_push(fe->tmp, &handlers) = describe(body, children.data[i]);
    uint32_t first = ir_add_handlers(body->b, region, handlers.data, handlers.count);
    ir_set_region(body->b, region);
    struct cleanup *outer = body->cleanups;
    if (before)
        before(body, arg);
    if (children.count)
        stmt_lower(body, children.data[0]);
    if (before)
        scope_pop_silent(body, outer);
    ir_set_region(body->b, outside);
    ir_emit_jump(body->b, after);
    uint32_t at = 0;
    for (uint32_t i = 0; i < children.count; i++) {
        if (children.data[i].kind != CXCursor_CXXCatchStmt)
            continue;
        lower_handler(body, children.data[i], handlers.data[at], first + at, rethrow);
        ir_emit_jump(body->b, after);
        at++;
    }
    ir_enter(body->b, after);
}

void try_throw(struct body *body, CXCursor cursor)
{
    struct fe *fe = body->fe;
    CXCursor operand = cursor_first_child(cursor);
    ir_span_id span = span_of(fe, cursor);
    if (cursor_is_null(operand) || !cursor_is_expr(operand)) {
        ir_set_span(body->b, span);
        ir_emit_rethrow(body->b, body->handler ? ir_int(body->b, body->handler - 1) : 0);
        return;
    }
    CXType type = clang_getCursorType(operand);
    ir_val value;
    if (type_is_record(type)) {
        ir_path_id object = scope_temp(body, type_of(fe, type));
        expr_into(body, operand, object); /* the runtime's object: not destroyed here */
        value = ir_read(object);
    } else {
        value = expr_value(body, operand);
    }
    if (!ir_is_reachable(body->b))
        return;
    ir_set_span(body->b, span);
    ir_emit_throw(body->b, matched_type(fe, type), value ? value : IR_UNKNOWN);
}
