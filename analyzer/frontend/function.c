/* Functions: from a declaration on the work list to a body in the module. */
#include "frontend/lower.h"

void function_queue(struct fe *fe, struct fe_work work)
{
    *vec_push(fe->arena, &fe->queue) = work;
}

static CXCursor child_of_kind(const struct fe_list *children, enum CXCursorKind kind)
{
    for (uint32_t i = 0; i < children->count; i++)
        if (children->data[i].kind == kind)
            return children->data[i];
    return clang_getNullCursor();
}

static bool holds_error(struct fe *fe, CXCursor definition)
{
    if (!fe->errors.count)
        return false;
    CXSourceRange range = clang_getCursorExtent(definition);
    CXFile file, last_file;
    unsigned from, to;
    clang_getFileLocation(clang_getRangeStart(range), &file, NULL, NULL, &from);
    clang_getFileLocation(clang_getRangeEnd(range), &last_file, NULL, NULL, &to);
    for (uint32_t i = 0; i < fe->errors.count; i++)
        if (fe->errors.data[i].file == file && fe->errors.data[i].offset >= from && fe->errors.data[i].offset <= to)
            return true;
    return false;
}

static void start(struct body *body, struct fe *fe, ir_sym_id sym, uint32_t flags, CXCursor definition)
{
    *body = (struct body){.fe = fe, .sym = sym};
    ir_span_id span = span_of(fe, definition);
    body->b = ir_begin(fe->module, sym, flags, span);
    ir_set_span(body->b, span);
    map_init(&body->locals, fe->tmp);
    map_init(&body->label_by_decl, fe->tmp);
    if (holds_error(fe, definition)) {
        ir_add_flags(body->b, FUNC_PARTIAL);
        fe->out->partial_functions++;
    }
}

static void count_instrs(struct fe *fe, ir_func_id id)
{
    const struct ir_func *func = &fe->module->funcs.data[id];
    fe->out->functions++;
    for (uint32_t i = 1; i < func->instrs.count; i++) {
        const struct ir_instr *instr = &func->instrs.data[i];
        fe->out->instrs++;
        if (instr->op == IR_HAVOC && instr->sub < HAVOC_COUNT)
            fe->out->havoc[instr->sub]++;
    }
}

static void finish(struct body *body)
{
    if (ir_is_reachable(body->b))
        ir_emit_return(body->b, 0);
    jump_finish(body);
    count_instrs(body->fe, ir_end(body->b));
}

static void add_this(struct body *body, ir_type_id class_type, ir_span_id span)
{
    struct fe *fe = body->fe;
    ir_local_id self = ir_add_param(body->b, "this", type_pointer_to(fe, class_type), LOCAL_THIS, span);
    body->this_val = ir_read(ir_path_local(body->b, self));
}

static void add_params(struct body *body, const struct fe_list *children)
{
    struct fe *fe = body->fe;
    for (uint32_t i = 0; i < children->count; i++) {
        CXCursor param = children->data[i];
        if (param.kind != CXCursor_ParmDecl)
            continue;
        ir_local_id local = ir_add_param(body->b, cursor_spelling(fe, param), type_of_cursor(fe, param), 0, span_of_name(fe, param));
        scope_bind_local(body, param, local);
    }
}

/* Whatever the end of *this runs after the destructor's body: members in reverse, then bases. */
static void own_members(struct body *body, CXCursor class_decl)
{
    struct fe *fe = body->fe;
    CXType type = clang_getCursorType(class_decl);
    if (class_decl.kind == CXCursor_UnionDecl || !type_is_record(type))
        return;
    ir_path_id object = ir_pointee(body->b, body->this_val, type_of(fe, type));
    CXCursor pattern = clang_getSpecializedCursorTemplate(class_decl);
    struct fe_list children = cursor_children(fe, cursor_is_null(pattern) ? class_decl : pattern);
    for (uint32_t i = 0; i < children.count; i++)
        if (children.data[i].kind == CXCursor_CXXBaseSpecifier)
            scope_own(body, object, clang_getCursorType(children.data[i]));
    struct fe_list fields = class_fields(fe, type);
    for (uint32_t i = 0; i < fields.count; i++)
        scope_own(body, ir_path_field(body->b, object, class_field(fe, fields.data[i])),
                  clang_getCursorType(fields.data[i]));
}

struct definition {
    CXCursor cursor;
    struct fe_list children;
};

static void run_initialisers(struct body *body, void *arg)
{
    struct definition *definition = arg;
    construct_initialisers(body, definition->cursor, &definition->children);
    body->outermost = body->cleanups;
}

