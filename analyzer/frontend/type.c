/* Types: libclang's to the module's, cached by the canonical type's address. */
#include "frontend/lower.h"

static uint8_t kind_of(enum CXTypeKind kind)
{
    switch (kind) {
    case CXType_Void:
        return TYPE_VOID;
    case CXType_Bool:
        return TYPE_BOOL;
    case CXType_Float: case CXType_Double: case CXType_LongDouble: case CXType_Float128: case CXType_Half:
    case CXType_Float16: case CXType_Ibm128: case CXType_BFloat16: case CXType_Complex:
        return TYPE_FLOAT;
    case CXType_Pointer: case CXType_NullPtr: case CXType_BlockPointer:
        return TYPE_POINTER;
    case CXType_LValueReference: case CXType_RValueReference:
        return TYPE_REFERENCE;
    case CXType_Record:
        return TYPE_CLASS;
    case CXType_Enum:
        return TYPE_ENUM;
    case CXType_ConstantArray: case CXType_IncompleteArray: case CXType_VariableArray:
    case CXType_DependentSizedArray:
        return TYPE_ARRAY;
    case CXType_FunctionProto: case CXType_FunctionNoProto:
        return TYPE_FUNCTION;
    case CXType_MemberPointer:
        return TYPE_MEMBER_POINTER;
    case CXType_Dependent: case CXType_Overload: case CXType_Auto:
        return TYPE_DEPENDENT;
    default:
        return kind >= CXType_Char_U && kind <= CXType_Int128 ? TYPE_INT : TYPE_OTHER;
    }
}

CXType type_plain(CXType type)
{
    CXType canonical = clang_getCanonicalType(type);
    return canonical.kind == CXType_Invalid ? canonical : clang_getUnqualifiedType(canonical);
}

bool type_is_reference(CXType type)
{
    enum CXTypeKind kind = clang_getCanonicalType(type).kind;
    return kind == CXType_LValueReference || kind == CXType_RValueReference;
}

bool type_is_pointer(CXType type)
{
    return clang_getCanonicalType(type).kind == CXType_Pointer;
}

bool type_is_record(CXType type)
{
    return clang_getCanonicalType(type).kind == CXType_Record;
}

static bool is_signed(enum CXTypeKind kind)
{
    return kind >= CXType_Char_S && kind <= CXType_Int128;
}

/* std::atomic<T> counts as atomic: the checks ask for it, whatever its spelling. */
static bool is_std_atomic(const char *spelling)
{
    return strncmp(spelling, "std::atomic", 11) == 0 || strncmp(spelling, "struct std::atomic", 18) == 0;
}

static CXType element_of(CXType type, uint8_t kind)
{
    if (kind == TYPE_POINTER || kind == TYPE_REFERENCE || kind == TYPE_MEMBER_POINTER)
        return clang_getPointeeType(type);
    if (kind == TYPE_ARRAY)
        return clang_getArrayElementType(type);
    if (kind == TYPE_FUNCTION)
        return clang_getResultType(type);
    return (CXType){.kind = CXType_Invalid};
}

static uint32_t count_of(CXType type, uint8_t kind)
{
    long long count = kind == TYPE_ARRAY ? clang_getArraySize(type) : 0;
    return count > 0 && count < UINT32_MAX ? (uint32_t)count : 0;
}

static uint8_t flags_of(CXType type, uint8_t kind, const char *spelling)
{
    unsigned flags = 0;
    flags |= clang_isConstQualifiedType(type) ? TYPE_CONST : 0;
    flags |= clang_isVolatileQualifiedType(type) ? TYPE_VOLATILE : 0;
    flags |= kind == TYPE_INT && is_signed(type.kind) ? TYPE_SIGNED : 0;
    flags |= type.kind == CXType_RValueReference ? TYPE_RVALUE_REF : 0;
    flags |= type.kind == CXType_Atomic || is_std_atomic(spelling) ? TYPE_ATOMIC : 0;
    return (uint8_t)flags;
}

