/* Macros that start what is written in their argument as a call: go(worker(channel)).
 *
 * Such a macro switches stacks and calls, in its own frame; lowered as it stands, the task would be a plain call.  Where
 * the models know `#macro NAME`, the whole expansion becomes a call of that name instead, with the task's function as
 * its first argument and the function's arguments behind it; its result is what the macro's is.
 */
#include "frontend/lower.h"

#include <ctype.h>

static unsigned place_in_file(CXCursor cursor, CXFile *file)
{
    unsigned offset;
    clang_getFileLocation(clang_getRangeStart(clang_getCursorExtent(cursor)), file, NULL, NULL, &offset);
    return offset;
}

/* `#macro go`, when the cursor is what a macro of that name expands to and the models know it; else NULL. */
static const char *known_macro(struct fe *fe, CXCursor cursor)
{
    CXFile file, spelled;
    unsigned offset = place_in_file(cursor, &file), spelled_offset;
    CXSourceLocation start = clang_getRangeStart(clang_getCursorExtent(cursor));
    clang_getSpellingLocation(start, &spelled, NULL, NULL, &spelled_offset);
    if (!file || !fe->options->is_modelled || (file == spelled && offset == spelled_offset))
        return NULL;
    struct fe_file *entry = span_file(fe, file, start);
    if (!span_load(fe, entry))
        return NULL;
    size_t end = offset;
    while (end < entry->size && (isalnum((unsigned char)entry->text[end]) || entry->text[end] == '_'))
        end++;
    const char *name = arena_printf(fe->tmp, "#macro %.*s", (int)(end - offset), entry->text + offset);
    return fe->options->is_modelled(fe->options->context, name) ? name : NULL;
}

struct search {
    struct fe *fe;
    CXFile file;
    unsigned offset; /* of the macro's name: what its body spells stands there */
    CXCursor found;
};

/* A statement that is a call, perhaps cast to void, and written in the macro's argument. */
static enum CXChildVisitResult look_for_call(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct search *search = data;
    if (!cursor_is_expr(cursor))
        return CXChildVisit_Recurse;
    if (!clang_isStatement(parent.kind) || parent.kind == CXCursor_DeclStmt)
        return CXChildVisit_Continue;
    CXCursor inner = cursor_strip(search->fe, cursor);
    if (inner.kind == CXCursor_CStyleCastExpr) {
        struct fe_list children = cursor_children(search->fe, inner);
        inner = children.count ? cursor_strip(search->fe, children.data[children.count - 1]) : inner;
    }
    CXFile file;
    bool is_written = place_in_file(inner, &file) != search->offset || file != search->file;
    if (inner.kind != CXCursor_CallExpr || !is_written)
        return CXChildVisit_Continue;
    search->found = inner;
    return CXChildVisit_Break;
}

bool spawn_macro(struct body *body, CXCursor cursor, ir_path_id dst, ir_val *handle)
{
    struct fe *fe = body->fe;
    const char *name = known_macro(fe, cursor);
    if (!name)
        return false;
    struct search search = {.fe = fe, .found = clang_getNullCursor()};
    search.offset = place_in_file(cursor, &search.file);
    clang_visitChildren(cursor, look_for_call, &search);
    if (cursor_is_null(search.found))
        return false;
    ir_val operands[CALL_MOST_OPERANDS];
    uint32_t count = call_operands(body, search.found, operands);
    if (!count)
        return false;
    ir_sym_id sym = ir_add_sym(fe->module, name, name, SYM_FUNCTION, SYM_SYSTEM | SYM_GENERATED_NAME);
    bool has_result = cursor.kind == CXCursor_StmtExpr && clang_getCursorType(cursor).kind != CXType_Void;
    if (has_result && !dst)
        dst = scope_temp(body, type_of_cursor(fe, cursor));
    struct ir_instr *instr = ir_emit_call(body->b, has_result ? dst : 0, sym, 0, operands, count, 0);
    instr->span = span_of(fe, cursor);
    body->emitted++;
    *handle = has_result ? ir_read(dst) : 0;
    return true;
}
