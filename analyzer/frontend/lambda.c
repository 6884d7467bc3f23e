/* Closures: a lambda's class, its captures; and outlined bodies: OpenMP's, which capture by reference, and blocks, which
 * copy all but what is declared __block.
 */
#include "frontend/lower.h"

/* The variables that a piece of code uses and does not declare, in order of first use. */
struct uses {
    struct fe *fe;
    struct body *body;
    struct map seen, declared;
    VEC(CXCursor) variables;
    bool uses_this;
};

static void note_variable(struct uses *uses, CXCursor decl)
{
    bool is_variable = decl.kind == CXCursor_VarDecl || decl.kind == CXCursor_ParmDecl || decl.kind == CXCursor_UnexposedDecl;
    if (!is_variable || map_get(&uses->declared, map_key_of(cursor_decl_key(decl))))
        return;
    if (!map_get(&uses->body->locals, map_key_of(cursor_decl_key(decl))))
        return;
    uint64_t *slot = map_put(&uses->seen, map_key_of(cursor_decl_key(decl)));
    if (!*slot) {
        *slot = 1;
        *vec_push(uses->fe->tmp, &uses->variables) = decl;
    }
}

static enum CXChildVisitResult collect_use(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct uses *uses = data;
    (void)parent;
    if (cursor.kind == CXCursor_VarDecl)
        *map_put(&uses->declared, map_key_of(cursor_decl_key(cursor))) = 1;
    if (cursor.kind == CXCursor_DeclRefExpr || cursor.kind == CXCursor_VariableRef)
        note_variable(uses, clang_getCursorReferenced(cursor));
    if (cursor.kind == CXCursor_CXXThisExpr)
        uses->uses_this = true;
    if (cursor.kind == CXCursor_MemberRefExpr && cursor_is_null(cursor_first_child(cursor)))
        uses->uses_this = true;
    return CXChildVisit_Recurse;
}

static struct uses find_uses(struct body *body, CXCursor code)
{
    struct uses uses = {.fe = body->fe, .body = body};
    map_init(&uses.seen, body->fe->tmp);
    map_init(&uses.declared, body->fe->tmp);
    clang_visitChildren(code, collect_use, &uses);
    return uses;
}

/* Does a closure's field of this type hold the variable? */
static bool holds(CXType field, CXCursor variable)
{
    CXType plain = clang_getCanonicalType(clang_getNonReferenceType(clang_getCanonicalType(field)));
    CXType type = clang_getCanonicalType(clang_getNonReferenceType(clang_getCanonicalType(clang_getCursorType(variable))));
    return clang_equalTypes(type_plain(plain), type_plain(type)) != 0;
}

static uint32_t new_closure(struct fe *fe, ir_class_id class_, ir_type_id type, const void *key)
{
    *vec_push(fe->arena, &fe->closures) = (struct fe_closure){.class_ = class_, .type = type, .class_key = key,
                                                             .first_capture = fe->captures.count};
    uint32_t index = fe->closures.count - 1;
    if (key)
        *map_put(&fe->closure_by_class, map_key_of(key)) = index;
    return index;
}

static void add_capture(struct fe *fe, uint32_t closure, const void *variable, const char *name, ir_type_id type,
                        bool by_reference)
{
    ir_class_id class_ = fe->closures.data[closure].class_;
    ir_field_id field = ir_add_field(fe->module, class_, name, type);
    *vec_push(fe->arena, &fe->captures) =
        (struct fe_capture){.variable = variable, .field = field, .by_reference = by_reference};
    fe->closures.data[closure].capture_count++;
}

static ir_val capture_value(struct body *body, CXCursor variable, bool by_reference)
{
    ir_path_id path = scope_variable(body, variable);
    if (!path) { /* an init-capture declares its own variable */
        CXCursor init = cursor_init(body->fe, variable);
        if (cursor_is_null(init))
            return IR_UNKNOWN;
        ir_val value = expr_argument(body, init, by_reference);
        return value ? value : IR_UNKNOWN;
    }
    path = place_adjust(body, path);
    return by_reference ? ir_addr(body->b, path) : ir_read(path);
}

