/* The text form read: tokens, names, declarations.  Functions are in text_parse_func.c. */
#include "ir/text_parse.h"

#include <string.h>

#include "ir/text.h"

/* ---- tokens ---- */

const struct token *parse_peek(const struct parser *parser, uint32_t ahead)
{
    uint32_t last = parser->tokens.count - 1;
    if (parser->failed || parser->at + ahead > last)
        return &parser->tokens.data[last];
    return &parser->tokens.data[parser->at + ahead];
}

const struct token *parse_next(struct parser *parser)
{
    const struct token *token = parse_peek(parser, 0);
    if (token->kind != TOKEN_END)
        parser->at++;
    return token;
}

bool parse_is_at(const struct parser *parser, uint32_t ahead, const char *text)
{
    const struct token *token = parse_peek(parser, ahead);
    return (token->kind == TOKEN_NAME || token->kind == TOKEN_PUNCT) && !strcmp(token->text, text);
}

bool parse_is(const struct parser *parser, const char *text)
{
    return parse_is_at(parser, 0, text);
}

bool parse_accept(struct parser *parser, const char *text)
{
    bool is = parse_is(parser, text);
    parser->at += is;
    return is;
}

void parse_fail(struct parser *parser, const char *what)
{
    const struct token *token = parse_peek(parser, 0);
    if (!parser->failed)
        err_set(parser->err, ERR_INPUT, "line %u, column %u: %s", token->line, token->column, what);
    parser->failed = true;
}

void parse_expect(struct parser *parser, const char *text)
{
    if (parse_accept(parser, text) || parser->failed)
        return;
    const struct token *token = parse_peek(parser, 0);
    bool is_end = token->kind == TOKEN_NEWLINE || token->kind == TOKEN_END;
    parse_fail(parser, arena_printf(parser->arena, "expected '%s' instead of %s", text,
                                    is_end ? "the end of the statement" : token->text));
}

void parse_skip_newlines(struct parser *parser)
{
    while (parse_peek(parser, 0)->kind == TOKEN_NEWLINE)
        parser->at++;
}

/* ---- names ---- */

const char *parse_name(struct parser *parser)
{
    const struct token *token = parse_peek(parser, 0);
    if (token->kind != TOKEN_NAME && token->kind != TOKEN_STRING) {
        parse_fail(parser, "expected a name or a string");
        return "";
    }
    return parse_next(parser)->text;
}

uint32_t parse_number(struct parser *parser)
{
    const struct token *token = parse_peek(parser, 0);
    if (token->kind != TOKEN_NUMBER || token->number > UINT32_MAX) {
        parse_fail(parser, "expected a number");
        return 0;
    }
    return (uint32_t)parse_next(parser)->number;
}

bool parse_word(struct parser *parser, const struct word *words, uint32_t *value)
{
    for (const struct word *word = words; word->text; word++)
        if (parse_accept(parser, word->text)) {
            *value = word->value;
            return true;
        }
    return false;
}

uint32_t parse_words(struct parser *parser, const struct word *words)
{
    uint32_t flags = 0, one;
    while (parse_word(parser, words, &one))
        flags |= one;
    if (!parse_is(parser, "flags") || !parse_is_at(parser, 1, "("))
        return flags;
    parser->at += 2;
    flags |= parse_number(parser);
    parse_expect(parser, ")");
    return flags;
}

static ir_type_id declared_type(struct parser *parser, const char *spelling, uint32_t ordinal)
{
    uint64_t *id = map_get(&parser->types, map_key2(ir_string(parser->module, spelling), ordinal));
    return id ? (ir_type_id)*id : 0;
}

static ir_type_id guessed_type(struct parser *parser, const char *spelling, uint32_t depth)
{
    enum { DEEPEST = 100 };
    ir_type_id declared = declared_type(parser, spelling, 0);
    if (declared)
        return declared;
    struct type_guess guess = ir_guess_type(parser->arena, spelling);
    struct ir_type type = {.spelling = ir_string(parser->module, spelling)};
    type.kind = depth < DEEPEST ? guess.kind : TYPE_OTHER;
    type.flags = guess.flags;
    type.size = guess.size;
    type.count = guess.count;
    if (guess.element && depth < DEEPEST)
        type.element = guessed_type(parser, guess.element, depth + 1);
    if (guess.class_key)
        type.class_ = ir_add_class(parser->module, guess.class_key, guess.class_key);
    ir_type_id id = ir_add_type(parser->module, type);
    *map_put(&parser->types, map_key2(type.spelling, 0)) = id;
    return id;
}

