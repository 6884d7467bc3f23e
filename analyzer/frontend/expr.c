/* Expressions as values: one flat dispatch over cursor kinds. */
#include "frontend/lower.h"

bool body_enter(struct body *body)
{
    uint32_t most_depth = body->fe->options->max_depth ? body->fe->options->max_depth : 200000;
    uint32_t most_instrs = body->fe->options->max_instrs ? body->fe->options->max_instrs : 2000000;
    if (body->depth < most_depth && body->emitted < most_instrs) {
        body->depth++;
        return true;
    }
    if (!body->is_too_large) {
        body->is_too_large = true;
        ir_emit_havoc(body->b, body->depth >= most_depth ? HAVOC_TOO_DEEP : HAVOC_TOO_LARGE);
        ir_add_flags(body->b, FUNC_TOO_LARGE);
    }
    return false;
}

struct ir_instr *expr_copy(struct body *body, ir_path_id dst, ir_val value)
{
    body->emitted++;
    struct ir_instr *instr = ir_emit_copy(body->b, dst, value);
    instr->flags |= (uint16_t)body->flags;
    return instr;
}

ir_val expr_havoc(struct body *body, enum ir_havoc reason, CXType type)
{
    ir_emit_havoc(body->b, reason);
    body->emitted++;
    (void)type;
    return IR_UNKNOWN;
}

static bool is_class_returning_call(CXCursor call)
{
    CXCursor callee = clang_getCursorReferenced(call);
    if (callee.kind == CXCursor_Constructor)
        return true;
    CXType result = clang_getCursorResultType(callee);
    if (result.kind != CXType_Invalid && callee.kind != CXCursor_VarDecl && callee.kind != CXCursor_FieldDecl &&
        callee.kind != CXCursor_ParmDecl)
        return !type_is_reference(result);
    CXType type = clang_getCanonicalType(clang_getCursorType(cursor_first_child(call)));
    CXType pointee = clang_getPointeeType(type);
    CXType function = pointee.kind == CXType_Invalid ? type : clang_getCanonicalType(pointee);
    return !type_is_reference(clang_getResultType(function));
}

/* A class value that is made here, not one that stands somewhere. */
bool expr_is_class_value(struct body *body, CXCursor cursor)
{
    if (!type_is_record(clang_getCursorType(cursor)))
        return false;
    cursor = cursor_strip(body->fe, cursor);
    switch ((int)cursor.kind) {
    case CXCursor_CallExpr:
        return is_class_returning_call(cursor);
    case CXCursor_LambdaExpr: case CXCursor_InitListExpr: case CXCursor_CXXFunctionalCastExpr: case CXCursor_StmtExpr:
    case CXCursor_CXXParenListInitExpr:
        return true;
    case CXCursor_UnexposedExpr: case CXCursor_CStyleCastExpr: case CXCursor_CXXStaticCastExpr: {
        struct fe_list children = cursor_children(body->fe, cursor);
        if (children.count == 0)
            return true;
        return expr_is_class_value(body, children.data[children.count - 1]) &&
               (children.count == 1 || cursor.kind != CXCursor_UnexposedExpr);
    }
    case CXCursor_ConditionalOperator: case CXCursor_BinaryOperator: {
        struct fe_list children = cursor_children(body->fe, cursor);
        return children.count > 0 && expr_is_class_value(body, children.data[children.count - 1]);
    }
    default:
        return false;
    }
}

static ir_val literal(struct body *body, CXCursor cursor)
{
    int64_t value;
    return cursor_evaluate(cursor, &value) ? ir_int(body->b, value) : IR_UNKNOWN;
}

static ir_val string_literal(struct body *body, CXCursor cursor)
{
    const char *text = cursor_spelling(body->fe, cursor);
    size_t length = strlen(text);
    if (length > 1024)
        length = 1024;
    const char *start = strchr(text, '"');
    if (start && length > 1 && text[length - 1] == '"')
        return ir_str(body->b, arena_strndup(body->fe->tmp, start + 1, (size_t)(text + length - start) - 2));
    return ir_str(body->b, text);
}

/* The temporary that a class value lives in until the full expression ends. */
static ir_path_id materialise(struct body *body, CXCursor cursor)
{
    ir_path_id temp = scope_temp(body, type_of_cursor(body->fe, cursor));
    class_complete(body->fe, class_of_type(body->fe, clang_getCursorType(cursor)));
    expr_into(body, cursor, temp);
    if (ir_is_reachable(body->b))
        scope_own(body, temp, clang_getCursorType(cursor));
    return temp;
}

