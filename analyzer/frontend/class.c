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

static CXCursor pattern_of(CXCursor decl)
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

static struct fe_list fields_of(struct fe *fe, CXCursor decl)
{
    struct field_visit visit = {.fe = fe};
    clang_Type_visitFields(clang_getCursorType(decl), take_field, &visit);
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
    if (!clang_isCursorDefinition(decl) && cursor_same(pattern_of(decl), decl))
        return;
    const char *name = cursor_spelling(fe, decl);
    uint32_t flags = CLASS_COMPLETE;
    flags |= decl.kind == CXCursor_UnionDecl ? CLASS_UNION : 0;
    flags |= strstr(name, "(lambda") ? CLASS_LAMBDA : 0;
    flags |= fe->classes.data[class_].is_system ? CLASS_SYSTEM : 0;
    ir_span_id span = span_of_name(fe, decl);
    fe->module->classes.data[id].flags |= flags;
    fe->module->classes.data[id].span = span;
    CXCursor pattern = pattern_of(decl);
    bool is_pattern = !cursor_same(pattern, decl);
    if (fe->is_cxx)
        add_members(fe, class_, pattern, is_pattern);
    bool is_lambda = (flags & CLASS_LAMBDA) != 0;
    struct fe_list fields = is_lambda ? (struct fe_list){0} : fields_of(fe, decl);
    for (uint32_t i = 0; i < fields.count; i++)
        class_field(fe, fields.data[i]);
    ir_sym_id destructor = fe->is_cxx ? class_destructor(fe, clang_getCursorType(decl)) : 0;
    fe->module->classes.data[id].destructor = destructor;
}

/* ---- the end of life ---- */

static CXCursor written_destructor(struct fe *fe, CXCursor decl)
{
    struct fe_list children = cursor_children(fe, pattern_of(decl));
    for (uint32_t i = 0; i < children.count; i++)
        if (children.data[i].kind == CXCursor_Destructor)
            return children.data[i];
    return clang_getNullCursor();
}

static bool type_destroys(struct fe *fe, CXType type);

static bool members_destroy(struct fe *fe, CXCursor decl)
{
    struct fe_list children = cursor_children(fe, pattern_of(decl));
    for (uint32_t i = 0; i < children.count; i++)
        if (children.data[i].kind == CXCursor_CXXBaseSpecifier &&
            type_destroys(fe, clang_getCursorType(children.data[i])))
            return true;
    struct fe_list fields = fields_of(fe, decl);
    for (uint32_t i = 0; i < fields.count && decl.kind != CXCursor_UnionDecl; i++)
        if (type_destroys(fe, clang_getCursorType(fields.data[i])))
            return true;
    return false;
}

static const char *destructor_name(struct fe *fe, uint32_t class_)
{
    const char *name = ir_text(fe->module, fe->module->classes.data[fe->classes.data[class_].id].name);
    const char *last = name;
    for (const char *at = strstr(name, "::"); at; at = strstr(at + 2, "::"))
        last = at + 2;
    return arena_printf(fe->tmp, "%s::~%s", name, last);
}

/* The end of a string or a vector of numbers tells nobody anything: of the library's own classes only those count
 * that a model knows, or that hold something whose end counts. */
static bool library_destroys(struct fe *fe, uint32_t class_)
{
    if (!fe->options->is_modelled)
        return true;
    if (fe->options->is_modelled(fe->options->context, destructor_name(fe, class_)))
        return true;
    CXType type = clang_getCanonicalType(clang_getCursorType(fe->classes.data[class_].decl));
    int count = clang_Type_getNumTemplateArguments(type);
    for (int i = 0; i < count; i++)
        if (type_destroys(fe, clang_Type_getTemplateArgumentAsType(type, (unsigned)i)))
            return true;
    return false;
}

static bool type_destroys(struct fe *fe, CXType type)
{
    CXType canonical = clang_getCanonicalType(type);
    while (canonical.kind == CXType_ConstantArray)
        canonical = clang_getCanonicalType(clang_getArrayElementType(canonical));
    uint32_t class_ = class_of_type(fe, canonical);
    if (!class_)
        return false;
    if (fe->classes.data[class_].destroys < 0) {
        fe->classes.data[class_].destroys = 0; /* a cycle is broken code: nothing */
        CXCursor decl = fe->classes.data[class_].decl;
        CXCursor written = written_destructor(fe, decl);
        bool is_written = !cursor_is_null(written) && !clang_CXXMethod_isDefaulted(written);
        bool does = is_written || members_destroy(fe, decl);
        if (does && fe->classes.data[class_].is_system)
            does = library_destroys(fe, class_);
        fe->classes.data[class_].destroys = does;
    }
    return fe->classes.data[class_].destroys > 0;
}

