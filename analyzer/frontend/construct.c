/* Construction: constructors, new and delete, member initialisers, what implicit constructors do. */
#include "frontend/lower.h"

enum { MOST_ARGUMENTS = 255 };

static ir_span_id written_type(struct body *body, CXCursor call)
{
    struct fe_list children = cursor_children(body->fe, call);
    CXCursor first = clang_getNullCursor(), last = first;
    for (uint32_t i = 0; i < children.count; i++) {
        enum CXCursorKind kind = children.data[i].kind;
        if (kind != CXCursor_TypeRef && kind != CXCursor_NamespaceRef && kind != CXCursor_TemplateRef)
            break;
        if (cursor_is_null(first))
            first = children.data[i];
        last = children.data[i];
    }
    if (cursor_is_null(first))
        return 0;
    CXSourceRange from = clang_getCursorExtent(first), to = clang_getCursorExtent(last);
    return span_of_range(body->fe, clang_getRange(clang_getRangeStart(from), clang_getRangeEnd(to)));
}

static CXCursor class_decl(CXType type)
{
    CXType canonical = clang_getCanonicalType(type);
    while (canonical.kind == CXType_ConstantArray || canonical.kind == CXType_IncompleteArray)
        canonical = clang_getCanonicalType(clang_getArrayElementType(canonical));
    return clang_getTypeDeclaration(canonical);
}

/* The expression of a default member initialiser, of the pattern's field where the class is an instantiation. */
CXCursor construct_field_init(struct fe *fe, CXCursor field)
{
    struct fe_list children = cursor_children(fe, field);
    if (!children.count || clang_Cursor_isBitField(field))
        return clang_getNullCursor();
    CXCursor last = children.data[children.count - 1];
    CXType type = clang_getCanonicalType(clang_getCursorType(field));
    bool is_array = type.kind == CXType_ConstantArray;
    bool is_bound = is_array && last.kind != CXCursor_InitListExpr && last.kind != CXCursor_StringLiteral;
    return cursor_is_expr(last) && !is_bound ? last : clang_getNullCursor();
}

enum { SEARCH_DEPTH = 40 };

static bool default_does_something(struct fe *fe, CXCursor decl, int depth);

static bool type_default_does_something(struct fe *fe, CXType type, int depth)
{
    CXCursor decl = class_decl(type);
    if (!type_is_record(clang_getCursorType(decl)) || depth > SEARCH_DEPTH)
        return false;
    if (span_is_system(decl) && !type_mentions_project(fe, clang_getCursorType(decl)))
        return false;
    CXCursor written = class_default_constructor(fe, decl);
    if (!cursor_is_null(written) && !clang_CXXMethod_isDefaulted(written))
        return true;
    return default_does_something(fe, decl, depth + 1);
}

static bool default_does_something(struct fe *fe, CXCursor decl, int depth)
{
    struct fe_list children = cursor_children(fe, decl);
    for (uint32_t i = 0; i < children.count; i++)
        if (children.data[i].kind == CXCursor_CXXBaseSpecifier &&
            type_default_does_something(fe, clang_getCursorType(children.data[i]), depth))
            return true;
    struct fe_list list = class_fields(fe, clang_getCursorType(decl));
    for (uint32_t i = 0; i < list.count; i++)
        if (!cursor_is_null(construct_field_init(fe, list.data[i])) ||
            type_default_does_something(fe, clang_getCursorType(list.data[i]), depth))
            return true;
    return false;
}

static CXCursor copy_constructor(struct fe *fe, CXCursor decl)
{
    struct fe_list children = cursor_children(fe, decl);
    for (uint32_t i = 0; i < children.count; i++)
        if (children.data[i].kind == CXCursor_Constructor && clang_CXXConstructor_isCopyConstructor(children.data[i]))
            return children.data[i];
    return clang_getNullCursor();
}

static bool type_copy_does_something(struct fe *fe, CXType type, int depth)
{
    CXCursor decl = class_decl(type);
    if (!type_is_record(clang_getCursorType(decl)) || depth > SEARCH_DEPTH || span_is_system(decl))
        return false;
    CXCursor written = copy_constructor(fe, decl);
    if (!cursor_is_null(written) && !clang_CXXMethod_isDefaulted(written))
        return true;
    struct fe_list list = class_fields(fe, clang_getCursorType(decl));
    for (uint32_t i = 0; i < list.count; i++)
        if (type_copy_does_something(fe, clang_getCursorType(list.data[i]), depth + 1))
            return true;
    struct fe_list children = cursor_children(fe, decl);
    for (uint32_t i = 0; i < children.count; i++)
        if (children.data[i].kind == CXCursor_CXXBaseSpecifier &&
            type_copy_does_something(fe, clang_getCursorType(children.data[i]), depth + 1))
            return true;
    return false;
}

