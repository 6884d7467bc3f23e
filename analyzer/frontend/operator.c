/* Operators: arithmetic, assignment, short circuits as branches, and conditions. */
#include "frontend/lower.h"

static enum ir_bin bin_of(enum CXBinaryOperatorKind kind)
{
    switch (kind) {
    case CXBinaryOperator_Add: case CXBinaryOperator_AddAssign: return BIN_ADD;
    case CXBinaryOperator_Sub: case CXBinaryOperator_SubAssign: return BIN_SUB;
    case CXBinaryOperator_Mul: case CXBinaryOperator_MulAssign: return BIN_MUL;
    case CXBinaryOperator_Div: case CXBinaryOperator_DivAssign: return BIN_DIV;
    case CXBinaryOperator_Rem: case CXBinaryOperator_RemAssign: return BIN_REM;
    case CXBinaryOperator_And: case CXBinaryOperator_AndAssign: return BIN_AND;
    case CXBinaryOperator_Or: case CXBinaryOperator_OrAssign: return BIN_OR;
    case CXBinaryOperator_Xor: case CXBinaryOperator_XorAssign: return BIN_XOR;
    case CXBinaryOperator_Shl: case CXBinaryOperator_ShlAssign: return BIN_SHL;
    case CXBinaryOperator_Shr: case CXBinaryOperator_ShrAssign: return BIN_SHR;
    case CXBinaryOperator_EQ: return BIN_EQ;
    case CXBinaryOperator_NE: return BIN_NE;
    case CXBinaryOperator_LT: return BIN_LT;
    case CXBinaryOperator_LE: return BIN_LE;
    case CXBinaryOperator_GT: return BIN_GT;
    case CXBinaryOperator_GE: return BIN_GE;
    default: return BIN_OTHER;
    }
}

static bool fold_signed(enum ir_bin op, int64_t a, int64_t b, int64_t *out)
{
    uint64_t x = (uint64_t)a, y = (uint64_t)b;
    switch (op) {
    case BIN_ADD: *out = (int64_t)(x + y); return true;
    case BIN_SUB: *out = (int64_t)(x - y); return true;
    case BIN_MUL: *out = (int64_t)(x * y); return true;
    case BIN_DIV: *out = b > 0 ? a / b : 0; return b > 0;
    case BIN_REM: *out = b > 0 ? a % b : 0; return b > 0;
    case BIN_AND: *out = a & b; return true;
    case BIN_OR: *out = a | b; return true;
    case BIN_XOR: *out = a ^ b; return true;
    case BIN_SHL: *out = y < 64 ? (int64_t)(x << y) : 0; return y < 63;
    case BIN_SHR: *out = y < 64 ? a >> y : 0; return y < 64;
    case BIN_EQ: *out = a == b; return true;
    case BIN_NE: *out = a != b; return true;
    case BIN_LT: *out = a < b; return true;
    case BIN_LE: *out = a <= b; return true;
    case BIN_GT: *out = a > b; return true;
    case BIN_GE: *out = a >= b; return true;
    default: return false;
    }
}

/* Two constants become one; the width of the type is kept. */
ir_val operator_fold(struct body *body, enum ir_bin op, ir_val a, ir_val b, ir_type_id type)
{
    const struct ir_type *info = fe_type(body->fe, type);
    if (ir_val_kind(a) != VAL_INT || ir_val_kind(b) != VAL_INT || info->kind == TYPE_FLOAT || info->size == 0 || info->size > 8)
        return 0;
    int64_t out;
    if (!fold_signed(op, ir_int_value(body->b, a), ir_int_value(body->b, b), &out))
        return 0;
    if (info->size < 8) {
        uint32_t shift = 64 - info->size * 8;
        bool is_signed = (info->flags & TYPE_SIGNED) != 0;
        out = is_signed ? (int64_t)((uint64_t)out << shift) >> shift : (int64_t)(((uint64_t)out << shift) >> shift);
    }
    return ir_int(body->b, out);
}

