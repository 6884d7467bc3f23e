/* Functions read from text, through the builder. */
#include <string.h>

#include "ir/text_parse.h"

struct body {
    struct parser *parser;
    struct ir_builder *builder;
    struct map locals, blocks, regions; /* by string id of the name */
};

typedef VEC(ir_val) val_list;
typedef VEC(ir_block_id) block_list;

static ir_val parse_val(struct body *body);

static str_id name_id(struct body *body, const char *name)
{
    return ir_string(body->parser->module, name);
}

/* ---- locals ---- */

/* x, x%7, `x`, `x`%7, %7: the name, and whether it is a temporary. */
static const char *local_name(struct body *body, const char *text)
{
    struct arena *arena = body->parser->arena;
    if (text[0] == '`')
        return arena_strndup(arena, text + 1, strcspn(text + 1, "`"));
    return arena_strndup(arena, text, strcspn(text, "%"));
}

static const char *parse_local_token(struct body *body)
{
    const struct token *token = parse_peek(body->parser, 0);
    if (token->kind != TOKEN_NAME && token->kind != TOKEN_LOCAL) {
        parse_fail(body->parser, "expected a local's name");
        return "";
    }
    return parse_next(body->parser)->text;
}

static void declare_local(struct body *body, bool is_param)
{
    const char *text = parse_local_token(body), *name = local_name(body, text);
    ir_type_id type = parse_accept(body->parser, ":") ? parse_type(body->parser) : 0;
    uint32_t flags = parse_words(body->parser, words_local);
    if (!*name && !is_param && !parse_accept(body->parser, "plain"))
        flags |= LOCAL_TEMP;
    ir_span_id span = parse_span(body->parser), type_span = parse_span(body->parser);
    ir_local_id local = is_param ? ir_add_param(body->builder, name, type, flags, span)
                                 : ir_add_local(body->builder, name, type, flags, span);
    ir_local(body->builder, local)->type_span = type_span;
    uint64_t *known = map_put(&body->locals, name_id(body, text));
    if (*known)
        parse_fail(body->parser, "another local has this name; tell them apart as x%1, x%2");
    *known = local;
}

/* A local that nobody declared springs into being. */
static ir_local_id find_local(struct body *body)
{
    const char *text = parse_local_token(body);
    uint64_t *known = map_put(&body->locals, name_id(body, text));
    if (!*known && !body->parser->failed) {
        const char *name = local_name(body, text);
        *known = *name ? ir_add_local(body->builder, name, 0, 0, 0) : ir_add_temp(body->builder, 0);
    }
    return (ir_local_id)*known;
}

/* ---- paths ---- */

struct typed_path {
    ir_path_id path;
    ir_type_id type; /* as declared types tell, whatever the path's own is */
};

static struct typed_path step(struct body *body, struct typed_path of, enum ir_step_kind kind, uint32_t arg)
{
    ir_type_id type = ir_step_type(body->parser->module, of.type, (struct ir_step){kind, arg});
    ir_path_id path = kind == STEP_DEREF   ? ir_path_deref(body->builder, of.path, type)
                      : kind == STEP_FIELD ? ir_path_field(body->builder, of.path, arg)
                                           : ir_path_index(body->builder, of.path, arg, type);
    return (struct typed_path){path, type};
}

/* field, "class"::field, class::field */
static ir_field_id parse_field(struct body *body, ir_type_id of)
{
    struct parser *parser = body->parser;
    struct ir_module *module = parser->module;
    const char *name = parse_name(parser), *colons = NULL;
    ir_class_id class_ = module->types.data[of].class_;
    if (parse_accept(parser, "::")) {
        class_ = ir_add_class(module, name, name);
        name = parse_name(parser);
    } else {
        for (const char *at = name; (at = strstr(at, "::")); at += 2)
            colons = at;
    }
    if (colons) {
        const char *key = arena_strndup(parser->arena, name, (size_t)(colons - name));
        class_ = ir_add_class(module, key, key);
        name = colons + 2;
    }
    if (!class_)
        class_ = ir_add_class(module, "?", "?");
    return parser->failed ? 0 : ir_add_field(module, class_, name, 0);
}

