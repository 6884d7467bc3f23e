#include "ir/words.h"

#include <stdlib.h>
#include <string.h>

const struct word words_span[] = {{SPAN_MACRO, "macro"},         {SPAN_MACRO_ARG, "arg"},
                                  {SPAN_EDITABLE, "editable"},   {SPAN_SYSTEM, "system"},
                                  {SPAN_GENERATED, "generated"}, {0, NULL}};

const struct word words_type_kind[] = {
    {TYPE_NONE, "none"},         {TYPE_VOID, "void"},           {TYPE_BOOL, "bool"},
    {TYPE_INT, "int"},           {TYPE_FLOAT, "float"},         {TYPE_POINTER, "pointer"},
    {TYPE_REFERENCE, "reference"}, {TYPE_CLASS, "class"},       {TYPE_ENUM, "enum"},
    {TYPE_ARRAY, "array"},       {TYPE_FUNCTION, "function"},   {TYPE_MEMBER_POINTER, "member_pointer"},
    {TYPE_DEPENDENT, "dependent"}, {TYPE_OTHER, "other"},       {0, NULL}};

const struct word words_type[] = {{TYPE_CONST, "const"},   {TYPE_VOLATILE, "volatile"},     {TYPE_ATOMIC, "atomic"},
                                  {TYPE_SIGNED, "signed"}, {TYPE_RVALUE_REF, "rvalue"}, {0, NULL}};

const struct word words_class[] = {{CLASS_COMPLETE, "complete"},
                                   {CLASS_UNION, "union"},
                                   {CLASS_FINAL, "final"},
                                   {CLASS_POLYMORPHIC, "polymorphic"},
                                   {CLASS_LAMBDA, "lambda"},
                                   {CLASS_UNKNOWN_BASE, "unknown_base"},
                                   {CLASS_SYSTEM, "system"},
                                   {0, NULL}};

const struct word words_base[] = {{BASE_VIRTUAL, "virtual"}, {BASE_NOT_PUBLIC, "not_public"}, {0, NULL}};

const struct word words_sym[] = {{SYM_NORETURN, "noreturn"},
                                 {SYM_NOEXCEPT, "noexcept"},
                                 {SYM_SYSTEM, "system"},
                                 {SYM_EXTERN_C, "extern_c"},
                                 {SYM_INTERNAL, "internal"},
                                 {SYM_VIRTUAL, "virtual"},
                                 {SYM_CONSTRUCTOR, "constructor"},
                                 {SYM_DESTRUCTOR, "destructor"},
                                 {SYM_METHOD, "method"},
                                 {SYM_LAMBDA, "lambda"},
                                 {SYM_VARIADIC, "variadic"},
                                 {SYM_MAIN, "main"},
                                 {SYM_RECOVERS, "recovers"},
                                 {SYM_NODISCARD, "nodiscard"},
                                 {SYM_THREAD_LOCAL, "thread_local"},
                                 {SYM_STATIC_LOCAL, "static_local"},
                                 {SYM_OUTLINED, "outlined"},
                                 {SYM_COROUTINE, "coroutine"},
                                 {SYM_NOTHROW_UNKNOWN, "nothrow_unknown"},
                                 {SYM_PURE, "pure"},
                                 {SYM_PATTERN, "pattern"},
                                 {SYM_GENERATED_NAME, "generated_name"},
                                 {SYM_DEFINED, "defined"},
                                 {0, NULL}};

const struct word words_local[] = {{LOCAL_TEMP, "temp"},       {LOCAL_THIS, "this"},       {LOCAL_ADDRESS_TAKEN, "taken"},
                                   {LOCAL_CLEANUP, "cleanup"}, {LOCAL_SHARED, "shared"}, {LOCAL_HANDLER, "handler"},
                                   {0, NULL}};