static void lower_statements(struct body *body, struct definition *definition)
{
    bool is_constructor = body->func && body->func->is_constructor;
    bool is_destructor = body->func && body->func->is_destructor;
    CXCursor block = child_of_kind(&definition->children, CXCursor_CXXTryStmt);
    if (!cursor_is_null(block)) {
        try_lower(body, block, is_constructor ? run_initialisers : NULL, definition, is_constructor || is_destructor);
        return;
    }
    if (is_constructor)
        run_initialisers(body, definition);
    block = child_of_kind(&definition->children, CXCursor_CompoundStmt);
    if (!cursor_is_null(block)) {
        stmt_compound(body, block, 0);
        return;
    }
    block = child_of_kind(&definition->children, CXCursor_UnexposedStmt);
    if (!cursor_is_null(block)) {
        body->is_coroutine = true;
        body->fe->module->syms.data[body->sym].flags |= SYM_COROUTINE;
        coroutine_lower(body, block);
    }
}

static void lower_definition(struct fe *fe, const struct fe_work *work)
{
    const struct fe_func func = fe->funcs.data[work->func];
    bool is_pattern = work->kind == WORK_PATTERN;
    struct definition definition = {.cursor = func.definition};
    if (cursor_is_null(definition.cursor))
        return;
    CXCursor pattern = clang_getSpecializedCursorTemplate(definition.cursor);
    bool is_instance = !cursor_is_null(pattern);
    struct body body;
    if (is_pattern)
        fe->module->syms.data[func.sym].flags |= SYM_PATTERN;
    start(&body, fe, func.sym, is_pattern ? FUNC_PATTERN : is_instance ? FUNC_INSTANTIATED : 0, definition.cursor);
    body.func = &func;
    body.is_pattern = is_pattern;
    body.returns_reference = func.result_is_reference;
    body.result = func.result;
    if (is_instance)
        ir_set_pattern(body.b, span_of_name(fe, pattern));
    definition.children = cursor_children(fe, definition.cursor);
    CXCursor parent = clang_getCursorSemanticParent(definition.cursor);
    if (func.is_method) {
        CXType type = clang_getCursorType(parent);
        class_complete(fe, class_of_type(fe, type));
        add_this(&body, type_of(fe, type), span_of_name(fe, definition.cursor));
        uint64_t *closure = map_get(&fe->closure_by_class, map_key_of(cursor_decl_key(clang_getCanonicalCursor(parent))));
        body.closure = closure ? (uint32_t)*closure + 1 : 0;
    }
    add_params(&body, &definition.children);
    lambda_bind_captures(&body);
    if (holds_error(fe, definition.cursor))
        ir_emit_havoc(body.b, HAVOC_PARSE_ERROR);
    if (func.is_destructor && !is_pattern)
        own_members(&body, parent);
    lower_statements(&body, &definition);
    if (func.is_destructor)
        scope_pop_to(&body, NULL);
    else
        scope_pop_silent(&body, NULL);
    finish(&body);
}

static void lower_implicit(struct fe *fe, const struct fe_work *work)
{
    const struct fe_func func = fe->funcs.data[work->func];
    CXCursor decl = clang_getCursorSemanticParent(func.decl);
    struct body body;
    start(&body, fe, func.sym, FUNC_IMPLICIT, func.decl);
    body.func = &func;
    add_this(&body, type_of_cursor(fe, decl), span_of_name(fe, func.decl));
    for (uint32_t i = 0; i < func.param_count; i++)
        ir_add_param(body.b, "", type_of(fe, clang_getArgType(func.type, i)), 0, 0);
    if (func.is_constructor)
        construct_implicit(&body, decl, func.param_count > 0);
    finish(&body);
}

static CXCursor written_destructor(struct fe *fe, CXCursor class_decl)
{
    CXCursor pattern = clang_getSpecializedCursorTemplate(class_decl);
    struct fe_list children = cursor_children(fe, cursor_is_null(pattern) ? class_decl : pattern);
    CXCursor destructor = child_of_kind(&children, CXCursor_Destructor);
    if (cursor_is_null(destructor))
        return destructor;
    CXCursor definition = clang_getCursorDefinition(destructor);
    return cursor_is_null(definition) ? clang_getNullCursor() : definition;
}

/* A container or handle of the library: its end may end what its arguments name.  Its own code is the library's. */
static void destroy_arguments(struct body *body, CXCursor class_decl)
{
    struct fe *fe = body->fe;
    CXType type = clang_getCanonicalType(clang_getCursorType(class_decl));
    int count = clang_Type_getNumTemplateArguments(type);
    for (int i = 0; i < count; i++) {
        CXType argument = clang_Type_getTemplateArgumentAsType(type, (unsigned)i);
        if (!type_is_record(argument) || !type_mentions_project(fe, argument))
            continue;
        ir_sym_id destructor = class_destructor(fe, argument);
        if (!destructor)
            continue;
        ir_block_id some = ir_new_block(body->b), after = ir_new_block(body->b);
        ir_emit_branch(body->b, IR_UNKNOWN, some, after);
        ir_enter(body->b, some);
        ir_path_id object = ir_path_index(body->b, ir_pointee(body->b, body->this_val, type_of(fe, type)), IR_UNKNOWN,
                                          type_of(fe, argument));
        ir_val args[1] = {ir_addr(body->b, object)};
        uint32_t flags = CALL_IMPLICIT | CALL_DISCARDED | CALL_DESTROY | CALL_METHOD;
        flags |= class_is_virtual_destructor(fe, destructor) ? CALL_VIRTUAL : 0;
        ir_emit_call(body->b, 0, destructor, 0, args, 1, flags);
        ir_emit_jump(body->b, after);
        ir_enter(body->b, after);
    }
}

