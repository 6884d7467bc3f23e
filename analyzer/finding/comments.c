#include "finding/comments.h"

#include <ctype.h>
#include <string.h>

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (c & 0x80);
}

/* The word that ends right before `at`. */
static size_t word_start(const char *text, size_t at)
{
    while (at > 0 && is_word(text[at - 1]))
        at--;
    return at;
}

static bool is_one_of(const char *word, size_t length, const char *const *words)
{
    for (; *words; words++)
        if (strlen(*words) == length && memcmp(word, *words, length) == 0)
            return true;
    return false;
}

static bool is_raw_prefix(const char *text, size_t quote)
{
    static const char *const prefixes[] = {"R", "LR", "uR", "UR", "u8R", NULL};
    size_t start = word_start(text, quote);
    return is_one_of(text + start, quote - start, prefixes);
}

/* 1'000'000: an apostrophe right behind a word that is no prefix of a character. */
static bool is_separator(const char *text, size_t quote)
{
    static const char *const prefixes[] = {"", "L", "u", "U", "u8", NULL};
    size_t start = word_start(text, quote);
    return !is_one_of(text + start, quote - start, prefixes);
}

static size_t skip_raw(const char *text, size_t length, size_t quote)
{
    char close[20] = ")";
    size_t count = 1, at = quote + 1;
    while (at < length && text[at] != '(' && count <= 16)
        close[count++] = text[at++];
    if (at >= length || text[at] != '(')
        return quote + 1;
    close[count++] = '"';
    const char *end = memmem(text + at, length - at, close, count);
    return end ? (size_t)(end - text) + count : length;
}

/* Not over the line's end, unless it is continued: a lone apostrophe in an #error must not eat the file. */
static size_t skip_literal(const char *text, size_t length, size_t quote)
{
    size_t at = quote + 1;
    while (at < length && text[at] != text[quote] && text[at] != '\n') {
        if (text[at] == '\\' && at + 2 < length && text[at + 1] == '\r')
            at++;
        at += text[at] == '\\' ? 2 : 1;
    }
    return at < length ? at + 1 : length;
}

static bool is_continued(const char *text, size_t newline)
{
    if (newline > 0 && text[newline - 1] == '\r')
        newline--;
    return newline > 0 && text[newline - 1] == '\\';
}

static size_t comment_end(const char *text, size_t length, size_t at)
{
    if (text[at + 1] == '*') {
        const char *end = memmem(text + at + 2, length - at - 2, "*/", 2);
        return end ? (size_t)(end - text) + 2 : length;
    }
    for (;;) {
        const char *newline = memchr(text + at, '\n', length - at);
        if (!newline)
            return length;
        at = (size_t)(newline - text);
        if (!is_continued(text, at))
            return at > 0 && text[at - 1] == '\r' ? at - 1 : at;
        at++;
    }
}

static bool is_blank(const char *text, size_t from, size_t to)
{
    while (from < to && isspace((unsigned char)text[from]))
        from++;
    return from == to;
}

static void add(struct arena *arena, const struct source *source, size_t begin, size_t end,
                struct comment_list *out)
{
    uint32_t line = source_line_at(source, begin), end_line = source_line_at(source, end ? end - 1 : 0);
    bool alone = is_blank(source->text, source->line_start[line - 1], begin) &&
                 is_blank(source->text, end, source->line_start[end_line]);
    *vec_push(arena, &out->items) =
        (struct comment){.offset = begin, .end = end, .line = line, .end_line = end_line, .alone = alone};
}

static void blank(char *mask, size_t from, size_t to)
{
    for (size_t i = from; mask && i < to; i++)
        if (mask[i] != '\n' && mask[i] != '\r')
            mask[i] = ' ';
}

/* `out` and `mask` may be NULL. */
static void scan(struct arena *arena, const struct source *source, struct comment_list *out, char *mask)
{
    const char *text = source->text;
    size_t length = source->length;
    for (size_t at = 0; at < length;) {
        at += strcspn(text + at, "/\"'");
        if (at >= length)
            break;
        size_t begin = at;
        if (text[at] == '/' && (text[at + 1] == '/' || text[at + 1] == '*')) {
            at = comment_end(text, length, at);
            if (out)
                add(arena, source, begin, at, out);
            blank(mask, begin, at);
        } else if (text[at] == '"' || (text[at] == '\'' && !is_separator(text, at))) {
            bool raw = text[at] == '"' && is_raw_prefix(text, at);
            at = raw ? skip_raw(text, length, at) : skip_literal(text, length, at);
            blank(mask, begin + 1, at > begin + 1 ? at - 1 : at);
        } else {
            at++; /* a slash, a separator, or a NUL in the text */
        }
    }
}

void comments_find(struct arena *arena, const struct source *source, struct comment_list *out)
{
    scan(arena, source, out, NULL);
}

char *source_mask(struct arena *arena, const struct source *source)
{
    char *mask = arena_strndup(arena, source->text, source->length);
    scan(arena, source, NULL, mask);
    return mask;
}