static struct typed_path parse_base(struct body *body)
{
    struct parser *parser = body->parser;
    struct typed_path path = {0};
    if (parse_is(parser, "@") || (parse_is(parser, "glob") && parse_is_at(parser, 1, "@"))) {
        bool is_forced = parse_accept(parser, "glob");
        ir_sym_id sym = parse_sym(parser);
        struct ir_sym *data = &parser->module->syms.data[sym];
        if (!is_forced && !data->body && data->kind == SYM_FUNCTION)
            data->kind = SYM_GLOBAL; /* mentioned only so: parse_sym took it for a function */
        path.path = ir_path_global(body->builder, sym);
        path.type = data->type;
        return path;
    }
    if (parse_accept(parser, "(")) {
        parse_fail(parser, "paths have no parentheses: p->*->f, p->[i]");
        return path;
    }
    ir_local_id local = find_local(body);
    path.path = ir_path_local(body->builder, local);
    path.type = ir_local(body->builder, local)->type;
    return path;
}

static struct typed_path parse_index(struct body *body, struct typed_path path)
{
    ir_val index = parse_val(body);
    parse_expect(body->parser, "]");
    return step(body, path, STEP_INDEX, index);
}

static struct typed_path parse_arrow(struct body *body, struct typed_path path)
{
    path = step(body, path, STEP_DEREF, 0);
    if (parse_accept(body->parser, "*"))
        return path;
    if (parse_accept(body->parser, "["))
        return parse_index(body, path);
    return step(body, path, STEP_FIELD, parse_field(body, path.type));
}

static struct typed_path parse_steps(struct body *body, struct typed_path path)
{
    struct parser *parser = body->parser;
    while (!parser->failed) {
        if (parse_accept(parser, "->"))
            path = parse_arrow(body, path);
        else if (parse_accept(parser, "["))
            path = parse_index(body, path);
        else if (parse_accept(parser, "."))
            path = step(body, path, STEP_FIELD, parse_field(body, path.type));
        else
            break;
    }
    return path;
}

/* <type>**base steps */
static ir_path_id parse_path(struct body *body)
{
    struct parser *parser = body->parser;
    bool is_cast = parse_accept(parser, "<");
    ir_type_id cast = !is_cast || parse_accept(parser, "?") ? 0 : parse_type(parser);
    if (is_cast)
        parse_expect(parser, ">");
    uint32_t stars = 0;
    while (parse_accept(parser, "*"))
        stars++;
    struct typed_path path = parse_steps(body, parse_base(body));
    for (; stars; stars--)
        path = step(body, path, STEP_DEREF, 0);
    if (parser->failed)
        return ir_path_local(body->builder, 0);
    ir_set_path_type(body->builder, path.path, is_cast ? cast : path.type);
    return path.path;
}

/* ---- values ---- */

static ir_val parse_int(struct body *body, bool is_negative)
{
    uint64_t number = parse_next(body->parser)->number;
    return ir_int(body->builder, (int64_t)(is_negative ? 0 - number : number));
}

/* @f is a function's address where f is a function. */
static bool is_function(struct body *body)
{
    struct parser *parser = body->parser;
    const struct token *key = parse_peek(parser, 1);
    if (key->kind != TOKEN_NAME && key->kind != TOKEN_STRING)
        return false;
    ir_sym_id sym = ir_find_sym(parser->module, key->text);
    bool has_steps = parse_is_at(parser, 2, ".") || parse_is_at(parser, 2, "->") || parse_is_at(parser, 2, "[");
    return !has_steps && (!sym || parser->module->syms.data[sym].kind == SYM_FUNCTION);
}

