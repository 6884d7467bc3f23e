#include "fix/render.h"
#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "fix/include.h"

const char *fix_real_path(struct arena *arena, const char *path)
{
    const char *real = path_real(arena, path);
    return real ? real : path;
}

struct draft { /* of one file, before its edits are put together */
    const char *path;
    const struct source *source;
    VEC(struct fix_edit) edits;
    VEC(const char *) headers;
};

struct render {
    const struct fix_plan *plan;
    VEC(struct draft) drafts;
};

static struct draft *draft_of(struct render *r, const char *path)
{
    const char *real = fix_real_path(r->plan->arena, path);
    for (uint32_t i = 0; i < r->drafts.count; i++)
        if (strcmp(r->drafts.data[i].path, real) == 0)
            return &r->drafts.data[i];
    struct draft *draft = vec_push(r->plan->arena, &r->drafts);
    *draft = (struct draft){.path = real, .source = sources_get(r->plan->sources, real)};
    return draft;
}

/* ---- edits ---- */

static bool equal_edits(const struct fix_edit *a, const struct fix_edit *b)
{
    return a->offset == b->offset && a->end_offset == b->end_offset && strcmp(a->text, b->text) == 0;
}

/* Two insertions at one place have no order, so that they overlap too. */
static bool overlap(const struct fix_edit *a, const struct fix_edit *b)
{
    if (a->offset == b->offset)
        return true;
    return a->offset < b->offset ? b->offset < a->end_offset : a->offset < b->end_offset;
}

/* Texts are written with '\n'; the file's own line ending goes in. */
static const char *with_line_ending(struct arena *arena, const struct source *source, const char *text)
{
    const char *newline = memchr(source->text, '\n', source->length);
    if (!newline || newline == source->text || newline[-1] != '\r' || !strchr(text, '\n'))
        return text;
    struct buf out = {0};
    for (const char *at = text; *at; at++) {
        if (*at == '\n' && (at == text || at[-1] != '\r'))
            buf_char(&out, '\r');
        buf_char(&out, *at);
    }
    const char *copy = arena_strndup(arena, out.data, out.count);
    buf_free(&out);
    return copy;
}

static bool add_edit(struct render *r, const struct fix_edit *edit)
{
    struct draft *draft = draft_of(r, edit->path);
    if (!draft->source || edit->offset > edit->end_offset || edit->end_offset > draft->source->length)
        return false;
    uint32_t replaced = edit->end_offset - edit->offset;
    if (strlen(edit->text) == replaced &&
        memcmp(draft->source->text + edit->offset, edit->text, replaced) == 0)
        return true; /* changes nothing */
    struct fix_edit mine = *edit;
    mine.path = draft->path;
    mine.text = with_line_ending(r->plan->arena, draft->source, edit->text);
    for (uint32_t i = 0; i < draft->edits.count; i++) {
        if (equal_edits(&draft->edits.data[i], &mine))
            return true;
        if (overlap(&draft->edits.data[i], &mine))
            return false;
    }
    *vec_push(r->plan->arena, &draft->edits) = mine;
    return true;
}

