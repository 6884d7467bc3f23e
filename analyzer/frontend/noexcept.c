/* Whether a function lets exceptions out, by its type: the values of clang_getExceptionSpecificationType. */
#include "frontend/lower.h"

static bool spells(struct fe *fe, CXCursor decl, const char *text)
{
    return strstr(cursor_text(fe, clang_getTypeSpelling(clang_getCursorType(decl))), text) != NULL;
}

uint32_t noexcept_flags(struct fe *fe, CXCursor decl)
{
    CXType written = clang_getCursorType(decl);
    int spec = clang_getExceptionSpecificationType(written);
    switch (spec) {
    case CXCursor_ExceptionSpecificationKind_DynamicNone: case CXCursor_ExceptionSpecificationKind_BasicNoexcept:
    case CXCursor_ExceptionSpecificationKind_NoThrow:
        return SYM_NOEXCEPT;
    case CXCursor_ExceptionSpecificationKind_ComputedNoexcept: {
        if (spells(fe, decl, "noexcept(false)"))
            return 0;
        if (spells(fe, decl, "noexcept(true)"))
            return SYM_NOEXCEPT;
        int canonical = clang_getExceptionSpecificationType(clang_getCanonicalType(written));
        if (canonical == CXCursor_ExceptionSpecificationKind_BasicNoexcept)
            return SYM_NOEXCEPT;
        return fe->is_cxx17 ? 0 : SYM_NOTHROW_UNKNOWN;
    }
    case CXCursor_ExceptionSpecificationKind_Unevaluated: case CXCursor_ExceptionSpecificationKind_Uninstantiated:
    case CXCursor_ExceptionSpecificationKind_Unparsed:
    case CXCursor_ExceptionSpecificationKind_None: {
        /* Implicit: destructors do not throw unless a member's does, defaulted members do what theirs do. */
        if (decl.kind != CXCursor_Destructor)
            return 0;
        CXCursor parent = clang_getCursorSemanticParent(decl);
        bool may = type_is_record(clang_getCursorType(parent)) && class_destructor_may_throw(fe, parent);
        return may || spells(fe, decl, "noexcept(false)") ? 0 : SYM_NOEXCEPT;
    }
    default:
        return 0;
    }
}
