#include "calc.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdlib.h>

/* Errors jump out of the recursion, to calc() below: same call tree, same task, so
 * no task is in danger. */
struct parser {
    const char *at;
    int depth;
    jmp_buf error;
};

static long parse_sum(struct parser *parser);

static long parse_atom(struct parser *parser)
{
    long value;

    if (*parser->at == '(') {
        if (++parser->depth > 100)
            longjmp(parser->error, 1);
        parser->at++;
        value = parse_sum(parser);
        if (*parser->at != ')')
            longjmp(parser->error, 1);
        parser->at++;
        parser->depth--;
        return value;
    }
    if (!isdigit((unsigned char)*parser->at))
        longjmp(parser->error, 1);
    return strtol(parser->at, (char **)&parser->at, 10);
}

static long parse_product(struct parser *parser)
{
    long value = parse_atom(parser);

    while (*parser->at == '*' || *parser->at == '/') {
        char op = *parser->at++;
        long right = parse_atom(parser);
        if (op == '/' && right == 0)
            longjmp(parser->error, 1);
        value = op == '*' ? value * right : value / right;
    }
    return value;
}

static long parse_sum(struct parser *parser)
{
    long value = parse_product(parser);

    while (*parser->at == '+' || *parser->at == '-') {
        char op = *parser->at++;
        long right = parse_product(parser);
        value = op == '+' ? value + right : value - right;
    }
    return value;
}

bool calc(const char *text, long *result)
{
    struct parser parser = {.at = text};

    if (setjmp(parser.error) != 0)
        return false;
    *result = parse_sum(&parser);
    return *parser.at == '\0';
}