static void emit_construct(struct body *body, uint32_t func, ir_path_id object, const ir_val *args, uint32_t count,
                           uint32_t flags, CXCursor call, ir_span_id name)
{
    ir_val all[MOST_ARGUMENTS + 1];
    all[0] = ir_addr(body->b, object);
    for (uint32_t i = 0; i < count; i++)
        all[i + 1] = args[i];
    symbol_want_body(body->fe, func);
    ir_sym_id sym = body->fe->funcs.data[func].sym;
    struct ir_instr *instr = ir_emit_call(body->b, 0, sym, 0, all, count + 1, flags | CALL_CONSTRUCT | CALL_METHOD);
    ir_span_id span = cursor_is_null(call) ? 0 : span_of(body->fe, call);
    if (span)
        instr->span = span;
    instr->name_span = name;
    instr->flags |= (uint16_t)body->flags;
    body->emitted++;
}

/* Array elements are one object to us: any of them. */
static ir_path_id element_of(struct body *body, ir_path_id object)
{
    const struct ir_type *type = fe_type(body->fe, ir_path(body->b, object)->type);
    return type->kind == TYPE_ARRAY ? ir_path_index(body->b, object, IR_UNKNOWN, type->element) : object;
}

static void implicit_copy(struct body *body, CXCursor call, uint32_t func, ir_path_id object, uint32_t flags)
{
    ir_val from = expr_argument(body, clang_Cursor_getArgument(call, 0), true);
    CXType type = clang_getCursorType(call);
    if (type_copy_does_something(body->fe, type, 0))
        emit_construct(body, func, object, &from, 1, flags, call, 0);
    else if (ir_is_reachable(body->b))
        expr_copy(body, object, ir_read(ir_pointee(body->b, from, type_of(body->fe, type))));
}

/* `using Base::Base`: the constructor's cursor keeps the base's name; what runs is the base's of the same type. */
static CXCursor inherited_from(struct fe *fe, CXCursor constructor)
{
    CXCursor derived = clang_getCursorSemanticParent(constructor);
    const char *name = cursor_spelling(fe, constructor), *own = cursor_spelling(fe, derived);
    size_t length = strcspn(name, "<");
    if (strlen(own) == length && strncmp(own, name, length) == 0)
        return constructor;
    CXType type = clang_getCanonicalType(clang_getCursorType(constructor));
    struct fe_list bases = cursor_children(fe, derived);
    for (uint32_t i = 0; i < bases.count; i++) {
        if (bases.data[i].kind != CXCursor_CXXBaseSpecifier)
            continue;
        struct fe_list members = cursor_children(fe, clang_getTypeDeclaration(clang_getCursorType(bases.data[i])));
        for (uint32_t k = 0; k < members.count; k++)
            if (members.data[k].kind == CXCursor_Constructor &&
                clang_equalTypes(type, clang_getCanonicalType(clang_getCursorType(members.data[k]))))
                return members.data[k];
    }
    return constructor;
}

void construct_call(struct body *body, CXCursor call, ir_path_id object, uint32_t flags)
{
    struct fe *fe = body->fe;
    reconcile_note(fe, call);
    uint32_t func = symbol_func(fe, inherited_from(fe, clang_getCursorReferenced(call)));
    int written = clang_Cursor_getNumArguments(call);
    object = element_of(body, object);
    class_complete(fe, class_of_type(fe, clang_getCursorType(call)));
    if (written > MOST_ARGUMENTS) {
        expr_havoc(body, HAVOC_TOO_LARGE, clang_getCursorType(call));
        return;
    }
    if (fe->funcs.data[func].is_implicit && written == 1) {
        implicit_copy(body, call, func, object, flags);
        return;
    }
    if (fe->funcs.data[func].is_implicit && written == 0 &&
        !type_default_does_something(fe, clang_getCursorType(clang_getCursorSemanticParent(fe->funcs.data[func].decl)), 0))
        return;
    ir_val args[MOST_ARGUMENTS];
    call_arguments(body, call, func, 0, args);
    if (ir_is_reachable(body->b))
        emit_construct(body, func, object, args, (uint32_t)(written > 0 ? written : 0), flags, call, written_type(body, call));
}

void construct_default(struct body *body, CXType type, ir_path_id object)
{
    struct fe *fe = body->fe;
    if (!type_default_does_something(fe, type, 0))
        return;
    CXCursor decl = class_decl(type);
    CXCursor written = class_default_constructor(fe, decl);
    object = element_of(body, object);
    if (!cursor_is_null(written)) {
        emit_construct(body, symbol_func(fe, written), object, NULL, 0, CALL_IMPLICIT, clang_getNullCursor(), 0);
        return;
    }
    ir_val before = body->this_val;
    body->this_val = ir_addr(body->b, object);
    construct_implicit(body, decl, false);
    body->this_val = before;
}

