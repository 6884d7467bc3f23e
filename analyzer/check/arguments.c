/* Where an argument is written: the IR has no places for arguments, so the call's own text is read again. */
#include <ctype.h>
#include <string.h>

#include "check/check.h"
#include "finding/sources.h"

struct lexer {
    const char *text;
    size_t at, end;
};

static void skip_literal(struct lexer *in)
{
    char quote = in->text[in->at];
    if (quote == '\'' && isalnum((unsigned char)in->text[in->at - 1]) && isalnum((unsigned char)in->text[in->at + 1]))
        return; /* 30'000 */
    for (in->at++; in->at < in->end && in->text[in->at] != quote; in->at++)
        if (in->text[in->at] == '\\')
            in->at++;
}

static void skip_comment(struct lexer *in)
{
    bool is_line = in->text[in->at + 1] == '/';
    const char *close = is_line ? "\n" : "*/";
    const char *found = memmem(in->text + in->at + 2, in->end - in->at - 2, close, strlen(close));
    in->at = found ? (size_t)(found - in->text) + strlen(close) - 1 : in->end;
}

/* Goes to the next character that is code and no white space; false at the end. */
static bool next_code(struct lexer *in)
{
    for (; in->at < in->end; in->at++) {
        char c = in->text[in->at];
        if (c == '/' && in->at + 1 < in->end && (in->text[in->at + 1] == '/' || in->text[in->at + 1] == '*'))
            skip_comment(in);
        else if (!strchr(" \t\r\n", c))
            return true;
    }
    return false;
}

/* From inside a bracket to the comma or bracket that ends this argument; false where there is none.  `*last` is one past
 * its last character. */
static bool skip_argument(struct lexer *in, size_t *last)
{
    int depth = 0;
    for (*last = in->at; next_code(in); in->at++) {
        char c = in->text[in->at];
        if (!depth && (c == ',' || c == ')' || c == '}'))
            return true;
        if (c == '"' || c == '\'')
            skip_literal(in);
        else if (strchr("([{", c))
            depth++;
        else if (strchr(")]}", c))
            depth--;
        *last = in->at + 1;
    }
    return false;
}

static struct place place_at(const struct source *source, size_t from, size_t to)
{
    struct place place = {.path = source->path, .offset = (uint32_t)from, .end_offset = (uint32_t)to};
    place.line = source_line_at(source, from);
    place.end_line = source_line_at(source, to);
    place.column = (uint32_t)(from - source->line_start[place.line - 1]) + 1;
    place.end_column = (uint32_t)(to - source->line_start[place.end_line - 1]) + 1;
    return place;
}

struct place check_argument_place(const struct check_pass *pass, ir_func_id func, ir_instr_id instr, uint32_t index)
{
    const struct ir_instr *call = &pass->module->funcs.data[func].instrs.data[instr];
    const struct ir_span *whole = &pass->module->spans.data[call->span], *name = &pass->module->spans.data[call->name_span];
    const struct place none = {0};
    bool is_plain = call->span && call->name_span && whole->flags & SPAN_EDITABLE && name->flags & SPAN_EDITABLE;
    if (!pass->config->sources || !is_plain || call->flags & (CALL_OPERATOR | CALL_IMPLICIT))
        return none;
    const struct source *source = sources_get(pass->config->sources, check_place(pass, call->span).path);
    if (!source || whole->end_offset > source->length || name->end_offset > whole->end_offset)
        return none;
    struct lexer in = {source->text, name->end_offset, whole->end_offset};
    if (!next_code(&in) || (in.text[in.at] != '(' && in.text[in.at] != '{'))
        return none;
    in.at++;
    struct place found = none;
    uint32_t written = 0;
    while (next_code(&in)) {
        size_t first = in.at, last;
        if (!skip_argument(&in, &last))
            return none;
        if (written++ == index && last > first)
            found = place_at(source, first, last);
        if (in.text[in.at++] != ',')
            break;
    }
    /* A comma between template arguments would have been counted. */
    return written + (call->flags & CALL_METHOD ? 1 : 0) <= call->arg_count ? found : none;
}

const char *check_argument_text(const struct check_pass *pass, ir_func_id func, ir_instr_id instr, uint32_t index)
{
    struct place place = check_argument_place(pass, func, instr, index);
    const struct source *source = place.path ? sources_get(pass->config->sources, place.path) : NULL;
    return source ? arena_strndup(pass->arena, source->text + place.offset, place.end_offset - place.offset) : NULL;
}
