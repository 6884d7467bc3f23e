/* Tokens of the text form; private to ir/text_*.c.
 *
 * A statement ends at a newline or `;`.  `//` starts a comment.  Names may contain `::`.
 */
#ifndef IR_TEXT_LEX_H
#define IR_TEXT_LEX_H

#include "base/err.h"
#include "base/vec.h"
#include <stdbool.h>

enum token_kind {
    TOKEN_END,
    TOKEN_NEWLINE,
    TOKEN_NAME,   /* also with :: */
    TOKEN_LOCAL,  /* `quoted`, %7, x%7 */
    TOKEN_NUMBER,
    TOKEN_STRING, /* unescaped */
    TOKEN_PUNCT,
};

struct token {
    enum token_kind kind;
    const char *text; /* in the arena */
    uint64_t number;
    uint32_t line, column;
};

typedef VEC(struct token) token_list;

/* False and a sentence where the text can't be read; `out` ends with TOKEN_END. */
bool text_lex(struct arena *arena, const char *text, size_t length, token_list *out, struct err *err);

#endif
