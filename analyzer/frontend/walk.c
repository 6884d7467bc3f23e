/* The walk over a TU's declarations: what is lowered by itself, and what waits until it is asked for. */
#include "frontend/lower.h"

static bool is_inside_template(CXCursor decl)
{
    for (decl = clang_getCursorSemanticParent(decl); !cursor_is_null(decl) && decl.kind != CXCursor_TranslationUnit;
         decl = clang_getCursorSemanticParent(decl))
        if (decl.kind == CXCursor_ClassTemplate || decl.kind == CXCursor_ClassTemplatePartialSpecialization ||
            decl.kind == CXCursor_FunctionTemplate)
            return true;
    return false;
}

static void visit_function(struct fe *fe, CXCursor decl, bool in_template)
{
    if (!clang_isCursorDefinition(decl))
        return;
    if (in_template || (fe->is_cxx && is_inside_template(decl))) {
        *vec_push(fe->arena, &fe->patterns) = decl;
        return;
    }
    symbol_want_body(fe, symbol_func(fe, decl));
}

static void visit_variable(struct fe *fe, CXCursor decl)
{
    if (is_inside_template(decl))
        return;
    ir_sym_id sym = symbol_global(fe, decl, NULL);
    if (!init_is_interesting(fe, decl) || map_get(&fe->statics, sym))
        return;
    *map_put(&fe->statics, sym) = 1;
    function_queue(fe, (struct fe_work){.kind = WORK_GLOBAL_INIT, .sym = sym, .cursor = decl});
}

static void visit_class(struct fe *fe, CXCursor decl, bool in_template);

static void visit(struct fe *fe, CXCursor decl, bool in_template)
{
    switch ((int)decl.kind) {
    case CXCursor_FunctionDecl: case CXCursor_CXXMethod: case CXCursor_Constructor: case CXCursor_Destructor:
    case CXCursor_ConversionFunction:
        visit_function(fe, decl, in_template);
        return;
    case CXCursor_FunctionTemplate:
        visit_function(fe, decl, true);
        return;
    case CXCursor_VarDecl:
        if (!in_template)
            visit_variable(fe, decl);
        return;
    case CXCursor_StructDecl: case CXCursor_ClassDecl: case CXCursor_UnionDecl:
        visit_class(fe, decl, in_template);
        return;
    case CXCursor_ClassTemplate: case CXCursor_ClassTemplatePartialSpecialization:
        visit_class(fe, decl, true);
        return;
    case CXCursor_FriendDecl: case CXCursor_Namespace: case CXCursor_LinkageSpec: case CXCursor_UnexposedDecl: {
        struct fe_list children = cursor_children(fe, decl);
        for (uint32_t i = 0; i < children.count; i++)
            if (!span_is_system(children.data[i]))
                visit(fe, children.data[i], in_template);
        return;
    }
    default:
        return;
    }
}

static void visit_class(struct fe *fe, CXCursor decl, bool in_template)
{
    if (!clang_isCursorDefinition(decl))
        return;
    if (!fe->is_cxx)
        return; /* completed where it is used */
    if (!in_template)
        class_complete(fe, class_of(fe, decl));
    struct fe_list children = cursor_children(fe, decl);
    for (uint32_t i = 0; i < children.count; i++)
        visit(fe, children.data[i], in_template);
}

void walk_declaration(struct fe *fe, CXCursor decl)
{
    visit(fe, decl, false);
}

static enum CXChildVisitResult visit_top(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct fe *fe = data;
    (void)parent;
    if (span_is_system(cursor))
        return CXChildVisit_Continue;
    struct arena_mark mark = arena_mark(fe->tmp);
    visit(fe, cursor, false);
    arena_release(fe->tmp, mark);
    return CXChildVisit_Continue;
}

static void drain(struct fe *fe)
{
    while (fe->next_work < fe->queue.count) {
        struct fe_work work = fe->queue.data[fe->next_work++];
        function_lower(fe, &work);
    }
}

void walk_unit(struct fe *fe)
{
    clang_visitChildren(clang_getTranslationUnitCursor(fe->unit), visit_top, fe);
    drain(fe);
    instances_queue(fe);
    drain(fe);
    for (uint32_t i = 0; i < fe->patterns.count; i++) {
        CXCursor pattern = fe->patterns.data[i];
        if (map_get(&fe->instantiated, map_key_of(cursor_decl_key(clang_getCanonicalCursor(pattern)))))
            continue;
        if (!clang_Location_isFromMainFile(clang_getCursorLocation(pattern))) {
            *vec_push(fe->arena, &fe->unused) = pattern; /* the business of TUs that instantiate it */
            continue;
        }
        uint32_t func = symbol_func(fe, pattern);
        fe->funcs.data[func].definition = pattern;
        function_queue(fe, (struct fe_work){.kind = WORK_PATTERN, .func = func});
    }
    drain(fe);
}
