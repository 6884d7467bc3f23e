/* The end of an object's life: whether it does anything, which destructor that is, and whether it may throw.
 *
 * A destructor that nobody wrote, and one of an instantiation, has no cursor: its symbol is made from the class's key.
 */
#include "frontend/lower.h"


static CXCursor written_destructor(struct fe *fe, CXCursor decl)
{
    struct fe_list children = cursor_children(fe, class_pattern(decl));
    for (uint32_t i = 0; i < children.count; i++)
        if (children.data[i].kind == CXCursor_Destructor)
            return children.data[i];
    return clang_getNullCursor();
}

static bool type_destroys(struct fe *fe, CXType type);

static bool members_destroy(struct fe *fe, CXCursor decl)
{
    struct fe_list children = cursor_children(fe, class_pattern(decl));
    for (uint32_t i = 0; i < children.count; i++)
        if (children.data[i].kind == CXCursor_CXXBaseSpecifier &&
            type_destroys(fe, clang_getCursorType(children.data[i])))
            return true;
    struct fe_list fields = class_fields(fe, clang_getCursorType(decl));
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
    struct fe_list children = cursor_children(fe, class_pattern(decl));
    for (uint32_t i = 0; i < children.count; i++)
        if (children.data[i].kind == CXCursor_CXXBaseSpecifier &&
            type_may_throw(fe, clang_getCursorType(children.data[i])))
            return true;
    struct fe_list fields = class_fields(fe, clang_getCursorType(decl));
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
    bool is_direct = !cursor_is_null(written) && cursor_same(class_pattern(decl), decl) &&
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
