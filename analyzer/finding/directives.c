#include "finding/directives.h"

#include <ctype.h>
#include <string.h>

#include "finding/comments.h"

enum directive_kind { IGNORE, IGNORE_BEGIN, IGNORE_END, DETACHED, NOLINT, NOLINT_NEXT };

struct spelling {
    const char *text;
    enum directive_kind kind;
    char then; /* what must follow */
};

/* Longer ones first. */
static const struct spelling spellings[] = {
    {"spawnlint-ignore-begin", IGNORE_BEGIN, ':'},
    {"spawnlint-ignore-end", IGNORE_END, ':'},
    {"spawnlint-ignore", IGNORE, ':'},
    {"spawnlint-detached", DETACHED, ':'},
    {"NOLINTNEXTLINE", NOLINT_NEXT, '('},
    {"NOLINT", NOLINT, '('},
};

struct parser {
    struct arena *arena;
    const struct source *source;
    const struct suppress_options *options;
    const struct comment_list *comments;
    uint32_t comment; /* index of the one that is read */
    struct directives *out;
    VEC(struct silence) open; /* begun, not ended */
};

/* ---- messages ---- */

static struct place place_at(const struct parser *p, size_t offset, size_t end)
{
    const struct source *source = p->source;
    uint32_t line = source_line_at(source, offset), end_line = source_line_at(source, end);
    return (struct place){.path = source->path,
                          .line = line,
                          .column = (uint32_t)(offset - source->line_start[line - 1]) + 1,
                          .end_line = end_line,
                          .end_column = (uint32_t)(end - source->line_start[end_line - 1]) + 1,
                          .offset = (uint32_t)offset,
                          .end_offset = (uint32_t)end};
}

static void complain(struct parser *p, struct place place, const char *text)
{
    *vec_push(p->arena, &p->out->errors) = (struct directive_error){place, text};
}

/* Levenshtein's distance, for words of up to 63 bytes. */
static uint32_t distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    uint32_t row[64];
    if (n > 63 || m > 63)
        return UINT32_MAX;
    for (size_t j = 0; j <= m; j++)
        row[j] = (uint32_t)j;
    for (size_t i = 1; i <= n; i++) {
        uint32_t diagonal = row[0];
        row[0] = (uint32_t)i;
        for (size_t j = 1; j <= m; j++) {
            uint32_t change = diagonal + (a[i - 1] != b[j - 1]), above = row[j] + 1, left = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = change < above ? change : above;
            row[j] = row[j] < left ? row[j] : left;
        }
    }
    return row[m];
}

static const char *nearest_check(const struct suppress_options *options, const char *id)
{
    const char *best = NULL;
    uint32_t least = 1 + (uint32_t)strlen(id) / 2;
    for (uint32_t i = 0; i < options->check_count; i++) {
        uint32_t d = distance(id, options->checks[i]);
        if (d < least) {
            least = d;
            best = options->checks[i];
        }
    }
    return best;
}

static bool is_known(const struct suppress_options *options, const char *id)
{
    for (uint32_t i = 0; i < options->check_count; i++)
        if (strcmp(options->checks[i], id) == 0)
            return true;
    return strcmp(id, SUPPRESS_CHECK) == 0 || strcmp(id, UNUSED_CHECK) == 0;
}

static void complain_unknown(struct parser *p, struct place place, const char *written, const char *id)
{
    const char *near = nearest_check(p->options, id);
    complain(p, place,
             near ? arena_printf(p->arena, "%s names no check that exists: \"%s\"; did you mean \"%s\"?",
                                 written, id, near)
                  : arena_printf(p->arena, "%s names no check that exists: \"%s\"", written, id));
}

/* ---- lines ---- */

/* The line after the comments that stand alone below each other, beginning with the current one. */
static uint32_t next_code_line(const struct parser *p)
{
    uint32_t line = p->comments->items.data[p->comment].end_line + 1;
    for (uint32_t i = p->comment + 1; i < p->comments->items.count; i++) {
        const struct comment *next = &p->comments->items.data[i];
        if (next->line != line || !next->alone)
            break;
        line = next->end_line + 1;
    }
    return line;
}

