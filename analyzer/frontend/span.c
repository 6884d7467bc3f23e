/* Places in the source: libclang's ranges to spans, one per distinct range.
 *
 * A token in a macro's body stands, for people, where the macro is used; one that is written in a macro's argument
 * stands where it is written, and may be edited there.
 */
#include "frontend/lower.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>

bool span_load(struct fe *fe, struct fe_file *file)
{
    if (!file->is_loaded) {
        file->is_loaded = true;
        file->text = clang_getFileContents(fe->unit, file->file, &file->size);
        if (!file->text)
            file->size = 0;
    }
    return file->text != NULL;
}

struct fe_file *span_file(struct fe *fe, CXFile file, CXSourceLocation where)
{
    uint64_t *slot = map_put(&fe->files, map_key_of(file));
    if (*slot)
        return &fe->file_list.data[*slot];
    struct fe_file *entry = vec_push(fe->arena, &fe->file_list);
    *slot = fe->file_list.count - 1;
    entry->is_system = clang_Location_isInSystemHeader(where) != 0;
    entry->file = file;
    const char *name = cursor_text(fe, clang_File_tryGetRealPathName(file));
    if (!*name)
        name = cursor_text(fe, clang_getFileName(file));
    char real[PATH_MAX];
    bool is_real = *name == '/' && !strstr(name, "/../") && !strstr(name, "/./");
    entry->path = arena_strdup(fe->arena, !is_real && realpath(name, real) ? real : name);
    entry->id = ir_add_file(fe->module, entry->path, entry->is_system);
    if (!entry->is_system && span_load(fe, entry)) {
        entry->has_line_directive = memmem(entry->text, entry->size, "#line", 5) != NULL;
        entry->has_omp = memmem(entry->text, entry->size, "pragma", 6) && memmem(entry->text, entry->size, "omp ", 4);
        fe->has_omp |= entry->has_omp;
    }
    return entry;
}

struct point {
    CXFile file;
    unsigned line, column, offset;
};

static str_id macro_name(struct fe *fe, struct fe_file *file, unsigned offset)
{
    size_t end = offset;
    span_load(fe, file);
    while (end < file->size && (isalnum((unsigned char)file->text[end]) || file->text[end] == '_'))
        end++;
    return end > offset ? strtab_intern_n(&fe->module->strings, file->text + offset, end - offset) : 0;
}

/* Whether `where` comes out of a macro, and whether it is written in a macro's argument. */
static uint32_t macro_flags(CXSourceLocation where, const struct point *at, struct point *expansion)
{
    CXFile spelled;
    unsigned offset;
    clang_getExpansionLocation(where, &expansion->file, &expansion->line, &expansion->column, &expansion->offset);
    clang_getSpellingLocation(where, &spelled, NULL, NULL, &offset);
    if (expansion->file == spelled && expansion->offset == offset)
        return 0;
    bool is_argument = expansion->file != at->file || expansion->offset != at->offset;
    return SPAN_MACRO | (is_argument ? SPAN_MACRO_ARG : 0);
}

static bool is_generated(struct fe_file *file, CXSourceLocation where, unsigned line)
{
    if (!file->has_line_directive)
        return false;
    unsigned presumed;
    CXString name;
    clang_getPresumedLocation(where, &name, &presumed, NULL);
    clang_disposeString(name);
    return presumed != line;
}

static struct ir_span make_span(struct fe *fe, CXSourceRange range)
{
    CXSourceLocation start = clang_getRangeStart(range), end = clang_getRangeEnd(range);
    struct point from = {0}, to = {0}, expansion = {0};
    clang_getFileLocation(start, &from.file, &from.line, &from.column, &from.offset);
    if (!from.file)
        return (struct ir_span){0};
    clang_getFileLocation(end, &to.file, &to.line, &to.column, &to.offset);
    struct ir_span span = {.flags = macro_flags(start, &from, &expansion)};
    bool is_whole = to.file == from.file && to.offset >= from.offset;
    if (!is_whole)
        to = from;
    struct fe_file *file = span_file(fe, from.file, start);
    span.file = file->id;
    span.line = from.line, span.column = from.column, span.offset = from.offset;
    span.end_line = to.line, span.end_column = to.column, span.end_offset = to.offset;
    if (span.flags & SPAN_MACRO)
        span.macro = macro_name(fe, span_file(fe, expansion.file, start), expansion.offset);
    bool in_argument = (span.flags & SPAN_MACRO_ARG) != 0;
    file = span_file(fe, from.file, start);
    if (is_whole && !file->is_system && (!(span.flags & SPAN_MACRO) || in_argument))
        span.flags |= SPAN_EDITABLE;
    span.flags |= file->is_system ? SPAN_SYSTEM : 0;
    if (is_generated(file, start, from.line))
        span.flags = (span.flags | SPAN_GENERATED) & ~(uint32_t)SPAN_EDITABLE;
    return span;
}

