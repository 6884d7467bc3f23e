/* Classes: keys, bases, fields, what the end of an object's life runs.
 *
 * libclang 19 shows nothing inside an implicit instantiation but its fields (clang_Type_visitFields); bases,
 * destructor and methods are read off its pattern.
 */
#include "frontend/lower.h"

static bool is_local_name(const char *spelling)
{
    return strstr(spelling, "(anonymous") || strstr(spelling, "(unnamed") || strstr(spelling, "(lambda");
}

static const char *without_keyword(const char *spelling)
{
    static const char *const words[] = {"struct ", "class ", "union ", "enum "};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(spelling, words[i], strlen(words[i])) == 0)
            return spelling + strlen(words[i]);
    return spelling;
}

static bool is_function(enum CXCursorKind kind)
{
    return kind == CXCursor_FunctionDecl || kind == CXCursor_CXXMethod || kind == CXCursor_Constructor ||
           kind == CXCursor_Destructor || kind == CXCursor_ConversionFunction;
}

static CXCursor function_around(CXCursor decl)
{
    CXCursor parent = clang_getCursorSemanticParent(decl);
    while (!cursor_is_null(parent) && parent.kind != CXCursor_TranslationUnit && !is_function(parent.kind))
        parent = clang_getCursorSemanticParent(parent);
    return is_function(parent.kind) ? parent : clang_getNullCursor();
}

static unsigned offset_of(CXCursor decl)
{
    unsigned offset = 0;
    clang_getExpansionLocation(clang_getCursorLocation(decl), NULL, NULL, NULL, &offset);
    return offset;
}

static const char *local_class_key(struct fe *fe, CXCursor decl, const char *name)
{
    CXCursor function = function_around(decl);
    bool is_lambda = strstr(name, "(lambda") != NULL;
    const char *plain = is_lambda ? "lambda" : is_local_name(name) ? "" : cursor_spelling(fe, decl);
    if (cursor_is_null(function))
        return arena_printf(fe->tmp, "%s$%s%u", symbol_real_path(fe, decl), plain, offset_of(decl));
    uint32_t func = symbol_func(fe, function);
    const char *enclosing = ir_text(fe->module, fe->module->syms.data[fe->funcs.data[func].sym].key);
    return arena_printf(fe->tmp, "%s$%s%d", enclosing, plain, (int)(offset_of(decl) - offset_of(function)));
}

static const char *class_key(struct fe *fe, CXCursor decl)
{
    CXType type = clang_getCanonicalType(clang_getCursorType(decl));
    const char *spelling = without_keyword(cursor_text(fe, clang_getTypeSpelling(type)));
    if (!*spelling)
        return arena_printf(fe->tmp, "%s#%s", symbol_real_path(fe, decl), cursor_text(fe, clang_getCursorUSR(decl)));
    if (is_local_name(cursor_spelling(fe, decl)) || !cursor_is_null(function_around(decl)))
        return local_class_key(fe, decl, cursor_spelling(fe, decl));
    if (is_local_name(spelling))
        return arena_printf(fe->tmp, "%s#%s", symbol_real_path(fe, decl), spelling);
    return spelling;
}

/* Two closures of one macro expansion stand at one place. */
static const char *distinct_key(struct fe *fe, const char *key, CXCursor decl)
{
    for (unsigned n = 1;; n++) {
        const char *try = n == 1 ? key : arena_printf(fe->tmp, "%s.%u", key, n);
        uint64_t *slot = map_put(&fe->keys_taken, hash_bytes64(try, strlen(try)) ^ 1);
        if (!*slot)
            *slot = map_key_of(cursor_decl_key(decl));
        if (*slot == map_key_of(cursor_decl_key(decl)))
            return try;
    }
}

