/* What the parser's files share; private to them.
 *
 * Errors stick: after the first one every token is TOKEN_END, so that loops end and callers check once.
 */
#ifndef IR_TEXT_PARSE_H
#define IR_TEXT_PARSE_H

#include "base/map.h"
#include "ir/builder.h"
#include "ir/text_lex.h"
#include "ir/words.h"

struct parser {
    struct ir_module *module;
    struct arena *arena; /* scratch */
    token_list tokens;
    uint32_t at;
    struct err *err;
    bool failed;
    struct map types;     /* spelling, ordinal: declared types */
    VEC(ir_file_id) files; /* by alias */
    ir_file_id file;      /* the last one declared */
    bool lines;           /* instructions without a span stand at their line of this text */
};

const struct token *parse_peek(const struct parser *parser, uint32_t ahead);
const struct token *parse_next(struct parser *parser);
bool parse_is(const struct parser *parser, const char *text);       /* a name or punctuation */
bool parse_is_at(const struct parser *parser, uint32_t ahead, const char *text);
bool parse_accept(struct parser *parser, const char *text);
void parse_expect(struct parser *parser, const char *text);
void parse_fail(struct parser *parser, const char *what);           /* "line 3, column 7: what" */
void parse_skip_newlines(struct parser *parser);

const char *parse_name(struct parser *parser);                      /* a name or a string */
uint32_t parse_number(struct parser *parser);
bool parse_word(struct parser *parser, const struct word *words, uint32_t *value); /* one, when there is one */
uint32_t parse_words(struct parser *parser, const struct word *words);             /* flags, all there are */
ir_type_id parse_type(struct parser *parser);
ir_sym_id parse_sym(struct parser *parser);                         /* @key */
ir_class_id parse_class_name(struct parser *parser);
/* #..., when there is one. */
ir_span_id parse_span(struct parser *parser);
ir_span_id parse_line_span(struct parser *parser, const struct token *token);

void parse_func(struct parser *parser);

#endif