/* 'N behind a spelling that several types share. */
static uint32_t parse_ordinal(struct parser *parser)
{
    return parse_accept(parser, "'") ? parse_number(parser) : 0;
}

ir_type_id parse_type(struct parser *parser)
{
    const char *spelling = parse_name(parser);
    uint32_t ordinal = parse_ordinal(parser);
    if (parser->failed)
        return 0;
    if (!ordinal)
        return guessed_type(parser, spelling, 0);
    ir_type_id type = declared_type(parser, spelling, ordinal);
    if (!type)
        parse_fail(parser, "no type of this spelling and number is declared");
    return type;
}

ir_sym_id parse_sym(struct parser *parser)
{
    parse_expect(parser, "@");
    const char *key = parse_name(parser);
    ir_sym_id sym = ir_find_sym(parser->module, key);
    return sym ? sym : ir_add_sym(parser->module, key, key, SYM_FUNCTION, 0);
}

ir_class_id parse_class_name(struct parser *parser)
{
    const char *key = parse_name(parser);
    return ir_add_class(parser->module, key, key);
}

/* ---- places ---- */

ir_span_id parse_line_span(struct parser *parser, const struct token *token)
{
    if (!parser->lines || !parser->file)
        return 0;
    struct ir_span span = {.file = parser->file, .line = token->line, .column = token->column};
    return ir_add_span(parser->module, span);
}

/* line, line:column or file:line:column. */
static void parse_place(struct parser *parser, struct ir_span *span)
{
    uint32_t numbers[3], count = 0;
    do
        numbers[count++] = parse_number(parser);
    while (count < 3 && parse_accept(parser, ":"));
    span->file = parser->file;
    if (count == 3 && (!numbers[0] || numbers[0] >= parser->files.count))
        parse_fail(parser, "no file of this number is declared");
    else if (count == 3)
        span->file = parser->files.data[numbers[0]];
    span->line = numbers[count == 3 ? 1 : 0];
    span->column = count > 1 ? numbers[count - 1] : 0;
}

ir_span_id parse_span(struct parser *parser)
{
    if (!parse_accept(parser, "#"))
        return 0;
    struct ir_span span = {0};
    if (parse_peek(parser, 0)->kind == TOKEN_NUMBER && !parse_peek(parser, 0)->number) {
        parser->at++;
        return 0;
    }
    parse_place(parser, &span);
    if (parse_accept(parser, "-")) {
        span.end_line = parse_number(parser);
        parse_expect(parser, ":");
        span.end_column = parse_number(parser);
    }
    if (parse_accept(parser, "+")) {
        span.offset = parse_number(parser);
        parse_expect(parser, "-");
        span.end_offset = parse_number(parser);
    }
    if (parse_accept(parser, "(")) {
        if (parse_peek(parser, 0)->kind == TOKEN_STRING)
            span.macro = ir_string(parser->module, parse_next(parser)->text);
        span.flags = parse_words(parser, words_span);
        parse_expect(parser, ")");
    }
    if (!span.file)
        parse_fail(parser, "a place needs a file: declare one before");
    return parser->failed ? 0 : ir_add_span(parser->module, span);
}

/* ---- declarations ---- */

static void parse_file(struct parser *parser)
{
    uint32_t alias = parser->files.count;
    if (parse_peek(parser, 0)->kind == TOKEN_NUMBER && parse_number(parser) != alias) {
        parse_fail(parser, "files are numbered from 1");
        return;
    }
    const char *path = parse_name(parser);
    parser->file = ir_add_file(parser->module, path, parse_accept(parser, "system"));
    parser->lines = parse_accept(parser, "lines");
    *vec_push(parser->arena, &parser->files) = parser->file;
}

