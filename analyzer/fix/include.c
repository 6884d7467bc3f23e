#include "fix/include.h"

#include <ctype.h>
#include <string.h>

#include "finding/comments.h"

/* What one pass over the lines of a file learns. Lines are 1-based; 0: none. */
struct layout {
    struct arena *arena;
    const struct source *source;
    const char *header;
    char *mask;
    uint32_t last_include;     /* at the outermost level */
    uint32_t last_conditional; /* the #endif of the last outermost conditional that holds an include */
    uint32_t last_opening;     /* of the #defines and #pragmas that open the file */
    bool has_header;
    /* while scanning */
    uint32_t level, guard, braces, externs, directives;
    bool group_has_include, declared, code; /* declared: anything but directives; code: braces */
    const char *guard_name;
    size_t guard_length;
};

/* ---- directives ---- */

static size_t skip_blanks(const char *text, size_t at)
{
    while (text[at] == ' ' || text[at] == '\t')
        at++;
    return at;
}

static size_t word_end(const char *text, size_t at)
{
    while (isalnum((unsigned char)text[at]) || text[at] == '_')
        at++;
    return at;
}

static bool is_word(const char *text, size_t begin, size_t end, const char *word)
{
    return end - begin == strlen(word) && memcmp(text + begin, word, end - begin) == 0;
}

/* `at`: behind the word include. */
static bool names_header(const struct layout *l, size_t at)
{
    const char *text = l->source->text;
    at = skip_blanks(text, at);
    size_t length = strlen(l->header);
    return (text[at] == '<' || text[at] == '"') && strncmp(text + at + 1, l->header, length) == 0 &&
           (text[at + 1 + length] == '>' || text[at + 1 + length] == '"');
}

static void see_include(struct layout *l, uint32_t line, size_t at)
{
    if (l->level == l->guard && !l->braces) {
        l->last_include = line;
        l->has_header |= names_header(l, at);
    } else {
        l->group_has_include = true;
    }
}

/* An include guard is the file's first directive, and its #define the second. */
static void see_condition(struct layout *l, size_t begin, size_t end)
{
    l->level++;
    if (l->level == l->guard + 1)
        l->group_has_include = false;
    if (l->directives != 1 || l->code || !is_word(l->mask, begin, end, "ifndef"))
        return;
    size_t name = skip_blanks(l->mask, end);
    l->guard_name = l->mask + name;
    l->guard_length = word_end(l->mask, name) - name;
}

static void see_define(struct layout *l, uint32_t line, size_t end)
{
    size_t name = skip_blanks(l->mask, end);
    if (l->directives == 2 && l->guard_name && l->level == 1 &&
        word_end(l->mask, name) - name == l->guard_length &&
        memcmp(l->mask + name, l->guard_name, l->guard_length) == 0)
        l->guard = 1;
    if (l->level == l->guard && !l->declared)
        l->last_opening = line;
}

static void see_end(struct layout *l, uint32_t line)
{
    if (!l->level)
        return;
    l->level--;
    if (l->level == l->guard && l->group_has_include && !l->braces)
        l->last_conditional = line;
    if (l->level < l->guard) /* what stands behind a guard is not the file's main part */
        l->code = true;
}

static void see_directive(struct layout *l, uint32_t line, size_t at)
{
    size_t begin = skip_blanks(l->mask, at + 1), end = word_end(l->mask, begin);
    l->directives++;
    if (is_word(l->mask, begin, end, "include") || is_word(l->mask, begin, end, "import"))
        see_include(l, line, end);
    else if (is_word(l->mask, begin, end, "if") || is_word(l->mask, begin, end, "ifdef") ||
             is_word(l->mask, begin, end, "ifndef"))
        see_condition(l, begin, end);
    else if (is_word(l->mask, begin, end, "endif"))
        see_end(l, line);
    else if (is_word(l->mask, begin, end, "define"))
        see_define(l, line, end);
    else if (is_word(l->mask, begin, end, "pragma") && l->level == l->guard && !l->declared)
        l->last_opening = line;
}

/* ---- code ---- */

/* Is the brace that of extern "C"? Its words stand right before it, maybe on the line above. */
static bool opens_extern(const struct layout *l, size_t brace)
{
    const char *text = l->source->text;
    while (brace > 0 && isspace((unsigned char)l->mask[brace - 1]))
        brace--;
    return brace >= 3 && memcmp(text + brace - 3, "\"C\"", 3) == 0;
}

static void see_brace(struct layout *l, size_t at)
{
    if (l->mask[at] == '{') {
        bool external = opens_extern(l, at);
        l->code |= !external && !l->externs;
        l->externs += external;
        l->braces++;
    } else if (l->braces) {
        l->braces--;
        l->externs = l->braces < l->externs ? l->braces : l->externs;
    }
}

static bool is_continued(const struct layout *l, uint32_t line)
{
    size_t length;
    const char *text = source_line(l->source, line, &length);
    return length && text[length - 1] == '\\';
}