/* Fields in order: the explicit captures as written, then the implicit ones as first used; `this` is the field that
 * fits no variable. */
static uint32_t capture_fields(struct body *body, CXCursor lambda, uint32_t closure, ir_val *values)
{
    struct fe *fe = body->fe;
    struct fe_list fields = class_fields(fe, clang_getCursorType(lambda));
    struct uses uses = find_uses(body, lambda);
    VEC(CXCursor) candidates = {0};
    struct fe_list children = cursor_children(fe, lambda);
    for (uint32_t i = 0; i < children.count; i++)
        if (children.data[i].kind == CXCursor_VariableRef)
            *vec_push(fe->tmp, &candidates) = clang_getCursorReferenced(children.data[i]);
    uint32_t written = candidates.count;
    for (uint32_t i = 0; i < uses.variables.count; i++) {
        bool known = false;
        for (uint32_t k = 0; k < written; k++)
            known |= cursor_same(candidates.data[k], uses.variables.data[i]);
        if (!known)
            *vec_push(fe->tmp, &candidates) = uses.variables.data[i];
    }
    uint32_t next = 0, count = 0;
    bool has_this = false;
    for (uint32_t i = 0; i < fields.count && count < 250; i++) {
        CXType type = clang_getCursorType(fields.data[i]);
        uint32_t at = next;
        while (at < candidates.count && !holds(type, candidates.data[at]))
            at++;
        bool is_reference = type_is_reference(type);
        bool may_be_this = type_is_pointer(type) && !has_this && body->this_val;
        if (at < candidates.count && !(may_be_this && at > next)) {
            next = at + 1;
            const char *name = cursor_spelling(fe, candidates.data[at]);
            add_capture(fe, closure, cursor_decl_key(candidates.data[at]), name, type_of(fe, type), is_reference);
            values[count++] = capture_value(body, candidates.data[at], is_reference);
        } else if (may_be_this) {
            has_this = true;
            add_capture(fe, closure, NULL, "this", type_of(fe, type), false);
            values[count++] = body->this_val;
        } else {
            add_capture(fe, closure, fields.data[i].data[0], arena_printf(fe->tmp, "#%u", i), type_of(fe, type),
                        is_reference);
            values[count++] = IR_UNKNOWN;
        }
    }
    return count;
}

static CXCursor call_operator(struct fe *fe, CXCursor class_decl)
{
    struct fe_list children = cursor_children(fe, class_decl);
    for (uint32_t i = 0; i < children.count; i++)
        if (children.data[i].kind == CXCursor_CXXMethod && strcmp(cursor_spelling(fe, children.data[i]), "operator()") == 0)
            return children.data[i];
    return clang_getNullCursor();
}

void lambda_into(struct body *body, CXCursor lambda, ir_path_id dst)
{
    struct fe *fe = body->fe;
    CXType type = clang_getCursorType(lambda);
    uint32_t class_ = class_of_type(fe, type);
    if (!class_) {
        expr_havoc(body, HAVOC_DEPENDENT, type);
        return;
    }
    CXCursor decl = fe->classes.data[class_].decl;
    class_complete(fe, class_);
    const void *key = cursor_decl_key(clang_getCanonicalCursor(decl));
    uint32_t closure = new_closure(fe, fe->classes.data[class_].id, type_of(fe, type), key);
    ir_val values[256];
    uint32_t count = capture_fields(body, lambda, closure, values);
    struct ir_instr *instr = ir_emit_closure(body->b, dst, type_of(fe, type), values, count);
    ir_span_id span = span_of(fe, lambda);
    if (span)
        instr->span = span;
    body->emitted++;
    CXCursor method = call_operator(fe, decl);
    if (!cursor_is_null(method)) {
        uint32_t func = symbol_func(fe, method);
        fe->module->classes.data[fe->classes.data[class_].id].call_operator = fe->funcs.data[func].sym;
        symbol_want_body(fe, func);
    }
}

