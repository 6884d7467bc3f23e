/* Constructors' bodies: bases and members in their order, as written, by default, or as a defaulted constructor does. */
#include "frontend/lower.h"


static ir_path_id this_object(struct body *body, CXType type)
{
    return ir_pointee(body->b, body->this_val, type_of(body->fe, type));
}

static CXCursor call_below(struct body *body, CXCursor cursor)
{
    CXCursor inner = cursor_strip(body->fe, cursor);
    return inner.kind == CXCursor_CallExpr && clang_getCursorReferenced(inner).kind == CXCursor_Constructor
               ? inner
               : clang_getNullCursor();
}

/* The written initialiser of a field (MemberRef, expression) or a base (types, then a constructor's call). */
static CXCursor written_for(struct body *body, const struct fe_list *children, CXCursor field, CXType base)
{
    for (uint32_t i = 0; i < children->count; i++) {
        CXCursor child = children->data[i];
        if (child.kind == CXCursor_MemberRef) {
            bool is_it = !cursor_is_null(field) && cursor_same(clang_getCursorReferenced(child), field);
            CXCursor next = i + 1 < children->count ? children->data[i + 1] : clang_getNullCursor();
            if (is_it && cursor_is_expr(next))
                return next;
            i += !cursor_is_null(next) && cursor_is_expr(next) ? 1u : 0u;
            continue;
        }
        if (cursor_is_null(field) && cursor_is_expr(child) &&
            clang_equalTypes(clang_getCanonicalType(clang_getCursorType(child)), clang_getCanonicalType(base)) &&
            (!cursor_is_null(call_below(body, child)) || child.kind == CXCursor_InitListExpr))
            return child;
    }
    return clang_getNullCursor();
}

/* Dtor protection: what was built so far is destroyed when a later initialiser throws. */
static void guard(struct body *body, ir_path_id object, CXType type)
{
    if (ir_is_reachable(body->b))
        scope_own(body, object, type);
}

static CXCursor pattern_field(struct fe *fe, CXCursor class_decl_, CXCursor field)
{
    CXCursor pattern = clang_getSpecializedCursorTemplate(class_decl_);
    if (cursor_is_null(pattern))
        return field;
    const char *name = cursor_spelling(fe, field);
    struct fe_list children = cursor_children(fe, pattern);
    for (uint32_t i = 0; i < children.count; i++)
        if (children.data[i].kind == CXCursor_FieldDecl && strcmp(cursor_spelling(fe, children.data[i]), name) == 0)
            return children.data[i];
    return field;
}

static void init_field(struct body *body, CXCursor decl, CXCursor field, const struct fe_list *written)
{
    struct fe *fe = body->fe;
    CXType type = clang_getCursorType(field);
    CXCursor init = written ? written_for(body, written, field, type) : clang_getNullCursor();
    if (cursor_is_null(init))
        init = construct_field_init(fe, field);
    if (cursor_is_null(init)) {
        CXCursor original = pattern_field(fe, decl, field);
        init = cursor_same(original, field) ? init : construct_field_init(fe, original);
    }
    ir_path_id object = ir_path_field(body->b, this_object(body, clang_getCursorType(decl)), class_field(fe, field));
    struct cleanup *before = body->cleanups;
    ir_span_id span = cursor_is_null(init) ? 0 : span_of(fe, init);
    if (span)
        ir_set_span(body->b, span);
    if (cursor_is_null(init))
        construct_default(body, type, object);
    else if (type_is_reference(type))
        expr_copy(body, object, expr_argument(body, init, true));
    else
        expr_into(body, init, object);
    scope_pop_to(body, before);
    guard(body, object, type);
}

static void init_base(struct body *body, CXCursor decl, CXCursor base, const struct fe_list *written)
{
    CXType type = clang_getCursorType(base);
    CXCursor init = written ? written_for(body, written, clang_getNullCursor(), type) : clang_getNullCursor();
    ir_path_id object = this_object(body, clang_getCursorType(decl));
    struct cleanup *before = body->cleanups;
    CXCursor call = cursor_is_null(init) ? init : call_below(body, init);
    if (!cursor_is_null(call))
        construct_call(body, call, object, 0);
    else if (cursor_is_null(init))
        construct_default(body, type, object);
    scope_pop_to(body, before);
    guard(body, object, type);
}

/* What is written for bases that the class does not list by that type: virtual bases of its bases, and the bases of an
 * instantiation, which are listed with the pattern's types. */
