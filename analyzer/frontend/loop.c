/* Loops.  libclang gives a for's parts without saying which are missing, so its header is read from the text. */
#include "frontend/lower.h"

#include <ctype.h>

static void push_frame(struct body *body, struct frame *frame, ir_block_id break_to, ir_block_id continue_to)
{
    *frame = (struct frame){.up = body->frames, .break_to = break_to, .continue_to = continue_to,
                            .cleanups = body->cleanups};
    body->frames = frame;
}

static void lower_body(struct body *body, CXCursor statement)
{
    struct cleanup *before = body->cleanups;
    stmt_lower(body, statement);
    scope_pop_to(body, before);
}

void loop_while(struct body *body, CXCursor cursor)
{
    struct fe_list children = cursor_children(body->fe, cursor);
    ir_block_id head = ir_new_block(body->b), inside = ir_new_block(body->b), after = ir_new_block(body->b);
    ir_block_id leave = ir_new_block(body->b);
    struct cleanup *before = body->cleanups;
    struct frame frame;
    ir_emit_jump(body->b, head);
    ir_enter(body->b, head);
    push_frame(body, &frame, after, head);
    uint32_t at = 0;
    while (at + 2 < children.count && !cursor_is_expr(children.data[at])) {
        if (children.data[at].kind == CXCursor_VarDecl)
            stmt_declare(body, children.data[at]); /* while (T *p = next()) */
        else
            stmt_lower(body, children.data[at]);
        at++;
    }
    if (at + 1 < children.count) {
        ir_set_span(body->b, span_of(body->fe, children.data[at]));
        expr_condition(body, children.data[at], inside, leave);
        ir_enter(body->b, inside);
        lower_body(body, children.data[at + 1]);
    }
    body->frames = frame.up;
    if (ir_is_reachable(body->b))
        scope_leave_to(body, before);
    ir_emit_jump(body->b, head);
    ir_enter(body->b, leave);
    scope_pop_to(body, before);
    ir_emit_jump(body->b, after);
    ir_enter(body->b, after);
}

void loop_do(struct body *body, CXCursor cursor)
{
    struct fe_list children = cursor_children(body->fe, cursor);
    ir_block_id head = ir_new_block(body->b), test = ir_new_block(body->b), after = ir_new_block(body->b);
    struct frame frame;
    push_frame(body, &frame, after, test);
    ir_emit_jump(body->b, head);
    ir_enter(body->b, head);
    if (children.count)
        lower_body(body, children.data[0]);
    ir_emit_jump(body->b, test);
    body->frames = frame.up;
    ir_enter(body->b, test);
    if (children.count > 1) {
        ir_set_span(body->b, span_of(body->fe, children.data[1]));
        expr_condition(body, children.data[1], head, after);
    } else {
        ir_emit_jump(body->b, after);
    }
    ir_enter(body->b, after);
}

struct for_parts {
    CXCursor init, condition, step, inside;
};

struct header { /* offsets in the file of a for's two semicolons and its closing parenthesis */
    CXFile file;
    size_t first, second, close;
};

static size_t skip_quoted(const struct fe_file *file, size_t at)
{
    char quote = file->text[at++];
    while (at < file->size && file->text[at] != quote && file->text[at] != '\n')
        at += file->text[at] == '\\' ? 2 : 1;
    return at + 1;
}

static size_t skip_comment(const struct fe_file *file, size_t at)
{
    bool is_line = file->text[at + 1] == '/';
    for (at += 2; at < file->size; at++) {
        if (is_line && file->text[at] == '\n')
            return at;
        if (!is_line && file->text[at] == '*' && at + 1 < file->size && file->text[at + 1] == '/')
            return at + 2;
    }
    return at;
}

static bool scan_header(const struct fe_file *file, size_t at, struct header *out)
{
    int depth = 0;
    out->first = out->second = 0;
    while (at < file->size) {
        char c = file->text[at];
        bool is_digit_separator = c == '\'' && at && isxdigit((unsigned char)file->text[at - 1]);
        if (c == '"' || (c == '\'' && !is_digit_separator)) {
            at = skip_quoted(file, at);
            continue;
        }
        if (c == '/' && at + 1 < file->size && (file->text[at + 1] == '/' || file->text[at + 1] == '*')) {
            at = skip_comment(file, at);
            continue;
        }
        depth += c == '(' || c == '[' || c == '{';
        depth -= c == ')' || c == ']' || c == '}';
        if (c == ';' && depth == 1)
            *(out->first ? &out->second : &out->first) = at;
        if (c == ')' && depth == 0) {
            out->close = at;
            return out->second != 0;
        }
        at++;
    }
    return false;
}