/* In a closure's body: what is captured is a field of the object that parameter 1 points to. */
void lambda_bind_captures(struct body *body)
{
    struct fe *fe = body->fe;
    if (!body->closure)
        return;
    const struct fe_closure closure = fe->closures.data[body->closure - 1];
    ir_path_id object = ir_path_deref(body->b, ir_path_local(body->b, 1), closure.type);
    body->this_val = 0;
    for (uint32_t i = 0; i < closure.capture_count; i++) {
        const struct fe_capture capture = fe->captures.data[closure.first_capture + i];
        ir_path_id path = ir_path_field(body->b, object, capture.field);
        if (!capture.variable) {
            bool is_pointer = fe_type(fe, fe->module->fields.data[capture.field].type)->kind == TYPE_POINTER;
            body->this_val = is_pointer ? ir_read(path) : ir_addr(body->b, path);
            continue;
        }
        *map_put(&body->locals, map_key_of(capture.variable)) = (uint64_t)STORAGE_PATH << 32 | path;
    }
}

static void capture(struct body *body, uint32_t closure, CXCursor variable, bool by_reference, ir_val *value)
{
    struct fe *fe = body->fe;
    ir_type_id type = type_of(fe, clang_getNonReferenceType(clang_getCursorType(variable)));
    if (by_reference) {
        const char *spelling = arena_printf(fe->tmp, "%s &", ir_text(fe->module, fe_type(fe, type)->spelling));
        type = ir_add_type(fe->module, (struct ir_type){.spelling = ir_string(fe->module, spelling),
                                                        .kind = TYPE_REFERENCE, .element = type});
    }
    add_capture(fe, closure, cursor_decl_key(variable), cursor_spelling(fe, variable), type, by_reference);
    *value = capture_value(body, variable, by_reference);
}

/* A statement or block that runs elsewhere: its class and symbol are made here, its body later; returns the symbol. */
uint32_t lambda_outline(struct body *body, CXCursor statement, const char *what, ir_path_id *place)
{
    struct fe *fe = body->fe;
    bool is_block = statement.kind == CXCursor_BlockExpr;
    const char *key = ir_text(fe->module, fe->module->syms.data[body->sym].key);
    const char *name = ir_sym_name(fe->module, body->sym);
    const char *class_key = arena_printf(fe->tmp, "%s$omp%u", key, ++body->ordinal);
    ir_class_id class_ = ir_add_class(fe->module, class_key, arena_printf(fe->tmp, "%s::(%s)", name, what));
    fe->module->classes.data[class_].flags |= CLASS_COMPLETE | CLASS_LAMBDA;
    ir_type_id type = ir_add_type(fe->module, (struct ir_type){.spelling = ir_string(fe->module, class_key),
                                                               .kind = TYPE_CLASS, .class_ = class_});
    uint32_t closure = new_closure(fe, class_, type, NULL);
    struct uses uses = find_uses(body, statement);
    ir_val values[256];
    uint32_t count = 0;
    if (uses.uses_this && body->this_val) {
        ir_path_id self = ir_val_kind(body->this_val) == VAL_PATH ? ir_val_index(body->this_val) : 0;
        add_capture(fe, closure, NULL, "this", self ? ir_path(body->b, self)->type : type_int(fe), false);
        values[count++] = body->this_val;
    }
    for (uint32_t i = 0; i < uses.variables.count && count < 250; i++) {
        CXCursor variable = uses.variables.data[i];
        bool by_reference = !is_block || type_is_reference(clang_getCursorType(variable)) ||
                            decl_is_shared_with_blocks(fe, variable);
        capture(body, closure, variable, by_reference, &values[count++]);
    }
    ir_sym_id sym = ir_add_sym(fe->module, arena_printf(fe->tmp, "%s()", class_key),
                               arena_printf(fe->tmp, "%s::(%s)", name, what), SYM_FUNCTION,
                               SYM_OUTLINED | SYM_METHOD | SYM_INTERNAL | SYM_GENERATED_NAME);
    fe->module->syms.data[sym].class_ = class_;
    fe->module->syms.data[sym].span = span_of(fe, statement);
    fe->module->classes.data[class_].call_operator = sym;
    *place = scope_temp(body, type);
    ir_emit_closure(body->b, *place, type, values, count);
    function_queue(fe, (struct fe_work){.kind = WORK_OUTLINED, .closure = closure, .sym = sym, .cursor = statement});
    return sym;
}

