/* Calls: who is called, with what, and what becomes of the result. */
#include "frontend/lower.h"

enum { MOST_ARGUMENTS = 255 };

struct callee {
    uint32_t func;     /* index into fe->funcs, 0: indirect */
    CXType type;       /* function type of an indirect call */
    CXCursor designator; /* what names the callee; null cursor: nothing */
    CXCursor object;   /* the object expression of a member call; null: implicit `this` or an operator's argument */
    bool is_member_ref;
};

static bool is_function_kind(enum CXCursorKind kind)
{
    return kind == CXCursor_FunctionDecl || kind == CXCursor_CXXMethod || kind == CXCursor_Constructor ||
           kind == CXCursor_Destructor || kind == CXCursor_ConversionFunction;
}

static CXType function_type(CXCursor designator)
{
    CXType type = clang_getCanonicalType(clang_getCursorType(designator));
    CXType pointee = clang_getPointeeType(type);
    return pointee.kind == CXType_Invalid ? type : clang_getCanonicalType(pointee);
}

static struct callee resolve(struct body *body, CXCursor call, const struct fe_list *children)
{
    struct callee callee = {.designator = clang_getNullCursor(), .object = clang_getNullCursor()};
    CXCursor decl = clang_getCursorReferenced(call);
    if (is_function_kind(decl.kind))
        callee.func = symbol_func(body->fe, decl);
    for (uint32_t i = 0; i < children->count && cursor_is_null(callee.designator); i++)
        if (cursor_is_expr(children->data[i]))
            callee.designator = children->data[i];
    CXCursor inner = cursor_is_null(callee.designator) ? callee.designator : cursor_strip(body->fe, callee.designator);
    callee.is_member_ref = inner.kind == CXCursor_MemberRefExpr &&
                           is_function_kind(clang_getCursorReferenced(inner).kind);
    if (callee.is_member_ref) {
        callee.object = cursor_first_child(inner);
        if (!cursor_is_expr(callee.object))
            callee.object = clang_getNullCursor();
    }
    if (!cursor_is_null(callee.designator))
        callee.type = function_type(callee.designator);
    return callee;
}

/* The callee as written: what a fix renames. Of a member call only the member's name. */
static ir_span_id callee_span(struct body *body, const struct callee *callee)
{
    if (cursor_is_null(callee->designator))
        return 0;
    CXCursor inner = cursor_strip(body->fe, callee->designator);
    if (inner.kind == CXCursor_UnexposedExpr && cursor_is_expr(cursor_first_child(inner)))
        inner = cursor_strip(body->fe, cursor_first_child(inner));
    if (callee->is_member_ref)
        return span_of_name(body->fe, inner);
    bool is_name = inner.kind == CXCursor_DeclRefExpr && is_function_kind(clang_getCursorReferenced(inner).kind);
    return is_name ? span_of(body->fe, inner) : 0;
}

/* A default argument is an expression without extent; what it says stands in the callee's parameter. */
static ir_val default_argument(struct body *body, uint32_t func, uint32_t index, bool by_reference)
{
    struct fe *fe = body->fe;
    CXCursor candidates[3] = {fe->funcs.data[func].decl, clang_getCanonicalCursor(fe->funcs.data[func].decl),
                              fe->funcs.data[func].definition};
    for (int i = 0; i < 3; i++) {
        if (cursor_is_null(candidates[i]))
            continue;
        CXCursor param = clang_Cursor_getArgument(candidates[i], index);
        CXCursor init = cursor_is_null(param) ? param : cursor_init(fe, param);
        if (cursor_is_null(init) || fe->funcs.data[func].is_system)
            continue;
        uint32_t flags = body->flags;
        body->flags |= CALL_DEFAULT_ARG;
        ir_val value = expr_argument(body, init, by_reference);
        body->flags = flags;
        return value;
    }
    return IR_UNKNOWN;
}

static bool is_default(CXCursor argument)
{
    return argument.kind == CXCursor_UnexposedExpr && !clang_getCursorExtent(argument).begin_int_data;
}

/* Arguments first.. of the call, as the callee's parameters from 0 on. */
void call_arguments(struct body *body, CXCursor call, uint32_t func, int first, ir_val *args)
{
    int count = clang_Cursor_getNumArguments(call);
    for (int i = first; i < count; i++) {
        uint32_t at = (uint32_t)(i - first);
        bool by_reference = func && at < 64 && (body->fe->funcs.data[func].by_reference >> at & 1);
        CXCursor argument = clang_Cursor_getArgument(call, (unsigned)i);
        if (func && is_default(argument))
            args[at] = default_argument(body, func, at, by_reference);
        else
            args[at] = expr_argument(body, argument, by_reference);
        if (!args[at])
            args[at] = IR_UNKNOWN;
    }
}