static uint32_t line_meant(const struct parser *p, enum directive_kind kind)
{
    const struct comment *comment = &p->comments->items.data[p->comment];
    if (kind == NOLINT_NEXT)
        return comment->end_line + 1;
    return comment->alone && kind != NOLINT ? next_code_line(p) : comment->line;
}

/* ---- one directive ---- */

static void end_silence(struct parser *p, struct place place, const char *id)
{
    for (uint32_t i = p->open.count; i-- > 0;) {
        if (strcmp(p->open.data[i].check, id) != 0)
            continue;
        struct silence *done = vec_push(p->arena, &p->out->silences);
        *done = p->open.data[i];
        done->last = place.line;
        memmove(&p->open.data[i], &p->open.data[i + 1], (p->open.count - i - 1) * sizeof *p->open.data);
        p->open.count--;
        return;
    }
    complain(p, place, arena_printf(p->arena, "spawnlint-ignore-end: %s ends nothing that was begun", id));
}

static void apply(struct parser *p, const struct spelling *spelling, struct place place, const char *id,
                  const char *reason)
{
    struct silence silence = {.check = id, .reason = reason, .written = spelling->text, .place = place};
    if (id && !is_known(p->options, id)) {
        complain_unknown(p, place, spelling->text, id);
    } else if (spelling->kind == IGNORE_END) {
        end_silence(p, place, id);
    } else if (spelling->kind == IGNORE_BEGIN) {
        silence.first = place.line;
        *vec_push(p->arena, &p->open) = silence;
    } else {
        silence.first = silence.last = line_meant(p, spelling->kind);
        *vec_push(p->arena, &p->out->silences) = silence;
    }
}

static bool is_id_char(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_';
}

static size_t skip_blanks(const char *text, size_t at, size_t end)
{
    while (at < end && (text[at] == ' ' || text[at] == '\t'))
        at++;
    return at;
}

/* To the end of the line or of the comment, without blanks and brackets around it. */
static const char *read_reason(const struct parser *p, size_t at, size_t end)
{
    const char *text = p->source->text;
    const char *newline = memchr(text + at, '\n', end - at);
    size_t stop = newline ? (size_t)(newline - text) : end;
    if (stop == end && end >= 2 && memcmp(text + end - 2, "*/", 2) == 0)
        stop -= 2;
    while (at < stop && (isspace((unsigned char)text[at]) || strchr("-:[(", text[at])))
        at++;
    while (stop > at && (isspace((unsigned char)text[stop - 1]) || strchr("])", text[stop - 1])))
        stop--;
    return arena_strndup(p->arena, text + at, stop - at);
}

/* `at` is behind the colon. */
static void read_ids(struct parser *p, const struct spelling *spelling, struct place place, size_t at,
                     size_t end)
{
    const char *text = p->source->text;
    VEC(const char *) ids = {0};
    for (;;) {
        at = skip_blanks(text, at, end);
        size_t start = at;
        while (at < end && is_id_char(text[at]))
            at++;
        if (at > start)
            *vec_push(p->arena, &ids) = arena_strndup(p->arena, text + start, at - start);
        if (at >= end || text[at] != ',')
            break;
        at++;
    }
    const char *reason = read_reason(p, at, end);
    if (!ids.count)
        complain(p, place,
                 arena_printf(p->arena, "%s names no check; write \"%s: check-id reason\"", spelling->text,
                              spelling->text));
    for (uint32_t i = 0; i < ids.count; i++)
        apply(p, spelling, place, ids.data[i], reason);
}