/* The function that a captureless lambda becomes when it is converted to a pointer: it calls the lambda.  0: the
 * lambda is generic, and which instance is meant does not show. */
ir_sym_id lambda_invoker(struct fe *fe, CXCursor class_decl)
{
    CXCursor method = call_operator(fe, class_decl);
    if (cursor_is_null(method))
        return 0;
    uint32_t func = symbol_func(fe, method);
    const struct fe_func entry = fe->funcs.data[func];
    symbol_want_body(fe, func);
    const char *key = ir_text(fe->module, fe->module->syms.data[entry.sym].key);
    const char *name = ir_sym_name(fe->module, entry.sym);
    ir_sym_id sym = ir_add_sym(fe->module, arena_printf(fe->tmp, "%s invoker", key), name, SYM_FUNCTION,
                               SYM_INTERNAL | SYM_GENERATED_NAME);
    if (fe->module->syms.data[sym].span)
        return sym;
    ir_span_id span = fe->module->syms.data[entry.sym].span;
    fe->module->syms.data[sym].span = span ? span : span_of(fe, class_decl);
    struct ir_builder *b = ir_begin(fe->module, sym, FUNC_IMPLICIT, span);
    ir_val args[64] = {IR_UNKNOWN};
    uint32_t count = entry.param_count < 63 ? entry.param_count : 63;
    for (uint32_t i = 0; i < count; i++)
        args[i + 1] = ir_read(ir_path_local(b, ir_add_param(b, "", type_of(fe, clang_getArgType(entry.type, i)), 0, 0)));
    bool is_void = fe_type(fe, entry.result)->kind == TYPE_VOID;
    ir_path_id result = is_void ? 0 : ir_path_local(b, ir_add_temp(b, entry.result));
    ir_set_span(b, span);
    ir_emit_call(b, result, entry.sym, 0, args, count + 1, CALL_METHOD | CALL_IMPLICIT)->type = entry.result;
    ir_emit_return(b, result ? ir_read(result) : 0);
    ir_end(b);
    fe->out->functions++;
    fe->out->instrs += 2;
    return sym;
}

static bool is_lambda_class(struct fe *fe, CXCursor decl)
{
    return (decl.kind == CXCursor_ClassDecl || decl.kind == CXCursor_StructDecl) &&
           strstr(cursor_spelling(fe, decl), "(lambda") != NULL;
}

/* `cursor` made a pointer to function out of a lambda: the pointer's value; VAL_NONE: it did not. */
ir_val lambda_pointer(struct body *body, CXCursor cursor)
{
    struct fe *fe = body->fe;
    CXCursor inner = cursor_strip(fe, cursor);
    CXType type = clang_getCanonicalType(clang_getCursorType(inner));
    if (type.kind != CXType_Record || !is_lambda_class(fe, clang_getTypeDeclaration(type)))
        return 0;
    ir_sym_id sym = lambda_invoker(fe, clang_getTypeDeclaration(type));
    if (!sym)
        return 0;
    expr_value(body, inner);
    return ir_func_addr(sym);
}