static ir_val name_value(struct body *body, CXCursor cursor)
{
    CXCursor decl = clang_getCursorReferenced(cursor);
    switch ((int)decl.kind) {
    case CXCursor_EnumConstantDecl:
        return ir_int(body->b, clang_getEnumConstantDeclValue(decl));
    case CXCursor_FunctionDecl: case CXCursor_CXXMethod: case CXCursor_Constructor: case CXCursor_Destructor:
    case CXCursor_ConversionFunction: {
        uint32_t func = symbol_func(body->fe, decl);
        symbol_want_body(body->fe, func);
        return ir_func_addr(body->fe->funcs.data[func].sym);
    }
    case CXCursor_VarDecl: case CXCursor_ParmDecl: case CXCursor_FieldDecl: case CXCursor_UnexposedDecl: {
        ir_path_id path = expr_place(body, cursor);
        return path ? ir_read(path) : IR_UNKNOWN;
    }
    default: /* a template's constant, or a name that only an instantiation resolves */
        if (cursor.kind == CXCursor_MemberRefExpr) {
            CXCursor base = cursor_first_child(cursor);
            if (!cursor_is_null(base) && cursor_is_expr(base))
                expr_discard(body, base, 0);
            return IR_UNKNOWN;
        }
        return body->is_pattern ? IR_UNKNOWN : literal(body, cursor);
    }
}

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* __atomic_*, __c11_atomic_*: libclang shows the operands only; operand 0 is the object, 1 the order, 2 the value. */
static ir_val atomic(struct body *body, const char *name, const struct fe_list *children, CXType type)
{
    ir_val pointer = expr_value(body, children->data[0]);
    ir_path_id object = ir_pointee(body->b, pointer, type_of(body->fe, type));
    ir_val value = IR_UNKNOWN;
    bool is_init = strstr(name, "_init") != NULL;
    for (uint32_t i = 1; i < children->count; i++) {
        ir_val operand = expr_value(body, children->data[i]);
        if (i == (is_init ? 1u : 2u))
            value = operand;
    }
    if (strstr(name, "_load"))
        return ir_read(object);
    bool is_plain = strstr(name, "_store") || is_init || (strstr(name, "_exchange") && !strstr(name, "compare"));
    ir_path_id before = scope_temp(body, type_of(body->fe, type));
    expr_copy(body, before, ir_read(object));
    expr_copy(body, object, is_plain ? value : IR_UNKNOWN);
    return strstr(name, "compare") ? IR_UNKNOWN : ir_read(before);
}

static ir_val evaluate_all(struct body *body, const struct fe_list *children)
{
    for (uint32_t i = 0; i < children->count; i++)
        if (cursor_is_expr(children->data[i]))
            expr_discard(body, children->data[i], 0);
    return IR_UNKNOWN;
}

static ir_val unexposed_many(struct body *body, CXCursor cursor, const struct fe_list *children)
{
    const char *text = span_text(body->fe, cursor, 40);
    CXType type = clang_getCursorType(cursor);
    if (starts_with(text, "__atomic_") || starts_with(text, "__c11_atomic_"))
        return atomic(body, text, children, type);
    if (starts_with(text, "__builtin_choose_expr") && children->count == 3) {
        int64_t chosen = 0;
        cursor_evaluate(children->data[0], &chosen);
        return expr_value(body, children->data[chosen ? 1 : 2]);
    }
    if (children->count == 4)
        return operator_conditional(body, cursor);
    return evaluate_all(body, children);
}

static bool is_va_list(struct body *body, CXCursor cursor)
{
    CXString spelling = clang_getTypeSpelling(clang_getCanonicalType(clang_getCursorType(cursor)));
    bool answer = strstr(clang_getCString(spelling), "__va_list") != NULL;
    clang_disposeString(spelling);
    (void)body;
    return answer;
}

