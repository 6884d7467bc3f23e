#include "facts/name.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/vec.h"
#include "facts/model.h"

/* `operator<`, `operator->`, `operator<=>`...: its angle brackets are no template arguments. */
static size_t operator_length(const char *at)
{
    if (strncmp(at, "operator", 8) != 0)
        return 0;
    size_t length = 8;
    while (at[length] && strchr("<>=-+*/%^&|~!,", at[length]) && length < 11)
        length++;
    return length;
}

static bool is_inline_namespace(const char *component, size_t length)
{
    static const char *const known[] = {"__cxx11", "__cxx1998", "_V2", "__ndk1", "(anonymous namespace)",
                                        "(anonymous)"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strlen(known[i]) == length && strncmp(known[i], component, length) == 0)
            return true;
    if (length < 3 || component[0] != '_' || component[1] != '_')
        return false;
    for (size_t i = 2; i < length; i++)
        if (!isdigit((unsigned char)component[i]))
            return false;
    return true;
}

/* The name without template arguments. */
static char *without_arguments(struct arena *arena, const char *name)
{
    char *out = arena_alloc(arena, strlen(name) + 1);
    size_t count = 0;
    int depth = 0;
    for (const char *at = name; *at; at++) {
        size_t op = depth == 0 ? operator_length(at) : 0;
        if (op) {
            memcpy(out + count, at, op);
            count += op;
            at += op - 1;
        } else if (*at == '<') {
            depth++;
        } else if (*at == '>' && depth > 0) {
            depth--;
        } else if (depth == 0) {
            out[count++] = *at;
        }
    }
    out[count] = 0;
    return out;
}

const char *model_normalise(struct arena *arena, const char *name)
{
    char *plain = without_arguments(arena, name);
    char *out = arena_alloc(arena, strlen(plain) + 1);
    size_t count = 0;
    const char *at = plain;
    if (at[0] == ':' && at[1] == ':')
        at += 2;
    while (*at) {
        const char *end = strstr(at, "::");
        size_t length = end ? (size_t)(end - at) : strlen(at);
        if (!end || !is_inline_namespace(at, length)) {
            memcpy(out + count, at, length);
            count += length;
            if (end) {
                memcpy(out + count, "::", 2);
                count += 2;
            }
        }
        at += length + (end ? 2 : 0);
    }
    out[count] = 0;
    return out;
}

/* The `(` that opens the parameters: the last group of parentheses at depth 0. */
static const char *parameters_open(const char *text)
{
    const char *open = NULL;
    int round = 0, angle = 0;
    for (const char *at = text; *at; at++) {
        if (*at == '<')
            angle++;
        else if (*at == '>' && angle > 0)
            angle--;
        else if (*at == '(' && angle == 0 && round++ == 0)
            open = open && strncmp(open, "(*", 2) != 0 ? open : at;
        else if (*at == ')' && angle == 0)
            round--;
    }
    return open;
}

static char *trimmed(struct arena *arena, const char *from, const char *to)
{
    while (from < to && *from == ' ')
        from++;
    while (to > from && to[-1] == ' ')
        to--;
    return arena_strndup(arena, from, (size_t)(to - from));
}

int name_params(struct arena *arena, const char *type_spelling, const char ***out)
{
    const char *at = parameters_open(type_spelling);
    if (!at)
        return -1;
    VEC(const char *) params = {0};
    int depth = 0;
    const char *from = at + 1;
    for (at++; *at; at++) {
        if (depth == 0 && (*at == ',' || *at == ')')) {
            char *param = trimmed(arena, from, at);
            if (*param && strcmp(param, "void") != 0 && strcmp(param, "...") != 0)
                *vec_push(arena, &params) = param;
            from = at + 1;
            if (*at == ')')
                break;
        } else if (strchr("(<[{", *at)) {
            depth++;
        } else if (strchr(")>]}", *at)) {
            depth--;
        }
    }
    *out = params.data;
    return (int)params.count;
}

bool name_glob(const char *pattern, const char *text)
{
    const char *star = NULL, *again = NULL;
    while (*text) {
        if (*pattern == '*') {
            star = pattern++;
            again = text;
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star + 1;
            text = ++again;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == 0;
}

/* Levenshtein's distance, for short words. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[64];
    size_t n = strlen(b);
    if (strlen(a) > 60 || n > 60)
        return 99;
    for (size_t j = 0; j <= n; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; a[i - 1]; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= n; j++) {
            unsigned best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[n];
}

const char *name_nearest(const char *wrong, const char *const *candidates)
{
    const char *best = NULL;
    unsigned least = (unsigned)strlen(wrong) / 3 + 2;
    for (; *candidates; candidates++) {
        unsigned d = distance(wrong, *candidates);
        if (d < least) {
            least = d;
            best = *candidates;
        }
    }
    return best;
}
