/* Initialisers in braces: libclang shows the syntactic form, so designators are followed and elided braces redone.
 *
 * A table of constants is skipped without looking at it: what counts is which functions and objects a table names.
 */
#include "frontend/lower.h"

struct items {
    struct fe_list list;
    uint32_t next;
};

static bool is_designated(CXCursor item)
{
    return item.kind == CXCursor_UnexposedExpr && clang_getCursorType(item).kind == CXType_Void;
}

static bool is_aggregate(struct fe *fe, CXType type)
{
    uint8_t kind = fe_type(fe, type_of(fe, type))->kind;
    return kind == TYPE_CLASS || kind == TYPE_ARRAY;
}

/* Whether `item` initialises the whole of an object of `type`, rather than its first member. */
static bool fits(struct fe *fe, CXCursor item, CXType type)
{
    if (!is_aggregate(fe, type) || item.kind == CXCursor_InitListExpr)
        return true;
    CXCursor inner = cursor_strip(fe, item);
    if (clang_getCanonicalType(type).kind != CXType_Record)
        return inner.kind == CXCursor_StringLiteral || clang_getCanonicalType(clang_getCursorType(inner)).kind != CXType_Int;
    return type_is_record(clang_getCursorType(inner)) || fe->is_cxx;
}

static void fill(struct body *body, struct items *items, ir_path_id dst, CXType type, bool is_braced);

static void one(struct body *body, CXCursor item, ir_path_id dst, CXType type)
{
    struct cleanup *before = body->cleanups;
    if (item.kind == CXCursor_InitListExpr && is_aggregate(body->fe, type)) {
        init_list(body, item, dst, type, false);
    } else if (type_is_reference(type)) {
        expr_copy(body, dst, expr_argument(body, item, true));
    } else if (is_aggregate(body->fe, type)) {
        expr_into(body, item, dst);
    } else {
        ir_val pointer = body->fe->is_cxx && type_is_pointer(type) ? lambda_pointer(body, item) : 0;
        ir_val value = pointer ? pointer : expr_value(body, item); /* the conversion is not in the syntactic form */
        enum ir_val_kind kind = ir_val_kind(value);
        bool is_constant = kind == VAL_INT || kind == VAL_STR || kind == VAL_UNKNOWN;
        if (kind != VAL_NONE && !(body->is_table && is_constant) && ir_is_reachable(body->b))
            expr_copy(body, dst, value);
    }
    scope_pop_to(body, before);
}

static void next_into(struct body *body, struct items *items, ir_path_id dst, CXType type)
{
    CXCursor item = items->list.data[items->next];
    if (fits(body->fe, item, type)) {
        items->next++;
        one(body, item, dst, type);
    } else {
        uint32_t before = items->next;
        fill(body, items, dst, type, false);
        if (items->next == before)
            items->next++; /* an empty aggregate takes nothing: go on all the same */
    }
}

/* The path to a field that may lie in anonymous members; 0: not below. */
static ir_path_id field_path(struct body *body, ir_path_id dst, CXType type, CXCursor field, int depth)
{
    struct fe_list fields = class_fields(body->fe, type);
    for (uint32_t i = 0; i < fields.count; i++)
        if (cursor_same(fields.data[i], field))
            return ir_path_field(body->b, dst, class_field(body->fe, field));
    for (uint32_t i = 0; i < fields.count && depth < 8; i++) {
        CXType inner = clang_getCursorType(fields.data[i]);
        if (!type_is_record(inner) || *cursor_spelling(body->fe, fields.data[i]))
            continue;
        ir_path_id middle = ir_path_field(body->b, dst, class_field(body->fe, fields.data[i]));
        ir_path_id path = field_path(body, middle, inner, field, depth + 1);
        if (path)
            return path;
    }
    return 0;
}

