/* Statements: one flat dispatch; if chains go down with a loop, so that 60,000 of them cost no stack. */
#include "frontend/lower.h"

#include <ctype.h>

static bool is_type_part(CXCursor cursor)
{
    return !cursor_is_expr(cursor) && !clang_isStatement(cursor.kind) && cursor.kind != CXCursor_VarDecl;
}

/* Whether the text right behind `cursor` is the `;` that ends an init-statement (and not the `)` of a condition). */
static bool is_followed_by_semicolon(struct fe *fe, CXCursor cursor)
{
    CXFile file;
    unsigned offset;
    CXSourceLocation end = clang_getRangeEnd(clang_getCursorExtent(cursor));
    clang_getFileLocation(end, &file, NULL, NULL, &offset);
    if (!file)
        return false;
    struct fe_file *entry = span_file(fe, file, end);
    span_load(fe, entry);
    while (offset < entry->size && isspace((unsigned char)entry->text[offset]))
        offset++;
    return offset < entry->size && entry->text[offset] == ';';
}

static unsigned start_of(CXCursor cursor)
{
    unsigned offset = 0;
    clang_getFileLocation(clang_getRangeStart(clang_getCursorExtent(cursor)), NULL, NULL, NULL, &offset);
    return offset;
}

/* The parts of an if or switch before its condition, in order of the source: libclang gives the condition variable
 * before the init-statement.  Returns how many children they take. */
static uint32_t lower_init(struct body *body, struct fe_list *children)
{
    uint32_t count = 0;
    while (count < children->count && (children->data[count].kind == CXCursor_VarDecl ||
                                       children->data[count].kind == CXCursor_DeclStmt))
        count++;
    bool has_plain_init = count == 0 && body->fe->is_cxx && children->count >= 3 && cursor_is_expr(children->data[0]) &&
                          cursor_is_expr(children->data[1]) && is_followed_by_semicolon(body->fe, children->data[0]);
    if (has_plain_init)
        count = 1;
    if (count == 2 && start_of(children->data[1]) < start_of(children->data[0])) {
        CXCursor first = children->data[1];
        children->data[1] = children->data[0];
        children->data[0] = first;
    }
    for (uint32_t i = 0; i < count; i++) {
        CXCursor part = children->data[i];
        if (part.kind == CXCursor_VarDecl)
            stmt_declare(body, part);
        else
            stmt_lower(body, part);
    }
    return count;
}

/* if constexpr, and if consteval, of which only the branches show. */
static bool is_constant_if(struct body *body, CXCursor cursor, const struct fe_list *children, uint32_t at, int64_t *taken)
{
    if (!body->fe->is_cxx17)
        return false;
    const char *text = span_text(body->fe, cursor, 80);
    if (strncmp(text, "if", 2) != 0)
        return false;
    text += 2;
    while (isspace((unsigned char)*text))
        text++;
    if (strncmp(text, "consteval", 9) == 0 || strncmp(text, "!", 1) == 0) {
        *taken = text[0] == '!';
        return true;
    }
    return strncmp(text, "constexpr", 9) == 0 && !body->is_pattern && at < children->count &&
           cursor_evaluate(children->data[at], taken);
}

static void arm(struct body *body, CXCursor statement)
{
    struct cleanup *before = body->cleanups;
    stmt_lower(body, statement);
    scope_pop_to(body, before);
}

static void constant_if(struct body *body, const struct fe_list *children, uint32_t at, int64_t taken)
{
    bool has_condition = at < children->count && cursor_is_expr(children->data[at]);
    uint32_t yes = at + (has_condition ? 1u : 0u), no = yes + 1;
    if (taken && yes < children->count)
        arm(body, children->data[yes]);
    else if (!taken && no < children->count)
        arm(body, children->data[no]);
}

static void lower_if(struct body *body, CXCursor cursor)
{
    ir_block_id after = ir_new_block(body->b);
    struct cleanup *outside = body->cleanups;
    for (;;) {
        struct fe_list children = cursor_children(body->fe, cursor);
        uint32_t at = lower_init(body, &children);
        int64_t taken = 0;
        if (is_constant_if(body, cursor, &children, at, &taken)) {
            constant_if(body, &children, at, taken);
            break;
        }
        if (at + 1 >= children.count) {
            expr_havoc(body, HAVOC_UNKNOWN_STMT, clang_getCursorType(cursor));
            break;
        }
        ir_block_id yes = ir_new_block(body->b), no = ir_new_block(body->b);
        ir_set_span(body->b, span_of(body->fe, children.data[at])); /* the extent of an else-if ends where the chain ends */
        expr_condition(body, children.data[at], yes, no);
        ir_enter(body->b, yes);
        arm(body, children.data[at + 1]);
        if (ir_is_reachable(body->b))
            scope_leave_to(body, outside);
        ir_emit_jump(body->b, after);
        ir_enter(body->b, no);
        if (at + 2 >= children.count)
            break;
        cursor = children.data[at + 2];
        if (cursor.kind != CXCursor_IfStmt) {
            arm(body, cursor);
            break;
        }
    }
    scope_pop_to(body, outside);
    ir_emit_jump(body->b, after);
    ir_enter(body->b, after);
}

