/* Keys that hold across TUs, and the names that people and models know.
 *
 * Keys: external linkage is the mangled name; internal linkage the file's real path and the mangled name; lambdas and
 * locals the enclosing function's key and the distance from its start, which neither the file's other contents nor
 * the order of lowering change; patterns (never mangled: libclang may die of it) the real path and the USR.
 */
#include "frontend/lower.h"

#include <stdio.h>

static bool is_function_kind(enum CXCursorKind kind)
{
    return kind == CXCursor_FunctionDecl || kind == CXCursor_CXXMethod || kind == CXCursor_Constructor ||
           kind == CXCursor_Destructor || kind == CXCursor_ConversionFunction || kind == CXCursor_FunctionTemplate;
}

bool key_is_class(enum CXCursorKind kind)
{
    return kind == CXCursor_StructDecl || kind == CXCursor_ClassDecl || kind == CXCursor_UnionDecl;
}

static bool is_template_kind(enum CXCursorKind kind)
{
    return kind == CXCursor_ClassTemplate || kind == CXCursor_ClassTemplatePartialSpecialization ||
           kind == CXCursor_FunctionTemplate;
}

bool key_is_pattern(CXCursor decl)
{
    for (; !cursor_is_null(decl) && decl.kind != CXCursor_TranslationUnit; decl = clang_getCursorSemanticParent(decl))
        if (is_template_kind(decl.kind))
            return true;
    return false;
}

/* The part of a qualified name that one declaration adds; NULL: none. */
static const char *name_part(struct fe *fe, CXCursor decl)
{
    if (decl.kind == CXCursor_Namespace && clang_Cursor_isInlineNamespace(decl))
        return NULL;
    const char *name = cursor_spelling(fe, decl);
    if (decl.kind == CXCursor_Constructor || decl.kind == CXCursor_Destructor) {
        const char *angle = strchr(name, '<');
        return angle ? arena_strndup(fe->tmp, name, (size_t)(angle - name)) : name;
    }
    if (strstr(name, "(lambda"))
        return "(lambda)";
    if (strstr(name, "(anonymous") || strstr(name, "(unnamed"))
        return key_is_class(decl.kind) ? "(anonymous)" : NULL;
    return *name ? name : NULL;
}

const char *symbol_qualified_name(struct fe *fe, CXCursor decl)
{
    const char *name = NULL;
    bool of_lambda = false;
    for (; !cursor_is_null(decl) && decl.kind != CXCursor_TranslationUnit; decl = clang_getCursorSemanticParent(decl)) {
        if (decl.kind == CXCursor_LinkageSpec || decl.kind == CXCursor_UnexposedDecl)
            continue;
        const char *part = name_part(fe, decl);
        if (!part || (of_lambda && strcmp(part, "operator()") == 0))
            continue;
        if (strcmp(part, "(lambda)") == 0)
            name = NULL; /* a closure's operator() is called after the closure */
        name = name ? arena_printf(fe->tmp, "%s::%s", part, name) : part;
    }
    return name ? name : "";
}

const char *symbol_real_path(struct fe *fe, CXCursor decl)
{
    CXFile file;
    CXSourceLocation where = clang_getCursorLocation(decl);
    clang_getExpansionLocation(where, &file, NULL, NULL, NULL);
    return file ? span_file(fe, file, where)->path : "";
}

/* Two declarations never share a key within a TU (two lambdas of one macro would). */
static const char *unique_key(struct fe *fe, const char *key, const void *decl)
{
    for (unsigned n = 1;; n++) {
        const char *try = n == 1 ? key : arena_printf(fe->tmp, "%s.%u", key, n);
        uint64_t *slot = map_put(&fe->keys_taken, hash_bytes64(try, strlen(try)));
        if (!*slot)
            *slot = map_key_of(decl);
        if (*slot == map_key_of(decl))
            return try;
    }
}

CXCursor key_enclosing_function(CXCursor decl)
{
    CXCursor parent = clang_getCursorSemanticParent(decl);
    while (!cursor_is_null(parent) && parent.kind != CXCursor_TranslationUnit && !is_function_kind(parent.kind))
        parent = clang_getCursorSemanticParent(parent);
    return is_function_kind(parent.kind) ? parent : clang_getNullCursor();
}

static unsigned offset_of(CXCursor decl)
{
    unsigned offset = 0;
    clang_getExpansionLocation(clang_getCursorLocation(decl), NULL, NULL, NULL, &offset);
    return offset;
}

/* The key of something without linkage: a local class, a lambda, a static local. */
const char *key_of_local(struct fe *fe, CXCursor decl, const char *enclosing, CXCursor function)
{
    unsigned from = cursor_is_null(function) ? 0 : offset_of(function);
    if (!enclosing)
        enclosing = cursor_is_null(function)
                        ? symbol_real_path(fe, decl)
                        : symbol_key_of(fe, function);
    const char *name = cursor_spelling(fe, decl);
    if (strchr(name, '('))
        name = "";
    int distance = (int)offset_of(decl) - (int)from;
    return unique_key(fe, arena_printf(fe->tmp, "%s$%s%d", enclosing, name, distance), cursor_decl_key(decl));
}

const char *key_mangled(struct fe *fe, CXCursor decl)
{
    const char *name = cursor_text(fe, clang_Cursor_getMangling(decl));
    return *name ? name : cursor_text(fe, clang_getCursorUSR(decl));
}

bool key_is_internal(enum CXLinkageKind linkage)
{
    return linkage == CXLinkage_Internal || linkage == CXLinkage_UniqueExternal;
}

static const char *member_of_local_key(struct fe *fe, CXCursor decl, CXCursor parent)
{
    ir_class_id class_ = class_id_of(fe, parent);
    const char *class_key = ir_text(fe->module, fe->module->classes.data[class_].key);
    const char *type = cursor_text(fe, clang_getTypeSpelling(clang_getCanonicalType(clang_getCursorType(decl))));
    return unique_key(fe, arena_printf(fe->tmp, "%s::%s %s", class_key, cursor_spelling(fe, decl), type),
                      cursor_decl_key(decl));
}

const char *key_of_function(struct fe *fe, CXCursor decl, CXCursor definition)
{
    enum CXLinkageKind linkage = clang_getCursorLinkage(decl);
    CXCursor home = cursor_is_null(definition) ? decl : definition;
    if (key_is_pattern(decl))
        return arena_printf(fe->tmp, "%s#%s", symbol_real_path(fe, home), cursor_text(fe, clang_getCursorUSR(decl)));
    CXCursor parent = clang_getCursorSemanticParent(decl);
    bool is_local = key_is_class(parent.kind) && !cursor_is_null(key_enclosing_function(parent));
    if (is_local || (key_is_class(parent.kind) && strstr(cursor_spelling(fe, parent), "(lambda")))
        return member_of_local_key(fe, decl, parent);
    const char *name = key_mangled(fe, decl);
    /* An instantiation over this TU's own types, which the mangler numbers per TU. */
    bool is_of_unit = strstr(name, "$_") || (key_is_internal(linkage) && span_is_system(home));
    if (is_of_unit)
        return arena_printf(fe->tmp, "%s#%s", fe->job->real_path, name);
    return key_is_internal(linkage) ? arena_printf(fe->tmp, "%s#%s", symbol_real_path(fe, home), name) : name;
}