static ir_val unexposed_one(struct body *body, CXCursor cursor, CXCursor child)
{
    CXType to = clang_getCanonicalType(clang_getCursorType(cursor));
    CXType from = clang_getCanonicalType(clang_getCursorType(child));
    uint8_t kind = fe_type(body->fe, type_of(body->fe, from))->kind;
    if (to.kind == CXType_Pointer && kind == TYPE_ARRAY) {
        CXCursor inner = cursor_strip(body->fe, child);
        if (inner.kind == CXCursor_StringLiteral)
            return string_literal(body, inner);
        if (inner.kind == CXCursor_UnexposedExpr || inner.kind == CXCursor_UnaryOperator)
            return expr_value(body, inner);
        ir_path_id place = expr_place(body, child);
        return place ? ir_addr(body->b, place) : IR_UNKNOWN;
    }
    if (to.kind == CXType_Pointer && kind == TYPE_FUNCTION) {
        CXCursor inner = cursor_strip(body->fe, child);
        bool is_deref = inner.kind == CXCursor_UnaryOperator &&
                        clang_getCursorUnaryOperatorKind(inner) == CXUnaryOperator_Deref;
        return expr_value(body, is_deref ? cursor_first_child(inner) : inner);
    }
    if (to.kind != CXType_Pointer && is_va_list(body, child) && !is_va_list(body, cursor))
        return IR_UNKNOWN;
    if (to.kind == CXType_Pointer && from.kind == CXType_Pointer && is_va_list(body, child) && !is_va_list(body, cursor))
        return IR_UNKNOWN;
    return expr_value(body, child);
}

static ir_val unexposed(struct body *body, CXCursor cursor)
{
    ir_val out;
    if (body->is_coroutine && coroutine_expr(body, cursor, &out))
        return out;
    struct fe_list children = cursor_children(body->fe, cursor);
    if (children.count == 1 && cursor_is_expr(children.data[0]))
        return unexposed_one(body, cursor, children.data[0]);
    if (children.count > 1)
        return unexposed_many(body, cursor, &children);
    if (!clang_getCursorExtent(cursor).begin_int_data || body->is_pattern)
        return IR_UNKNOWN;
    CXType type = clang_getCanonicalType(clang_getCursorType(cursor));
    uint8_t kind = fe_type(body->fe, type_of(body->fe, type))->kind;
    return kind == TYPE_INT || kind == TYPE_BOOL ? literal(body, cursor) : IR_UNKNOWN;
}

static ir_val cast(struct body *body, CXCursor cursor)
{
    struct fe_list children = cursor_children(body->fe, cursor);
    if (!children.count || !cursor_is_expr(children.data[children.count - 1]))
        return ir_int(body->b, 0); /* T() */
    CXCursor operand = children.data[children.count - 1];
    if (clang_getCanonicalType(clang_getCursorType(cursor)).kind == CXType_Void) {
        expr_discard(body, operand, CALL_VOID_CAST);
        return 0;
    }
    return unexposed_one(body, cursor, operand);
}

static ir_val generic(struct body *body, CXCursor cursor)
{
    struct fe_list children = cursor_children(body->fe, cursor);
    CXType wanted = clang_getCanonicalType(clang_getCursorType(cursor));
    for (uint32_t i = 1; i < children.count; i++)
        if (cursor_is_expr(children.data[i]) &&
            clang_equalTypes(wanted, clang_getCanonicalType(clang_getCursorType(children.data[i]))))
            return expr_value(body, children.data[i]);
    return expr_havoc(body, HAVOC_UNKNOWN_EXPR, wanted);
}

static ir_val statement_expression(struct body *body, CXCursor cursor)
{
    CXCursor compound = cursor_first_child(cursor);
    CXType type = clang_getCanonicalType(clang_getCursorType(cursor));
    ir_val handle;
    if (spawn_macro(body, cursor, 0, &handle))
        return handle;
    if (type.kind == CXType_Void) {
        stmt_compound(body, compound, 0);
        return 0;
    }
    ir_path_id result = scope_temp(body, type_of(body->fe, type));
    stmt_compound(body, compound, result);
    return ir_read(result);
}

static ir_val init_list_value(struct body *body, CXCursor cursor)
{
    CXType type = clang_getCanonicalType(clang_getCursorType(cursor));
    uint8_t kind = fe_type(body->fe, type_of(body->fe, type))->kind;
    if (kind == TYPE_CLASS || kind == TYPE_ARRAY) {
        ir_path_id temp = scope_temp(body, type_of(body->fe, type));
        expr_into(body, cursor, temp);
        return ir_read(temp);
    }
    struct fe_list children = cursor_children(body->fe, cursor);
    return children.count ? expr_value(body, children.data[0]) : ir_int(body->b, 0);
}

