/* Functions and globals: their symbols with flags and signatures, and whether their bodies are wanted. */
#include "frontend/lower.h"

static bool text_names_noreturn(const char *text)
{
    while (*text == '[' || *text == ' ' || *text == '_')
        text++;
    return strncmp(text, "noreturn", 8) == 0 || strncmp(text, "Noreturn", 8) == 0 || strncmp(text, "gnu::noreturn", 13) == 0;
}

/* Flags and annotations that stand in attributes. */
static uint32_t attribute_flags(struct fe *fe, CXCursor decl, str_id *annotations)
{
    uint32_t flags = 0;
    if (cursor_is_null(decl) || !clang_Cursor_hasAttrs(decl))
        return 0;
    struct fe_list children = cursor_children(fe, decl);
    for (uint32_t i = 0; i < children.count; i++) {
        CXCursor child = children.data[i];
        if (child.kind == CXCursor_UnexposedAttr && text_names_noreturn(span_text(fe, child, 40)))
            flags |= SYM_NORETURN;
        if (child.kind == CXCursor_WarnUnusedResultAttr)
            flags |= SYM_NODISCARD;
        if (child.kind != CXCursor_AnnotateAttr)
            continue;
        const char *text = cursor_spelling(fe, child);
        if (strcmp(text, "spawnlint::recovers") == 0)
            flags |= SYM_RECOVERS;
        const char *before = ir_text(fe->module, *annotations);
        *annotations = ir_string(fe->module, *before ? arena_printf(fe->tmp, "%s\n%s", before, text) : text);
    }
    return flags;
}

static bool type_says_noreturn(struct fe *fe, CXCursor decl)
{
    return strstr(cursor_text(fe, clang_getTypeSpelling(clang_getCursorType(decl))), "noreturn") != NULL;
}

static uint32_t method_flags(CXCursor decl, struct fe_func *func)
{
    uint32_t flags = 0;
    func->is_constructor = decl.kind == CXCursor_Constructor;
    func->is_destructor = decl.kind == CXCursor_Destructor;
    bool is_member = func->is_constructor || func->is_destructor || decl.kind == CXCursor_CXXMethod ||
                     decl.kind == CXCursor_ConversionFunction;
    if (decl.kind == CXCursor_FunctionTemplate) {
        enum CXCursorKind kind = clang_getTemplateCursorKind(decl);
        func->is_constructor = kind == CXCursor_Constructor;
        is_member = kind == CXCursor_CXXMethod || kind == CXCursor_Constructor || kind == CXCursor_ConversionFunction;
    }
    func->is_method = is_member && !clang_CXXMethod_isStatic(decl);
    func->is_virtual = is_member && clang_CXXMethod_isVirtual(decl);
    flags |= func->is_constructor ? SYM_CONSTRUCTOR : 0;
    flags |= func->is_destructor ? SYM_DESTRUCTOR : 0;
    flags |= func->is_method ? SYM_METHOD : 0;
    flags |= func->is_virtual ? SYM_VIRTUAL : 0;
    flags |= is_member && clang_CXXMethod_isPureVirtual(decl) ? SYM_PURE : 0;
    return flags;
}

static uint32_t linkage_flags(struct fe *fe, CXCursor decl, const char *key, const char *name)
{
    uint32_t flags = 0;
    enum CXLinkageKind linkage = clang_getCursorLinkage(decl);
    flags |= key_is_internal(linkage) || linkage == CXLinkage_NoLinkage ? SYM_INTERNAL : 0;
    flags |= !fe->is_cxx || (strcmp(key, name) == 0 && !strstr(name, "::")) ? SYM_EXTERN_C : 0;
    flags |= span_is_system(decl) ? SYM_SYSTEM : 0;
    flags |= strcmp(name, "main") == 0 ? SYM_MAIN : 0;
    return flags;
}

