/* Expressions as places: which object an lvalue names, as an access path. */
#include "frontend/lower.h"

/* A use of a reference is a use of what it refers to. */
ir_path_id place_adjust(struct body *body, ir_path_id path)
{
    const struct ir_type *type = fe_type(body->fe, ir_path(body->b, path)->type);
    return type->kind == TYPE_REFERENCE ? ir_path_deref(body->b, path, type->element) : path;
}

ir_val place_read(struct body *body, ir_path_id path)
{
    (void)body;
    return path ? ir_read(path) : IR_UNKNOWN;
}

static ir_path_id value_place(struct body *body, CXCursor cursor)
{
    ir_val value = expr_value(body, cursor);
    if (ir_val_kind(value) == VAL_PATH)
        return ir_val_index(value);
    ir_path_id temp = scope_temp(body, type_of_cursor(body->fe, cursor));
    if (value && ir_is_reachable(body->b))
        expr_copy(body, temp, value);
    return temp;
}

static ir_path_id variable_place(struct body *body, CXCursor decl, CXCursor use)
{
    ir_path_id path = scope_variable(body, decl);
    if (path)
        return place_adjust(body, path);
    if (decl.kind == CXCursor_VarDecl && clang_Cursor_hasVarDeclGlobalStorage(decl) != 0)
        return place_adjust(body, ir_path_global(body->b, symbol_global(body->fe, decl, NULL)));
    if (decl.kind == CXCursor_VarDecl && !body->is_pattern) { /* declared where the visitor does not go: switch (T x = f(); x) */
        stmt_declare(body, decl);
        path = scope_variable(body, decl);
        if (path)
            return place_adjust(body, path);
    }
    return scope_temp(body, type_of_cursor(body->fe, use)); /* a constant of a template, something an error took */
}

static ir_path_id name_place(struct body *body, CXCursor cursor)
{
    CXCursor decl = clang_getCursorReferenced(cursor);
    switch ((int)decl.kind) {
    case CXCursor_VarDecl: case CXCursor_ParmDecl: case CXCursor_UnexposedDecl:
        return variable_place(body, decl, cursor);
    case CXCursor_FieldDecl: /* of an anonymous union seen from inside, or a pointer to member */
        return scope_temp(body, type_of_cursor(body->fe, cursor));
    default:
        return value_place(body, cursor);
    }
}

static ir_path_id object_of(struct body *body, CXCursor base)
{
    if (type_is_pointer(clang_getCursorType(base)))
        return ir_pointee(body->b, expr_value(body, base),
                          type_of(body->fe, clang_getPointeeType(clang_getCanonicalType(clang_getCursorType(base)))));
    return expr_place(body, base);
}

static ir_path_id this_object(struct body *body, CXCursor field)
{
    CXType type = clang_getCursorType(clang_getCursorSemanticParent(field));
    ir_type_id class_type = type_of(body->fe, type);
    if (!body->this_val)
        return scope_temp(body, class_type);
    return ir_pointee(body->b, body->this_val, class_type);
}

static ir_path_id member_place(struct body *body, CXCursor cursor)
{
    CXCursor decl = clang_getCursorReferenced(cursor);
    CXCursor base = cursor_first_child(cursor);
    bool has_base = !cursor_is_null(base) && cursor_is_expr(base);
    if (decl.kind == CXCursor_VarDecl) {
        if (has_base)
            expr_discard(body, base, 0);
        return variable_place(body, decl, cursor);
    }
    if (decl.kind != CXCursor_FieldDecl) {
        if (has_base)
            expr_discard(body, base, 0);
        return scope_temp(body, type_of_cursor(body->fe, cursor));
    }
    ir_path_id object = has_base ? object_of(body, base) : this_object(body, decl);
    return place_adjust(body, ir_path_field(body->b, object, class_field(body->fe, decl)));
}

static ir_path_id subscript_place(struct body *body, CXCursor cursor)
{
    struct fe_list children = cursor_children(body->fe, cursor);
    if (children.count < 2)
        return scope_temp(body, type_of_cursor(body->fe, cursor));
    CXCursor base = children.data[0], index = children.data[1];
    if (!type_is_pointer(clang_getCursorType(base)) && type_is_pointer(clang_getCursorType(index)))
        base = children.data[1], index = children.data[0]; /* 3[p] */
    ir_type_id element = type_of_cursor(body->fe, cursor);
    ir_val pointer = expr_value(body, base);
    ir_val at = expr_value(body, index);
    ir_path_id object = ir_pointee(body->b, pointer, element);
    return ir_path_index(body->b, object, at, element);
}

static ir_path_id deref_place(struct body *body, CXCursor operand, CXCursor cursor)
{
    ir_type_id type = type_of_cursor(body->fe, cursor);
    ir_path_id object = ir_pointee(body->b, expr_value(body, operand), type);
    const struct ir_type *got = fe_type(body->fe, ir_path(body->b, object)->type);
    if (got->kind == TYPE_ARRAY && fe_type(body->fe, type)->kind != TYPE_ARRAY)
        return ir_path_index(body->b, object, ir_int(body->b, 0), type);
    return object;
}

