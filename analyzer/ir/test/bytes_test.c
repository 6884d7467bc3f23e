#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ir/builder.h"
#include "ir/bytes.h"
#include "ir/text.h"

/* A function with a bit of everything. */
static ir_func_id make_func(struct ir_module *module)
{
    struct ir_span span = {.file = ir_add_file(module, "/src/a.c", false), .line = 10, .column = 5, .end_line = 12};
    ir_type_id class_type = ir_add_type(module, (struct ir_type){.spelling = ir_string(module, "struct conn"),
                                                                 .kind = TYPE_CLASS, .size = 16,
                                                                 .class_ = ir_add_class(module, "struct conn", "conn")});
    ir_type_id pointer = ir_add_type(module, (struct ir_type){.spelling = ir_string(module, "struct conn *"),
                                                              .kind = TYPE_POINTER, .size = 8, .element = class_type});
    ir_field_id field = ir_add_field(module, module->types.data[class_type].class_, "fd", 0);
    ir_sym_id g = ir_add_sym(module, "g", "g", SYM_FUNCTION, SYM_EXTERN_C);
    struct ir_builder *builder = ir_begin(module, ir_add_sym(module, "f", "f", SYM_FUNCTION, 0), 0,
                                          ir_add_span(module, span));
    ir_path_id p = ir_path_local(builder, ir_add_param(builder, "p", pointer, 0, 0));
    ir_path_id fd = ir_path_field(builder, ir_path_deref(builder, p, class_type), field);
    ir_path_id x = ir_path_local(builder, ir_add_local(builder, "x", class_type, 0, 0));
    ir_region_id region = ir_add_region(builder, REGION_TRY, 0, 0);
    struct ir_handler handler = {.type = class_type, .block = ir_new_block(builder), .by_reference = 1};
    ir_add_handlers(builder, region, &handler, 1);
    ir_set_region(builder, region);
    ir_val args[] = {ir_addr(builder, x), ir_int(builder, -7), ir_str(builder, "text"), ir_func_addr(g)};
    ir_emit_call(builder, fd, g, 0, args, 4, CALL_DISCARDED);
    ir_set_region(builder, 0);
    ir_block_id other = ir_new_block(builder);
    ir_val cases[] = {ir_int(builder, 1), ir_int(builder, 5)};
    ir_emit_switch(builder, ir_read(fd), cases, &other, 1, handler.block);
    ir_enter(builder, other);
    ir_emit_return(builder, ir_read(ir_path_index(builder, p, ir_read(fd), 0)));
    ir_enter(builder, handler.block);
    ir_emit_rethrow(builder, ir_int(builder, 1));
    return ir_end(builder);
}

static void a_function_survives_bytes(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    struct ir_module *from = ir_module_create(arena), *to = ir_module_create(arena);
    ir_func_id func = make_func(from);
    struct err err = {0};
    assert_true(ir_verify_func(from, func, &err));
    struct buf one = {0}, two = {0};
    ir_write_func(&one, from, func);
    ir_add_sym(to, "something", "else", SYM_FUNCTION, 0);
    ir_add_span(to, (struct ir_span){.file = ir_add_file(to, "/other.c", false), .line = 1});
    ir_func_id again = ir_read_func(to, one.data, one.count, &err);
    assert_string_equal(err.text, "");
    assert_int_not_equal(again, 0);
    assert_true(hash_equal(from->funcs.data[func].hash, to->funcs.data[again].hash));
    ir_write_func(&two, to, again);
    assert_int_equal(one.count, two.count);
    assert_memory_equal(one.data, two.data, one.count);
    assert_ptr_equal(ir_body(to, ir_find_sym(to, "f")), &to->funcs.data[again]);
    ir_func_id third = ir_read_func(to, one.data, one.count, &err);
    assert_int_not_equal(third, again);
    assert_int_equal(to->syms.data[ir_find_sym(to, "f")].body, again); /* the first body stays */
    buf_free(&one);
    buf_free(&two);
    arena_destroy(arena);
}

static void damage_never_crashes(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    struct ir_module *from = ir_module_create(arena);
    struct buf blobs[2] = {0};
    ir_write_func(&blobs[0], from, make_func(from));
    ir_write_decls(&blobs[1], from);
    uint64_t random = 88172645463325252u;
    uint32_t refused = 0;
    for (uint32_t i = 0; i < 60000; i++) {
        const struct buf *blob = &blobs[i & 1];
        struct arena *mine = arena_create("mine");
        struct ir_module *to = ir_module_create(mine);
        unsigned char *bytes = arena_dup(mine, blob->data, blob->count);
        for (uint32_t flips = 1 + i % 4; flips; flips--) {
            random ^= random << 13, random ^= random >> 7, random ^= random << 17;
            bytes[random % blob->count] ^= (unsigned char)(1u << (random >> 32) % 8);
        }
        size_t count = i % 5 ? blob->count : random % blob->count;
        struct err err = {0};
        bool good = i & 1 ? ir_read_decls(to, bytes, count, &err) : ir_read_func(to, bytes, count, &err) != 0;
        assert_true(good == (err.text[0] == 0));
        refused += !good;
        arena_destroy(mine);
    }
    assert_true(refused > 30000);
    buf_free(&blobs[0]);
    buf_free(&blobs[1]);
    arena_destroy(arena);
}

static void declarations_merge(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    struct ir_module *from = ir_module_create(arena), *to = ir_module_create(arena);
    make_func(from);
    ir_class_id class_ = ir_add_class(from, "struct conn", "conn");
    ir_add_field(from, class_, "name", 0);
    from->classes.data[class_].flags = CLASS_COMPLETE;
    *vec_push(arena, &from->classes.data[class_].bases) = (struct ir_base){ir_add_class(from, "base", "base"), 0};
    ir_add_override(from, ir_find_sym(from, "f"), ir_find_sym(from, "g"));
    ir_class_id other = ir_add_class(to, "struct conn", "conn");
    ir_add_field(to, other, "name", 0); /* out of order: a function's bytes said so */
    struct buf blob = {0};
    ir_write_decls(&blob, from);
    struct err err = {0};
    assert_true(ir_read_decls(to, blob.data, blob.count, &err));
    assert_true(ir_read_decls(to, blob.data, blob.count, &err));
    const struct ir_class *read = &to->classes.data[other];
    assert_int_equal(read->flags, CLASS_COMPLETE);
    assert_int_equal(read->bases.count, 1);
    assert_int_equal(read->fields.count, 2);
    assert_string_equal(ir_text(to, to->fields.data[read->fields.data[0]].name), "fd");
    assert_int_equal(to->overrides.count, 2);
    assert_true(to->syms.data[ir_find_sym(to, "g")].flags & SYM_EXTERN_C);
    assert_true(to->syms.data[ir_find_sym(to, "f")].flags & SYM_DEFINED);
    buf_free(&blob);
    arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_function_survives_bytes),
        cmocka_unit_test(damage_never_crashes),
        cmocka_unit_test(declarations_merge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