static ir_type_id add_type(struct fe *fe, CXType type)
{
    CXString string = clang_getTypeSpelling(type);
    const char *spelling = clang_getCString(string);
    CXType inner = type;
    if (type.kind == CXType_Atomic)
        inner = clang_getCanonicalType(clang_Type_getValueType(type));
    struct ir_type entry = {.kind = kind_of(inner.kind)};
    entry.spelling = ir_string(fe->module, spelling ? spelling : "");
    entry.flags = flags_of(type, entry.kind, spelling ? spelling : "");
    clang_disposeString(string);
    if (entry.kind == TYPE_OTHER && type.kind == CXType_Unexposed)
        entry.kind = fe->is_cxx ? TYPE_DEPENDENT : TYPE_OTHER;
    entry.count = count_of(inner, entry.kind);
    long long size = entry.kind == TYPE_DEPENDENT || entry.kind == TYPE_FUNCTION ? 0 : clang_Type_getSizeOf(type);
    entry.size = size > 0 && size < UINT32_MAX ? (uint32_t)size : 0;
    CXType element = element_of(inner, entry.kind);
    if (element.kind != CXType_Invalid)
        entry.element = type_of(fe, element);
    if (entry.kind == TYPE_CLASS) {
        uint32_t class_ = class_of_type(fe, inner);
        entry.class_ = class_ ? fe->classes.data[class_].id : 0;
    }
    return ir_add_type(fe->module, entry);
}

ir_type_id type_of(struct fe *fe, CXType type)
{
    if (type.kind == CXType_Invalid)
        return 0;
    CXType canonical = clang_getCanonicalType(type);
    uint64_t key = map_key_of(canonical.data[0]);
    uint64_t *slot = map_get(&fe->types, key);
    if (slot)
        return (ir_type_id)*slot;
    ir_type_id id = add_type(fe, canonical);
    *map_put(&fe->types, key) = id;
    return id;
}

ir_type_id type_of_cursor(struct fe *fe, CXCursor cursor)
{
    return type_of(fe, clang_getCursorType(cursor));
}

ir_type_id type_pointer_to(struct fe *fe, ir_type_id pointee)
{
    uint64_t *slot = map_put(&fe->mentions, (uint64_t)pointee | (uint64_t)1 << 63);
    if (!*slot) {
        const char *spelling = ir_text(fe->module, fe_type(fe, pointee)->spelling);
        const char *text = arena_printf(fe->tmp, "%s *", spelling);
        ir_type_id id = ir_add_type(fe->module, (struct ir_type){.spelling = ir_string(fe->module, text),
                                                                 .kind = TYPE_POINTER, .size = 8, .element = pointee});
        *map_put(&fe->mentions, (uint64_t)pointee | (uint64_t)1 << 63) = id;
        return id;
    }
    return (ir_type_id)*slot;
}

ir_type_id type_int(struct fe *fe)
{
    return ir_add_type(fe->module, (struct ir_type){.spelling = ir_string(fe->module, "int"), .kind = TYPE_INT,
                                                    .flags = TYPE_SIGNED, .size = 4});
}

static bool mentions(struct fe *fe, CXType type, int depth);

static bool arguments_mention(struct fe *fe, CXType type, int depth)
{
    int count = clang_Type_getNumTemplateArguments(type);
    for (int i = 0; i < count; i++)
        if (mentions(fe, clang_Type_getTemplateArgumentAsType(type, (unsigned)i), depth + 1))
            return true;
    return false;
}

static bool function_mentions(struct fe *fe, CXType type, int depth)
{
    int count = clang_getNumArgTypes(type);
    for (int i = 0; i < count; i++)
        if (mentions(fe, clang_getArgType(type, (unsigned)i), depth + 1))
            return true;
    return mentions(fe, clang_getResultType(type), depth + 1);
}