static ir_val parse_val(struct body *body)
{
    struct parser *parser = body->parser;
    enum token_kind kind = parse_peek(parser, 0)->kind;
    if (kind == TOKEN_NUMBER)
        return parse_int(body, false);
    if (kind == TOKEN_STRING)
        return IR_VAL(VAL_STR, ir_string(parser->module, parse_next(parser)->text));
    if (parse_is(parser, "-") && parse_peek(parser, 1)->kind == TOKEN_NUMBER) {
        parser->at++;
        return parse_int(body, true);
    }
    if (parse_is(parser, "_") || parse_is(parser, "?"))
        return parse_next(parser)->text[0] == '?' ? IR_UNKNOWN : 0;
    if (parse_is(parser, "func") && parse_is_at(parser, 1, "@")) {
        parser->at++;
        return ir_func_addr(parse_sym(parser));
    }
    if (parse_is(parser, "@") && is_function(body))
        return ir_func_addr(parse_sym(parser));
    if (parse_accept(parser, "&")) {
        ir_path_id path = parse_path(body);
        return ir_addr(body->builder, path);
    }
    return ir_read(parse_path(body));
}

static val_list parse_args(struct body *body)
{
    val_list args = {0};
    parse_expect(body->parser, "(");
    if (parse_accept(body->parser, ")"))
        return args;
    do {
        ir_val arg = parse_val(body);
        *vec_push(body->parser->arena, &args) = arg;
    } while (parse_accept(body->parser, ","));
    parse_expect(body->parser, ")");
    return args;
}

/* ---- blocks and regions ---- */

static ir_block_id parse_block_name(struct body *body)
{
    uint64_t *block = map_get(&body->blocks, name_id(body, parse_name(body->parser)));
    if (!block)
        parse_fail(body->parser, "no block of the name before this exists");
    return block ? (ir_block_id)*block : 1;
}

static ir_region_id parse_region_name(struct body *body)
{
    if (parse_accept(body->parser, "none"))
        return 0;
    uint64_t *region = map_get(&body->regions, name_id(body, parse_name(body->parser)));
    if (!region)
        parse_fail(body->parser, "no region of the name before this is declared above");
    return region ? (ir_region_id)*region : 0;
}

static bool is_label(const struct parser *parser)
{
    if (parse_peek(parser, 0)->kind != TOKEN_NAME)
        return false;
    return parse_is_at(parser, 1, ":") || (parse_is_at(parser, 1, "in") && parse_is_at(parser, 3, ":"));
}

static bool is_declaration(const struct parser *parser)
{
    return parse_is(parser, "local") || parse_is(parser, "try") || parse_is(parser, "cleanup") ||
           parse_is(parser, "region");
}

static void declare_block(struct body *body, bool is_entry)
{
    uint64_t *block = map_put(&body->blocks, name_id(body, parse_peek(body->parser, 0)->text));
    if (*block)
        parse_fail(body->parser, "this label stands twice");
    *block = is_entry ? 1 : ir_new_block(body->builder);
}

/* The blocks in the order of their labels, whoever jumps to them first.  The entry is the first label's, or where an
 * instruction comes before it a block without a name. */
static void declare_blocks(struct body *body)
{
    struct parser *parser = body->parser;
    uint32_t start = parser->at, depth = 1;
    bool is_entry = true, at_start = true;
    for (; parse_peek(parser, 0)->kind != TOKEN_END && depth; parser->at++) {
        bool is_newline = parse_peek(parser, 0)->kind == TOKEN_NEWLINE;
        if (at_start && depth == 1 && is_label(parser))
            declare_block(body, is_entry);
        if (at_start && !is_newline && !is_declaration(parser))
            is_entry = false;
        depth += parse_is(parser, "{");
        depth -= parse_is(parser, "}");
        at_start = is_newline;
    }
    parser->at = start;
}

static void parse_label(struct body *body)
{
    struct ir_builder *builder = body->builder;
    ir_block_id block = parse_block_name(body);
    if (ir_is_reachable(builder) && block != ir_current(builder))
        ir_emit_jump(builder, block);
    ir_enter(builder, block);
    ir_set_region(builder, parse_accept(body->parser, "in") ? parse_region_name(body) : 0);
    parse_expect(body->parser, ":");
}

/* catch type & -> block #span */
static struct ir_handler parse_handler(struct body *body)
{
    struct parser *parser = body->parser;
    struct ir_handler handler = {0};
    parse_expect(parser, "catch");
    if (!parse_accept(parser, "..."))
        handler.type = parse_type(parser);
    handler.by_reference = parse_accept(parser, "&");
    parse_expect(parser, "->");
    handler.block = parse_block_name(body);
    handler.span = parse_span(parser);
    return handler;
}

