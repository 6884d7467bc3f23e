/* goto, labels, break, continue, return: leaving scopes runs their cleanups on the way. */
#include "frontend/lower.h"

#define ANY_LABEL UINT32_MAX

static uint32_t label_of(struct body *body, CXCursor statement)
{
    uint64_t key = map_key_of(statement.data[1]); /* the statement's address: labels have no declaration here */
    uint64_t *slot = map_put(&body->label_by_decl, key);
    if (!*slot) {
        *vec_push(body->fe->tmp, &body->labels) = (struct label){.block = ir_new_block(body->b)};
        *slot = body->labels.count;
    }
    return (uint32_t)*slot - 1;
}

static CXCursor label_statement(struct body *body, CXCursor cursor)
{
    CXCursor statement = clang_getCursorReferenced(cursor);
    if (statement.kind == CXCursor_LabelStmt)
        return statement;
    struct fe_list children = cursor_children(body->fe, cursor);
    for (uint32_t i = 0; i < children.count; i++)
        if (children.data[i].kind == CXCursor_LabelRef)
            return clang_getCursorReferenced(children.data[i]);
    return clang_getNullCursor();
}

/* The unwinding is written at the end of the function, when the label's scope is known. */
void jump_goto(struct body *body, CXCursor cursor)
{
    CXCursor statement = label_statement(body, cursor);
    if (statement.kind != CXCursor_LabelStmt) {
        ir_emit_havoc(body->b, HAVOC_UNKNOWN_STMT);
        return;
    }
    if (!ir_is_reachable(body->b))
        return;
    ir_block_id from = ir_new_block(body->b);
    ir_emit_jump(body->b, from);
    *vec_push(body->fe->tmp, &body->gotos) =
        (struct pending_goto){.label = label_of(body, statement), .from = from, .cleanups = body->cleanups};
}

void jump_indirect(struct body *body, CXCursor cursor)
{
    expr_value(body, cursor_first_child(cursor));
    if (!ir_is_reachable(body->b))
        return;
    ir_block_id from = ir_new_block(body->b);
    ir_emit_jump(body->b, from);
    *vec_push(body->fe->tmp, &body->gotos) =
        (struct pending_goto){.label = ANY_LABEL, .from = from, .cleanups = body->cleanups};
}

/* A computed goto may lead to any label of the function. */
static void finish_indirect(struct body *body)
{
    VEC(ir_val) values = {0};
    VEC(ir_block_id) targets = {0};
    for (uint32_t i = 0; i < body->labels.count; i++) {
        if (!body->labels.data[i].is_placed)
            continue;
        *vec_push(body->fe->tmp, &values) = ir_int(body->b, i);
        *vec_push(body->fe->tmp, &values) = ir_int(body->b, i);
        *vec_push(body->fe->tmp, &targets) = body->labels.data[i].block;
    }
    if (targets.count)
        ir_emit_switch(body->b, IR_UNKNOWN, values.data, targets.data, targets.count, targets.data[0]);
    else
        ir_emit_unreachable(body->b);
}

void jump_label(struct body *body, CXCursor cursor)
{
    uint32_t index = label_of(body, cursor);
    ir_emit_jump(body->b, body->labels.data[index].block);
    ir_enter(body->b, body->labels.data[index].block);
    body->labels.data[index].cleanups = body->cleanups;
    body->labels.data[index].is_placed = true;
    CXCursor statement = cursor_first_child(cursor);
    if (!cursor_is_null(statement))
        stmt_lower(body, statement);
}

static struct cleanup *common(struct cleanup *a, struct cleanup *b)
{
    while (a != b) {
        if (!b || (a && a->depth >= b->depth))
            a = a->up;
        else
            b = b->up;
    }
    return a;
}

void jump_finish(struct body *body)
{
    ir_region_id region = ir_region(body->b);
    for (uint32_t i = 0; i < body->gotos.count; i++) {
        struct pending_goto pending = body->gotos.data[i];
        ir_enter(body->b, pending.from);
        if (pending.label == ANY_LABEL) {
            finish_indirect(body);
            continue;
        }
        struct label *label = &body->labels.data[pending.label];
        if (!label->is_placed) {
            ir_emit_unreachable(body->b);
            continue;
        }
        struct cleanup *now = body->cleanups;
        body->cleanups = pending.cleanups;
        scope_leave_to(body, common(pending.cleanups, label->cleanups));
        body->cleanups = now;
        ir_emit_jump(body->b, label->block);
    }
    for (uint32_t i = 0; i < body->labels.count; i++)
        if (!body->labels.data[i].is_placed) {
            ir_enter(body->b, body->labels.data[i].block);
            ir_emit_unreachable(body->b);
        }
    ir_set_region(body->b, region);
}

void jump_break(struct body *body, bool is_continue)
{
    struct frame *frame = body->frames;
    while (frame && is_continue && !frame->continue_to)
        frame = frame->up;
    if (!frame) {
        ir_emit_havoc(body->b, HAVOC_UNKNOWN_STMT);
        return;
    }
    if (!ir_is_reachable(body->b))
        return;
    scope_leave_to(body, frame->cleanups);
    ir_emit_jump(body->b, is_continue ? frame->continue_to : frame->break_to);
}

static ir_val returned(struct body *body, CXCursor value)
{
    struct fe *fe = body->fe;
    CXType type = clang_getCanonicalType(clang_getCursorType(value));
    if (type.kind == CXType_Void) {
        expr_discard(body, value, 0);
        return 0;
    }
    if (body->returns_reference)
        return expr_argument(body, value, true);
    if (!type_is_record(type))
        return expr_value(body, value);
    ir_path_id result = scope_temp(body, type_of(fe, type));
    expr_into(body, value, result); /* the caller's object: not destroyed here */
    return ir_read(result);
}

void jump_return(struct body *body, CXCursor cursor)
{
    CXCursor child = cursor_first_child(cursor);
    struct cleanup *before = body->cleanups;
    ir_val value = 0;
    if (!cursor_is_null(child) && cursor_is_expr(child))
        value = returned(body, child);
    if (!ir_is_reachable(body->b)) {
        scope_pop_silent(body, before);
        return;
    }
    bool must_keep = ir_val_kind(value) == VAL_PATH && body->cleanups != body->outermost;
    if (must_keep && ir_path(body->b, ir_val_index(value))->step_count) {
        ir_path_id kept = scope_temp(body, ir_path(body->b, ir_val_index(value))->type);
        expr_copy(body, kept, value);
        value = ir_read(kept);
    }
    scope_leave_to(body, body->outermost);
    ir_emit_return(body->b, value);
    scope_pop_silent(body, before);
}
