#include "compdb/words.h"

#include <string.h>

#include "base/file.h"
#include "base/path.h"

#define RESPONSE_DEPTH 10
#define RESPONSE_BYTES ((size_t)16 << 20)
#define WORDS_MAX      200000

/* One word after the other is built in `text` (as long as the input at most) and copied out. */
struct splitter {
    struct arena *arena;
    struct words *out;
    char *text;
    size_t length;
    bool open; /* a word has begun, perhaps an empty one in quotes */
};

static void add_char(struct splitter *splitter, char c)
{
    splitter->text[splitter->length++] = c;
    splitter->open = true;
}

static void end_word(struct splitter *splitter)
{
    if (splitter->open)
        *vec_push(splitter->arena, &splitter->out->list) =
            arena_strndup(splitter->arena, splitter->text, splitter->length);
    splitter->length = 0;
    splitter->open = false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

/* Within double quotes a shell's backslash takes only these. */
static bool shell_escapes(char quote, char next)
{
    return quote ? quote == '"' && next && strchr("\"\\$`\n", next) : next != 0;
}

bool words_split_shell(struct arena *arena, const char *text, struct words *out, struct err *err)
{
    struct splitter splitter = {.arena = arena, .out = out, .text = arena_alloc(arena, strlen(text) + 1)};
    char quote = 0;
    for (; *text; text++) {
        if (*text == '\\' && shell_escapes(quote, text[1])) {
            if (*++text != '\n')
                add_char(&splitter, *text);
        } else if (quote ? *text == quote : *text == '"' || *text == '\'') {
            quote = quote ? 0 : *text;
            splitter.open = true;
        } else if (!quote && is_blank(*text)) {
            end_word(&splitter);
        } else {
            add_char(&splitter, *text);
        }
    }
    end_word(&splitter);
    if (quote)
        err_set(err, ERR_INPUT, "a quote (%c) is not closed", quote);
    return !quote;
}

void words_split_response(struct arena *arena, const char *text, struct words *out)
{
    struct splitter splitter = {.arena = arena, .out = out, .text = arena_alloc(arena, strlen(text) + 1)};
    char quote = 0;
    for (; *text; text++) {
        if (*text == '\\' && text[1]) {
            add_char(&splitter, *++text);
        } else if (quote ? *text == quote : *text == '"' || *text == '\'') {
            quote = quote ? 0 : *text;
            splitter.open = true;
        } else if (!quote && is_blank(*text)) {
            end_word(&splitter);
        } else {
            add_char(&splitter, *text);
        }
    }
    end_word(&splitter);
}

static bool expand(struct arena *arena, const char *directory, const struct words *in, int depth, struct words *out,
                   struct words *missing, struct err *err)
{
    if (depth > RESPONSE_DEPTH) {
        err_set(err, ERR_INPUT, "its response files (@file) name one another more than %d deep", RESPONSE_DEPTH);
        return false;
    }
    for (uint32_t i = 0; i < in->list.count; i++) {
        const char *word = in->list.data[i];
        if (out->list.count >= WORDS_MAX) {
            err_set(err, ERR_INPUT, "it has more than %d arguments", WORDS_MAX);
            return false;
        }
        if (word[0] != '@' || !word[1]) {
            *vec_push(arena, &out->list) = word;
            continue;
        }
        char *text;
        size_t length;
        if (file_read(arena, path_join(arena, directory, word + 1), RESPONSE_BYTES, &text, &length, NULL)) {
            *vec_push(arena, &missing->list) = word + 1;
            continue;
        }
        struct words inner = {0};
        words_split_response(arena, text, &inner);
        if (!expand(arena, directory, &inner, depth + 1, out, missing, err))
            return false;
    }
    return true;
}

bool words_expand(struct arena *arena, const char *directory, const struct words *in, struct words *out,
                  struct words *missing, struct err *err)
{
    return expand(arena, directory, in, 0, out, missing, err);
}