ir_span_id span_of_range(struct fe *fe, CXSourceRange range)
{
    if (!range.begin_int_data)
        return 0;
    uint64_t *slot = map_put(&fe->spans, map_key2(range.begin_int_data, range.end_int_data));
    if (!*slot) {
        struct ir_span span = make_span(fe, range);
        ir_span_id id = span.file ? ir_add_span(fe->module, span) : 0;
        slot = map_put(&fe->spans, map_key2(range.begin_int_data, range.end_int_data));
        *slot = (uint64_t)id + 1;
    }
    return (ir_span_id)(*slot - 1);
}

ir_span_id span_of(struct fe *fe, CXCursor cursor)
{
    return span_of_range(fe, clang_getCursorExtent(cursor));
}

/* A span of `length` bytes at the place where a declaration's name stands. */
ir_span_id span_of_name(struct fe *fe, CXCursor decl)
{
    CXSourceLocation where = clang_getCursorLocation(decl);
    ir_span_id id = span_of_range(fe, clang_getRange(where, where));
    if (!id)
        return 0;
    struct ir_span span = fe->module->spans.data[id];
    CXString name = clang_getCursorSpelling(decl);
    const char *text = clang_getCString(name);
    uint32_t length = text ? (uint32_t)strlen(text) : 0;
    clang_disposeString(name);
    span.end_column = span.column + length;
    span.end_offset = span.offset + length;
    span.end_line = span.line;
    return ir_add_span(fe->module, span);
}

static bool is_type_part(CXCursor child)
{
    return child.kind == CXCursor_NamespaceRef || child.kind == CXCursor_TypeRef || child.kind == CXCursor_TemplateRef;
}

/* The type as written before the name of a variable or field: from its first part to the last token before the name. */
ir_span_id span_of_type(struct fe *fe, CXCursor decl)
{
    CXCursor first = cursor_first_child(decl);
    if (cursor_is_null(first) || !is_type_part(first))
        return 0;
    ir_span_id start = span_of(fe, first), name = span_of_name(fe, decl);
    if (!start || !name)
        return 0;
    struct ir_span span = fe->module->spans.data[start], stop = fe->module->spans.data[name];
    if (span.file != stop.file || stop.offset <= span.offset || !(span.flags & SPAN_EDITABLE))
        return 0;
    CXFile file;
    clang_getFileLocation(clang_getCursorLocation(decl), &file, NULL, NULL, NULL);
    struct fe_file *entry = span_file(fe, file, clang_getCursorLocation(decl));
    uint32_t end = span_load(fe, entry) ? stop.offset : span.offset;
    while (end > span.offset && strchr(" \t\r\n*&", entry->text[end - 1]))
        end--;
    span.end_line = span.line;
    span.end_column = span.column + (end - span.offset);
    span.end_offset = end;
    return ir_add_span(fe->module, span);
}

const char *span_text(struct fe *fe, CXCursor cursor, size_t most)
{
    CXFile file;
    unsigned offset;
    CXSourceLocation where = clang_getRangeStart(clang_getCursorExtent(cursor));
    clang_getSpellingLocation(where, &file, NULL, NULL, &offset);
    if (!file)
        return "";
    struct fe_file *entry = span_file(fe, file, where);
    if (!span_load(fe, entry) || offset >= entry->size)
        return "";
    size_t left = entry->size - offset;
    return arena_strndup(fe->tmp, entry->text + offset, left < most ? left : most);
}

bool span_is_system(CXCursor cursor)
{
    return clang_Location_isInSystemHeader(clang_getCursorLocation(cursor)) != 0;
}