static ir_val value_of(struct body *body, CXCursor cursor)
{
    switch ((int)cursor.kind) {
    case CXCursor_IntegerLiteral: case CXCursor_CharacterLiteral: case CXCursor_CXXBoolLiteralExpr:
        return literal(body, cursor);
    case CXCursor_CXXNullPtrLiteralExpr: case CXCursor_GNUNullExpr:
        return ir_int(body->b, 0);
    case CXCursor_FloatingLiteral: case CXCursor_ImaginaryLiteral: case CXCursor_FixedPointLiteral:
    case CXCursor_AddrLabelExpr: case CXCursor_CXXTypeidExpr: case CXCursor_RequiresExpr:
    case CXCursor_ConceptSpecializationExpr: case CXCursor_SizeOfPackExpr: case CXCursor_PackExpansionExpr:
        return IR_UNKNOWN;
    case CXCursor_StringLiteral:
        return string_literal(body, cursor);
    case CXCursor_DeclRefExpr: case CXCursor_MemberRefExpr:
        return name_value(body, cursor);
    case CXCursor_ArraySubscriptExpr: case CXCursor_CompoundLiteralExpr: {
        ir_path_id path = expr_place(body, cursor);
        return path ? ir_read(path) : IR_UNKNOWN;
    }
    case CXCursor_UnaryOperator:
        return operator_unary(body, cursor);
    case CXCursor_BinaryOperator: case CXCursor_CompoundAssignOperator:
        return operator_binary(body, cursor);
    case CXCursor_ConditionalOperator:
        return operator_conditional(body, cursor);
    case CXCursor_CallExpr:
        return call_expr(body, cursor, 0, 0);
    case CXCursor_ParenExpr:
        return expr_value(body, cursor_first_child(cursor));
    case CXCursor_UnexposedExpr:
        return unexposed(body, cursor);
    case CXCursor_CStyleCastExpr: case CXCursor_CXXStaticCastExpr: case CXCursor_CXXReinterpretCastExpr:
    case CXCursor_CXXConstCastExpr: case CXCursor_CXXFunctionalCastExpr: case CXCursor_CXXDynamicCastExpr:
    case CXCursor_BuiltinBitCastExpr: case CXCursor_CXXAddrspaceCastExpr:
        return cast(body, cursor);
    case CXCursor_UnaryExpr:
        return body->is_pattern ? IR_UNKNOWN : literal(body, cursor); /* sizeof, alignof, noexcept */
    case CXCursor_GenericSelectionExpr:
        return generic(body, cursor);
    case CXCursor_StmtExpr:
        return statement_expression(body, cursor);
    case CXCursor_BlockExpr: {
        ir_path_id closure;
        lambda_outline(body, cursor, "block", &closure);
        return ir_read(closure);
    }
    case CXCursor_InitListExpr: case CXCursor_CXXParenListInitExpr:
        return init_list_value(body, cursor);
    case CXCursor_CXXThisExpr:
        return body->this_val ? body->this_val : IR_UNKNOWN;
    case CXCursor_CXXThrowExpr:
        try_throw(body, cursor);
        return IR_UNKNOWN;
    case CXCursor_CXXNewExpr:
        return construct_new(body, cursor);
    case CXCursor_CXXDeleteExpr:
        construct_delete(body, cursor);
        return 0;
    default: {
        struct fe_list children = cursor_children(body->fe, cursor);
        if (!cursor_is_expr(cursor) || !children.count)
            return expr_havoc(body, HAVOC_UNKNOWN_EXPR, clang_getCursorType(cursor));
        return evaluate_all(body, &children);
    }
    }
}

ir_val expr_value(struct body *body, CXCursor cursor)
{
    if (!body_enter(body))
        return IR_UNKNOWN;
    ir_val value;
    if (body->fe->is_cxx && expr_is_class_value(body, cursor))
        value = ir_read(materialise(body, cursor));
    else
        value = value_of(body, cursor);
    body_leave(body);
    return value;
}

ir_val expr_argument(struct body *body, CXCursor cursor, bool by_reference)
{
    if (!by_reference)
        return expr_value(body, cursor);
    CXCursor inner = cursor_strip(body->fe, cursor);
    if (inner.kind == CXCursor_DeclRefExpr && clang_getCursorReferenced(inner).kind == CXCursor_FunctionDecl)
        return expr_value(body, inner);
    ir_path_id place;
    if (expr_is_class_value(body, cursor))
        place = materialise(body, cursor);
    else
        place = expr_place(body, cursor);
    return place ? ir_addr(body->b, place) : IR_UNKNOWN;
}