/* `at` is behind the bracket. Names without our prefix are clang-tidy's. */
static void read_nolint(struct parser *p, const struct spelling *spelling, struct place place, size_t at,
                        size_t end)
{
    static const char prefix[] = "spawnlint-";
    const char *text = p->source->text;
    while (at < end && text[at] != ')') {
        size_t start = at = skip_blanks(text, at, end);
        while (at < end && text[at] != ',' && text[at] != ')' && text[at] != ' ')
            at++;
        size_t length = at - start;
        if (length > sizeof prefix - 1 && memcmp(text + start, prefix, sizeof prefix - 1) == 0)
            apply(p, spelling, place,
                  arena_strndup(p->arena, text + start + sizeof prefix - 1, length - (sizeof prefix - 1)),
                  "");
        while (at < end && (text[at] == ',' || text[at] == ' '))
            at++;
    }
}

static void read_detached(struct parser *p, const struct spelling *spelling, struct place place, size_t at,
                          size_t end)
{
    const char *reason = read_reason(p, at, end);
    if (*reason)
        apply(p, spelling, place, NULL, reason);
    else
        complain(p, place,
                 "spawnlint-detached gives no reason, so it is not accepted; write "
                 "\"spawnlint-detached: why this may outlive its caller\"");
}

static void read_one(struct parser *p, const struct spelling *spelling, size_t at, size_t end)
{
    size_t behind = skip_blanks(p->source->text, at + strlen(spelling->text), end);
    struct place place = place_at(p, at, at + strlen(spelling->text));
    if (behind >= end || p->source->text[behind] != spelling->then) {
        if (spelling->then == ':')
            complain(p, place, arena_printf(p->arena, "%s wants a colon behind it", spelling->text));
        return; /* a bare NOLINT is clang-tidy's */
    }
    if (spelling->then == '(')
        read_nolint(p, spelling, place, behind + 1, end);
    else if (spelling->kind == DETACHED)
        read_detached(p, spelling, place, behind + 1, end);
    else
        read_ids(p, spelling, place, behind + 1, end);
}

static const struct spelling *spelling_at(const char *text, size_t at, size_t end)
{
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        size_t length = strlen(spellings[i].text);
        if (at + length <= end && memcmp(text + at, spellings[i].text, length) == 0 &&
            (at + length == end || !is_id_char(text[at + length])))
            return &spellings[i];
    }
    return NULL;
}

/* Prose about the directives has quotes, backticks or words around them; a directive begins a comment's line
 * or follows a blank, and has its colon or bracket. */
static bool may_begin(const struct parser *p, size_t at, size_t end, const struct spelling *spelling)
{
    const char *text = p->source->text;
    char before = text[at - 1];
    if (is_id_char(before) || before == '"' || before == '`' || before == '\'')
        return false;
    size_t first = p->comments->items.data[p->comment].offset + 2;
    first = skip_blanks(text, first, end);
    return first == at || text[skip_blanks(text, at + strlen(spelling->text), end)] == spelling->then;
}

static void read_comment(struct parser *p)
{
    const struct comment *comment = &p->comments->items.data[p->comment];
    const char *text = p->source->text;
    for (size_t at = comment->offset + 2; at < comment->end; at++) {
        if (text[at] != 's' && text[at] != 'N')
            continue;
        const struct spelling *spelling = spelling_at(text, at, comment->end);
        if (!spelling || !may_begin(p, at, comment->end, spelling))
            continue;
        read_one(p, spelling, at, comment->end);
        at += strlen(spelling->text);
    }
}

void directives_read(struct arena *arena, const struct source *source, const struct suppress_options *options,
                     struct directives *out)
{
    if (!memmem(source->text, source->length, "spawnlint-", 10)) /* in most files there is nothing */
        return;
    struct comment_list comments = {0};
    comments_find(arena, source, &comments);
    struct parser p = {
        .arena = arena, .source = source, .options = options, .comments = &comments, .out = out};
    for (p.comment = 0; p.comment < comments.items.count; p.comment++)
        read_comment(&p);
    for (uint32_t i = 0; i < p.open.count; i++)
        complain(&p, p.open.data[i].place,
                 arena_printf(arena, "spawnlint-ignore-begin: %s is never ended, so it is not accepted",
                              p.open.data[i].check));
}
