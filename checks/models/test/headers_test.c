/* The models against the headers they speak of: each function that a model names is declared there, with as
 * many parameters as the model's positions ask for.
 *
 * A library whose headers are not installed is passed over, and said to be; those of the system and what
 * every build machine has must be there.  What a library declares in other versions or on other systems only
 * stands in `elsewhere`.
 */
#include <clang-c/Index.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "compdb/toolchain.h"
#include "facts/model.h"

enum { ANY_NUMBER = 99, MOST_FLAGS = 24 };

struct library {
    const char *name; /* as the model files say it */
    const char *text; /* what includes its headers */
    const char *const *flags;
    bool is_cxx, is_optional;
    const char *const *elsewhere; /* names; a trailing star stands for any rest */
};

#include "headers.inc"

struct declared {
    struct arena *arena;
    struct map most;         /* hash of the normalised name -> most parameters + 1 */
    VEC(const char *) names; /* for the nearest spelling */
};

static const char *text_of(struct arena *arena, CXString string)
{
    const char *text = clang_getCString(string);
    text = arena_strdup(arena, text ? text : "");
    clang_disposeString(string);
    return text;
}

static const char *qualified(struct arena *arena, CXCursor cursor)
{
    const char *name = text_of(arena, clang_getCursorSpelling(cursor));
    CXCursor parent = clang_getCursorSemanticParent(cursor);
    for (; !clang_Cursor_isNull(parent) && !clang_isTranslationUnit(parent.kind);
         parent = clang_getCursorSemanticParent(parent)) {
        const char *outer = text_of(arena, clang_getCursorSpelling(parent));
        if (parent.kind != CXCursor_LinkageSpec && *outer)
            name = arena_printf(arena, "%s::%s", outer, name);
    }
    return model_normalise(arena, name);
}

static enum CXChildVisitResult count_param(CXCursor cursor, CXCursor parent, CXClientData data)
{
    uint64_t *count = data;
    (void)parent;
    if (cursor.kind == CXCursor_ParmDecl) {
        CXString type = clang_getTypeSpelling(clang_getCursorType(cursor));
        *count = strstr(clang_getCString(type), "...") ? ANY_NUMBER : *count + 1;
        clang_disposeString(type);
    }
    return CXChildVisit_Continue;
}

static void declare(struct declared *declared, CXCursor cursor, uint64_t params)
{
    const char *name = qualified(declared->arena, cursor);
    /* `thread<_Callable, _Args...>` is how a constructor template is spelled. */
    uint64_t *slot = map_put(&declared->most, hash_bytes64(name, strlen(name)));
    if (!*slot)
        *vec_push(declared->arena, &declared->names) = name;
    *slot = *slot > params + 1 ? *slot : params + 1;
}

static enum CXChildVisitResult visit(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct declared *declared = data;
    uint64_t count = 0;
    (void)parent;
    switch ((int)cursor.kind) {
    case CXCursor_FunctionDecl:
    case CXCursor_CXXMethod:
    case CXCursor_Constructor:
    case CXCursor_Destructor:
    case CXCursor_ConversionFunction:
    case CXCursor_FunctionTemplate:
        clang_visitChildren(cursor, count_param, &count);
        if (clang_Cursor_isVariadic(cursor))
            count = ANY_NUMBER;
        declare(declared, cursor, count);
        return CXChildVisit_Continue;
    case CXCursor_UsingDeclaration:
        declare(declared, cursor, ANY_NUMBER);
        return CXChildVisit_Continue;
    case CXCursor_MacroDefinition:
        if (clang_Cursor_isMacroFunctionLike(cursor))
            declare(declared, cursor, ANY_NUMBER);
        return CXChildVisit_Continue;
    case CXCursor_ClassDecl:
    case CXCursor_StructDecl:
    case CXCursor_ClassTemplate: {
        /* Its implicit constructor and destructor are declared by nobody. */
        const char *name = qualified(declared->arena, cursor);
        const char *last = strrchr(name, ':') ? strrchr(name, ':') + 1 : name;
        const char *implicit[] = {arena_printf(declared->arena, "%s::%s", name, last),
                                  arena_printf(declared->arena, "%s::~%s", name, last)};
        for (int i = 0; i < 2; i++) {
            uint64_t *slot = map_put(&declared->most, hash_bytes64(implicit[i], strlen(implicit[i])));
            *slot = *slot ? *slot : 1;
        }
        return CXChildVisit_Recurse;
    }
    case CXCursor_Namespace:
    case CXCursor_LinkageSpec:
    case CXCursor_UnexposedDecl:
    case CXCursor_ClassTemplatePartialSpecialization:
        return CXChildVisit_Recurse;
    default:
        return CXChildVisit_Continue;
    }
}