static void init_unlisted_bases(struct body *body, CXCursor decl, const struct fe_list *bases, const struct fe_list *written)
{
    for (uint32_t i = 0; i < written->count; i++) {
        CXCursor child = written->data[i];
        bool follows_member = i > 0 && written->data[i - 1].kind == CXCursor_MemberRef;
        CXCursor call = cursor_is_expr(child) && !follows_member ? call_below(body, child) : clang_getNullCursor();
        bool is_direct = cursor_is_null(call);
        for (uint32_t k = 0; k < bases->count && !is_direct; k++)
            is_direct = bases->data[k].kind == CXCursor_CXXBaseSpecifier &&
                        clang_equalTypes(type_plain(clang_getCursorType(call)),
                                         type_plain(clang_getCursorType(bases->data[k])));
        if (!is_direct)
            construct_call(body, call, this_object(body, clang_getCursorType(decl)), 0);
    }
}

static void init_members(struct body *body, CXCursor decl, const struct fe_list *written)
{
    struct fe *fe = body->fe;
    CXCursor pattern = clang_getSpecializedCursorTemplate(decl);
    struct fe_list children = cursor_children(fe, cursor_is_null(pattern) ? decl : pattern);
    if (written)
        init_unlisted_bases(body, decl, &children, written);
    for (uint32_t i = 0; i < children.count; i++)
        if (children.data[i].kind == CXCursor_CXXBaseSpecifier)
            init_base(body, decl, children.data[i], written);
    struct fe_list list = class_fields(fe, clang_getCursorType(decl));
    for (uint32_t i = 0; i < list.count; i++)
        init_field(body, decl, list.data[i], written);
}

/* In a pattern types are unknown: what is written is lowered as it stands. */
static void written_initialisers(struct body *body, const struct fe_list *children)
{
    struct fe *fe = body->fe;
    for (uint32_t i = 0; i < children->count; i++) {
        CXCursor child = children->data[i];
        bool is_member = child.kind == CXCursor_MemberRef && i + 1 < children->count;
        if (is_member && cursor_is_expr(children->data[i + 1])) {
            CXCursor field = clang_getCursorReferenced(child);
            ir_path_id object = ir_pointee(body->b, body->this_val, type_int(fe));
            if (field.kind == CXCursor_FieldDecl)
                expr_into(body, children->data[i + 1], ir_path_field(body->b, object, class_field(fe, field)));
            else
                expr_full_discard(body, children->data[i + 1]);
            i++;
        } else if (cursor_is_expr(child)) {
            expr_full_discard(body, child);
        }
    }
}

void construct_initialisers(struct body *body, CXCursor constructor, const struct fe_list *children)
{
    CXCursor decl = clang_getCursorSemanticParent(constructor);
    CXType own = clang_getCursorType(decl);
    struct fe_list written = *children;
    if (body->is_pattern) {
        written_initialisers(body, children);
        return;
    }
    CXCursor delegated = written_for(body, &written, clang_getNullCursor(), own);
    if (!cursor_is_null(delegated)) {
        construct_call(body, call_below(body, delegated), this_object(body, own), 0);
        guard(body, this_object(body, own), own);
        return;
    }
    if (decl.kind == CXCursor_UnionDecl || decl.kind == CXCursor_ClassTemplate)
        return;
    init_members(body, decl, &written);
}

static void copy_member(struct body *body, CXCursor decl, CXCursor field, ir_path_id from)
{
    CXType type = clang_getCursorType(field);
    if (!type_is_record(clang_getArrayElementType(clang_getCanonicalType(type))) && !type_is_record(type))
        return;
    ir_field_id id = class_field(body->fe, field);
    ir_path_id to = ir_path_field(body->b, this_object(body, clang_getCursorType(decl)), id);
    construct_copy(body, type, to, ir_addr(body->b, ir_path_field(body->b, from, id)));
}

/* What a defaulted default or copy constructor does; its source is parameter 2. */
void construct_implicit(struct body *body, CXCursor decl, bool is_copy)
{
    if (!is_copy) {
        struct cleanup *before = body->cleanups;
        init_members(body, decl, NULL);
        scope_pop_silent(body, before);
        return;
    }
    struct fe *fe = body->fe;
    ir_path_id from = place_adjust(body, ir_path_local(body->b, 2));
    struct fe_list children = cursor_children(fe, decl);
    for (uint32_t i = 0; i < children.count; i++)
        if (children.data[i].kind == CXCursor_CXXBaseSpecifier)
            construct_copy(body, clang_getCursorType(children.data[i]), this_object(body, clang_getCursorType(decl)),
                           ir_addr(body->b, from));
    struct fe_list list = class_fields(fe, clang_getCursorType(decl));
    for (uint32_t i = 0; i < list.count; i++)
        copy_member(body, decl, list.data[i], from);
}