/* A destructor that has no cursor of its own: implicit, or of an instantiation (then the pattern's body runs). */
static void lower_destructor(struct fe *fe, const struct fe_work *work)
{
    struct body body;
    CXCursor written = written_destructor(fe, work->cursor);
    bool is_written = !cursor_is_null(written);
    start(&body, fe, work->sym, is_written ? FUNC_INSTANTIATED : FUNC_IMPLICIT, is_written ? written : work->cursor);
    struct fe_func func = {.is_destructor = true, .sym = work->sym};
    body.func = &func;
    body.is_pattern = is_written;
    add_this(&body, type_of_cursor(fe, work->cursor), 0);
    bool is_library = span_is_system(work->cursor) && !cursor_is_null(clang_getSpecializedCursorTemplate(work->cursor));
    if (is_library)
        destroy_arguments(&body, work->cursor);
    else
        own_members(&body, work->cursor);
    if (is_written && !is_library) {
        struct definition definition = {.cursor = written, .children = cursor_children(fe, written)};
        lower_statements(&body, &definition);
    }
    scope_pop_to(&body, NULL);
    finish(&body);
}

static void lower_global(struct fe *fe, const struct fe_work *work)
{
    const char *key = ir_text(fe->module, fe->module->syms.data[work->sym].key);
    const char *name = ir_sym_name(fe->module, work->sym);
    ir_sym_id sym = ir_add_sym(fe->module, arena_printf(fe->tmp, "%s$init", key),
                               arena_printf(fe->tmp, "(initialiser of %s)", name), SYM_FUNCTION,
                               SYM_GENERATED_NAME | SYM_INTERNAL);
    CXType type = clang_getCursorType(work->cursor);
    fe->module->syms.data[sym].span = span_of_name(fe, work->cursor);
    struct body body;
    start(&body, fe, sym, FUNC_GLOBAL_INIT, work->cursor);
    uint8_t kind = fe_type(fe, type_of(fe, type))->kind;
    body.is_table = kind == TYPE_ARRAY || kind == TYPE_CLASS;
    class_complete(fe, class_of_type(fe, type));
    init_variable(&body, work->cursor, ir_path_global(body.b, work->sym));
    scope_pop_silent(&body, NULL);
    finish(&body);
}

/* Its declaration, the only child, holds parameters and body. */
static void lower_block(struct body *body, CXCursor block)
{
    struct fe_list children = cursor_children(body->fe, cursor_first_child(block));
    CXType pointer = clang_getCanonicalType(clang_getCursorType(block));
    CXType result = clang_getResultType(clang_getPointeeType(pointer));
    body->result = type_of(body->fe, result);
    body->returns_reference = type_is_reference(result);
    add_params(body, &children);
    lambda_bind_captures(body);
    CXCursor compound = child_of_kind(&children, CXCursor_CompoundStmt);
    if (!cursor_is_null(compound))
        stmt_compound(body, compound, 0);
}

static void lower_outlined(struct fe *fe, const struct fe_work *work)
{
    struct body body;
    start(&body, fe, work->sym, 0, work->cursor);
    add_this(&body, fe->closures.data[work->closure].type, 0);
    body.closure = work->closure + 1;
    if (work->cursor.kind == CXCursor_BlockExpr)
        lower_block(&body, work->cursor);
    else {
        lambda_bind_captures(&body);
        stmt_lower(&body, work->cursor);
    }
    scope_pop_to(&body, NULL);
    finish(&body);
}

void function_lower(struct fe *fe, const struct fe_work *work)
{
    struct arena_mark mark = arena_mark(fe->tmp);
    ir_sym_id sym = work->kind == WORK_FUNCTION || work->kind == WORK_IMPLICIT || work->kind == WORK_PATTERN
                        ? fe->funcs.data[work->func].sym
                        : work->sym;
    bool has_body = work->kind != WORK_GLOBAL_INIT && fe->module->syms.data[sym].body != 0;
    if (!has_body) {
        switch (work->kind) {
        case WORK_FUNCTION: case WORK_PATTERN: lower_definition(fe, work); break;
        case WORK_IMPLICIT: lower_implicit(fe, work); break;
        case WORK_GLOBAL_INIT: lower_global(fe, work); break;
        case WORK_OUTLINED: lower_outlined(fe, work); break;
        case WORK_DESTRUCTOR: lower_destructor(fe, work); break;
        }
    }
    arena_release(fe->tmp, mark);
}
