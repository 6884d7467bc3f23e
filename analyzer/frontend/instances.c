/* Instantiated bodies that no call leads to: virtual methods and destructors of class templates.
 *
 * The visitor shows nothing inside an implicit instantiation, but the index API names the function that each
 * reference stands in.  Asking costs 4 to 6 % of a parse, so it is asked only where the project has a class template
 * with a destructor or a virtual method.
 */
#include "frontend/lower.h"

static bool has_hidden_member(struct fe *fe, CXCursor decl)
{
    struct fe_list children = cursor_children(fe, decl);
    for (uint32_t i = 0; i < children.count; i++) {
        CXCursor child = children.data[i];
        if (child.kind == CXCursor_Destructor && !clang_CXXMethod_isDefaulted(child))
            return true;
        if (child.kind == CXCursor_CXXMethod && clang_CXXMethod_isVirtual(child))
            return true;
    }
    return false;
}

struct look {
    struct fe *fe;
    bool found;
};

static enum CXChildVisitResult look_for_template(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct look *look = data;
    (void)parent;
    if (span_is_system(cursor))
        return CXChildVisit_Continue;
    switch ((int)cursor.kind) {
    case CXCursor_Namespace: case CXCursor_LinkageSpec: case CXCursor_StructDecl: case CXCursor_ClassDecl:
        return CXChildVisit_Recurse;
    case CXCursor_ClassTemplate: case CXCursor_ClassTemplatePartialSpecialization:
        look->found = has_hidden_member(look->fe, cursor);
        return look->found ? CXChildVisit_Break : CXChildVisit_Recurse;
    default:
        return CXChildVisit_Continue;
    }
}

static void on_reference(CXClientData data, const CXIdxEntityRefInfo *info)
{
    struct fe *fe = data;
    if (!info->parentEntity)
        return;
    CXCursor function = info->parentEntity->cursor;
    if (function.kind != CXCursor_Destructor && function.kind != CXCursor_CXXMethod)
        return;
    uint64_t *seen = map_put(&fe->instance_seen, map_key_of(cursor_decl_key(function)));
    if (*seen)
        return;
    *seen = 1;
    bool is_hidden = function.kind == CXCursor_Destructor || clang_CXXMethod_isVirtual(function);
    if (!is_hidden || span_is_system(function) || cursor_is_null(clang_getSpecializedCursorTemplate(function)))
        return;
    *vec_push(fe->arena, &fe->instances) = function;
    if (function.kind == CXCursor_Destructor) {
        CXCursor parent = clang_getCanonicalCursor(clang_getCursorSemanticParent(function));
        *map_put(&fe->instance_destructor, map_key_of(cursor_decl_key(parent))) = fe->instances.count;
    }
}

void instances_collect(struct fe *fe)
{
    struct look look = {.fe = fe};
    if (!fe->is_cxx || fe->options->no_instantiations)
        return;
    clang_visitChildren(clang_getTranslationUnitCursor(fe->unit), look_for_template, &look);
    if (!look.found)
        return;
    CXIndex index = clang_createIndex(0, 0);
    CXIndexAction action = clang_IndexAction_create(index);
    IndexerCallbacks callbacks = {.indexEntityReference = on_reference};
    unsigned options = CXIndexOpt_IndexFunctionLocalSymbols | CXIndexOpt_IndexImplicitTemplateInstantiations;
    clang_indexTranslationUnit(action, fe, &callbacks, sizeof callbacks, options, fe->unit);
    clang_IndexAction_dispose(action);
    clang_disposeIndex(index);
}

/* The instantiated destructor of a class; null cursor: not known. */
CXCursor instances_destructor(struct fe *fe, CXCursor class_decl)
{
    uint64_t *slot = map_get(&fe->instance_destructor, map_key_of(cursor_decl_key(clang_getCanonicalCursor(class_decl))));
    return slot ? fe->instances.data[*slot - 1] : clang_getNullCursor();
}

void instances_queue(struct fe *fe)
{
    for (uint32_t i = 0; i < fe->instances.count; i++) {
        CXCursor function = fe->instances.data[i];
        class_complete(fe, class_of(fe, clang_getCursorSemanticParent(function)));
        uint32_t func = symbol_func(fe, function);
        CXCursor *overridden = NULL;
        unsigned count = 0;
        clang_getOverriddenCursors(function, &overridden, &count);
        for (unsigned k = 0; k < count; k++) {
            ir_sym_id base = fe->funcs.data[symbol_func(fe, overridden[k])].sym;
            ir_add_override(fe->module, fe->funcs.data[func].sym, base);
        }
        clang_disposeOverriddenCursors(overridden);
        symbol_want_body(fe, func);
    }
}