static ir_val emit_bin(struct body *body, enum ir_bin op, ir_val a, ir_val b, ir_type_id type)
{
    ir_val folded = operator_fold(body, op, a, b, type);
    if (folded)
        return folded;
    /* array + n is &array[n]: the same place under the name that it has elsewhere. */
    ir_path_id array = op == BIN_ADD && ir_val_kind(a) == VAL_ADDR ? ir_val_index(a) : 0;
    bool is_index = ir_val_kind(b) == VAL_INT || ir_val_kind(b) == VAL_PATH;
    const struct ir_type *of = array ? fe_type(body->fe, ir_path(body->b, array)->type) : NULL;
    if (of && is_index && of->kind == TYPE_ARRAY)
        return ir_addr(body->b, ir_path_index(body->b, array, b, of->element));
    ir_path_id result = scope_temp(body, type);
    ir_emit_bin(body->b, op, result, a, b);
    body->emitted++;
    return ir_read(result);
}

static ir_val emit_un(struct body *body, enum ir_un op, ir_val a, ir_type_id type)
{
    if (ir_val_kind(a) == VAL_INT && op != UN_OTHER) {
        int64_t value = ir_int_value(body->b, a);
        return ir_int(body->b, op == UN_NEG ? (int64_t)(0 - (uint64_t)value) : op == UN_NOT ? !value : ~value);
    }
    if (ir_val_kind(a) == VAL_UNKNOWN)
        return IR_UNKNOWN;
    ir_path_id result = scope_temp(body, type);
    ir_emit_un(body->b, op, result, a);
    body->emitted++;
    return ir_read(result);
}

static ir_val step(struct body *body, CXCursor cursor, bool is_increment, bool is_prefix)
{
    ir_path_id place = expr_place(body, cursor_first_child(cursor));
    ir_type_id type = type_of_cursor(body->fe, cursor);
    ir_val before = 0;
    if (!is_prefix) {
        ir_path_id temp = scope_temp(body, type);
        expr_copy(body, temp, ir_read(place));
        before = ir_read(temp);
    }
    ir_emit_bin(body->b, is_increment ? BIN_ADD : BIN_SUB, place, ir_read(place), ir_int(body->b, 1));
    body->emitted++;
    return is_prefix ? ir_read(place) : before;
}

static ir_val address_of(struct body *body, CXCursor operand)
{
    CXCursor inner = cursor_strip(body->fe, operand);
    CXCursor decl = clang_getCursorReferenced(inner);
    bool is_name = inner.kind == CXCursor_DeclRefExpr || inner.kind == CXCursor_MemberRefExpr;
    if (is_name && (decl.kind == CXCursor_FunctionDecl || decl.kind == CXCursor_CXXMethod))
        return expr_value(body, inner);
    if (inner.kind == CXCursor_DeclRefExpr && decl.kind == CXCursor_FieldDecl)
        return IR_UNKNOWN; /* a pointer to a data member */
    ir_path_id place = expr_place(body, inner);
    return place ? ir_addr(body->b, place) : IR_UNKNOWN;
}

ir_val operator_unary(struct body *body, CXCursor cursor)
{
    CXCursor operand = cursor_first_child(cursor);
    ir_type_id type = type_of_cursor(body->fe, cursor);
    switch (clang_getCursorUnaryOperatorKind(cursor)) {
    case CXUnaryOperator_PostInc: return step(body, cursor, true, false);
    case CXUnaryOperator_PostDec: return step(body, cursor, false, false);
    case CXUnaryOperator_PreInc: return step(body, cursor, true, true);
    case CXUnaryOperator_PreDec: return step(body, cursor, false, true);
    case CXUnaryOperator_AddrOf: return address_of(body, operand);
    case CXUnaryOperator_Deref: return place_read(body, expr_place(body, cursor));
    case CXUnaryOperator_Minus: return emit_un(body, UN_NEG, expr_value(body, operand), type);
    case CXUnaryOperator_Not: return emit_un(body, UN_BITNOT, expr_value(body, operand), type);
    case CXUnaryOperator_LNot: return emit_un(body, UN_NOT, expr_value(body, operand), type);
    case CXUnaryOperator_Plus: case CXUnaryOperator_Extension: return expr_value(body, operand);
    case CXUnaryOperator_Coawait: {
        ir_val out;
        return coroutine_expr(body, cursor, &out) ? out : IR_UNKNOWN;
    }
    default: return emit_un(body, UN_OTHER, expr_value(body, operand), type);
    }
}

static ir_val assign(struct body *body, CXCursor to, CXCursor from)
{
    bool is_aggregate = type_is_record(clang_getCursorType(to));
    if (is_aggregate) {
        ir_path_id place = expr_place(body, to);
        expr_into(body, from, place);
        return ir_read(place);
    }
    ir_val value = expr_value(body, from);
    ir_path_id place = expr_place(body, to);
    if (place && value && ir_is_reachable(body->b))
        expr_copy(body, place, value);
    return place_read(body, place);
}