static void indirect_arguments(struct body *body, CXCursor call, CXType type, ir_val *args)
{
    int count = clang_Cursor_getNumArguments(call), known = clang_getNumArgTypes(type);
    for (int i = 0; i < count; i++) {
        bool by_reference = i < known && type_is_reference(clang_getArgType(type, (unsigned)i));
        args[i] = expr_argument(body, clang_Cursor_getArgument(call, (unsigned)i), by_reference);
        if (!args[i])
            args[i] = IR_UNKNOWN;
    }
}

static ir_val object_address(struct body *body, const struct callee *callee)
{
    if (cursor_is_null(callee->object))
        return body->this_val ? body->this_val : IR_UNKNOWN;
    if (type_is_pointer(clang_getCursorType(callee->object)))
        return expr_value(body, callee->object);
    return expr_argument(body, callee->object, true);
}

static ir_path_id result_path(struct body *body, ir_type_id type, uint32_t flags, ir_path_id dst)
{
    const struct ir_type *info = fe_type(body->fe, type);
    if (dst)
        return dst;
    if (info->kind == TYPE_VOID || info->kind == TYPE_NONE || (flags & (CALL_DISCARDED | CALL_CONSTRUCT)))
        return 0;
    return scope_temp(body, type);
}

static void finish(struct body *body, struct ir_instr *instr, CXCursor call, ir_span_id name_span)
{
    ir_span_id span = cursor_is_null(call) ? 0 : span_of(body->fe, call);
    if (span)
        instr->span = span;
    instr->name_span = name_span;
    instr->flags |= (uint16_t)body->flags;
    body->emitted++;
}

ir_val call_emit(struct body *body, uint32_t func, const ir_val *args, uint32_t count, uint32_t flags, ir_path_id dst,
                 ir_span_id name_span)
{
    symbol_want_body(body->fe, func);
    const struct fe_func entry = body->fe->funcs.data[func];
    ir_path_id result = result_path(body, entry.result, flags, dst);
    flags |= entry.is_method ? CALL_METHOD : 0;
    flags |= entry.is_destructor ? CALL_DESTROY : 0;
    struct ir_instr *instr = ir_emit_call(body->b, result, entry.sym, 0, args, count, flags);
    instr->type = entry.result;
    finish(body, instr, clang_getNullCursor(), name_span);
    if (entry.is_noreturn)
        ir_emit_unreachable(body->b);
    return result ? ir_read(result) : 0;
}

/* std::move and std::forward are casts that are written as calls: the result is another name of the argument. */
static bool is_cast_call(const struct body *body, const struct fe_func *entry, int written)
{
    if (!entry->is_system || written != 1)
        return false;
    const char *name = ir_sym_name(ir_builder_module(body->b), entry->sym);
    return strcmp(name, "std::move") == 0 || strcmp(name, "std::forward") == 0;
}

static ir_val cast_call(struct body *body, CXCursor call, const struct fe_func *entry, ir_path_id dst, uint32_t flags)
{
    ir_val value = expr_argument(body, clang_Cursor_getArgument(call, 0), true);
    ir_path_id result = result_path(body, entry->result, flags, dst);
    body->emitted++;
    if (!result)
        return value;
    ir_emit_copy(body->b, result, value);
    return ir_read(result);
}