static bool read_header(struct fe *fe, CXCursor cursor, struct header *out)
{
    unsigned offset;
    CXSourceLocation where = clang_getRangeStart(clang_getCursorExtent(cursor));
    clang_getFileLocation(where, &out->file, NULL, NULL, &offset);
    if (!out->file)
        return false;
    struct fe_file *file = span_file(fe, out->file, where);
    if (!span_load(fe, file) || offset + 3 >= file->size || strncmp(file->text + offset, "for", 3) != 0 ||
        isalnum((unsigned char)file->text[offset + 3]) || file->text[offset + 3] == '_')
        return false;
    return scan_header(file, offset + 3, out);
}

static bool split_by_text(struct fe *fe, CXCursor cursor, const struct fe_list *children, struct for_parts *parts)
{
    struct header header;
    if (!read_header(fe, cursor, &header))
        return false;
    for (uint32_t i = 0; i < children->count; i++) {
        CXFile file;
        unsigned offset;
        clang_getFileLocation(clang_getRangeStart(clang_getCursorExtent(children->data[i])), &file, NULL, NULL, &offset);
        if (file != header.file)
            return false;
        if (i + 1 == children->count && offset > header.close)
            parts->inside = children->data[i];
        else if (offset < header.first)
            parts->init = children->data[i];
        else if (offset < header.second)
            parts->condition = children->data[i];
        else if (offset < header.close)
            parts->step = children->data[i];
        else
            parts->inside = children->data[i];
    }
    return true;
}

static bool is_step(CXCursor cursor)
{
    enum CXUnaryOperatorKind op = clang_getCursorUnaryOperatorKind(cursor);
    bool is_unary = cursor.kind == CXCursor_UnaryOperator && op >= CXUnaryOperator_PostInc && op <= CXUnaryOperator_PreDec;
    bool is_assign = cursor.kind == CXCursor_BinaryOperator &&
                     clang_getCursorBinaryOperatorKind(cursor) == CXBinaryOperator_Assign;
    return is_unary || is_assign || cursor.kind == CXCursor_CompoundAssignOperator;
}

/* Where a macro hides the header, kinds tell the parts, unless they do not. */
static bool split_by_kind(const struct fe_list *children, struct for_parts *parts)
{
    uint32_t count = children->count;
    if (!count)
        return false;
    parts->inside = children->data[count - 1];
    if (count == 4) {
        parts->init = children->data[0];
        parts->condition = children->data[1];
        parts->step = children->data[2];
        return true;
    }
    for (uint32_t i = 0; i + 1 < count; i++) {
        CXCursor child = children->data[i];
        if (child.kind == CXCursor_DeclStmt || (is_step(child) && i == 0 && count > 2))
            parts->init = child;
        else if (is_step(child))
            parts->step = child;
        else if (cursor_is_expr(child) && cursor_is_null(parts->condition))
            parts->condition = child;
        else
            return false;
    }
    return true;
}

static struct for_parts split(struct body *body, CXCursor cursor)
{
    CXCursor none = clang_getNullCursor();
    struct for_parts parts = {none, none, none, none};
    struct fe_list children = cursor_children(body->fe, cursor);
    if (split_by_text(body->fe, cursor, &children, &parts))
        return parts;
    parts = (struct for_parts){none, none, none, none};
    if (!split_by_kind(&children, &parts)) {
        ir_emit_havoc(body->b, HAVOC_MACRO_FOR);
        if (children.count)
            parts.inside = children.data[children.count - 1];
    }
    return parts;
}

void loop_for(struct body *body, CXCursor cursor)
{
    struct for_parts parts = split(body, cursor);
    struct cleanup *before = body->cleanups;
    ir_block_id head = ir_new_block(body->b), inside = ir_new_block(body->b), step = ir_new_block(body->b);
    ir_block_id after = ir_new_block(body->b);
    struct frame frame;
    if (!cursor_is_null(parts.init))
        stmt_lower(body, parts.init);
    ir_emit_jump(body->b, head);
    ir_enter(body->b, head);
    push_frame(body, &frame, after, step);
    if (!cursor_is_null(parts.condition) && cursor_is_expr(parts.condition)) {
        ir_set_span(body->b, span_of(body->fe, parts.condition));
        expr_condition(body, parts.condition, inside, after);
    } else {
        ir_emit_jump(body->b, inside);
    }
    ir_enter(body->b, inside);
    if (!cursor_is_null(parts.inside))
        lower_body(body, parts.inside);
    ir_emit_jump(body->b, step);
    body->frames = frame.up;
    ir_enter(body->b, step);
    if (!cursor_is_null(parts.step))
        stmt_lower(body, parts.step);
    ir_emit_jump(body->b, head);
    ir_enter(body->b, after);
    scope_pop_to(body, before);
}

/* ---- range-for ---- */

struct search {
    const char *prefix;
    CXCursor found;
};