static bool mentions(struct fe *fe, CXType type, int depth)
{
    if (type.kind == CXType_Invalid || depth > 12)
        return false;
    CXType canonical = clang_getCanonicalType(type);
    CXType inner = element_of(canonical, kind_of(canonical.kind));
    if (canonical.kind == CXType_FunctionProto)
        return function_mentions(fe, canonical, depth);
    if (inner.kind != CXType_Invalid)
        return mentions(fe, inner, depth + 1);
    if (canonical.kind != CXType_Record)
        return false;
    CXCursor decl = clang_getTypeDeclaration(canonical);
    return !span_is_system(decl) || arguments_mention(fe, canonical, depth);
}

/* Whether a value of the type can lead back into the project: a class of it, a template over one. */
bool type_mentions_project(struct fe *fe, CXType type)
{
    CXType canonical = clang_getCanonicalType(type);
    if (canonical.kind == CXType_Invalid)
        return false;
    uint64_t key = map_key_of(canonical.data[0]);
    uint64_t *slot = map_get(&fe->mentions, key);
    if (slot)
        return *slot == 2;
    bool answer = mentions(fe, canonical, 0);
    *map_put(&fe->mentions, key) = answer ? 2 : 1;
    return answer;
}

/* A type, with pointers, references and arrays taken off. */
static CXType core_of(CXType type)
{
    CXType canonical = clang_getCanonicalType(type);
    for (int i = 0; i < 12; i++) {
        uint8_t kind = kind_of(canonical.kind);
        if (kind != TYPE_POINTER && kind != TYPE_REFERENCE && kind != TYPE_ARRAY)
            break;
        CXType inner = element_of(canonical, kind);
        if (inner.kind == CXType_Invalid)
            break;
        canonical = clang_getCanonicalType(inner);
    }
    return canonical;
}

bool type_is_project_class(CXType type)
{
    CXType core = core_of(type);
    return core.kind == CXType_Record && !span_is_system(clang_getTypeDeclaration(core));
}

static bool is_callable_class(struct fe *fe, CXCursor decl)
{
    struct fe_list children = cursor_children(fe, decl);
    for (uint32_t i = 0; i < children.count; i++) {
        CXString name = clang_getCursorSpelling(children.data[i]);
        bool is_it = strcmp(clang_getCString(name), "operator()") == 0;
        clang_disposeString(name);
        if (is_it)
            return true;
    }
    return false;
}

static bool calls_back(struct fe *fe, CXType type, int depth)
{
    CXType canonical = clang_getCanonicalType(type);
    CXType core = core_of(canonical);
    if (core.kind == CXType_FunctionProto)
        return canonical.kind != CXType_FunctionProto; /* a pointer to a function; not the R(A...) of std::function */
    if (core.kind == CXType_MemberPointer)
        return clang_getCanonicalType(clang_getPointeeType(core)).kind == CXType_FunctionProto;
    if (core.kind != CXType_Record || depth > 12)
        return false;
    CXCursor decl = clang_getTypeDeclaration(core);
    if (!span_is_system(decl) && is_callable_class(fe, decl))
        return true;
    int count = clang_Type_getNumTemplateArguments(core);
    for (int i = 0; i < count; i++)
        if (type_calls_back(fe, clang_Type_getTemplateArgumentAsType(core, (unsigned)i)))
            return true;
    return false;
}

/* Whether code that is handed a value of the type can call the project through it: closures, functors, function
 * pointers, and templates over them. */
bool type_calls_back(struct fe *fe, CXType type)
{
    CXType canonical = clang_getCanonicalType(type);
    if (canonical.kind == CXType_Invalid)
        return false;
    uint64_t key = map_key_of(canonical.data[0]) | (uint64_t)1 << 62;
    uint64_t *slot = map_put(&fe->mentions, key);
    if (*slot)
        return *slot == 2;
    *slot = 1; /* no, while it is being asked */
    bool answer = calls_back(fe, canonical, 0);
    *map_put(&fe->mentions, key) = answer ? 2 : 1;
    return answer;
}