static void read_signature(struct fe *fe, struct fe_func *func, CXCursor decl)
{
    func->type = clang_getCanonicalType(clang_getCursorType(decl));
    CXType result = clang_getResultType(func->type);
    func->result = type_of(fe, result);
    func->result_is_reference = type_is_reference(result);
    int count = clang_getNumArgTypes(func->type);
    func->param_count = count > 0 ? (uint32_t)count : 0;
    for (uint32_t i = 0; i < func->param_count && i < 64; i++)
        if (type_is_reference(clang_getArgType(func->type, i)))
            func->by_reference |= (uint64_t)1 << i;
}

/* Before the signature, whose types may be local classes whose keys need this one. */
static void name_symbol(struct fe *fe, struct fe_func *func, CXCursor decl)
{
    const char *key = key_of_function(fe, decl, func->definition);
    const char *name = symbol_qualified_name(fe, decl);
    uint32_t flags = method_flags(decl, func) | linkage_flags(fe, decl, key, name);
    func->sym = ir_add_sym(fe->module, key, name, SYM_FUNCTION, flags);
    func->is_system = (flags & SYM_SYSTEM) != 0;
}

static void describe_symbol(struct fe *fe, struct fe_func *func, CXCursor decl)
{
    uint32_t flags = noexcept_flags(fe, decl);
    str_id annotations = 0;
    flags |= attribute_flags(fe, decl, &annotations) | attribute_flags(fe, func->definition, &annotations);
    CXCursor canonical = clang_getCanonicalCursor(decl);
    if (!cursor_same(canonical, decl) && !cursor_same(canonical, func->definition))
        flags |= attribute_flags(fe, canonical, &annotations);
    flags |= type_says_noreturn(fe, decl) ? SYM_NORETURN : 0;
    flags |= clang_Cursor_isVariadic(decl) ? SYM_VARIADIC : 0;
    CXCursor parent = clang_getCursorSemanticParent(decl);
    bool is_lambda = key_is_class(parent.kind) && strstr(cursor_spelling(fe, parent), "(lambda") &&
                     strcmp(cursor_spelling(fe, decl), "operator()") == 0;
    flags |= is_lambda ? SYM_LAMBDA : 0;
    func->is_noreturn = (flags & SYM_NORETURN) != 0;
    ir_type_id type = type_of(fe, func->type);
    fe->module->syms.data[func->sym].flags |= flags;
    fe->module->syms.data[func->sym].type = type;
    if (annotations)
        fe->module->syms.data[func->sym].annotations = annotations;
    if (key_is_class(parent.kind)) {
        ir_class_id class_ = class_id_of(fe, parent);
        fe->module->syms.data[func->sym].class_ = class_;
    }
    CXCursor home = cursor_is_null(func->definition) ? decl : func->definition;
    fe->module->syms.data[func->sym].span = span_of_name(fe, home);
}

static bool is_defaulted(CXCursor decl)
{
    bool is_member = decl.kind == CXCursor_Constructor || decl.kind == CXCursor_CXXMethod;
    return is_member && clang_CXXMethod_isDefaulted(decl);
}

uint32_t symbol_func(struct fe *fe, CXCursor decl)
{
    uint64_t *slot = map_get(&fe->func_by_decl, map_key_of(cursor_decl_key(decl)));
    if (slot)
        return (uint32_t)*slot;
    CXCursor canonical = clang_getCanonicalCursor(decl);
    slot = map_get(&fe->func_by_decl, map_key_of(cursor_decl_key(canonical)));
    if (slot) {
        uint32_t known = (uint32_t)*slot;
        *map_put(&fe->func_by_decl, map_key_of(cursor_decl_key(decl))) = known;
        return known;
    }
    vec_push(fe->arena, &fe->funcs);
    uint32_t index = fe->funcs.count - 1;
    *map_put(&fe->func_by_decl, map_key_of(cursor_decl_key(decl))) = index;
    *map_put(&fe->func_by_decl, map_key_of(cursor_decl_key(canonical))) = index;
    struct fe_func func = {.decl = decl, .definition = clang_getCursorDefinition(decl)};
    if (cursor_is_null(func.definition))
        func.definition = clang_getNullCursor();
    func.is_implicit = is_defaulted(decl);
    name_symbol(fe, &func, decl);
    fe->funcs.data[index] = func;
    read_signature(fe, &func, decl);
    describe_symbol(fe, &func, decl);
    func.is_asked = fe->funcs.data[index].is_asked;
    fe->funcs.data[index] = func;
    return index;
}