uint32_t class_of(struct fe *fe, CXCursor decl)
{
    uint64_t *slot = map_get(&fe->class_by_decl, map_key_of(cursor_decl_key(decl)));
    if (slot)
        return (uint32_t)*slot;
    CXCursor canonical = clang_getCanonicalCursor(decl);
    slot = map_get(&fe->class_by_decl, map_key_of(cursor_decl_key(canonical)));
    uint32_t index;
    if (slot) {
        index = (uint32_t)*slot;
    } else {
        CXCursor definition = clang_getCursorDefinition(decl);
        CXCursor home = cursor_is_null(definition) ? decl : definition;
        struct fe_class entry = {.decl = home, .destroys = -1, .is_system = span_is_system(home)};
        const char *key = distinct_key(fe, class_key(fe, home), canonical);
        entry.id = ir_add_class(fe->module, key, symbol_qualified_name(fe, home));
        *vec_push(fe->arena, &fe->classes) = entry;
        index = fe->classes.count - 1;
        *map_put(&fe->class_by_decl, map_key_of(cursor_decl_key(canonical))) = index;
    }
    *map_put(&fe->class_by_decl, map_key_of(cursor_decl_key(decl))) = index;
    return index;
}

uint32_t class_of_type(struct fe *fe, CXType type)
{
    CXType canonical = clang_getCanonicalType(type);
    if (canonical.kind != CXType_Record)
        return 0;
    CXCursor decl = clang_getTypeDeclaration(canonical);
    return cursor_is_null(decl) || decl.kind == CXCursor_NoDeclFound ? 0 : class_of(fe, decl);
}

static const char *field_name(struct fe *fe, CXCursor field)
{
    const char *name = cursor_spelling(fe, field);
    if (*name && !is_local_name(name))
        return name;
    long long bits = clang_Cursor_getOffsetOfField(field);
    return arena_printf(fe->tmp, "#%lld", bits < 0 ? 0 : bits);
}

ir_field_id class_field(struct fe *fe, CXCursor field)
{
    uint64_t *slot = map_get(&fe->class_by_decl, map_key_of(cursor_decl_key(field)) | (uint64_t)1 << 63);
    if (slot)
        return (ir_field_id)*slot;
    CXCursor parent = clang_getCursorSemanticParent(field);
    uint32_t class_ = class_of(fe, parent);
    class_complete(fe, class_); /* so that the class lists its fields in order */
    slot = map_get(&fe->class_by_decl, map_key_of(cursor_decl_key(field)) | (uint64_t)1 << 63);
    if (slot)
        return (ir_field_id)*slot;
    ir_type_id type = type_of_cursor(fe, field);
    ir_field_id id = ir_add_field(fe->module, fe->classes.data[class_].id, field_name(fe, field), type);
    *map_put(&fe->class_by_decl, map_key_of(cursor_decl_key(field)) | (uint64_t)1 << 63) = id;
    if (!fe->classes.data[class_].is_system) {
        ir_span_id span = span_of_name(fe, field);
        ir_span_id type_span = fe_type(fe, type)->kind == TYPE_CLASS ? span_of_type(fe, field) : 0;
        fe->module->fields.data[id].span = span;
        fe->module->fields.data[id].type_span = type_span;
    }
    return id;
}

CXCursor class_pattern(CXCursor decl)
{
    CXCursor pattern = clang_getSpecializedCursorTemplate(decl);
    if (cursor_is_null(pattern))
        return decl;
    CXCursor definition = clang_getCursorDefinition(pattern);
    return cursor_is_null(definition) ? pattern : definition;
}

struct field_visit {
    struct fe *fe;
    VEC(CXCursor) fields;
};

static enum CXVisitorResult take_field(CXCursor cursor, CXClientData data)
{
    struct field_visit *visit = data;
    *vec_push(visit->fe->tmp, &visit->fields) = cursor;
    return CXVisit_Continue;
}

struct fe_list class_fields(struct fe *fe, CXType type)
{
    struct field_visit visit = {.fe = fe};
    clang_Type_visitFields(type, take_field, &visit);
    return (struct fe_list){visit.fields.data, visit.fields.count};
}

static void add_base(struct fe *fe, uint32_t class_, CXCursor specifier)
{
    CXType type = clang_getCanonicalType(clang_getCursorType(specifier));
    uint32_t base = class_of_type(fe, type);
    ir_class_id id = fe->classes.data[class_].id;
    if (!base) {
        fe->module->classes.data[id].flags |= CLASS_UNKNOWN_BASE;
        return;
    }
    class_complete(fe, base);
    enum CX_CXXAccessSpecifier access = clang_getCXXAccessSpecifier(specifier);
    struct ir_base entry = {.class_ = fe->classes.data[base].id};
    entry.flags |= clang_isVirtualBase(specifier) ? BASE_VIRTUAL : 0;
    entry.flags |= access == CX_CXXPublic ? 0 : BASE_NOT_PUBLIC;
    struct ir_class *ir = &fe->module->classes.data[id];
    for (uint32_t i = 0; i < ir->bases.count; i++)
        if (ir->bases.data[i].class_ == entry.class_)
            return;
    *vec_push(fe->module->arena, &ir->bases) = entry;
    ir->flags |= fe->module->classes.data[entry.class_].flags & CLASS_POLYMORPHIC;
}