static ir_val direct(struct body *body, CXCursor call, const struct callee *callee, ir_path_id dst, uint32_t flags)
{
    int written = clang_Cursor_getNumArguments(call);
    if (written > MOST_ARGUMENTS)
        return expr_havoc(body, HAVOC_TOO_LARGE, clang_getCursorType(call));
    ir_val args[MOST_ARGUMENTS + 2];
    const struct fe_func entry = body->fe->funcs.data[callee->func];
    if (is_cast_call(body, &entry, written))
        return cast_call(body, call, &entry, dst, flags);
    uint32_t count = 0;
    int first = 0;
    if (entry.is_method && callee->is_member_ref) {
        args[count++] = object_address(body, callee);
    } else if (entry.is_method && written > 0) { /* an operator: the object is the first argument */
        args[count++] = expr_argument(body, clang_Cursor_getArgument(call, 0), true);
        first = 1;
        flags |= CALL_OPERATOR;
    } else if (callee->is_member_ref && !cursor_is_null(callee->object)) {
        expr_discard(body, callee->object, 0); /* a static member called through an object */
    }
    call_arguments(body, call, callee->func, first, args + count);
    count += (uint32_t)(written > first ? written - first : 0);
    if (!ir_is_reachable(body->b))
        return IR_UNKNOWN;
    flags |= clang_Cursor_isDynamicCall(call) && entry.is_virtual ? CALL_VIRTUAL : 0;
    ir_span_id before = span_of(body->fe, call), name = callee_span(body, callee);
    symbol_want_body(body->fe, callee->func);
    ir_path_id result = result_path(body, entry.result, flags, dst);
    flags |= entry.is_method ? CALL_METHOD : 0;
    flags |= entry.is_destructor ? CALL_DESTROY : 0;
    struct ir_instr *instr = ir_emit_call(body->b, result, entry.sym, 0, args, count, flags);
    instr->type = entry.result;
    finish(body, instr, call, name);
    if (before)
        instr->span = before;
    if (entry.is_noreturn)
        ir_emit_unreachable(body->b);
    return result ? ir_read(result) : 0;
}

/* Through a pointer, or a pointer to member: (*callee)(args). */
static ir_val indirect(struct body *body, CXCursor call, const struct callee *callee, ir_path_id dst, uint32_t flags)
{
    int written = clang_Cursor_getNumArguments(call);
    if (written > MOST_ARGUMENTS || cursor_is_null(callee->designator))
        return expr_havoc(body, HAVOC_UNKNOWN_EXPR, clang_getCursorType(call));
    ir_val args[MOST_ARGUMENTS + 2];
    uint32_t count = 0;
    CXCursor inner = cursor_strip(body->fe, callee->designator);
    enum CXBinaryOperatorKind op = clang_getCursorBinaryOperatorKind(inner);
    ir_val target;
    CXType type = callee->type;
    if (inner.kind == CXCursor_BinaryOperator && (op == CXBinaryOperator_PtrMemD || op == CXBinaryOperator_PtrMemI)) {
        struct fe_list operands = cursor_children(body->fe, inner);
        bool is_pointer = op == CXBinaryOperator_PtrMemI;
        args[count++] = expr_argument(body, operands.data[0], !is_pointer);
        target = expr_value(body, operands.data[1]);
        type = function_type(operands.data[1]);
        flags |= CALL_METHOD;
    } else {
        target = expr_value(body, callee->designator);
        if (clang_getCanonicalType(clang_getCursorType(callee->designator)).kind == CXType_BlockPointer) {
            args[count++] = target;
            flags |= CALL_METHOD;
        }
    }
    indirect_arguments(body, call, type, args + count);
    count += (uint32_t)(written > 0 ? written : 0);
    if (!ir_is_reachable(body->b))
        return IR_UNKNOWN;
    ir_type_id result_type = type_of(body->fe, clang_getResultType(type));
    if (!result_type)
        result_type = type_of_cursor(body->fe, call);
    ir_path_id result = result_path(body, result_type, flags, dst);
    bool is_named = ir_val_kind(target) == VAL_FUNC;
    struct ir_instr *instr = ir_emit_call(body->b, result, is_named ? ir_val_index(target) : 0, is_named ? 0 : target,
                                          args, count, flags);
    instr->type = result_type;
    finish(body, instr, call, 0);
    return result ? ir_read(result) : 0;
}

uint32_t call_operands(struct body *body, CXCursor call, ir_val *operands)
{
    struct fe_list children = cursor_children(body->fe, call);
    int written = clang_Cursor_getNumArguments(call);
    struct callee callee = resolve(body, call, &children);
    if (written < 0 || written > MOST_ARGUMENTS || cursor_is_null(callee.designator))
        return 0;
    reconcile_note(body->fe, call);
    uint32_t count = 1;
    if (callee.func) {
        symbol_want_body(body->fe, callee.func);
        operands[0] = ir_func_addr(body->fe->funcs.data[callee.func].sym);
        if (body->fe->funcs.data[callee.func].is_method)
            operands[count++] = object_address(body, &callee);
        call_arguments(body, call, callee.func, 0, operands + count);
    } else {
        operands[0] = expr_value(body, callee.designator);
        indirect_arguments(body, call, callee.type, operands + count);
    }
    return count + (uint32_t)written;
}