/* The first time only spelling, kind and flags, so that types may name each other in any order. */
static void parse_type_decl(struct parser *parser, bool is_first)
{
    const char *spelling = parse_name(parser);
    uint32_t ordinal = parse_ordinal(parser), kind = TYPE_OTHER;
    if (!parse_word(parser, words_type_kind, &kind))
        parse_fail(parser, "expected the type's kind: int, pointer, class, ...");
    struct ir_type type = {.spelling = ir_string(parser->module, spelling), .kind = (uint8_t)kind};
    type.flags = (uint8_t)parse_words(parser, words_type);
    if (is_first) {
        *map_put(&parser->types, map_key2(type.spelling, ordinal)) = ir_add_type(parser->module, type);
        while (!parser->failed && parse_peek(parser, 0)->kind != TOKEN_NEWLINE)
            parse_next(parser);
        return;
    }
    if (parse_accept(parser, "of"))
        type.element = parse_type(parser);
    if (parse_accept(parser, "is"))
        type.class_ = parse_class_name(parser);
    if (parse_accept(parser, "size"))
        type.size = parse_number(parser);
    if (parse_accept(parser, "count"))
        type.count = parse_number(parser);
    ir_add_type(parser->module, type);
}

static void parse_bases(struct parser *parser, ir_class_id class_)
{
    do {
        struct ir_base base = {.class_ = parse_class_name(parser)};
        base.flags = parse_words(parser, words_base);
        *vec_push(parser->module->arena, &parser->module->classes.data[class_].bases) = base;
    } while (parse_accept(parser, ","));
}

static void parse_fields(struct parser *parser, ir_class_id class_)
{
    for (;;) {
        parse_skip_newlines(parser);
        if (parser->failed || parse_accept(parser, "}"))
            return;
        const char *name = parse_name(parser);
        ir_type_id type = parse_accept(parser, ":") ? parse_type(parser) : 0;
        ir_field_id field = ir_add_field(parser->module, class_, name, type);
        ir_span_id span = parse_span(parser), type_span = parse_span(parser);
        parser->module->fields.data[field].span = span;
        parser->module->fields.data[field].type_span = type_span;
        if (!parse_accept(parser, ",") && !parse_is(parser, "}") && parse_peek(parser, 0)->kind != TOKEN_NEWLINE)
            parse_fail(parser, "expected the end of the field");
    }
}

static void parse_class(struct parser *parser)
{
    ir_class_id id = parse_class_name(parser);
    if (parse_peek(parser, 0)->kind == TOKEN_STRING)
        parser->module->classes.data[id].name = ir_string(parser->module, parse_next(parser)->text);
    uint32_t flags = parse_accept(parser, "incomplete") ? 0 : CLASS_COMPLETE;
    flags |= parse_words(parser, words_class);
    if (parse_accept(parser, ":"))
        parse_bases(parser, id);
    ir_sym_id destructor = parse_accept(parser, "destructor") ? parse_sym(parser) : 0;
    ir_sym_id call = parse_accept(parser, "call") ? parse_sym(parser) : 0;
    ir_span_id span = parse_span(parser);
    struct ir_class *class_ = &parser->module->classes.data[id];
    class_->flags |= flags;
    class_->destructor = destructor;
    class_->call_operator = call;
    class_->span = span;
    if (parse_accept(parser, "{"))
        parse_fields(parser, id);
}

/* Known by kind and name before anything mentions it. */
static ir_sym_id parse_sym_start(struct parser *parser, enum ir_sym_kind kind)
{
    parse_expect(parser, "@");
    const char *key = parse_name(parser);
    const char *name = parse_peek(parser, 0)->kind == TOKEN_STRING ? parse_next(parser)->text : key;
    return ir_add_sym(parser->module, key, name, kind, 0);
}

static void parse_overrides(struct parser *parser, ir_sym_id method)
{
    do
        ir_add_override(parser->module, method, parse_sym(parser));
    while (parse_accept(parser, ","));
}