static bool type_may_throw(struct fe *fe, CXType type)
{
    ir_sym_id destructor = class_destructor(fe, type);
    return destructor && !(fe->module->syms.data[destructor].flags & SYM_NOEXCEPT);
}

/* A destructor that says nothing is noexcept unless a member's or base's is not. */
bool class_destructor_may_throw(struct fe *fe, CXCursor decl)
{
    struct fe_list children = cursor_children(fe, pattern_of(decl));
    for (uint32_t i = 0; i < children.count; i++)
        if (children.data[i].kind == CXCursor_CXXBaseSpecifier &&
            type_may_throw(fe, clang_getCursorType(children.data[i])))
            return true;
    struct fe_list fields = fields_of(fe, decl);
    for (uint32_t i = 0; i < fields.count && decl.kind != CXCursor_UnionDecl; i++)
        if (type_may_throw(fe, clang_getCursorType(fields.data[i])))
            return true;
    return false;
}

/* The symbol of a destructor without a cursor: an implicit one, or one of an instantiation. */
static ir_sym_id hidden_destructor(struct fe *fe, uint32_t class_, CXCursor written)
{
    struct fe_class *entry = &fe->classes.data[class_];
    const char *key = ir_text(fe->module, fe->module->classes.data[entry->id].key);
    uint32_t flags = SYM_DESTRUCTOR | SYM_METHOD | SYM_NOEXCEPT;
    flags |= entry->is_system ? SYM_SYSTEM : 0;
    if (!entry->is_system && class_destructor_may_throw(fe, entry->decl))
        flags &= ~(uint32_t)SYM_NOEXCEPT;
    entry = &fe->classes.data[class_];
    if (!cursor_is_null(written)) {
        symbol_mark_instantiated(fe, written);
        flags |= clang_CXXMethod_isVirtual(written) ? SYM_VIRTUAL : 0;
        if (strstr(cursor_text(fe, clang_getTypeSpelling(clang_getCursorType(written))), "noexcept(false)"))
            flags &= ~(uint32_t)SYM_NOEXCEPT;
    }
    ir_sym_id sym = ir_add_sym(fe->module, arena_printf(fe->tmp, "~%s", key), destructor_name(fe, class_), SYM_FUNCTION,
                               flags);
    fe->module->syms.data[sym].class_ = entry->id;
    bool is_modelled = fe->options->is_modelled &&
                       fe->options->is_modelled(fe->options->context, ir_sym_name(fe->module, sym));
    if (!is_modelled && (!entry->is_system || type_mentions_project(fe, clang_getCursorType(entry->decl))))
        function_queue(fe, (struct fe_work){.kind = WORK_DESTRUCTOR, .sym = sym, .cursor = entry->decl});
    return sym;
}

ir_sym_id class_destructor(struct fe *fe, CXType type)
{
    if (!fe->is_cxx || !type_destroys(fe, type))
        return 0;
    CXType canonical = clang_getCanonicalType(type);
    while (canonical.kind == CXType_ConstantArray)
        canonical = clang_getCanonicalType(clang_getArrayElementType(canonical));
    uint32_t class_ = class_of_type(fe, canonical);
    if (fe->classes.data[class_].destructor)
        return fe->classes.data[class_].destructor;
    CXCursor decl = fe->classes.data[class_].decl;
    CXCursor written = written_destructor(fe, decl), instance = instances_destructor(fe, decl);
    bool is_direct = !cursor_is_null(written) && cursor_same(pattern_of(decl), decl) &&
                     !clang_CXXMethod_isDefaulted(written);
    if (!cursor_is_null(instance)) {
        written = instance;
        is_direct = true;
    }
    ir_sym_id sym;
    if (is_direct) {
        uint32_t func = symbol_func(fe, written);
        sym = fe->funcs.data[func].sym;
        symbol_want_body(fe, func);
    } else {
        sym = hidden_destructor(fe, class_, written);
    }
    fe->classes.data[class_].destructor = sym;
    fe->module->classes.data[fe->classes.data[class_].id].destructor = sym;
    return sym;
}

bool class_is_virtual_destructor(struct fe *fe, ir_sym_id destructor)
{
    return (fe->module->syms.data[destructor].flags & SYM_VIRTUAL) != 0;
}

CXCursor class_default_constructor(struct fe *fe, CXCursor decl)
{
    struct fe_list children = cursor_children(fe, decl);
    for (uint32_t i = 0; i < children.count; i++)
        if (children.data[i].kind == CXCursor_Constructor &&
            clang_CXXConstructor_isDefaultConstructor(children.data[i]))
            return children.data[i];
    return clang_getNullCursor();
}

ir_class_id class_id_of(struct fe *fe, CXCursor decl)
{
    uint32_t class_ = class_of(fe, decl);
    return fe->classes.data[class_].id;
}