static ir_val compound_assign(struct body *body, CXCursor cursor, const struct fe_list *children)
{
    ir_val value = expr_value(body, children->data[1]);
    ir_path_id place = expr_place(body, children->data[0]);
    if (!place)
        return IR_UNKNOWN;
    ir_emit_bin(body->b, bin_of(clang_getCursorBinaryOperatorKind(cursor)), place, ir_read(place),
                value ? value : IR_UNKNOWN);
    body->emitted++;
    return ir_read(place);
}

/* && and || where a value is wanted. */
static ir_val logical(struct body *body, CXCursor cursor)
{
    ir_path_id result = scope_temp(body, type_of_cursor(body->fe, cursor));
    ir_block_id yes = ir_new_block(body->b), no = ir_new_block(body->b), after = ir_new_block(body->b);
    expr_condition(body, cursor, yes, no);
    ir_enter(body->b, yes);
    expr_copy(body, result, ir_int(body->b, 1));
    ir_emit_jump(body->b, after);
    ir_enter(body->b, no);
    expr_copy(body, result, ir_int(body->b, 0));
    ir_emit_jump(body->b, after);
    ir_enter(body->b, after);
    return ir_read(result);
}

/* a op b op c ... leans left: walk down it with a loop, not the stack. */
static ir_val chain(struct body *body, CXCursor cursor)
{
    VEC(CXCursor) spine = {0};
    struct fe *fe = body->fe;
    CXCursor left = cursor;
    for (;;) {
        *vec_push(fe->tmp, &spine) = left;
        CXCursor next = cursor_strip(fe, cursor_first_child(left));
        enum CXBinaryOperatorKind op = clang_getCursorBinaryOperatorKind(next);
        bool is_plain = next.kind == CXCursor_BinaryOperator && op < CXBinaryOperator_LAnd && op > CXBinaryOperator_PtrMemI;
        if (!is_plain)
            break;
        left = next;
    }
    ir_val value = expr_value(body, cursor_first_child(left));
    for (uint32_t i = spine.count; i-- > 0;) {
        struct fe_list children = cursor_children(fe, spine.data[i]);
        ir_val right = children.count > 1 ? expr_value(body, children.data[1]) : IR_UNKNOWN;
        value = emit_bin(body, bin_of(clang_getCursorBinaryOperatorKind(spine.data[i])), value ? value : IR_UNKNOWN,
                         right ? right : IR_UNKNOWN, type_of_cursor(fe, spine.data[i]));
    }
    return value;
}

ir_val operator_binary(struct body *body, CXCursor cursor)
{
    enum CXBinaryOperatorKind op = clang_getCursorBinaryOperatorKind(cursor);
    if (op == CXBinaryOperator_LAnd || op == CXBinaryOperator_LOr)
        return logical(body, cursor);
    struct fe_list children = cursor_children(body->fe, cursor);
    if (children.count < 2)
        return IR_UNKNOWN;
    if (cursor.kind == CXCursor_CompoundAssignOperator)
        return compound_assign(body, cursor, &children);
    if (op == CXBinaryOperator_Assign)
        return assign(body, children.data[0], children.data[1]);
    if (op == CXBinaryOperator_Comma) {
        expr_discard(body, children.data[0], 0);
        return expr_value(body, children.data[1]);
    }
    if (op == CXBinaryOperator_PtrMemD || op == CXBinaryOperator_PtrMemI)
        return place_read(body, expr_place(body, cursor));
    return chain(body, cursor);
}

/* c ? a : b, and GNU's a ?: b, which shows its condition three times: children 0 and 3 count. */
ir_val operator_conditional(struct body *body, CXCursor cursor)
{
    struct fe_list children = cursor_children(body->fe, cursor);
    if (children.count < 3)
        return IR_UNKNOWN;
    CXType type = clang_getCanonicalType(clang_getCursorType(cursor));
    bool is_void = type.kind == CXType_Void, is_short = children.count == 4;
    ir_path_id result = is_void ? 0 : scope_temp(body, type_of(body->fe, type));
    ir_block_id blocks[2] = {ir_new_block(body->b), ir_new_block(body->b)}, after = ir_new_block(body->b);
    if (is_short) {
        ir_val value = expr_value(body, children.data[0]);
        if (result)
            expr_copy(body, result, value);
        ir_emit_branch(body->b, value, blocks[0], blocks[1]);
    } else {
        expr_condition(body, children.data[0], blocks[0], blocks[1]);
    }
    for (uint32_t i = 0; i < 2; i++) {
        CXCursor arm = children.data[is_short ? 3 : i + 1];
        struct cleanup *before = body->cleanups;
        ir_enter(body->b, blocks[i]);
        if (!(is_short && i == 0)) {
            ir_val value = 0;
            if (is_void)
                expr_discard(body, arm, 0);
            else
                value = expr_value(body, arm);
            if (value && ir_is_reachable(body->b))
                expr_copy(body, result, value);
        }
        scope_pop_to(body, before);
        ir_emit_jump(body->b, after);
    }
    ir_enter(body->b, after);
    return is_void ? 0 : ir_read(result);
}