static void add_method(struct fe *fe, uint32_t class_, CXCursor method, uint32_t *operators, ir_sym_id *call)
{
    ir_class_id id = fe->classes.data[class_].id;
    if (strcmp(cursor_spelling(fe, method), "operator()") == 0 && method.kind == CXCursor_CXXMethod) {
        (*operators)++;
        *call = symbol_of(fe, method);
    }
    if (!clang_CXXMethod_isVirtual(method))
        return;
    fe->module->classes.data[id].flags |= CLASS_POLYMORPHIC;
    CXCursor *overridden = NULL;
    unsigned count = 0;
    clang_getOverriddenCursors(method, &overridden, &count);
    for (unsigned i = 0; i < count; i++) {
        ir_sym_id own = symbol_of(fe, method), base = symbol_of(fe, overridden[i]);
        ir_add_override(fe->module, own, base);
    }
    clang_disposeOverriddenCursors(overridden);
}

static void add_members(struct fe *fe, uint32_t class_, CXCursor decl, bool is_pattern)
{
    struct fe_list children = cursor_children(fe, decl);
    ir_class_id id = fe->classes.data[class_].id;
    uint32_t operators = 0;
    ir_sym_id call = 0;
    for (uint32_t i = 0; i < children.count; i++) {
        CXCursor child = children.data[i];
        if (child.kind == CXCursor_CXXBaseSpecifier)
            add_base(fe, class_, child);
        else if (child.kind == CXCursor_CXXFinalAttr)
            fe->module->classes.data[id].flags |= CLASS_FINAL;
        else if (child.kind == CXCursor_CXXMethod && !is_pattern)
            add_method(fe, class_, child, &operators, &call);
        else if ((child.kind == CXCursor_CXXMethod || child.kind == CXCursor_Destructor) &&
                 clang_CXXMethod_isVirtual(child))
            fe->module->classes.data[id].flags |= CLASS_POLYMORPHIC;
        else if (child.kind == CXCursor_FunctionTemplate && strcmp(cursor_spelling(fe, child), "operator()") == 0)
            operators++;
        if (child.kind == CXCursor_Destructor && !is_pattern)
            add_method(fe, class_, child, &operators, &call);
    }
    if (operators == 1 && call)
        fe->module->classes.data[id].call_operator = call;
}

void class_complete(struct fe *fe, uint32_t class_)
{
    if (!class_ || fe->classes.data[class_].is_complete)
        return;
    fe->classes.data[class_].is_complete = true;
    CXCursor decl = fe->classes.data[class_].decl;
    ir_class_id id = fe->classes.data[class_].id;
    if (!clang_isCursorDefinition(decl) && cursor_same(class_pattern(decl), decl))
        return;
    const char *name = cursor_spelling(fe, decl);
    uint32_t flags = CLASS_COMPLETE;
    flags |= decl.kind == CXCursor_UnionDecl ? CLASS_UNION : 0;
    flags |= strstr(name, "(lambda") ? CLASS_LAMBDA : 0;
    flags |= fe->classes.data[class_].is_system ? CLASS_SYSTEM : 0;
    ir_span_id span = span_of_name(fe, decl);
    fe->module->classes.data[id].flags |= flags;
    fe->module->classes.data[id].span = span;
    CXCursor pattern = class_pattern(decl);
    bool is_pattern = !cursor_same(pattern, decl);
    if (fe->is_cxx)
        add_members(fe, class_, pattern, is_pattern);
    bool is_lambda = (flags & CLASS_LAMBDA) != 0;
    struct fe_list fields = is_lambda ? (struct fe_list){0} : class_fields(fe, clang_getCursorType(decl));
    for (uint32_t i = 0; i < fields.count; i++)
        class_field(fe, fields.data[i]);
    ir_sym_id destructor = fe->is_cxx ? class_destructor(fe, clang_getCursorType(decl)) : 0;
    fe->module->classes.data[id].destructor = destructor;
}