const struct word words_func[] = {{FUNC_PARTIAL, "partial"},         {FUNC_INSTANTIATED, "instantiated"},
                                  {FUNC_PATTERN, "pattern"},         {FUNC_GLOBAL_INIT, "global_init"},
                                  {FUNC_TOO_LARGE, "too_large"},     {FUNC_IMPLICIT, "implicit"},
                                  {0, NULL}};

const struct word words_instr[] = {{CALL_VIRTUAL, "virtual"},
                                   {CALL_IMPLICIT, "implicit"},
                                   {CALL_CONSTRUCT, "construct"},
                                   {CALL_DESTROY, "destroy"},
                                   {CALL_DISCARDED, "discarded"},
                                   {CALL_NEW, "new"},
                                   {CALL_UNWIND, "unwind"},
                                   {CALL_DEFAULT_ARG, "default_arg"},
                                   {CALL_METHOD, "method"},
                                   {CALL_VOID_CAST, "void_cast"},
                                   {INSTR_STATIC_INIT, "static_init"},
                                   {CALL_OPERATOR, "operator"},
                                   {INSTR_DEAD, "dead"},
                                   {0, NULL}};

const struct word words_un[] = {{UN_NEG, "-"}, {UN_NOT, "!"}, {UN_BITNOT, "~"}, {UN_OTHER, "other"}, {0, NULL}};

const struct word words_bin[] = {{BIN_ADD, "+"},  {BIN_SUB, "-"}, {BIN_MUL, "*"}, {BIN_DIV, "/"},  {BIN_REM, "%"},
                                 {BIN_AND, "&"},  {BIN_OR, "|"},  {BIN_XOR, "^"}, {BIN_SHL, "<<"}, {BIN_SHR, ">>"},
                                 {BIN_EQ, "=="},  {BIN_NE, "!="}, {BIN_LT, "<"},  {BIN_LE, "<="},  {BIN_GT, ">"},
                                 {BIN_GE, ">="},  {BIN_OTHER, "other"}, {0, NULL}};

const struct word words_havoc[] = {
#define HAVOC(name, text) {HAVOC_##name, #name},
#include "ir/havoc.def"
#undef HAVOC
    {0, NULL}};

bool ir_is_keyword(const char *text)
{
    static const char *const words[] = {"call",   "closure", "await",  "yield",  "catch",       "begin", "end",
                                        "havoc",  "throw",   "rethrow", "resume", "jump",       "branch", "switch",
                                        "return", "unreachable", "nop", "other", "local", "try", "cleanup",
                                        "region", "func",    "glob",   "default", "in",     "_"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(words[i], text))
            return true;
    return false;
}

/* ---- types by their spelling ---- */

static const struct {
    const char *name;
    uint8_t kind, flags;
    uint32_t size;
} basic_types[] = {
    {"void", TYPE_VOID, 0, 0},
    {"bool", TYPE_BOOL, 0, 1},
    {"_Bool", TYPE_BOOL, 0, 1},
    {"char", TYPE_INT, TYPE_SIGNED, 1},
    {"signed char", TYPE_INT, TYPE_SIGNED, 1},
    {"unsigned char", TYPE_INT, 0, 1},
    {"short", TYPE_INT, TYPE_SIGNED, 2},
    {"unsigned short", TYPE_INT, 0, 2},
    {"int", TYPE_INT, TYPE_SIGNED, 4},
    {"unsigned int", TYPE_INT, 0, 4},
    {"long", TYPE_INT, TYPE_SIGNED, 8},
    {"unsigned long", TYPE_INT, 0, 8},
    {"long long", TYPE_INT, TYPE_SIGNED, 8},
    {"unsigned long long", TYPE_INT, 0, 8},
    {"float", TYPE_FLOAT, 0, 4},
    {"double", TYPE_FLOAT, 0, 8},
    {"long double", TYPE_FLOAT, 0, 16},
};