static bool is_expect(struct body *body, CXCursor cursor)
{
    if (cursor.kind != CXCursor_CallExpr)
        return false;
    CXString name = clang_getCursorSpelling(cursor);
    const char *text = clang_getCString(name);
    bool answer = text && strncmp(text, "__builtin_expect", 16) == 0;
    clang_disposeString(name);
    (void)body;
    return answer;
}

static bool is_transparent(CXCursor cursor)
{
    if (cursor.kind == CXCursor_UnaryOperator)
        return clang_getCursorUnaryOperatorKind(cursor) == CXUnaryOperator_Extension;
    return cursor.kind == CXCursor_ParenExpr || cursor.kind == CXCursor_UnexposedExpr;
}

/* Conversions to bool and back do not change what a condition asks. */
static CXCursor condition_core(struct body *body, CXCursor cursor, bool *negated)
{
    for (;;) {
        struct fe_list children;
        if (is_expect(body, cursor) && clang_Cursor_getNumArguments(cursor) > 0) {
            cursor = clang_Cursor_getArgument(cursor, 0);
        } else if (is_transparent(cursor)) {
            children = cursor_children(body->fe, cursor);
            if (children.count != 1 || !cursor_is_expr(children.data[0]))
                return cursor;
            ir_type_id to = type_of_cursor(body->fe, cursor), from = type_of_cursor(body->fe, children.data[0]);
            uint8_t from_kind = fe_type(body->fe, from)->kind, to_kind = fe_type(body->fe, to)->kind;
            if (from_kind == TYPE_ARRAY || from_kind == TYPE_CLASS || from_kind == TYPE_FUNCTION ||
                (from_kind == TYPE_FLOAT && to_kind == TYPE_INT))
                return cursor;
            cursor = children.data[0];
        } else if (cursor.kind == CXCursor_UnaryOperator &&
                   clang_getCursorUnaryOperatorKind(cursor) == CXUnaryOperator_LNot) {
            *negated = !*negated;
            cursor = cursor_first_child(cursor);
        } else {
            return cursor;
        }
    }
}

static void condition_leaf(struct body *body, CXCursor cursor, ir_block_id yes, ir_block_id no)
{
    struct cleanup *before = body->cleanups;
    ir_val value = expr_value(body, cursor);
    scope_pop_to(body, before);
    if (!ir_is_reachable(body->b))
        return;
    ir_emit_branch(body->b, value ? value : IR_UNKNOWN, yes, no);
    body->emitted++;
}

void expr_condition(struct body *body, CXCursor cursor, ir_block_id yes, ir_block_id no)
{
    if (!body_enter(body)) {
        ir_emit_branch(body->b, IR_UNKNOWN, yes, no);
        return;
    }
    bool negated = false;
    CXCursor core = condition_core(body, cursor, &negated);
    ir_block_id on_true = negated ? no : yes, on_false = negated ? yes : no;
    enum CXBinaryOperatorKind op = clang_getCursorBinaryOperatorKind(core);
    bool is_logical = core.kind == CXCursor_BinaryOperator && (op == CXBinaryOperator_LAnd || op == CXBinaryOperator_LOr);
    struct fe_list children = is_logical ? cursor_children(body->fe, core) : (struct fe_list){0};
    if (children.count == 2) {
        ir_block_id next = ir_new_block(body->b);
        if (op == CXBinaryOperator_LAnd)
            expr_condition(body, children.data[0], next, on_false);
        else
            expr_condition(body, children.data[0], on_true, next);
        ir_enter(body->b, next);
        expr_condition(body, children.data[1], on_true, on_false);
    } else {
        condition_leaf(body, core, on_true, on_false);
    }
    body_leave(body);
}