/* .a.b[3] = value; returns the position behind the first designator. */
static uint32_t designated(struct body *body, CXCursor item, ir_path_id dst, CXType type, const struct fe_list *fields)
{
    struct fe_list parts = cursor_children(body->fe, item);
    uint32_t position = 0;
    for (uint32_t i = 0; i + 1 < parts.count; i++) {
        CXCursor part = parts.data[i];
        if (part.kind == CXCursor_MemberRef) {
            CXCursor field = clang_getCursorReferenced(part);
            for (uint32_t k = 0; i == 0 && k < fields->count; k++)
                position = cursor_same(fields->data[k], field) ? k + 1 : position;
            ir_path_id path = field_path(body, dst, type, field, 0);
            dst = path ? path : ir_path_field(body->b, dst, class_field(body->fe, field));
            type = clang_getCursorType(field);
            continue;
        }
        CXType element = clang_getArrayElementType(clang_getCanonicalType(type));
        if (element.kind == CXType_Invalid)
            continue; /* the end of a range [a ... b] */
        int64_t index = 0;
        bool is_range = i + 2 < parts.count && parts.data[i + 1].kind != CXCursor_MemberRef &&
                        clang_getArrayElementType(clang_getCanonicalType(element)).kind == CXType_Invalid;
        bool is_known = cursor_evaluate(part, &index);
        if (i == 0)
            position = (uint32_t)index + 1;
        ir_val at = is_known && !is_range ? ir_int(body->b, index) : IR_UNKNOWN;
        type = element;
        dst = ir_path_index(body->b, dst, at, type_of(body->fe, element));
    }
    if (parts.count)
        one(body, parts.data[parts.count - 1], dst, type);
    return position;
}

static void fill_array(struct body *body, struct items *items, ir_path_id dst, CXType type, bool is_braced)
{
    CXType element = clang_getArrayElementType(type);
    ir_type_id element_type = type_of(body->fe, element);
    long long count = clang_getArraySize(type);
    struct fe_list none = {0};
    uint32_t position = 0;
    while (items->next < items->list.count) {
        CXCursor item = items->list.data[items->next];
        if (is_designated(item)) {
            if (!is_braced)
                return;
            items->next++;
            position = designated(body, item, dst, type, &none);
            continue;
        }
        if (count >= 0 && position >= count && !is_braced)
            return;
        next_into(body, items, ir_path_index(body->b, dst, ir_int(body->b, position), element_type), element);
        position++;
    }
}

static void default_field(struct body *body, ir_path_id dst, CXCursor field)
{
    if (!body->fe->is_cxx)
        return;
    ir_path_id path = ir_path_field(body->b, dst, class_field(body->fe, field));
    struct fe_list children = cursor_children(body->fe, field);
    CXCursor last = children.count ? children.data[children.count - 1] : clang_getNullCursor();
    bool is_array = clang_getCanonicalType(clang_getCursorType(field)).kind == CXType_ConstantArray;
    bool has_init = children.count && cursor_is_expr(last) && !clang_Cursor_isBitField(field) &&
                    (!is_array || last.kind == CXCursor_InitListExpr);
    if (has_init)
        one(body, last, path, clang_getCursorType(field));
    else
        construct_default(body, clang_getCursorType(field), path);
}

static void fill_class(struct body *body, struct items *items, ir_path_id dst, CXType type, bool is_braced)
{
    struct fe_list fields = class_fields(body->fe, type);
    bool is_union = clang_getTypeDeclaration(type).kind == CXCursor_UnionDecl, any = false;
    for (uint32_t position = 0; position < fields.count || items->next < items->list.count; ) {
        bool more = items->next < items->list.count;
        CXCursor item = more ? items->list.data[items->next] : clang_getNullCursor();
        if (more && is_designated(item)) {
            if (!is_braced)
                return;
            items->next++;
            position = designated(body, item, dst, type, &fields);
            any = true;
            continue;
        }
        if (position >= fields.count || (is_union && any))
            return;
        CXCursor field = fields.data[position++];
        if (clang_Cursor_isBitField(field) && !*cursor_spelling(body->fe, field))
            continue;
        if (more)
            next_into(body, items, ir_path_field(body->b, dst, class_field(body->fe, field)), clang_getCursorType(field));
        else if (is_braced)
            default_field(body, dst, field);
        any = true;
    }
}