static void read_global_flags(CXCursor decl, CXCursor canonical, bool is_local, uint32_t *flags)
{
    *flags |= key_is_internal(clang_getCursorLinkage(decl)) ? SYM_INTERNAL : 0;
    *flags |= span_is_system(canonical) ? SYM_SYSTEM : 0;
    *flags |= is_local ? SYM_STATIC_LOCAL | SYM_INTERNAL : 0;
    *flags |= clang_getCursorTLSKind(decl) != CXTLS_None ? SYM_THREAD_LOCAL : 0;
}

ir_sym_id symbol_global(struct fe *fe, CXCursor decl, const char *enclosing)
{
    CXCursor canonical = clang_getCanonicalCursor(decl);
    uint64_t *slot = map_get(&fe->global_by_decl, map_key_of(cursor_decl_key(canonical)));
    if (slot)
        return (ir_sym_id)*slot;
    enum CXLinkageKind linkage = clang_getCursorLinkage(decl);
    CXCursor function = key_enclosing_function(decl);
    bool is_local = linkage == CXLinkage_NoLinkage || (linkage == CXLinkage_Internal && !cursor_is_null(function) &&
                                                      clang_Cursor_getStorageClass(decl) == CX_SC_Static);
    const char *key;
    if (key_is_pattern(decl))
        key = arena_printf(fe->tmp, "%s#%s", symbol_real_path(fe, decl), cursor_text(fe, clang_getCursorUSR(decl)));
    else if (is_local)
        key = key_of_local(fe, canonical, enclosing, function);
    else if (key_is_internal(linkage))
        key = arena_printf(fe->tmp, "%s#%s", symbol_real_path(fe, canonical), key_mangled(fe, decl));
    else
        key = key_mangled(fe, decl);
    uint32_t flags = 0;
    read_global_flags(decl, canonical, is_local, &flags);
    ir_sym_id sym = ir_add_sym(fe->module, key, symbol_qualified_name(fe, decl), SYM_GLOBAL, flags);
    *map_put(&fe->global_by_decl, map_key_of(cursor_decl_key(canonical))) = sym;
    ir_type_id type = type_of_cursor(fe, decl);
    ir_span_id span = span_of_name(fe, decl);
    fe->module->syms.data[sym].type = type;
    fe->module->syms.data[sym].span = span;
    return sym;
}

