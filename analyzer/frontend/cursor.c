/* Small questions to libclang's cursors. */
#include "frontend/lower.h"

struct collector {
    struct fe *fe;
    VEC(CXCursor) list;
};

static enum CXChildVisitResult collect(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct collector *collector = data;
    (void)parent;
    *vec_push(collector->fe->tmp, &collector->list) = cursor;
    return CXChildVisit_Continue;
}

struct fe_list cursor_children(struct fe *fe, CXCursor cursor)
{
    struct collector collector = {.fe = fe};
    clang_visitChildren(cursor, collect, &collector);
    return (struct fe_list){collector.list.data, collector.list.count};
}

static enum CXChildVisitResult take_first(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    *(CXCursor *)data = cursor;
    return CXChildVisit_Break;
}

CXCursor cursor_first_child(CXCursor cursor)
{
    CXCursor first = clang_getNullCursor();
    clang_visitChildren(cursor, take_first, &first);
    return first;
}

const char *cursor_text(struct fe *fe, CXString string)
{
    const char *text = clang_getCString(string);
    char *copy = arena_strdup(fe->tmp, text ? text : "");
    clang_disposeString(string);
    return copy;
}

const char *cursor_spelling(struct fe *fe, CXCursor cursor)
{
    return cursor_text(fe, clang_getCursorSpelling(cursor));
}

bool cursor_is_null(CXCursor cursor)
{
    return clang_Cursor_isNull(cursor) || clang_isInvalid(cursor.kind);
}

bool cursor_is_expr(CXCursor cursor)
{
    return clang_isExpression(cursor.kind) != 0;
}

bool cursor_same(CXCursor a, CXCursor b)
{
    return clang_equalCursors(a, b) != 0;
}

static bool same_unqualified(CXType a, CXType b)
{
    CXType canonical_a = type_plain(a);
    CXType canonical_b = type_plain(b);
    return clang_equalTypes(canonical_a, canonical_b) != 0;
}

CXCursor cursor_strip(struct fe *fe, CXCursor cursor)
{
    for (;;) {
        if (cursor.kind != CXCursor_ParenExpr && cursor.kind != CXCursor_UnexposedExpr)
            return cursor;
        struct fe_list children = cursor_children(fe, cursor);
        if (children.count != 1 || !cursor_is_expr(children.data[0]))
            return cursor;
        if (cursor.kind == CXCursor_UnexposedExpr &&
            !same_unqualified(clang_getCursorType(cursor), clang_getCursorType(children.data[0])))
            return cursor;
        cursor = children.data[0];
    }
}

bool cursor_evaluate(CXCursor cursor, int64_t *value)
{
    CXEvalResult result = clang_Cursor_Evaluate(cursor);
    if (!result)
        return false;
    bool is_int = clang_EvalResult_getKind(result) == CXEval_Int;
    if (is_int)
        *value = clang_EvalResult_isUnsignedInt(result) ? (int64_t)clang_EvalResult_getAsUnsigned(result)
                                                        : clang_EvalResult_getAsLongLong(result);
    clang_EvalResult_dispose(result);
    return is_int;
}

CXCursor cursor_init(struct fe *fe, CXCursor variable)
{
    (void)fe;
    CXCursor init = clang_Cursor_getVarDeclInitializer(variable);
    return cursor_is_null(init) ? clang_getNullCursor() : init;
}
