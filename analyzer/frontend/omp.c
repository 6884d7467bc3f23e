/* OpenMP.  With -fopenmp libclang hides the bodies, so the flag is dropped and the pragmas are read from the text: the
 * statement behind one that starts tasks becomes an outlined body, handed to a call named after the pragma, which the
 * models know as a spawn.
 */
#include "frontend/lower.h"

#include <ctype.h>

struct line {
    size_t start, end; /* without the newline */
};

static struct line line_of(const struct fe_file *file, size_t at)
{
    struct line line = {.start = at, .end = at};
    while (line.start > 0 && file->text[line.start - 1] != '\n')
        line.start--;
    while (line.end < file->size && file->text[line.end] != '\n')
        line.end++;
    return line;
}

/* The last line before `at` that is not blank, with the lines it continues; false: there is none. */
static bool line_before(const struct fe_file *file, size_t at, struct line *out)
{
    while (at > 0 && isspace((unsigned char)file->text[at - 1]))
        at--;
    if (!at)
        return false;
    *out = line_of(file, at - 1);
    while (out->start >= 2 && file->text[out->start - 2] == '\\')
        out->start = line_of(file, out->start - 2).start;
    return true;
}

static const char *skip_word(const char *text, const char *word)
{
    while (isspace((unsigned char)*text) || *text == '\\')
        text++;
    size_t length = strlen(word);
    bool is_it = strncmp(text, word, length) == 0 && (*word == '#' || !isalnum((unsigned char)text[length]));
    return is_it ? text + length : NULL;
}

static bool next_is(const char *text, const char *word)
{
    return skip_word(text, word) != NULL;
}

/* The name under which the models know a pragma that starts tasks; NULL: another one. */
static const char *spawn_name(const char *text)
{
    const char *rest = skip_word(text, "parallel");
    if (rest) {
        if (next_is(rest, "for"))
            return "#pragma omp parallel for";
        return next_is(rest, "sections") ? "#pragma omp parallel sections" : "#pragma omp parallel";
    }
    if (next_is(text, "taskloop"))
        return "#pragma omp taskloop";
    return next_is(text, "task") ? "#pragma omp task" : NULL;
}

/* What stands behind `#pragma omp` or `_Pragma("omp` on the line; NULL: it is no such line. */
static const char *directive(struct fe *fe, const struct fe_file *file, struct line line)
{
    const char *text = arena_strndup(fe->tmp, file->text + line.start, line.end - line.start);
    const char *rest = skip_word(text, "_Pragma");
    if (rest) {
        rest = strchr(rest, '"');
        return rest ? skip_word(rest + 1, "omp") : NULL;
    }
    rest = skip_word(text, "#");
    rest = rest ? skip_word(rest, "pragma") : NULL;
    return rest ? skip_word(rest, "omp") : NULL;
}

static void emit_spawn(struct body *body, CXCursor statement, const char *name, ir_span_id span)
{
    struct fe *fe = body->fe;
    ir_path_id closure;
    lambda_outline(body, statement, name, &closure);
    ir_sym_id sym = ir_add_sym(fe->module, name, name, SYM_FUNCTION, SYM_SYSTEM | SYM_GENERATED_NAME);
    ir_val args[1] = {ir_read(closure)};
    struct ir_instr *instr = ir_emit_call(body->b, 0, sym, 0, args, 1, CALL_DISCARDED);
    instr->span = span;
    instr->name_span = span;
    body->emitted++;
}

bool omp_statement(struct body *body, CXCursor cursor, unsigned from)
{
    struct fe *fe = body->fe;
    CXFile file;
    unsigned offset;
    (void)from;
    if (!fe->has_omp)
        return false;
    CXSourceLocation start = clang_getRangeStart(clang_getCursorExtent(cursor));
    clang_getFileLocation(start, &file, NULL, NULL, &offset);
    if (!file)
        return false;
    struct fe_file entry = *span_file(fe, file, start);
    struct line line;
    if (!entry.has_omp || !line_before(&entry, offset, &line))
        return false;
    const char *rest = directive(fe, &entry, line);
    const char *name = rest ? spawn_name(rest) : NULL;
    struct line above; /* `parallel`, then `for` on a line of its own */
    if (rest && !name && line_before(&entry, line.start, &above)) {
        rest = directive(fe, &entry, above);
        name = rest ? spawn_name(rest) : NULL;
        line = name ? above : line;
    }
    if (!name)
        return false;
    CXSourceLocation begin = clang_getLocationForOffset(fe->unit, file, (unsigned)line.start);
    CXSourceLocation end = clang_getLocationForOffset(fe->unit, file, (unsigned)line.end);
    emit_spawn(body, cursor, name, span_of_range(fe, clang_getRange(begin, end)));
    return true;
}