static void scan(struct layout *l)
{
    l->mask = source_mask(l->arena, l->source);
    for (uint32_t line = 1; line <= l->source->line_count && !l->code; line++) {
        size_t begin = l->source->line_start[line - 1], end = l->source->line_start[line];
        if (l->source->length - begin >= 3 && memcmp(l->mask + begin, "\xef\xbb\xbf", 3) == 0)
            begin += 3;
        size_t first = skip_blanks(l->mask, begin);
        if (l->mask[first] == '#') {
            while (line < l->source->line_count && is_continued(l, line))
                line++;
            see_directive(l, line, first);
            continue;
        }
        for (size_t at = first; at < end && !l->code; at++) {
            l->declared = l->declared || !isspace((unsigned char)l->mask[at]);
            if (l->mask[at] == '{' || l->mask[at] == '}')
                see_brace(l, at);
        }
    }
}

/* ---- the place ---- */

static const char *line_ending(const struct source *source)
{
    const char *newline = memchr(source->text, '\n', source->length);
    return newline && newline > source->text && newline[-1] == '\r' ? "\r\n" : "\n";
}

/* A comment that begins on this line may end on a later one. */
static uint32_t behind_comments(const struct comment_list *comments, uint32_t line)
{
    for (uint32_t i = 0; i < comments->items.count; i++)
        if (comments->items.data[i].line <= line && comments->items.data[i].end_line > line)
            line = comments->items.data[i].end_line;
    return line;
}

static bool is_blank_line(const struct source *source, uint32_t line)
{
    size_t length;
    const char *text = source_line(source, line, &length);
    while (length && isspace((unsigned char)text[length - 1]))
        length--;
    return !length;
}

static bool speaks_of_licence(const struct source *source, const struct comment *comment)
{
    static const char *const words[] = {"opyright", "icense", "icence", "SPDX", "OPYRIGHT", "ICENSE"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (memmem(source->text + comment->offset, comment->end - comment->offset, words[i],
                   strlen(words[i])))
            return true;
    return false;
}

/* The last line of the comments that open the file: a blank line behind them, or a licence in them, tells
 * them from the first function's own comment. */
static uint32_t opening_comment(const struct source *source, const struct comment_list *comments)
{
    uint32_t line = 0;
    bool licence = false;
    for (uint32_t i = 0; i < comments->items.count; i++) {
        const struct comment *comment = &comments->items.data[i];
        if (comment->line != line + 1 || !comment->alone)
            break;
        licence |= speaks_of_licence(source, comment);
        line = comment->end_line;
    }
    return licence || is_blank_line(source, line + 1) ? line : 0;
}

static struct fix_edit insert_behind(struct arena *arena, const struct source *source, uint32_t line,
                                     const char *before, const char *text, const char *after)
{
    const char *end = line_ending(source);
    uint32_t offset = source->line_start[line];
    bool unfinished = offset == source->length && line && source->text[offset - 1] != '\n';
    return (struct fix_edit){.path = source->path,
                             .offset = offset,
                             .end_offset = offset,
                             .text = unfinished ? arena_printf(arena, "%s%s", end, text)
                                                : arena_printf(arena, "%s%s%s%s", *before ? end : "", text,
                                                               end, *after ? end : "")};
}

static uint32_t byte_order_mark(const struct source *source)
{
    return source->length >= 3 && memcmp(source->text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

/* A file without includes gets a paragraph of its own. */
static struct fix_edit insert_alone(struct arena *arena, const struct source *source, uint32_t line,
                                    const char *directive)
{
    if (!source->line_count || !line) {
        uint32_t offset = byte_order_mark(source);
        const char *end = line_ending(source);
        return (struct fix_edit){
            .path = source->path,
            .offset = offset,
            .end_offset = offset,
            .text = arena_printf(arena, "%s%s%s", directive, end, source->line_count ? end : "")};
    }
    bool blank_follows = line < source->line_count && is_blank_line(source, line + 1);
    if (blank_follows)
        return insert_behind(arena, source, line + 1, "", directive, "blank");
    return insert_behind(arena, source, line, "blank", directive, line < source->line_count ? "blank" : "");
}

bool include_edit(struct arena *arena, const struct source *source, const char *header, struct fix_edit *out)
{
    struct layout l = {.arena = arena, .source = source, .header = header};
    struct comment_list comments = {0};
    scan(&l);
    if (l.has_header)
        return false;
    comments_find(arena, source, &comments);
    const char *directive = arena_printf(arena, "#include <%s>", header);
    uint32_t line = l.last_include ? l.last_include : l.last_conditional;
    if (line) {
        *out = insert_behind(arena, source, behind_comments(&comments, line), "", directive, "");
        return true;
    }
    line = l.last_opening ? behind_comments(&comments, l.last_opening) : opening_comment(source, &comments);
    *out = insert_alone(arena, source, line, directive);
    return true;
}