static enum CXChildVisitResult find_hidden(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct search *search = data;
    (void)parent;
    if (cursor.kind != CXCursor_DeclRefExpr)
        return CXChildVisit_Recurse;
    CXString name = clang_getCursorSpelling(cursor);
    bool is_it = strncmp(clang_getCString(name), search->prefix, strlen(search->prefix)) == 0;
    clang_disposeString(name);
    if (!is_it)
        return CXChildVisit_Recurse;
    search->found = clang_getCursorReferenced(cursor);
    return CXChildVisit_Break;
}

/* The hidden variable whose name starts with `prefix` and that `code` mentions. */
static CXCursor hidden(CXCursor code, const char *prefix)
{
    struct search search = {.prefix = prefix, .found = clang_getNullCursor()};
    if (cursor_is_null(code))
        return code;
    find_hidden(code, code, &search);
    if (cursor_is_null(search.found))
        clang_visitChildren(code, find_hidden, &search);
    return search.found;
}

static void declare_hidden(struct body *body, CXCursor variable, CXCursor init)
{
    CXType type = clang_getCursorType(variable);
    ir_local_id local = ir_add_temp(body->b, type_of(body->fe, type));
    scope_bind_local(body, variable, local);
    ir_path_id path = ir_path_local(body->b, local);
    if (cursor_is_null(init)) {
        init_variable(body, variable, path);
    } else if (type_is_reference(type)) {
        ir_val value = expr_argument(body, init, true);
        if (ir_is_reachable(body->b))
            expr_copy(body, path, value);
    } else {
        expr_into(body, init, path);
    }
}

/* The end, comparison and step that libclang hides: the project's own members of these names are called all the same. */
static void call_hidden_member(struct body *body, CXCursor variable, const char *name, ir_val second)
{
    struct fe *fe = body->fe;
    CXType type = clang_getNonReferenceType(clang_getCanonicalType(clang_getCursorType(variable)));
    ir_path_id object = scope_variable(body, variable);
    if (!object || !type_is_record(type) || span_is_system(clang_getTypeDeclaration(clang_getCanonicalType(type))))
        return;
    struct fe_list members = cursor_children(fe, clang_getTypeDeclaration(clang_getCanonicalType(type)));
    for (uint32_t i = 0; i < members.count; i++) {
        if (members.data[i].kind != CXCursor_CXXMethod || strcmp(cursor_spelling(fe, members.data[i]), name) != 0)
            continue;
        uint32_t func = symbol_func(fe, members.data[i]);
        ir_val args[2] = {ir_addr(body->b, place_adjust(body, object)), second};
        uint32_t count = fe->funcs.data[func].param_count ? 2 : 1;
        call_emit(body, func, args, count, CALL_IMPLICIT, 0, 0);
        return;
    }
}

void loop_range_for(struct body *body, CXCursor cursor)
{
    struct fe *fe = body->fe;
    struct fe_list children = cursor_children(fe, cursor);
    struct cleanup *before = body->cleanups;
    if (children.count < 3) {
        ir_emit_havoc(body->b, HAVOC_UNKNOWN_STMT);
        return;
    }
    uint32_t at = children.count - 3;
    for (uint32_t i = 0; i < at; i++)
        stmt_lower(body, children.data[i]);
    CXCursor variable = children.data[at], range = children.data[at + 1], inside = children.data[at + 2];
    CXCursor element = cursor_init(fe, variable);
    CXCursor begin = hidden(cursor_is_null(element) ? variable : element, "__begin");
    CXCursor begin_init = cursor_is_null(begin) ? begin : cursor_init(fe, begin);
    CXCursor whole = cursor_is_null(begin_init) ? begin_init : hidden(begin_init, "__range");
    if (!cursor_is_null(whole))
        declare_hidden(body, whole, range);
    else
        expr_discard(body, range, 0);
    if (!cursor_is_null(begin))
        declare_hidden(body, begin, begin_init);
    ir_block_id head = ir_new_block(body->b), block = ir_new_block(body->b), after = ir_new_block(body->b);
    struct frame frame;
    ir_block_id step = ir_new_block(body->b);
    if (!cursor_is_null(whole))
        call_hidden_member(body, whole, "end", IR_UNKNOWN);
    ir_emit_jump(body->b, head);
    ir_enter(body->b, head);
    if (!cursor_is_null(begin))
        call_hidden_member(body, begin, "operator!=", IR_UNKNOWN);
    ir_emit_branch(body->b, IR_UNKNOWN, block, after);
    ir_enter(body->b, block);
    push_frame(body, &frame, after, step);
    struct cleanup *each = body->cleanups;
    stmt_declare(body, variable);
    lower_body(body, inside);
    scope_pop_to(body, each);
    body->frames = frame.up;
    ir_emit_jump(body->b, step);
    ir_enter(body->b, step);
    if (!cursor_is_null(begin))
        call_hidden_member(body, begin, "operator++", IR_UNKNOWN);
    ir_emit_jump(body->b, head);
    ir_enter(body->b, after);
    scope_pop_to(body, before);
}
