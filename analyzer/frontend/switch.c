/* switch: labels may stand anywhere in the body (Duff's device), so the dispatch is emitted after it. */
#include "frontend/lower.h"

void switch_lower(struct body *body, CXCursor cursor)
{
    struct fe_list children = cursor_children(body->fe, cursor);
    if (children.count < 2)
        return;
    CXCursor condition = children.data[children.count - 2], inside = children.data[children.count - 1];
    struct cleanup *before = body->cleanups;
    ir_val value = 0;
    if (cursor_is_expr(condition)) {
        ir_set_span(body->b, span_of(body->fe, condition));
        value = expr_value(body, condition);
    }
    scope_pop_to(body, before);
    ir_block_id dispatch = ir_new_block(body->b), after = ir_new_block(body->b);
    ir_emit_jump(body->b, dispatch);
    struct fe_switch cases = {0};
    struct frame frame = {.up = body->frames, .break_to = after, .cleanups = body->cleanups, .cases = &cases};
    body->frames = &frame;
    stmt_lower(body, inside);
    body->frames = frame.up;
    ir_emit_jump(body->b, after);
    ir_enter(body->b, dispatch);
    ir_emit_switch(body->b, value ? value : IR_UNKNOWN, cases.values.data, cases.targets.data, cases.targets.count,
                   cases.otherwise ? cases.otherwise : after);
    ir_enter(body->b, after);
}

static struct fe_switch *innermost(struct body *body)
{
    for (struct frame *frame = body->frames; frame; frame = frame->up)
        if (frame->cases)
            return frame->cases;
    return NULL;
}

static ir_val label_value(struct body *body, CXCursor label)
{
    int64_t value = 0;
    if (clang_getCursorReferenced(cursor_strip(body->fe, label)).kind == CXCursor_EnumConstantDecl)
        value = clang_getEnumConstantDeclValue(clang_getCursorReferenced(cursor_strip(body->fe, label)));
    else if (!body->is_pattern)
        cursor_evaluate(label, &value);
    return ir_int(body->b, value);
}

static void add_case(struct body *body, struct fe_switch *cases, const struct fe_list *children, ir_block_id block)
{
    ir_val low = label_value(body, children->data[0]);
    ir_val high = children->count >= 3 ? label_value(body, children->data[1]) : low; /* GNU's a ... b */
    *vec_push(body->fe->tmp, &cases->values) = low;
    *vec_push(body->fe->tmp, &cases->values) = high;
    *vec_push(body->fe->tmp, &cases->targets) = block;
}

/* `case 1: case 2: ...` nest, each the first statement of the one before. */
void switch_case(struct body *body, CXCursor cursor)
{
    struct fe_switch *cases = innermost(body);
    if (!cases)
        return;
    ir_block_id block = ir_new_block(body->b);
    ir_emit_jump(body->b, block);
    ir_enter(body->b, block);
    while (cursor.kind == CXCursor_CaseStmt || cursor.kind == CXCursor_DefaultStmt) {
        struct fe_list children = cursor_children(body->fe, cursor);
        if (!children.count)
            return;
        if (cursor.kind == CXCursor_DefaultStmt)
            cases->otherwise = block;
        else
            add_case(body, cases, &children, block);
        bool has_statement = cursor.kind == CXCursor_DefaultStmt || children.count >= 2;
        if (!has_statement)
            return;
        cursor = children.data[children.count - 1];
    }
    stmt_lower(body, cursor);
}