static ir_path_id unary_place(struct body *body, CXCursor cursor)
{
    CXCursor operand = cursor_first_child(cursor);
    switch (clang_getCursorUnaryOperatorKind(cursor)) {
    case CXUnaryOperator_Deref:
        return deref_place(body, operand, cursor);
    case CXUnaryOperator_PreInc: case CXUnaryOperator_PreDec:
        operator_unary(body, cursor);
        return expr_place(body, operand);
    case CXUnaryOperator_Extension: case CXUnaryOperator_Real: case CXUnaryOperator_Imag:
        return expr_place(body, operand);
    default:
        return value_place(body, cursor);
    }
}

static ir_path_id binary_place(struct body *body, CXCursor cursor)
{
    struct fe_list children = cursor_children(body->fe, cursor);
    enum CXBinaryOperatorKind op = clang_getCursorBinaryOperatorKind(cursor);
    if (children.count != 2)
        return value_place(body, cursor);
    if (op == CXBinaryOperator_Comma) {
        expr_discard(body, children.data[0], 0);
        return expr_place(body, children.data[1]);
    }
    if (op == CXBinaryOperator_PtrMemD || op == CXBinaryOperator_PtrMemI) {
        ir_path_id object = object_of(body, children.data[0]);
        expr_value(body, children.data[1]);
        return ir_path_index(body->b, object, IR_UNKNOWN, type_of_cursor(body->fe, cursor));
    }
    bool assigns = op == CXBinaryOperator_Assign || cursor.kind == CXCursor_CompoundAssignOperator;
    if (!assigns)
        return value_place(body, cursor);
    operator_binary(body, cursor);
    return expr_place(body, children.data[0]);
}

/* c ? a : b as an lvalue: through a pointer to either. */
static ir_path_id conditional_place(struct body *body, CXCursor cursor)
{
    struct fe_list children = cursor_children(body->fe, cursor);
    ir_type_id type = type_of_cursor(body->fe, cursor);
    if (children.count != 3)
        return value_place(body, cursor);
    ir_path_id pointer = scope_temp(body, type_pointer_to(body->fe, type));
    ir_block_id blocks[2] = {ir_new_block(body->b), ir_new_block(body->b)}, after = ir_new_block(body->b);
    expr_condition(body, children.data[0], blocks[0], blocks[1]);
    for (uint32_t i = 0; i < 2; i++) {
        ir_enter(body->b, blocks[i]);
        struct cleanup *before = body->cleanups;
        ir_path_id place = expr_place(body, children.data[i + 1]);
        if (place && ir_is_reachable(body->b))
            expr_copy(body, pointer, ir_addr(body->b, place));
        scope_pop_to(body, before);
        ir_emit_jump(body->b, after);
    }
    ir_enter(body->b, after);
    return ir_path_deref(body->b, pointer, type);
}

static ir_path_id compound_literal(struct body *body, CXCursor cursor)
{
    ir_path_id temp = scope_temp(body, type_of_cursor(body->fe, cursor));
    struct fe_list children = cursor_children(body->fe, cursor);
    if (children.count)
        expr_into(body, children.data[children.count - 1], temp);
    return temp;
}

static ir_path_id through(struct body *body, CXCursor cursor)
{
    struct fe_list children = cursor_children(body->fe, cursor);
    if (!children.count || !cursor_is_expr(children.data[children.count - 1]) ||
        (children.count > 1 && cursor.kind == CXCursor_UnexposedExpr))
        return value_place(body, cursor);
    CXCursor child = children.data[children.count - 1];
    uint8_t to = fe_type(body->fe, type_of_cursor(body->fe, cursor))->kind;
    uint8_t from = fe_type(body->fe, type_of_cursor(body->fe, child))->kind;
    bool decays = to == TYPE_POINTER && (from == TYPE_ARRAY || from == TYPE_FUNCTION);
    return decays ? value_place(body, cursor) : expr_place(body, child);
}

static ir_path_id place_of(struct body *body, CXCursor cursor)
{
    switch ((int)cursor.kind) {
    case CXCursor_DeclRefExpr:
        return name_place(body, cursor);
    case CXCursor_MemberRefExpr:
        return member_place(body, cursor);
    case CXCursor_ArraySubscriptExpr:
        return subscript_place(body, cursor);
    case CXCursor_UnaryOperator:
        return unary_place(body, cursor);
    case CXCursor_BinaryOperator: case CXCursor_CompoundAssignOperator:
        return binary_place(body, cursor);
    case CXCursor_ConditionalOperator:
        return conditional_place(body, cursor);
    case CXCursor_CallExpr:
        return call_place(body, cursor);
    case CXCursor_CompoundLiteralExpr:
        return compound_literal(body, cursor);
    case CXCursor_ParenExpr: case CXCursor_UnexposedExpr: case CXCursor_CStyleCastExpr:
    case CXCursor_CXXStaticCastExpr: case CXCursor_CXXReinterpretCastExpr: case CXCursor_CXXConstCastExpr:
    case CXCursor_CXXDynamicCastExpr: case CXCursor_CXXFunctionalCastExpr:
        return through(body, cursor);
    default:
        return value_place(body, cursor);
    }
}

ir_path_id expr_place(struct body *body, CXCursor cursor)
{
    if (!body_enter(body))
        return scope_temp(body, type_of_cursor(body->fe, cursor));
    ir_path_id path;
    if (body->fe->is_cxx && expr_is_class_value(body, cursor))
        path = value_place(body, cursor);
    else
        path = place_of(body, cursor);
    body_leave(body);
    return path;
}