static bool is_dependent(struct body *body, CXCursor call, CXCursor decl)
{
    if (decl.kind == CXCursor_OverloadedDeclRef || decl.kind == CXCursor_FunctionTemplate)
        return true;
    return body->is_pattern && type_of_cursor(body->fe, call) != 0 &&
           fe_type(body->fe, type_of_cursor(body->fe, call))->kind == TYPE_DEPENDENT && !is_function_kind(decl.kind);
}

static ir_val dependent(struct body *body, CXCursor call, const struct fe_list *children)
{
    ir_val args[MOST_ARGUMENTS];
    uint32_t count = 0;
    for (uint32_t i = 0; i < children->count && count < MOST_ARGUMENTS; i++)
        if (cursor_is_expr(children->data[i])) {
            ir_val value = expr_value(body, children->data[i]);
            args[count++] = value ? value : IR_UNKNOWN;
        }
    ir_emit_havoc_args(body->b, HAVOC_DEPENDENT, args, count);
    body->emitted++;
    (void)call;
    return IR_UNKNOWN;
}

static bool builtin(struct body *body, CXCursor call, const char *name, ir_val *out)
{
    int count = clang_Cursor_getNumArguments(call);
    *out = IR_UNKNOWN;
    if (strncmp(name, "__builtin_expect", 16) == 0 && count > 0) {
        *out = expr_value(body, clang_Cursor_getArgument(call, 0));
        return true;
    }
    if (strcmp(name, "__builtin_unreachable") == 0) {
        ir_emit_unreachable(body->b);
        return true;
    }
    if (strcmp(name, "__builtin_constant_p") == 0 || strcmp(name, "__builtin_object_size") == 0 ||
        strcmp(name, "__builtin_va_start") == 0 || strcmp(name, "__builtin_va_end") == 0 ||
        strcmp(name, "__builtin_dynamic_object_size") == 0 || strcmp(name, "__builtin_va_copy") == 0)
        return true;
    if (strcmp(name, "__builtin_assume") == 0)
        return true;
    return false;
}

/* An elidable copy: one argument of the call's own type and no callee. */
static bool is_elided(CXCursor call, CXCursor decl, const struct fe_list *children)
{
    return cursor_is_null(decl) && clang_Cursor_getNumArguments(call) == 1 && children->count == 1 &&
           type_is_record(clang_getCursorType(call));
}

static ir_val lower_call(struct body *body, CXCursor cursor, ir_path_id dst, uint32_t flags)
{
    CXCursor decl = clang_getCursorReferenced(cursor);
    struct fe_list children = cursor_children(body->fe, cursor);
    reconcile_note(body->fe, cursor);
    if (decl.kind == CXCursor_Constructor) {
        ir_path_id object = dst ? dst : scope_temp(body, type_of_cursor(body->fe, cursor));
        construct_call(body, cursor, object, flags & ~(uint32_t)CALL_DISCARDED);
        return ir_read(object);
    }
    if (is_elided(cursor, decl, &children)) {
        ir_path_id object = dst ? dst : scope_temp(body, type_of_cursor(body->fe, cursor));
        expr_into(body, children.data[0], object);
        return ir_read(object);
    }
    if (decl.kind == CXCursor_ConversionFunction && children.count) {
        CXCursor object = cursor_first_child(cursor_strip(body->fe, children.data[0]));
        ir_val pointer = cursor_is_null(object) ? 0 : lambda_pointer(body, object);
        if (pointer && dst)
            expr_copy(body, dst, pointer);
        if (pointer)
            return pointer;
    }
    if (is_dependent(body, cursor, decl))
        return dependent(body, cursor, &children);
    struct callee callee = resolve(body, cursor, &children);
    ir_val out;
    if (callee.func) {
        const char *name = ir_sym_name(body->fe->module, body->fe->funcs.data[callee.func].sym);
        if (name[0] == '_' && name[1] == '_' && name[2] == 'b' && builtin(body, cursor, name, &out)) {
            if (dst && ir_is_reachable(body->b))
                expr_copy(body, dst, out);
            return out;
        }
        return direct(body, cursor, &callee, dst, flags);
    }
    return indirect(body, cursor, &callee, dst, flags);
}

ir_val call_expr(struct body *body, CXCursor cursor, ir_path_id dst, uint32_t flags)
{
    return lower_call(body, cursor, dst, flags);
}

ir_path_id call_place(struct body *body, CXCursor cursor)
{
    ir_val value = lower_call(body, cursor, 0, 0);
    if (ir_val_kind(value) == VAL_PATH)
        return place_adjust(body, ir_val_index(value));
    return scope_temp(body, type_of_cursor(body->fe, cursor));
}