void construct_copy(struct body *body, CXType type, ir_path_id object, ir_val from)
{
    struct fe *fe = body->fe;
    CXCursor decl = class_decl(type);
    CXCursor written = copy_constructor(fe, decl);
    if (type_copy_does_something(fe, type, 0) && !cursor_is_null(written))
        emit_construct(body, symbol_func(fe, written), element_of(body, object), &from, 1, CALL_IMPLICIT,
                       clang_getNullCursor(), 0);
}

/* ---- new and delete ---- */

static ir_sym_id allocator(struct body *body, const char *key, const char *name)
{
    return ir_add_sym(body->fe->module, key, name, SYM_FUNCTION, SYM_SYSTEM);
}

static ir_val allocate(struct body *body, CXCursor cursor, bool is_array)
{
    ir_sym_id sym = is_array ? allocator(body, "_Znam", "operator new[]") : allocator(body, "_Znwm", "operator new");
    ir_path_id result = scope_temp(body, type_of_cursor(body->fe, cursor));
    ir_val size[1] = {IR_UNKNOWN};
    struct ir_instr *instr = ir_emit_call(body->b, result, sym, 0, size, 1, CALL_IMPLICIT);
    instr->span = span_of(body->fe, cursor);
    instr->flags |= (uint16_t)body->flags;
    body->emitted++;
    return ir_read(result);
}

/* Children of new: placement arguments, the type, an array's size, the initialiser last. */
ir_val construct_new(struct body *body, CXCursor cursor)
{
    struct fe *fe = body->fe;
    struct fe_list children = cursor_children(fe, cursor);
    CXType pointee = clang_getPointeeType(clang_getCanonicalType(clang_getCursorType(cursor)));
    ir_val pointer = 0;
    bool is_array = false, past_type = false;
    CXCursor init = clang_getNullCursor();
    for (uint32_t i = 0; i < children.count; i++) {
        CXCursor child = children.data[i];
        if (!cursor_is_expr(child)) {
            past_type = true;
            continue;
        }
        bool is_init = clang_equalTypes(type_plain(clang_getCursorType(child)),
                                        type_plain(pointee)) ||
                       child.kind == CXCursor_InitListExpr || clang_getCursorReferenced(child).kind == CXCursor_Constructor;
        if (i + 1 == children.count && is_init) {
            init = child;
        } else if (!past_type && type_is_pointer(clang_getCursorType(child)) && !pointer) {
            pointer = expr_value(body, child); /* placement */
        } else {
            expr_value(body, child);
            is_array = past_type;
        }
    }
    if (!pointer)
        pointer = allocate(body, cursor, is_array);
    class_complete(fe, class_of_type(fe, pointee));
    if (cursor_is_null(init))
        return pointer;
    ir_path_id object = ir_pointee(body->b, pointer, type_of(fe, pointee));
    CXCursor inner = cursor_strip(fe, init);
    if (inner.kind == CXCursor_CallExpr && clang_getCursorReferenced(inner).kind == CXCursor_Constructor)
        construct_call(body, inner, object, CALL_NEW);
    else
        expr_into(body, inner, object);
    return pointer;
}

void construct_delete(struct body *body, CXCursor cursor)
{
    struct fe *fe = body->fe;
    CXCursor operand = cursor_first_child(cursor);
    if (!cursor_is_expr(operand))
        return;
    CXType pointee = clang_getPointeeType(clang_getCanonicalType(clang_getCursorType(operand)));
    ir_val pointer = expr_value(body, operand);
    class_complete(fe, class_of_type(fe, pointee));
    ir_sym_id destructor = type_is_record(pointee) ? class_destructor(fe, pointee) : 0;
    if (destructor) {
        uint32_t flags = CALL_DESTROY | CALL_METHOD | CALL_IMPLICIT | CALL_DISCARDED;
        flags |= class_is_virtual_destructor(fe, destructor) ? CALL_VIRTUAL : 0;
        ir_emit_call(body->b, 0, destructor, 0, &pointer, 1, flags)->span = span_of(fe, cursor);
    }
    ir_sym_id sym = allocator(body, "_ZdlPv", "operator delete");
    fe->module->syms.data[sym].flags |= SYM_NOEXCEPT;
    ir_emit_call(body->b, 0, sym, 0, &pointer, 1, CALL_IMPLICIT | CALL_DISCARDED)->span = span_of(fe, cursor);
    body->emitted += 2;
}