void expr_discard(struct body *body, CXCursor cursor, uint32_t flags)
{
    CXCursor inner = cursor_strip(body->fe, cursor);
    /* A cast to void; an atomic store is void too, but has several operands. */
    if (inner.kind == CXCursor_UnexposedExpr && clang_getCursorType(inner).kind == CXType_Void) {
        struct fe_list children = cursor_children(body->fe, inner);
        if (children.count == 1 && cursor_is_expr(children.data[0]))
            inner = cursor_strip(body->fe, children.data[0]);
    }
    if (inner.kind == CXCursor_CallExpr && !expr_is_class_value(body, inner) && body_enter(body)) {
        call_expr(body, inner, 0, flags | CALL_DISCARDED);
        body_leave(body);
        return;
    }
    if (expr_is_class_value(body, inner)) {
        ir_path_id temp = scope_temp(body, type_of_cursor(body->fe, inner));
        CXCursor call = inner;
        if (call.kind == CXCursor_CallExpr && clang_getCursorReferenced(call).kind != CXCursor_Constructor) {
            if (body_enter(body)) {
                call_expr(body, call, temp, flags | CALL_DISCARDED);
                body_leave(body);
            }
        } else {
            expr_into(body, inner, temp);
        }
        if (ir_is_reachable(body->b))
            scope_own(body, temp, clang_getCursorType(inner));
        return;
    }
    expr_value(body, inner);
}

void expr_full_discard(struct body *body, CXCursor cursor)
{
    struct cleanup *before = body->cleanups;
    expr_discard(body, cursor, 0);
    scope_pop_to(body, before);
}

static bool into_conditional(struct body *body, CXCursor cursor, ir_path_id dst)
{
    struct fe_list children = cursor_children(body->fe, cursor);
    if (children.count != 3)
        return false;
    ir_block_id yes = ir_new_block(body->b), no = ir_new_block(body->b), after = ir_new_block(body->b);
    expr_condition(body, children.data[0], yes, no);
    for (uint32_t i = 1; i < 3; i++) {
        struct cleanup *before = body->cleanups;
        ir_enter(body->b, i == 1 ? yes : no);
        expr_into(body, children.data[i], dst);
        scope_pop_to(body, before);
        ir_emit_jump(body->b, after);
    }
    ir_enter(body->b, after);
    return true;
}

static void into(struct body *body, CXCursor cursor, ir_path_id dst)
{
    CXCursor inner = cursor_strip(body->fe, cursor);
    bool is_class = type_is_record(clang_getCursorType(inner));
    while (is_class && (inner.kind == CXCursor_UnexposedExpr || inner.kind == CXCursor_CXXFunctionalCastExpr ||
                        inner.kind == CXCursor_CStyleCastExpr || inner.kind == CXCursor_CXXStaticCastExpr)) {
        struct fe_list children = cursor_children(body->fe, inner);
        if (!children.count || !cursor_is_expr(children.data[children.count - 1]))
            break;
        CXCursor child = cursor_strip(body->fe, children.data[children.count - 1]);
        if (!type_is_record(clang_getCursorType(child)) && child.kind != CXCursor_InitListExpr)
            break;
        inner = child;
    }
    if (inner.kind == CXCursor_CallExpr && clang_getCursorReferenced(inner).kind == CXCursor_Constructor)
        construct_call(body, inner, dst, 0);
    else if (inner.kind == CXCursor_CallExpr && (!body->fe->is_cxx || !is_class || is_class_returning_call(inner)))
        call_expr(body, inner, dst, 0);
    else if (inner.kind == CXCursor_LambdaExpr)
        lambda_into(body, inner, dst);
    else if (inner.kind == CXCursor_InitListExpr || inner.kind == CXCursor_CXXParenListInitExpr)
        init_list(body, inner, dst, clang_getCursorType(inner), false);
    else if (inner.kind == CXCursor_ConditionalOperator && into_conditional(body, inner, dst))
        return;
    else if (inner.kind == CXCursor_StmtExpr) {
        ir_val handle;
        if (!spawn_macro(body, inner, dst, &handle))
            stmt_compound(body, cursor_first_child(inner), dst);
    } else {
        ir_val value = value_of(body, inner);
        if (value && ir_is_reachable(body->b))
            expr_copy(body, dst, value);
    }
}

void expr_into(struct body *body, CXCursor cursor, ir_path_id dst)
{
    if (!body_enter(body))
        return;
    into(body, cursor, dst);
    body_leave(body);
}