static void parse_sym_decl(struct parser *parser, enum ir_sym_kind kind)
{
    ir_sym_id id = parse_sym_start(parser, kind);
    ir_type_id type = parse_accept(parser, ":") ? parse_type(parser) : 0;
    ir_class_id class_ = parse_accept(parser, "of") ? parse_class_name(parser) : 0;
    uint32_t flags = parse_words(parser, words_sym);
    ir_span_id span = parse_span(parser);
    struct ir_sym *sym = &parser->module->syms.data[id];
    sym->flags |= flags;
    sym->type = type ? type : sym->type;
    sym->class_ = class_ ? class_ : sym->class_;
    sym->span = span ? span : sym->span;
    if (parse_accept(parser, "note"))
        sym->annotations = ir_string(parser->module, parse_name(parser));
    if (parse_accept(parser, "overrides"))
        parse_overrides(parser, id);
}

/* ---- the whole ---- */

enum pass { PASS_NAMES, PASS_DECLARATIONS, PASS_FUNCTIONS };

/* To the end of the statement, over everything in braces. */
static void skip_statement(struct parser *parser)
{
    for (uint32_t depth = 0; parse_peek(parser, 0)->kind != TOKEN_END; parse_next(parser)) {
        depth += parse_is(parser, "{");
        if (parse_is(parser, "}") && depth)
            depth--;
        if (!depth && parse_peek(parser, 0)->kind == TOKEN_NEWLINE)
            return;
    }
}

static bool is_sym_decl(struct parser *parser, enum ir_sym_kind *kind)
{
    static const struct word words[] = {
        {SYM_FUNCTION, "declare"}, {SYM_GLOBAL, "global"}, {SYM_NONE, "symbol"}, {0, NULL}};
    uint32_t value;
    if (!parse_word(parser, words, &value))
        return false;
    *kind = (enum ir_sym_kind)value;
    return true;
}

static void parse_names(struct parser *parser)
{
    enum ir_sym_kind kind;
    if (parse_accept(parser, "type"))
        parse_type_decl(parser, true);
    else if (is_sym_decl(parser, &kind))
        parse_sym_start(parser, kind);
    else if (parse_accept(parser, "func"))
        parse_sym_start(parser, SYM_FUNCTION);
    skip_statement(parser);
}

static void parse_declaration(struct parser *parser)
{
    enum ir_sym_kind kind;
    if (parse_accept(parser, "file"))
        parse_file(parser);
    else if (parse_accept(parser, "type"))
        parse_type_decl(parser, false);
    else if (parse_accept(parser, "class"))
        parse_class(parser);
    else if (is_sym_decl(parser, &kind))
        parse_sym_decl(parser, kind);
    else if (parse_is(parser, "func"))
        skip_statement(parser);
    else
        parse_fail(parser, "expected file, type, class, declare, global, symbol or func");
}

static void parse_definition(struct parser *parser)
{
    if (parse_accept(parser, "func"))
        parse_func(parser);
    else if (parse_accept(parser, "file"))
        parse_file(parser);
    else
        skip_statement(parser);
}

static void parse_pass(struct parser *parser, enum pass pass)
{
    static void (*const passes[])(struct parser *) = {parse_names, parse_declaration, parse_definition};
    parser->at = 0;
    parser->file = 0;
    parser->lines = false;
    parser->files.count = 0;
    vec_push(parser->arena, &parser->files);
    for (;;) {
        parse_skip_newlines(parser);
        if (parse_peek(parser, 0)->kind == TOKEN_END)
            return;
        passes[pass](parser);
        if (parse_peek(parser, 0)->kind != TOKEN_NEWLINE && parse_peek(parser, 0)->kind != TOKEN_END)
            parse_fail(parser, arena_printf(parser->arena, "expected the end of the statement instead of %s",
                                            parse_peek(parser, 0)->text));
    }
}

bool ir_parse_text(struct ir_module *module, const char *text, size_t length, struct err *err)
{
    struct arena *arena = arena_create("ir parse");
    struct parser parser = {.module = module, .arena = arena, .err = err};
    map_init(&parser.types, arena);
    parser.failed = !text_lex(arena, text, length, &parser.tokens, err);
    for (enum pass pass = PASS_NAMES; pass <= PASS_FUNCTIONS && !parser.failed; pass++)
        parse_pass(&parser, pass);
    arena_destroy(arena);
    return !parser.failed;
}
