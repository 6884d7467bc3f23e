#include "ir/text_lex.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct lexer {
    struct arena *arena;
    const char *at, *end, *line_start;
    uint32_t line;
    token_list *out;
    struct err *err;
    bool failed;
};

static char peek(const struct lexer *lexer, size_t ahead)
{
    return (size_t)(lexer->end - lexer->at) > ahead ? lexer->at[ahead] : 0;
}

static bool is_name_start(char c)
{
    return isalpha((unsigned char)c) || c == '_';
}

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$';
}

static struct token *push(struct lexer *lexer, enum token_kind kind, const char *start)
{
    struct token *token = vec_push(lexer->arena, lexer->out);
    *token = (struct token){.kind = kind, .line = lexer->line};
    token->column = (uint32_t)(start - lexer->line_start) + 1;
    token->text = arena_strndup(lexer->arena, start, (size_t)(lexer->at - start));
    return token;
}

static void fail(struct lexer *lexer, const char *what)
{
    if (!lexer->failed)
        err_set(lexer->err, ERR_INPUT, "line %u, column %u: %s", lexer->line,
                (unsigned)(lexer->at - lexer->line_start) + 1, what);
    lexer->failed = true;
}

/* name(::~?name)*, and a %7 right behind it that tells locals of one name apart. */
static void lex_name(struct lexer *lexer)
{
    const char *start = lexer->at;
    enum token_kind kind = TOKEN_NAME;
    for (;;) {
        while (is_name_char(peek(lexer, 0)))
            lexer->at++;
        size_t skip = peek(lexer, 2) == '~' ? 3 : 2;
        if (peek(lexer, 0) != ':' || peek(lexer, 1) != ':' || !is_name_start(peek(lexer, skip)))
            break;
        lexer->at += skip;
    }
    if (peek(lexer, 0) == '%' && is_name_char(peek(lexer, 1))) {
        kind = TOKEN_LOCAL;
        for (lexer->at++; is_name_char(peek(lexer, 0));)
            lexer->at++;
    }
    push(lexer, kind, start);
}

static void lex_number(struct lexer *lexer)
{
    const char *start = lexer->at;
    char *end;
    uint64_t value = strtoull(start, &end, 0); /* the text ends with NUL, see text_lex */
    lexer->at = end;
    push(lexer, TOKEN_NUMBER, start)->number = value;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static char lex_escape(struct lexer *lexer)
{
    char c = peek(lexer, 1);
    if (!c) {
        fail(lexer, "nothing follows the backslash");
        return ' ';
    }
    lexer->at += 2;
    if (c == 'n')
        return '\n';
    if (c != 'x')
        return c;
    int high = hex_digit(peek(lexer, 0)), low = high < 0 ? -1 : hex_digit(peek(lexer, 1));
    if (low < 0 || (!high && !low)) {
        fail(lexer, "\\x needs two hex digits that are not 00");
        return ' ';
    }
    lexer->at += 2;
    return (char)(high << 4 | low);
}

static void lex_string(struct lexer *lexer)
{
    const char *start = lexer->at++;
    size_t length = 0, capacity = 64;
    char *text = arena_alloc(lexer->arena, capacity);
    while (peek(lexer, 0) != '"') {
        if (lexer->at >= lexer->end || peek(lexer, 0) == '\n' || lexer->failed) {
            fail(lexer, "this string does not end on its line");
            return;
        }
        if (length + 1 == capacity) {
            char *more = arena_alloc(lexer->arena, capacity *= 2);
            text = memcpy(more, text, length);
        }
        text[length++] = peek(lexer, 0) == '\\' ? lex_escape(lexer) : *lexer->at++;
    }
    lexer->at++;
    push(lexer, TOKEN_STRING, start)->text = arena_strndup(lexer->arena, text, length);
}

static void lex_local(struct lexer *lexer)
{
    const char *start = lexer->at++;
    if (*start == '%') {
        while (is_name_char(peek(lexer, 0)))
            lexer->at++;
        push(lexer, TOKEN_LOCAL, start);
        return;
    }
    while (peek(lexer, 0) != '`') {
        if (lexer->at >= lexer->end || peek(lexer, 0) == '\n') {
            fail(lexer, "this `name does not end on its line");
            return;
        }
        lexer->at++;
    }
    lexer->at++;
    for (bool more = peek(lexer, 0) == '%' && is_name_char(peek(lexer, 1)); more; more = is_name_char(peek(lexer, 0)))
        lexer->at++;
    push(lexer, TOKEN_LOCAL, start);
}

static void lex_punct(struct lexer *lexer)
{
    static const char *const longer[] = {"...", "..", "->", "::", "<<", ">>", "<=", ">=", "==", "!="};
    const char *start = lexer->at;
    for (size_t i = 0; i < sizeof longer / sizeof *longer; i++) {
        size_t length = strlen(longer[i]);
        if ((size_t)(lexer->end - start) >= length && !memcmp(start, longer[i], length)) {
            lexer->at += length;
            push(lexer, TOKEN_PUNCT, start);
            return;
        }
    }
    lexer->at++;
    push(lexer, TOKEN_PUNCT, start);
}

static void lex_newline(struct lexer *lexer)
{
    const char *start = lexer->at++;
    push(lexer, TOKEN_NEWLINE, start);
    if (*start == '\n') {
        lexer->line++;
        lexer->line_start = lexer->at;
    }
}

static void lex_one(struct lexer *lexer)
{
    char c = peek(lexer, 0);
    if (c == '\n' || c == ';')
        lex_newline(lexer);
    else if (isspace((unsigned char)c))
        lexer->at++;
    else if (c == '/' && peek(lexer, 1) == '/')
        while (lexer->at < lexer->end && *lexer->at != '\n')
            lexer->at++;
    else if (is_name_start(c))
        lex_name(lexer);
    else if (isdigit((unsigned char)c))
        lex_number(lexer);
    else if (c == '"')
        lex_string(lexer);
    else if (c == '`' || (c == '%' && is_name_char(peek(lexer, 1))))
        lex_local(lexer);
    else
        lex_punct(lexer);
}

bool text_lex(struct arena *arena, const char *text, size_t length, token_list *out, struct err *err)
{
    char *copy = arena_strndup(arena, text, length);
    struct lexer lexer = {.arena = arena, .at = copy, .end = copy + length, .line_start = copy, .line = 1,
                          .out = out, .err = err};
    while (lexer.at < lexer.end && !lexer.failed)
        lex_one(&lexer);
    push(&lexer, TOKEN_NEWLINE, lexer.at);
    push(&lexer, TOKEN_END, lexer.at);
    return !lexer.failed;
}