/* `value_to`: where the last expression of a statement expression goes. */
void stmt_compound(struct body *body, CXCursor cursor, ir_path_id value_to)
{
    struct cleanup *before = body->cleanups;
    struct fe_list children = cursor_children(body->fe, cursor);
    for (uint32_t i = 0; i < children.count; i++) {
        CXCursor child = children.data[i];
        if (value_to && i + 1 == children.count && cursor_is_expr(child))
            expr_into(body, child, value_to);
        else if (!omp_statement(body, child, i ? 0 : start_of(cursor)))
            stmt_lower(body, child);
    }
    scope_pop_to(body, before);
}

static void attributed(struct body *body, CXCursor cursor)
{
    struct fe_list children = cursor_children(body->fe, cursor);
    if (!children.count)
        return; /* [[fallthrough]] */
    for (uint32_t i = 0; i < children.count; i++)
        if (clang_isStatement(children.data[i].kind) || cursor_is_expr(children.data[i]))
            stmt_lower(body, children.data[i]);
}

static void lower_asm(struct body *body, CXCursor cursor)
{
    struct fe_list children = cursor_children(body->fe, cursor);
    const char *text = span_text(body->fe, cursor, 40);
    for (uint32_t i = 0; i < children.count; i++)
        if (cursor_is_expr(children.data[i]) && children.data[i].kind != CXCursor_StringLiteral)
            expr_place(body, children.data[i]);
    if (strstr(text, "goto"))
        ir_emit_havoc(body->b, HAVOC_ASM_GOTO);
}

static void dispatch(struct body *body, CXCursor cursor)
{
    switch ((int)cursor.kind) {
    case CXCursor_CompoundStmt: stmt_compound(body, cursor, 0); return;
    case CXCursor_DeclStmt: {
        struct fe_list children = cursor_children(body->fe, cursor);
        for (uint32_t i = 0; i < children.count; i++)
            stmt_declare(body, children.data[i]);
        return;
    }
    case CXCursor_IfStmt: lower_if(body, cursor); return;
    case CXCursor_WhileStmt: loop_while(body, cursor); return;
    case CXCursor_DoStmt: {
        ir_val handle;
        if (!spawn_macro(body, cursor, 0, &handle))
            loop_do(body, cursor);
        return;
    }
    case CXCursor_ForStmt: loop_for(body, cursor); return;
    case CXCursor_CXXForRangeStmt: loop_range_for(body, cursor); return;
    case CXCursor_SwitchStmt: {
        struct fe_list children = cursor_children(body->fe, cursor);
        struct cleanup *before = body->cleanups;
        lower_init(body, &children);
        switch_lower(body, cursor);
        scope_pop_to(body, before);
        return;
    }
    case CXCursor_CaseStmt: case CXCursor_DefaultStmt: switch_case(body, cursor); return;
    case CXCursor_GotoStmt: jump_goto(body, cursor); return;
    case CXCursor_IndirectGotoStmt: jump_indirect(body, cursor); return;
    case CXCursor_LabelStmt: jump_label(body, cursor); return;
    case CXCursor_ReturnStmt: jump_return(body, cursor); return;
    case CXCursor_BreakStmt: jump_break(body, false); return;
    case CXCursor_ContinueStmt: jump_break(body, true); return;
    case CXCursor_NullStmt: return;
    case CXCursor_CXXTryStmt: try_lower(body, cursor, NULL, NULL, false); return;
    case CXCursor_AsmStmt: case CXCursor_MSAsmStmt: lower_asm(body, cursor); return;
    case CXCursor_UnexposedStmt:
        if (body->is_coroutine)
            coroutine_lower(body, cursor);
        else
            attributed(body, cursor);
        return;
    default:
        if (cursor_is_expr(cursor))
            expr_full_discard(body, cursor);
        else if (!is_type_part(cursor))
            ir_emit_havoc(body->b, HAVOC_UNKNOWN_STMT);
    }
}

void stmt_lower(struct body *body, CXCursor cursor)
{
    if (!body_enter(body))
        return;
    ir_span_id span = cursor.kind == CXCursor_CompoundStmt ? 0 : span_of(body->fe, cursor);
    if (span)
        ir_set_span(body->b, span);
    dispatch(body, cursor);
    body_leave(body);
}