static bool parse(const struct library *library, struct declared *declared)
{
    const char *name = library->is_cxx ? "/models.cc" : "/models.c";
    const char *argv[MOST_FLAGS + 4] = {library->is_cxx ? "-std=c++23" : "-std=gnu17", "-resource-dir",
                                        toolchain_resource_dir(declared->arena)};
    int argc = 3;
    for (; library->flags && library->flags[argc - 3]; argc++)
        argv[argc] = library->flags[argc - 3];
    struct CXUnsavedFile file = {
        .Filename = name, .Contents = library->text, .Length = strlen(library->text)};
    CXIndex index = clang_createIndex(0, 0);
    CXTranslationUnit unit = clang_parseTranslationUnit(index, name, argv, argc, &file, 1,
                                                        CXTranslationUnit_SkipFunctionBodies |
                                                            CXTranslationUnit_DetailedPreprocessingRecord);
    bool is_whole = unit != NULL;
    for (unsigned i = 0; unit && i < clang_getNumDiagnostics(unit); i++) {
        CXDiagnostic diagnostic = clang_getDiagnostic(unit, i);
        bool is_missing = clang_getDiagnosticSeverity(diagnostic) == CXDiagnostic_Fatal;
        if (is_missing && !library->is_optional)
            printf("%s: %s\n", library->name,
                   text_of(declared->arena, clang_formatDiagnostic(diagnostic, 0)));
        is_whole &= !is_missing;
        clang_disposeDiagnostic(diagnostic);
    }
    if (is_whole)
        clang_visitChildren(clang_getTranslationUnitCursor(unit), visit, declared);
    if (unit)
        clang_disposeTranslationUnit(unit);
    clang_disposeIndex(index);
    return is_whole;
}

static uint64_t positions_of(const struct model_function *function)
{
    int most = 0;
    for (uint32_t i = 0; i < function->role_count; i++)
        for (int k = 0; k < POS_COUNT; k++)
            most = function->roles[i].at[k] > most ? function->roles[i].at[k] : most;
    return (uint64_t)most;
}

static bool is_elsewhere(const struct library *library, const char *name)
{
    for (const char *const *at = library->elsewhere; at && *at; at++) {
        size_t length = strlen(*at);
        bool is_open = (*at)[length - 1] == '*';
        if (is_open ? !strncmp(*at, name, length - 1) : !strcmp(*at, name))
            return true;
    }
    return false;
}

static unsigned compare(const struct library *library, const struct model_set *models,
                        const struct declared *declared, unsigned *compared)
{
    unsigned wrong = 0;
    for (uint32_t i = 0; i < model_set_count(models); i++) {
        const struct model_function *function = model_set_at(models, i);
        if (strcmp(function->library, library->name) || strchr("#*", function->name[0]))
            continue;
        const uint64_t *most = map_get(&declared->most, hash_bytes64(function->name, strlen(function->name)));
        uint64_t wanted = positions_of(function);
        (*compared)++;
        if (is_elsewhere(library, function->name)) {
            if (most && getenv("SHOW_ELSEWHERE"))
                printf("%s is declared here after all\n", function->name);
            continue;
        }
        if (!most)
            printf("%s:%u: no header of %s declares %s\n", function->file, function->line, library->name,
                   function->name);
        else if (*most - 1 < wanted)
            printf("%s:%u: %s has %llu parameters, and the model asks for number %llu\n", function->file,
                   function->line, function->name, (unsigned long long)(*most - 1),
                   (unsigned long long)wanted);
        wrong += !most || *most - 1 < wanted;
    }
    return wrong;
}

static bool is_listed(const char *name)
{
    for (const struct library *library = libraries; library->name; library++)
        if (!strcmp(library->name, name))
            return true;
    return false;
}

/* A model file that no entry here looks after would never be compared. */
static unsigned find_unlisted(const struct model_set *models)
{
    unsigned wrong = 0;
    for (uint32_t i = 0; i < model_set_count(models); i++)
        if (!is_listed(model_set_at(models, i)->library)) {
            printf("%s: headers.inc has no library \"%s\"\n", model_set_at(models, i)->file,
                   model_set_at(models, i)->library);
            wrong++;
            while (i + 1 < model_set_count(models) &&
                   !strcmp(model_set_at(models, i + 1)->library, model_set_at(models, i)->library))
                i++;
        }
    return wrong;
}

int main(int argc, char **argv)
{
    struct arena *arena = arena_create("headers");
    struct model_set *models = model_set_create(arena);
    model_set_add_builtin(models);
    unsigned wrong = find_unlisted(models);
    for (const struct library *library = libraries; library->name; library++) {
        struct declared declared = {.arena = arena};
        unsigned compared = 0;
        if (!library->text || (argc > 1 && strcmp(argv[1], library->name)))
            continue;
        map_init(&declared.most, arena);
        if (parse(library, &declared)) {
            wrong += compare(library, models, &declared, &compared);
            printf("%s: %u models compared with %u functions\n", library->name, compared,
                   declared.names.count);
        } else {
            printf("%s: its headers are not installed\n", library->name);
            wrong += !library->is_optional;
        }
    }
    arena_destroy(arena);
    return wrong != 0;
}
