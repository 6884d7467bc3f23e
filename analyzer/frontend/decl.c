/* Declarations in functions: locals, static locals, structured bindings, local classes. */
#include "frontend/lower.h"

#include <ctype.h>

/* The function that __attribute__((cleanup(f))) names; NULL: none; "": hidden by a macro's paste. */
static const char *cleanup_name(struct fe *fe, CXCursor variable)
{
    if (!clang_Cursor_hasAttrs(variable))
        return NULL;
    struct fe_list children = cursor_children(fe, variable);
    for (uint32_t i = 0; i < children.count; i++) {
        if (children.data[i].kind != CXCursor_UnexposedAttr)
            continue;
        const char *text = span_text(fe, children.data[i], 120);
        while (*text == '_')
            text++;
        if (strncmp(text, "cleanup", 7) != 0)
            continue;
        const char *open = strchr(text, '(');
        const char *from = open ? open + 1 : text;
        while (isspace((unsigned char)*from))
            from++;
        size_t length = 0;
        while (isalnum((unsigned char)from[length]) || from[length] == '_')
            length++;
        return arena_strndup(fe->tmp, from, length);
    }
    return NULL;
}

bool decl_is_shared_with_blocks(struct fe *fe, CXCursor variable)
{
    if (!clang_Cursor_hasAttrs(variable))
        return false;
    struct fe_list children = cursor_children(fe, variable);
    for (uint32_t i = 0; i < children.count; i++) {
        ir_span_id span = children.data[i].kind == CXCursor_UnexposedAttr ? span_of(fe, children.data[i]) : 0;
        const char *macro = span ? ir_text(fe->module, fe->module->spans.data[span].macro) : "";
        if (strcmp(macro, "__block") == 0 || strstr(span_text(fe, children.data[i], 16), "blocks"))
            return true;
    }
    return false;
}

static void attach_cleanup(struct body *body, CXCursor variable, ir_path_id path)
{
    const char *name = cleanup_name(body->fe, variable);
    if (!name)
        return;
    CXCursor function = symbol_by_name(body->fe, name);
    if (cursor_is_null(function)) {
        ir_emit_havoc(body->b, HAVOC_DESTRUCTOR);
        return;
    }
    uint32_t func = symbol_func(body->fe, function);
    symbol_want_body(body->fe, func);
    scope_push(body, CLEANUP_CALL, path, body->fe->funcs.data[func].sym, clang_getCursorType(variable));
}

static bool is_constant_init(struct body *body, CXCursor variable)
{
    struct fe *fe = body->fe;
    CXCursor init = cursor_init(fe, variable);
    if (cursor_is_null(init))
        return true;
    if (class_of_type(fe, clang_getCursorType(variable)))
        return false;
    int64_t value;
    return !body->is_pattern && cursor_evaluate(cursor_strip(fe, init), &value);
}

/* C++: control initialises it when it first passes.  C, and constants: before anything runs. */
static void static_local(struct body *body, CXCursor variable)
{
    struct fe *fe = body->fe;
    const char *key = ir_text(fe->module, fe->module->syms.data[body->sym].key);
    ir_sym_id sym = symbol_global(fe, variable, key);
    CXCursor init = cursor_init(fe, variable);
    if (cursor_is_null(init))
        return;
    if (!fe->is_cxx || is_constant_init(body, variable)) {
        if (init_is_interesting(fe, variable) && !map_get(&fe->statics, sym)) {
            *map_put(&fe->statics, sym) = 1;
            function_queue(fe, (struct fe_work){.kind = WORK_GLOBAL_INIT, .sym = sym, .cursor = variable});
        }
        return;
    }
    ir_block_id first = ir_new_block(body->b), after = ir_new_block(body->b);
    ir_emit_branch(body->b, IR_UNKNOWN, first, after);
    ir_enter(body->b, first);
    uint32_t flags = body->flags;
    body->flags |= INSTR_STATIC_INIT;
    init_variable(body, variable, ir_path_global(body->b, sym));
    body->flags = flags;
    ir_emit_jump(body->b, after);
    ir_enter(body->b, after);
}