static bool add_header(struct render *r, const struct fix_include *include)
{
    struct draft *draft = draft_of(r, include->path);
    if (!draft->source)
        return false;
    for (uint32_t i = 0; i < draft->headers.count; i++)
        if (strcmp(draft->headers.data[i], include->header) == 0)
            return true;
    *vec_push(r->plan->arena, &draft->headers) = include->header;
    return true;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* `#include <a>\n\n` and `#include <b>\n\n` at one place: the lines together, the blank line once.  All texts
 * have the same beginning and end, since they come from one layout. */
static const char *join_includes(struct arena *arena, const char *const *headers, uint32_t count,
                                 const char *first)
{
    const char *begin = strstr(first, "#include <"), *end = strchr(begin, '>') + 1;
    const char *line_end = strstr(first, "\r\n") ? "\r\n" : "\n";
    struct buf out = {0};
    buf_bytes(&out, first, (size_t)(begin - first));
    for (uint32_t i = 0; i < count; i++)
        buf_printf(&out, "%s#include <%s>", i ? line_end : "", headers[i]);
    buf_text(&out, end);
    const char *copy = arena_strndup(arena, out.data, out.count);
    buf_free(&out);
    return copy;
}

static void add_includes(struct render *r, struct draft *draft)
{
    struct arena *arena = r->plan->arena;
    struct fix_edit edit;
    uint32_t missing = 0;
    for (uint32_t i = 0; i < draft->headers.count; i++)
        if (include_edit(arena, draft->source, draft->headers.data[i], &edit))
            draft->headers.data[missing++] = draft->headers.data[i];
    if (!missing)
        return;
    sort_items(draft->headers.data, missing, sizeof *draft->headers.data, compare_texts);
    include_edit(arena, draft->source, draft->headers.data[0], &edit);
    edit.path = draft->path;
    edit.text = join_includes(arena, draft->headers.data, missing, edit.text);
    *vec_push(arena, &draft->edits) = edit;
}

/* ---- the texts ---- */

/* An include goes before an edit that begins at the same byte (the first line of a file without includes). */
static int compare_edits(const void *left, const void *right)
{
    const struct fix_edit *a = left, *b = right;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    return (a->end_offset > b->end_offset) - (a->end_offset < b->end_offset);
}

static int compare_drafts(const void *a, const void *b)
{
    return strcmp(((const struct draft *)a)->path, ((const struct draft *)b)->path);
}

/* False where an include would land inside a replaced text. */
static bool apply_edits(struct arena *arena, const struct draft *draft, struct fix_file *file)
{
    struct buf out = {0};
    uint32_t at = 0;
    bool ok = true;
    for (uint32_t i = 0; i < draft->edits.count && ok; i++) {
        const struct fix_edit *edit = &draft->edits.data[i];
        ok = edit->offset >= at;
        if (!ok)
            break;
        buf_bytes(&out, draft->source->text + at, edit->offset - at);
        buf_text(&out, edit->text);
        at = edit->end_offset;
    }
    if (ok)
        buf_bytes(&out, draft->source->text + at, draft->source->length - at);
    file->text = arena_strndup(arena, out.data ? out.data : "", out.count);
    file->length = out.count;
    buf_free(&out);
    return ok;
}

static bool put_together(struct arena *arena, struct draft *draft, struct fix_files *out)
{
    if (!draft->edits.count)
        return true;
    sort_items(draft->edits.data, draft->edits.count, sizeof *draft->edits.data, compare_edits);
    struct fix_file *file = vec_push(arena, &out->items);
    *file = (struct fix_file){.path = draft->path,
                              .base_hash = draft->source->hash,
                              .base = draft->source->text,
                              .base_length = draft->source->length};
    vec_append(arena, &file->edits, draft->edits.data, draft->edits.count);
    return apply_edits(arena, draft, file);
}

static bool add_item(struct render *r, const struct fix_item *item)
{
    const struct fix *fix = &r->plan->findings->items.data[item->finding].fixes.data[item->fix];
    bool ok = true;
    for (uint32_t i = 0; i < fix->edits.count && ok; i++)
        ok = add_edit(r, &fix->edits.data[i]);
    for (uint32_t i = 0; i < fix->includes.count && ok; i++)
        ok = add_header(r, &fix->includes.data[i]);
    return ok;
}

bool fix_render(const struct fix_plan *plan, const uint32_t *chosen, uint32_t count, struct fix_files *out)
{
    struct render r = {.plan = plan};
    bool ok = true;
    *out = (struct fix_files){0};
    for (uint32_t i = 0; i < count && ok; i++)
        ok = add_item(&r, &plan->items.data[chosen[i]]);
    if (ok && r.drafts.count)
        sort_items(r.drafts.data, r.drafts.count, sizeof *r.drafts.data, compare_drafts);
    for (uint32_t i = 0; i < r.drafts.count && ok; i++) {
        add_includes(&r, &r.drafts.data[i]);
        ok = put_together(plan->arena, &r.drafts.data[i], out);
    }
    return ok;
}