static bool ends_with(const char *text, size_t length, const char *end)
{
    size_t tail = strlen(end);
    return length >= tail && !memcmp(text + length - tail, end, tail);
}

static char *trimmed(struct arena *arena, const char *text, size_t length)
{
    while (length && text[length - 1] == ' ')
        length--;
    return arena_strndup(arena, text, length);
}

/* `text` without leading qualifiers, which go into flags. */
static const char *skip_qualifiers(const char *text, uint8_t *flags)
{
    static const struct word words[] = {{TYPE_CONST, "const "}, {TYPE_VOLATILE, "volatile "}, {0, NULL}};
    for (const struct word *word = words; word->text; word++)
        if (!strncmp(text, word->text, strlen(word->text))) {
            *flags |= (uint8_t)word->value;
            return skip_qualifiers(text + strlen(word->text), flags);
        }
    return text;
}

/* Pointers, references, arrays, functions: told by how the spelling ends. */
static bool guess_derived(struct arena *arena, const char *text, size_t length, struct type_guess *guess)
{
    if (ends_with(text, length, "*const")) {
        guess->flags = TYPE_CONST;
        length -= strlen("const");
    }
    if (ends_with(text, length, ")") && !ends_with(text, length, "(*)")) {
        guess->kind = strstr(text, "(*)") ? TYPE_POINTER : TYPE_FUNCTION;
        guess->size = guess->kind == TYPE_POINTER ? 8 : 0;
    } else if (ends_with(text, length, "]")) {
        const char *open = strchr(text, '[');
        const char *close = open ? strchr(open, ']') : NULL;
        if (!open || !close)
            return false;
        guess->kind = TYPE_ARRAY;
        guess->count = (uint32_t)strtoul(open + 1, NULL, 10);
        char *head = trimmed(arena, text, (size_t)(open - text));
        guess->element = arena_printf(arena, "%s%s", head, close + 1);
    } else if (ends_with(text, length, "&&") || ends_with(text, length, "&")) {
        guess->kind = TYPE_REFERENCE;
        guess->flags = ends_with(text, length, "&&") ? TYPE_RVALUE_REF : 0;
        guess->element = trimmed(arena, text, length - (guess->flags ? 2 : 1));
    } else if (ends_with(text, length, "*")) {
        guess->kind = TYPE_POINTER;
        guess->size = 8;
        guess->element = trimmed(arena, text, length - 1);
    } else {
        return false;
    }
    return true;
}

struct type_guess ir_guess_type(struct arena *arena, const char *spelling)
{
    struct type_guess guess = {0};
    if (guess_derived(arena, spelling, strlen(spelling), &guess))
        return guess;
    const char *text = skip_qualifiers(spelling, &guess.flags);
    for (size_t i = 0; i < sizeof basic_types / sizeof *basic_types; i++)
        if (!strcmp(basic_types[i].name, text)) {
            guess.kind = basic_types[i].kind;
            guess.flags |= basic_types[i].flags;
            guess.size = basic_types[i].size;
            return guess;
        }
    if (!strncmp(text, "enum ", 5)) {
        guess.kind = TYPE_ENUM;
        guess.size = 4;
        return guess;
    }
    guess.kind = TYPE_CLASS;
    guess.class_key = arena_strdup(arena, text);
    return guess;
}

ir_type_id ir_step_type(const struct ir_module *module, ir_type_id of, struct ir_step step)
{
    const struct ir_type *type = &module->types.data[of];
    switch ((enum ir_step_kind)step.kind) {
    case STEP_FIELD:
        return module->fields.data[step.arg].type;
    case STEP_DEREF:
        return type->kind == TYPE_POINTER || type->kind == TYPE_REFERENCE || type->kind == TYPE_ARRAY ? type->element : 0;
    case STEP_INDEX:
        /* p->[i] is DEREF, INDEX: the deref has made it the element already. */
        return type->kind == TYPE_ARRAY ? type->element : of;
    }
    return 0;
}