static void fill(struct body *body, struct items *items, ir_path_id dst, CXType type, bool is_braced)
{
    if (!body_enter(body))
        return;
    CXType canonical = clang_getCanonicalType(type);
    if (canonical.kind == CXType_Record)
        fill_class(body, items, dst, canonical, is_braced);
    else if (clang_getArrayElementType(canonical).kind != CXType_Invalid)
        fill_array(body, items, dst, canonical, is_braced);
    body_leave(body);
}

void init_list(struct body *body, CXCursor list, ir_path_id dst, CXType type, bool zero_rest)
{
    (void)zero_rest;
    struct items items = {.list = cursor_children(body->fe, list)};
    while (items.next < items.list.count && !cursor_is_expr(items.list.data[items.next]))
        items.next++;
    if (!is_aggregate(body->fe, type)) {
        if (items.next < items.list.count)
            one(body, items.list.data[items.next], dst, type);
        return;
    }
    if (items.list.count - items.next == 1 && type_is_record(type) && !is_designated(items.list.data[items.next]) &&
        clang_equalTypes(type_plain(clang_getCursorType(items.list.data[items.next])),
                         type_plain(type))) {
        expr_into(body, items.list.data[items.next], dst); /* T{t} */
        return;
    }
    fill(body, &items, dst, type, true);
}

/* Whether an object of the type can name a function or another object. */
static bool holds_addresses(struct fe *fe, CXType type, int depth)
{
    CXType canonical = clang_getCanonicalType(type);
    CXType element = clang_getArrayElementType(canonical);
    if (element.kind != CXType_Invalid)
        return holds_addresses(fe, element, depth + 1);
    if (canonical.kind == CXType_Pointer) {
        CXType pointee = clang_getCanonicalType(clang_getPointeeType(canonical));
        return pointee.kind != CXType_Char_S && pointee.kind != CXType_SChar && pointee.kind != CXType_UChar &&
               pointee.kind != CXType_Char_U;
    }
    if (canonical.kind == CXType_MemberPointer)
        return true;
    if (canonical.kind != CXType_Record || depth > 12)
        return false;
    struct fe_list fields = class_fields(fe, canonical);
    for (uint32_t i = 0; i < fields.count; i++)
        if (holds_addresses(fe, clang_getCursorType(fields.data[i]), depth + 1))
            return true;
    return false;
}

/* Whether a global's initialiser is worth a function: it runs code, names something, or is a plain scalar. */
bool init_is_interesting(struct fe *fe, CXCursor variable)
{
    CXType type = clang_getCursorType(variable);
    CXCursor init = cursor_init(fe, variable);
    if (cursor_is_null(init))
        return false;
    uint8_t kind = fe_type(fe, type_of(fe, type))->kind;
    if (kind == TYPE_ARRAY || (kind == TYPE_CLASS && !fe->is_cxx))
        return holds_addresses(fe, type, 0) || (fe->is_cxx && type_is_record(clang_getArrayElementType(clang_getCanonicalType(type))));
    return kind != TYPE_FLOAT;
}

/* Initialises the object at `path`, or binds the reference there; extends the life of a temporary bound to it. */
void init_variable(struct body *body, CXCursor variable, ir_path_id path)
{
    struct fe *fe = body->fe;
    CXType type = clang_getCursorType(variable);
    CXCursor init = cursor_init(fe, variable);
    if (cursor_is_null(init))
        return;
    struct cleanup *before = body->cleanups;
    if (!type_is_reference(type)) {
        expr_into(body, init, path);
        scope_pop_to(body, before);
        return;
    }
    if (!expr_is_class_value(body, init)) {
        ir_val value = expr_argument(body, init, true);
        if (ir_is_reachable(body->b))
            expr_copy(body, path, value);
        scope_pop_to(body, before);
        return;
    }
    ir_path_id extended = scope_temp(body, type_of_cursor(fe, init));
    expr_into(body, init, extended);
    scope_pop_to(body, before);
    if (!ir_is_reachable(body->b))
        return;
    expr_copy(body, path, ir_addr(body->b, extended));
    scope_own(body, extended, clang_getCursorType(init));
}