static void parse_handlers(struct body *body, ir_region_id region)
{
    VEC(struct ir_handler) handlers = {0};
    parse_expect(body->parser, "{");
    do {
        parse_skip_newlines(body->parser);
        if (parse_is(body->parser, "}"))
            break;
        struct ir_handler handler = parse_handler(body);
        *vec_push(body->parser->arena, &handlers) = handler;
        parse_skip_newlines(body->parser);
    } while (parse_accept(body->parser, ","));
    parse_expect(body->parser, "}");
    ir_add_handlers(body->builder, region, handlers.data, handlers.count);
}

/* try r in parent #span { handlers }; cleanup r in parent -> block #span */
static void parse_region(struct body *body, enum ir_region_kind kind)
{
    struct parser *parser = body->parser;
    str_id name = name_id(body, parse_name(parser));
    ir_region_id parent = parse_accept(parser, "in") ? parse_region_name(body) : 0;
    ir_region_id region = ir_add_region(body->builder, kind, parent, 0);
    if (kind == REGION_CLEANUP) {
        parse_expect(parser, "->");
        ir_set_cleanup(body->builder, region, parse_block_name(body));
    }
    ir_span_id span = parse_span(parser);
    ir_set_region_span(body->builder, region, span);
    *map_put(&body->regions, name) = region;
    if (kind == REGION_TRY)
        parse_handlers(body, region);
}

/* ---- instructions ---- */

static void parse_call(struct body *body, ir_path_id dst)
{
    struct parser *parser = body->parser;
    ir_sym_id sym = parse_is(parser, "@") ? parse_sym(parser) : 0;
    ir_val callee = 0;
    if (parse_accept(parser, "[")) {
        callee = parse_val(body);
        parse_expect(parser, "]");
    }
    val_list args = parse_args(body);
    ir_emit_call(body->builder, dst, sym, callee, args.data, args.count, 0);
}

static void parse_closure(struct body *body, ir_path_id dst)
{
    ir_type_id type = parse_type(body->parser);
    val_list args = parse_args(body);
    ir_emit_closure(body->builder, dst, type, args.data, args.count);
}

static void parse_other(struct body *body, ir_path_id dst)
{
    val_list args = parse_args(body);
    if (args.count == 1)
        ir_emit_un(body->builder, UN_OTHER, dst, args.data[0]);
    else if (args.count == 2)
        ir_emit_bin(body->builder, BIN_OTHER, dst, args.data[0], args.data[1]);
    else
        parse_fail(body->parser, "other(...) takes one or two values");
}

static ir_val parse_operand(struct body *body)
{
    if (!parse_accept(body->parser, "("))
        return parse_val(body);
    ir_val val = parse_val(body);
    parse_expect(body->parser, ")");
    return val;
}

static void parse_value_operation(struct body *body, ir_path_id dst)
{
    struct parser *parser = body->parser;
    bool is_negative_number = parse_is(parser, "-") && parse_peek(parser, 1)->kind == TOKEN_NUMBER;
    uint32_t sub;
    if (!is_negative_number && parse_word(parser, words_un, &sub)) {
        ir_val a = parse_operand(body);
        ir_emit_un(body->builder, (enum ir_un)sub, dst, a);
        return;
    }
    ir_val a = parse_val(body);
    if (!parse_word(parser, words_bin, &sub)) {
        ir_emit_copy(body->builder, dst, a);
        return;
    }
    ir_val b = parse_val(body);
    ir_emit_bin(body->builder, (enum ir_bin)sub, dst, a, b);
}

static void emit_operand(struct body *body, enum ir_op op, uint32_t sub, ir_path_id dst)
{
    ir_val a = parse_val(body);
    struct ir_instr *instr = ir_emit(body->builder, op);
    instr->sub = (uint8_t)sub;
    instr->dst = dst;
    instr->a = a;
}