static void local_variable(struct body *body, CXCursor variable)
{
    struct fe *fe = body->fe;
    CXType type = clang_getCursorType(variable);
    ir_type_id type_id = type_of(fe, type);
    bool is_class = fe_type(fe, type_id)->kind == TYPE_CLASS;
    uint32_t flags = decl_is_shared_with_blocks(fe, variable) ? LOCAL_SHARED : 0;
    ir_local_id local = ir_add_local(body->b, cursor_spelling(fe, variable), type_id, flags, span_of_name(fe, variable));
    if (fe->is_cxx && is_class)
        ir_local(body->b, local)->type_span = span_of_type(fe, variable);
    class_complete(fe, class_of_type(fe, type));
    scope_bind_local(body, variable, local);
    ir_path_id path = ir_path_local(body->b, local);
    ir_emit(body->b, IR_LIFE_BEGIN)->dst = path;
    scope_push(body, CLEANUP_END, path, 0, type);
    init_variable(body, variable, path);
    if (!ir_is_reachable(body->b))
        return;
    scope_own(body, path, type);
    if (clang_Cursor_hasAttrs(variable)) {
        ir_local(body->b, local)->flags |= cleanup_name(fe, variable) ? LOCAL_CLEANUP : 0u;
        attach_cleanup(body, variable, path);
    }
}

/* auto [a, b] = e: a hidden object; each name is one of its members, or what get<> would give. */
static void bindings(struct body *body, CXCursor decl, const struct fe_list *children)
{
    struct fe *fe = body->fe;
    CXType type = clang_getCursorType(decl);
    ir_local_id local = ir_add_local(body->b, "", type_of(fe, type), 0, span_of(fe, decl));
    ir_path_id path = ir_path_local(body->b, local);
    CXCursor init = children->count ? children->data[children->count - 1] : clang_getNullCursor();
    struct cleanup *before = body->cleanups;
    if (!cursor_is_null(init) && cursor_is_expr(init)) {
        if (type_is_reference(type))
            expr_copy(body, path, expr_argument(body, init, true));
        else
            expr_into(body, init, path);
        scope_pop_to(body, before);
        if (ir_is_reachable(body->b))
            scope_own(body, path, type);
    }
    ir_path_id object = place_adjust(body, path);
    uint8_t kind = fe_type(fe, ir_path(body->b, object)->type)->kind;
    for (uint32_t i = 0, n = 0; i < children->count; i++) {
        if (children->data[i].kind != CXCursor_UnexposedDecl && children->data[i].kind != CXCursor_VarDecl)
            continue;
        ir_type_id part = type_of_cursor(fe, children->data[i]);
        ir_class_id class_ = fe_type(fe, ir_path(body->b, object)->type)->class_;
        ir_path_id element;
        if (kind == TYPE_CLASS && n < fe->module->classes.data[class_].fields.count)
            element = ir_path_field(body->b, object, fe->module->classes.data[class_].fields.data[n]);
        else
            element = ir_path_index(body->b, object, ir_int(body->b, n), part);
        scope_bind_path(body, children->data[i], element);
        n++;
    }
}

void stmt_declare(struct body *body, CXCursor decl)
{
    struct fe *fe = body->fe;
    switch ((int)decl.kind) {
    case CXCursor_VarDecl:
        if (clang_Cursor_getStorageClass(decl) == CX_SC_Extern)
            return;
        if (clang_Cursor_hasVarDeclGlobalStorage(decl) == 1)
            static_local(body, decl);
        else
            local_variable(body, decl);
        return;
    case CXCursor_UnexposedDecl: {
        struct fe_list children = cursor_children(fe, decl);
        if (clang_getCursorType(decl).kind != CXType_Invalid && children.count)
            bindings(body, decl, &children);
        return;
    }
    case CXCursor_StructDecl: case CXCursor_ClassDecl: case CXCursor_UnionDecl:
        if (fe->is_cxx)
            walk_declaration(fe, decl);
        return;
    default:
        return;
    }
}
