/* The honest measure: Call references of the index API that no lowered call accounts for.
 *
 * Both sides are compared by place: a reference is accounted for when some lowered call, or the name of its callee,
 * stands where the index says the reference stands.  Only files of the project count.
 */
#include "frontend/lower.h"

#include <ctype.h>

static uint64_t key_of(CXFile file, unsigned offset)
{
    return map_key_of(file) * 1000003u ^ offset;
}

static void note(struct fe *fe, CXSourceLocation where)
{
    CXFile file;
    unsigned offset;
    clang_getFileLocation(where, &file, NULL, NULL, &offset);
    if (file)
        *map_put(&fe->called, key_of(file, offset)) = 1;
}

/* A dependent member has no location of its own: it is the last name of the expression. */
static void note_last_name(struct fe *fe, CXCursor member)
{
    CXFile file;
    unsigned offset;
    CXSourceLocation end = clang_getRangeEnd(clang_getCursorExtent(member));
    clang_getFileLocation(end, &file, NULL, NULL, &offset);
    if (!file)
        return;
    struct fe_file entry = *span_file(fe, file, end);
    span_load(fe, &entry);
    while (offset > 0 && offset <= entry.size &&
           (isalnum((unsigned char)entry.text[offset - 1]) || entry.text[offset - 1] == '_'))
        offset--;
    *map_put(&fe->called, key_of(file, offset)) = 1;
}

void reconcile_note(struct fe *fe, CXCursor call)
{
    if (!fe->options->reconcile)
        return;
    note(fe, clang_getCursorLocation(call));
    note(fe, clang_getRangeStart(clang_getCursorExtent(call)));
    struct fe_list children = cursor_children(fe, call);
    for (uint32_t i = 0; i < children.count; i++) {
        CXCursor inner = cursor_strip(fe, children.data[i]);
        while (inner.kind == CXCursor_UnexposedExpr && !cursor_is_null(cursor_first_child(inner)))
            inner = cursor_first_child(inner);
        if (inner.kind == CXCursor_DeclRefExpr || inner.kind == CXCursor_MemberRefExpr)
            note(fe, clang_getCursorLocation(inner));
        if (inner.kind == CXCursor_MemberRefExpr)
            note_last_name(fe, inner);
    }
}

/* In a pattern that this TU has no use for and that was left out on purpose? */
static bool is_unused(const struct fe *fe, CXFile file, unsigned offset)
{
    for (uint32_t i = 0; i < fe->unused.count; i++) {
        CXSourceRange extent = clang_getCursorExtent(fe->unused.data[i]);
        CXFile in;
        unsigned first, end;
        clang_getFileLocation(clang_getRangeStart(extent), &in, NULL, NULL, &first);
        clang_getFileLocation(clang_getRangeEnd(extent), NULL, NULL, NULL, &end);
        if (in && clang_File_isEqual(in, file) && offset >= first && offset < end)
            return true;
    }
    return false;
}

static void on_reference(CXClientData data, const CXIdxEntityRefInfo *info)
{
    struct fe *fe = data;
    if (!(info->role & CXSymbolRole_Call))
        return;
    CXFile file;
    unsigned line, column, offset;
    clang_indexLoc_getFileLocation(info->loc, NULL, &file, &line, &column, &offset);
    if (!file)
        return;
    CXSourceLocation where = clang_indexLoc_getCXSourceLocation(info->loc);
    struct fe_file entry = *span_file(fe, file, where);
    uint64_t *counted = map_put(&fe->called, key_of(file, offset) ^ (uint64_t)1 << 63);
    if (entry.is_system || *counted)
        return;
    *counted = 1;
    if (is_unused(fe, file, offset))
        return;
    fe->out->calls_indexed++;
    if (map_get(&fe->called, key_of(file, offset)))
        return;
    fe->out->calls_missed++;
    const char *name = info->referencedEntity->name ? info->referencedEntity->name : "";
    *vec_push(fe->arena, &fe->out->missed) = (struct tu_missed){
        .path = entry.path, .line = line, .column = column, .callee = arena_strdup(fe->arena, name)};
}

void reconcile_calls(struct fe *fe)
{
    CXIndex index = clang_createIndex(0, 0);
    CXIndexAction action = clang_IndexAction_create(index);
    IndexerCallbacks callbacks = {.indexEntityReference = on_reference};
    unsigned options = CXIndexOpt_IndexFunctionLocalSymbols | CXIndexOpt_IndexImplicitTemplateInstantiations;
    clang_indexTranslationUnit(action, fe, &callbacks, sizeof callbacks, options, fe->unit);
    clang_IndexAction_dispose(action);
    clang_disposeIndex(index);
}