/* Members of the library's templates that construct their elements: by what their names start with. */
static bool is_constructing(struct fe *fe, CXCursor decl)
{
    static const char *const names[] = {"emplace", "construct", "_M_construct", "push", "_M_realloc", "insert", "_M_insert",
                                        "_S_construct", "shared_ptr", "__shared_", "_Sp_counted", "_M_create", "_M_emplace"};
    const char *name = cursor_spelling(fe, decl);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(name, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static bool class_leads_back(struct fe *fe, CXCursor decl, CXCursor parent)
{
    CXType type = clang_getCanonicalType(clang_getCursorType(parent));
    if (type_calls_back(fe, type))
        return true;
    if (!is_constructing(fe, decl))
        return false;
    int count = clang_Type_getNumTemplateArguments(type);
    for (int i = 0; i < count; i++)
        if (type_mentions_project(fe, clang_Type_getTemplateArgumentAsType(type, (unsigned)i)))
            return true;
    return false;
}

/* Whether a body of the library can call the project: it is handed something that can be called, or it is a template
 * over a class of the project, whose constructors it may run. */
static bool leads_back(struct fe *fe, const struct fe_func *func, CXCursor decl)
{
    for (uint32_t i = 0; i < func->param_count; i++)
        if (type_calls_back(fe, clang_getArgType(func->type, i)))
            return true;
    int arguments = clang_Cursor_getNumTemplateArguments(decl);
    for (int i = 0; i < arguments; i++) {
        if (clang_Cursor_getTemplateArgumentKind(decl, (unsigned)i) != CXTemplateArgumentKind_Type)
            continue;
        CXType type = clang_Cursor_getTemplateArgumentType(decl, (unsigned)i);
        if (type_is_project_class(type) || type_calls_back(fe, type))
            return true;
    }
    CXCursor parent = clang_getCursorSemanticParent(decl);
    return key_is_class(parent.kind) && class_leads_back(fe, decl, parent);
}

void symbol_mark_instantiated(struct fe *fe, CXCursor pattern)
{
    *map_put(&fe->instantiated, map_key_of(cursor_decl_key(clang_getCanonicalCursor(pattern)))) = 1;
}

void symbol_want_body(struct fe *fe, uint32_t index)
{
    struct fe_func *func = &fe->funcs.data[index];
    if (func->is_asked)
        return;
    func->is_asked = true;
    if (func->is_implicit) {
        if (!func->is_system)
            function_queue(fe, (struct fe_work){.kind = WORK_IMPLICIT, .func = index});
        return;
    }
    if (cursor_is_null(func->definition) || func->decl.kind == CXCursor_FunctionTemplate)
        return;
    CXCursor definition = func->definition;
    CXCursor pattern = clang_getSpecializedCursorTemplate(definition);
    bool is_instance = !cursor_is_null(pattern);
    if (is_instance && fe->options->no_instantiations)
        return;
    if (func->is_system) {
        const char *name = ir_sym_name(fe->module, func->sym);
        if (fe->options->is_modelled && fe->options->is_modelled(fe->options->context, name))
            return;
        struct fe_func copy = *func;
        if (!is_instance || !leads_back(fe, &copy, definition))
            return;
    }
    if (is_instance)
        symbol_mark_instantiated(fe, pattern);
    function_queue(fe, (struct fe_work){.kind = WORK_FUNCTION, .func = index});
}

static enum CXChildVisitResult remember_name(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct fe *fe = data;
    (void)parent;
    if (cursor.kind == CXCursor_LinkageSpec || cursor.kind == CXCursor_Namespace)
        return CXChildVisit_Recurse;
    if (cursor.kind != CXCursor_FunctionDecl)
        return CXChildVisit_Continue;
    CXString name = clang_getCursorSpelling(cursor);
    const char *text = clang_getCString(name);
    uint64_t *slot = map_put(&fe->by_name, hash_bytes64(text, strlen(text)));
    if (!*slot) {
        CXCursor *copy = arena_new(fe->arena, CXCursor);
        *copy = cursor;
        *slot = (uint64_t)(uintptr_t)copy;
    }
    clang_disposeString(name);
    return CXChildVisit_Continue;
}

CXCursor symbol_by_name(struct fe *fe, const char *name)
{
    if (!fe->names_known) {
        fe->names_known = true;
        clang_visitChildren(clang_getTranslationUnitCursor(fe->unit), remember_name, fe);
    }
    uint64_t *slot = map_get(&fe->by_name, hash_bytes64(name, strlen(name)));
    return slot ? *(CXCursor *)(uintptr_t)*slot : clang_getNullCursor();
}

ir_sym_id symbol_of(struct fe *fe, CXCursor decl)
{
    uint32_t func = symbol_func(fe, decl);
    return fe->funcs.data[func].sym;
}

const char *symbol_key_of(struct fe *fe, CXCursor decl)
{
    ir_sym_id sym = symbol_of(fe, decl);
    return ir_text(fe->module, fe->module->syms.data[sym].key);
}