/* What may stand with and without a destination. */
static bool parse_effect(struct body *body, ir_path_id dst)
{
    struct parser *parser = body->parser;
    if (parse_accept(parser, "call"))
        parse_call(body, dst);
    else if (parse_accept(parser, "await"))
        emit_operand(body, IR_AWAIT, 0, dst);
    else if (parse_accept(parser, "yield"))
        emit_operand(body, IR_AWAIT, 1, dst);
    else if (parse_accept(parser, "catch"))
        ir_emit(body->builder, IR_CATCH)->dst = dst;
    else
        return false;
    return true;
}

static void parse_assignment(struct body *body)
{
    ir_path_id dst = parse_path(body);
    parse_expect(body->parser, "=");
    if (parse_effect(body, dst))
        return;
    if (parse_accept(body->parser, "closure"))
        parse_closure(body, dst);
    else if (parse_accept(body->parser, "other"))
        parse_other(body, dst);
    else
        parse_value_operation(body, dst);
}

static bool is_end(const struct parser *parser)
{
    enum token_kind kind = parse_peek(parser, 0)->kind;
    return kind == TOKEN_NEWLINE || kind == TOKEN_END || parse_is(parser, "#") || parse_is(parser, "}");
}

static void parse_havoc(struct body *body)
{
    uint32_t reason = HAVOC_NONE;
    if (!parse_word(body->parser, words_havoc, &reason) && !is_end(body->parser))
        parse_fail(body->parser, "no such reason for havoc");
    val_list args = {0};
    if (parse_is(body->parser, "("))
        args = parse_args(body);
    ir_emit_havoc_args(body->builder, (enum ir_havoc)reason, args.data, args.count);
}

static void parse_throw(struct body *body)
{
    ir_type_id type = parse_type(body->parser);
    ir_val a = parse_accept(body->parser, ",") ? parse_val(body) : 0;
    ir_emit_throw(body->builder, type, a);
}

static void parse_branch(struct body *body)
{
    ir_val a = parse_val(body);
    parse_expect(body->parser, ",");
    ir_block_id yes = parse_block_name(body);
    parse_expect(body->parser, ",");
    ir_block_id no = parse_block_name(body);
    ir_emit_branch(body->builder, a, yes, no);
}

static ir_val parse_case_int(struct body *body)
{
    bool is_negative = parse_accept(body->parser, "-");
    if (parse_peek(body->parser, 0)->kind == TOKEN_NUMBER)
        return parse_int(body, is_negative);
    parse_fail(body->parser, "expected a constant or default");
    return 0;
}

static void parse_switch(struct body *body)
{
    struct parser *parser = body->parser;
    ir_val a = parse_val(body);
    val_list cases = {0};
    block_list targets = {0};
    parse_expect(parser, "{");
    parse_skip_newlines(parser);
    while (!parser->failed && !parse_accept(parser, "default")) {
        ir_val low = parse_case_int(body);
        ir_val high = parse_accept(parser, "..") ? parse_case_int(body) : low;
        *vec_push(parser->arena, &cases) = low;
        *vec_push(parser->arena, &cases) = high;
        parse_expect(parser, ":");
        ir_block_id target = parse_block_name(body);
        *vec_push(parser->arena, &targets) = target;
        parse_expect(parser, ",");
        parse_skip_newlines(parser);
    }
    parse_expect(parser, ":");
    ir_block_id otherwise = parse_block_name(body);
    parse_skip_newlines(parser);
    parse_expect(parser, "}");
    ir_emit_switch(body->builder, a, cases.data, targets.data, targets.count, otherwise);
}

static ir_val parse_optional(struct body *body)
{
    return is_end(body->parser) ? 0 : parse_val(body);
}

/* Opcodes that are their word and at most a value. */
static bool parse_simple(struct body *body)
{
    struct parser *parser = body->parser;
    if (parse_accept(parser, "return"))
        ir_emit_return(body->builder, parse_optional(body));
    else if (parse_accept(parser, "rethrow"))
        ir_emit_rethrow(body->builder, parse_optional(body));
    else if (parse_accept(parser, "resume"))
        ir_emit_resume(body->builder);
    else if (parse_accept(parser, "unreachable"))
        ir_emit_unreachable(body->builder);
    else if (parse_accept(parser, "nop"))
        ir_emit(body->builder, IR_NOP);
    else if (parse_accept(parser, "jump"))
        ir_emit_jump(body->builder, parse_block_name(body));
    else
        return false;
    return true;
}

static bool parse_keyword(struct body *body)
{
    struct parser *parser = body->parser;
    if (parse_effect(body, 0) || parse_simple(body))
        return true;
    if (parse_is(parser, "begin") || parse_is(parser, "end")) {
        enum ir_op op = parse_next(parser)->text[0] == 'b' ? IR_LIFE_BEGIN : IR_LIFE_END;
        ir_path_id dst = ir_path_local(body->builder, find_local(body));
        ir_emit(body->builder, op)->dst = dst;
    } else if (parse_accept(parser, "havoc")) {
        parse_havoc(body);
    } else if (parse_accept(parser, "throw")) {
        parse_throw(body);
    } else if (parse_accept(parser, "branch")) {
        parse_branch(body);
    } else if (parse_accept(parser, "switch")) {
        parse_switch(body);
    } else {
        return false;
    }
    return true;
}

static void parse_instr(struct body *body)
{
    struct parser *parser = body->parser;
    const struct token *start = parse_peek(parser, 0);
    ir_set_span(body->builder, 0);
    if (!parse_keyword(body))
        parse_assignment(body);
    if (parser->failed)
        return;
    ir_type_id type = parse_accept(parser, ":") ? parse_type(parser) : 0;
    uint32_t flags = parse_words(parser, words_instr);
    bool has_span = parse_is(parser, "#");
    ir_span_id span = parse_span(parser), name_span = parse_span(parser);
    struct ir_instr *instr = ir_last(body->builder);
    instr->type = type ? type : instr->type;
    instr->flags = (uint16_t)flags;
    instr->span = has_span ? span : parse_line_span(parser, start);
    instr->name_span = name_span;
}

static void parse_statement(struct body *body)
{
    struct parser *parser = body->parser;
    if (is_label(parser))
        parse_label(body);
    else if (parse_accept(parser, "local"))
        declare_local(body, false);
    else if (parse_accept(parser, "try"))
        parse_region(body, REGION_TRY);
    else if (parse_accept(parser, "cleanup"))
        parse_region(body, REGION_CLEANUP);
    else if (parse_accept(parser, "region"))
        ir_set_region(body->builder, parse_region_name(body));
    else
        parse_instr(body);
}

/* ---- the whole function ---- */

static void parse_params(struct body *body)
{
    parse_expect(body->parser, "(");
    if (parse_accept(body->parser, ")"))
        return;
    do
        declare_local(body, true);
    while (parse_accept(body->parser, ","));
    parse_expect(body->parser, ")");
}

static void parse_statements(struct body *body)
{
    struct parser *parser = body->parser;
    for (;;) {
        parse_skip_newlines(parser);
        if (parser->failed || parse_accept(parser, "}"))
            return;
        bool was_label = is_label(parser);
        parse_statement(body);
        if (!was_label && parse_peek(parser, 0)->kind != TOKEN_NEWLINE && !parse_is(parser, "}"))
            parse_fail(parser, arena_printf(parser->arena, "expected the end of the statement instead of %s",
                                            parse_peek(parser, 0)->text));
    }
}

void parse_func(struct parser *parser)
{
    const struct token *start = parse_peek(parser, 0);
    struct body body = {.parser = parser};
    ir_sym_id sym = parse_sym(parser);
    body.builder = ir_begin(parser->module, sym, 0, 0);
    map_init(&body.locals, parser->arena);
    map_init(&body.blocks, parser->arena);
    map_init(&body.regions, parser->arena);
    parse_params(&body);
    ir_add_flags(body.builder, parse_words(parser, words_func));
    bool has_span = parse_is(parser, "#");
    ir_span_id span = parse_span(parser), pattern = parse_span(parser);
    ir_set_func_span(body.builder, has_span ? span : parse_line_span(parser, start));
    ir_set_pattern(body.builder, pattern);
    parse_expect(parser, "{");
    declare_blocks(&body);
    parse_statements(&body);
    if (parser->failed)
        ir_abandon(body.builder);
    else
        ir_end(body.builder);
}
