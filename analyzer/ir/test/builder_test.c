#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ir/builder.h"

struct fixture {
    struct arena *arena;
    struct ir_module *module;
    ir_type_id int_type, class_type;
};

static int setup(void **state)
{
    struct arena *arena = arena_create("test");
    struct fixture *fixture = arena_new(arena, struct fixture);
    fixture->arena = arena;
    fixture->module = ir_module_create(arena);
    fixture->int_type = ir_add_type(
        fixture->module, (struct ir_type){.spelling = ir_string(fixture->module, "int"), .kind = TYPE_INT});
    fixture->class_type = ir_add_type(
        fixture->module, (struct ir_type){.spelling = ir_string(fixture->module, "struct s"), .kind = TYPE_CLASS});
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    arena_destroy(((struct fixture *)*state)->arena);
    return 0;
}

static struct ir_builder *begin(struct fixture *fixture)
{
    return ir_begin(fixture->module, ir_add_sym(fixture->module, "f", "f", SYM_FUNCTION, 0), 0, 0);
}

static const struct ir_func *end(struct fixture *fixture, struct ir_builder *builder)
{
    return &fixture->module->funcs.data[ir_end(builder)];
}

static void equal_entities_get_equal_ids(void **state)
{
    struct ir_module *module = ((struct fixture *)*state)->module;
    ir_file_id file = ir_add_file(module, "/a.c", false);
    assert_int_equal(file, ir_add_file(module, "/a.c", true));
    assert_true(module->files.data[file].is_system);
    struct ir_span span = {.file = file, .line = 3, .column = 1};
    ir_span_id id = ir_add_span(module, span);
    assert_int_equal(id, ir_add_span(module, span));
    span.column = 2;
    assert_int_not_equal(id, ir_add_span(module, span));
    ir_class_id class_ = ir_add_class(module, "s", "s");
    ir_field_id field = ir_add_field(module, class_, "a", 0);
    assert_int_equal(field, ir_add_field(module, class_, "a", 0));
    assert_int_equal(module->classes.data[class_].fields.count, 1);
    ir_sym_id sym = ir_add_sym(module, "k", "name", SYM_FUNCTION, SYM_NOEXCEPT);
    assert_int_equal(sym, ir_add_sym(module, "k", "name", SYM_FUNCTION, SYM_EXTERN_C));
    assert_int_equal(module->syms.data[sym].flags, SYM_NOEXCEPT | SYM_EXTERN_C);
    assert_int_equal(ir_find_sym(module, "k"), sym);
    assert_int_equal(ir_find_sym(module, "other"), 0);
}

static void paths_are_unique(void **state)
{
    struct fixture *fixture = *state;
    struct ir_builder *builder = begin(fixture);
    ir_path_id p = ir_path_local(builder, ir_add_param(builder, "p", 0, 0, 0));
    ir_field_id field = ir_add_field(fixture->module, ir_add_class(fixture->module, "s", "s"), "a", 0);
    ir_path_id one = ir_path_field(builder, ir_path_deref(builder, p, 0), field);
    assert_int_equal(one, ir_path_field(builder, ir_path_deref(builder, p, 0), field));
    assert_int_equal(ir_addr(builder, ir_path_deref(builder, p, 0)), ir_read(p));
    assert_int_equal(ir_pointee(builder, ir_read(p), 0), ir_path_deref(builder, p, 0));
    assert_int_equal(ir_pointee(builder, ir_addr(builder, one), 0), one);
    for (int i = 0; i < 1000; i++)
        one = ir_path_field(builder, ir_path_deref(builder, one, 0), field);
    ir_emit_copy(builder, one, ir_int(builder, 1));
    const struct ir_func *func = end(fixture, builder);
    for (uint32_t i = 0; i < func->paths.count; i++)
        assert_true(func->paths.data[i].step_count <= 50);
}

static void blocks_become_contiguous(void **state)
{
    struct fixture *fixture = *state;
    struct ir_builder *builder = begin(fixture);
    ir_path_id x = ir_path_local(builder, ir_add_local(builder, "x", fixture->int_type, 0, 0));
    ir_block_id first = ir_current(builder), dead = ir_new_block(builder), last = ir_new_block(builder);
    ir_emit_copy(builder, x, ir_int(builder, 10));
    ir_enter(builder, last);
    ir_emit_copy(builder, x, ir_int(builder, 30));
    ir_enter(builder, first);
    ir_emit_copy(builder, x, ir_int(builder, 20));
    ir_emit_jump(builder, last);
    assert_false(ir_is_reachable(builder));
    ir_emit_copy(builder, x, ir_int(builder, 99));
    assert_false(ir_is_reachable(builder));
    ir_enter(builder, dead);
    ir_emit_return(builder, 0);
    ir_enter(builder, last);
    const struct ir_func *func = end(fixture, builder);
    assert_int_equal(func->blocks.count, 3);
    assert_int_equal(func->blocks.data[1].count, 3);
    assert_int_equal(func->blocks.data[2].count, 2);
    int64_t expected[] = {10, 20, 0, 30};
    for (uint32_t i = 1; i < 5; i++)
        if (func->instrs.data[i].op == IR_COPY)
            assert_int_equal(func->ints.data[ir_val_index(func->instrs.data[i].a)], expected[i - 1]);
    assert_int_equal(func->ints.count, 4); /* 99 went with its dead block */
    assert_int_equal(func->succs.data[func->blocks.data[1].first_succ], 2);
}

static uint32_t count_op(const struct ir_func *func, enum ir_op op)
{
    uint32_t count = 0;
    for (uint32_t i = 1; i < func->instrs.count; i++)
        count += func->instrs.data[i].op == op;
    return count;
}

static void only_interesting_lives_stay(void **state)
{
    struct fixture *fixture = *state;
    struct ir_builder *builder = begin(fixture);
    ir_path_id plain = ir_path_local(builder, ir_add_local(builder, "i", fixture->int_type, 0, 0));
    ir_path_id taken = ir_path_local(builder, ir_add_local(builder, "t", fixture->int_type, 0, 0));
    ir_path_id object = ir_path_local(builder, ir_add_local(builder, "o", fixture->class_type, 0, 0));
    ir_path_id paths[] = {plain, taken, object};
    for (int i = 0; i < 3; i++)
        ir_emit(builder, IR_LIFE_BEGIN)->dst = paths[i];
    ir_val args[] = {ir_addr(builder, taken)};
    ir_emit_call(builder, 0, ir_add_sym(fixture->module, "g", "g", SYM_FUNCTION, 0), 0, args, 1, 0);
    const struct ir_func *func = end(fixture, builder);
    assert_int_equal(count_op(func, IR_LIFE_BEGIN), 2);
    assert_int_equal(func->locals.count, 4);
    assert_true(func->locals.data[2].flags & LOCAL_ADDRESS_TAKEN);
    assert_false(func->locals.data[1].flags & LOCAL_ADDRESS_TAKEN);
}

static void handlers_live_while_their_region_does(void **state)
{
    struct fixture *fixture = *state;
    struct ir_builder *builder = begin(fixture);
    ir_region_id unused = ir_add_region(builder, REGION_TRY, 0, 0);
    struct ir_handler gone = {.block = ir_new_block(builder)};
    ir_add_handlers(builder, unused, &gone, 1);
    ir_region_id region = ir_add_region(builder, REGION_TRY, 0, 0);
    struct ir_handler handler = {.block = ir_new_block(builder)};
    uint32_t index = ir_add_handlers(builder, region, &handler, 1);
    assert_int_equal(index, 2);
    ir_set_region(builder, region);
    ir_emit_call(builder, 0, ir_add_sym(fixture->module, "g", "g", SYM_FUNCTION, 0), 0, NULL, 0, 0);
    ir_set_region(builder, 0);
    ir_emit_return(builder, 0);
    ir_enter(builder, gone.block);
    ir_emit_return(builder, 0);
    ir_enter(builder, handler.block);
    ir_emit(builder, IR_CATCH);
    ir_emit_rethrow(builder, ir_int(builder, index));
    const struct ir_func *func = end(fixture, builder);
    assert_int_equal(func->regions.count, 2);
    assert_int_equal(func->handlers.count, 2);
    assert_int_equal(func->handlers.data[1].block, 2);
    const struct ir_instr *rethrow = &func->instrs.data[func->instrs.count - 1];
    assert_int_equal(rethrow->op, IR_RETHROW);
    assert_int_equal(func->ints.data[ir_val_index(rethrow->a)], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(equal_entities_get_equal_ids, setup, teardown),
        cmocka_unit_test_setup_teardown(paths_are_unique, setup, teardown),
        cmocka_unit_test_setup_teardown(blocks_become_contiguous, setup, teardown),
        cmocka_unit_test_setup_teardown(only_interesting_lives_stay, setup, teardown),
        cmocka_unit_test_setup_teardown(handlers_live_while_their_region_does, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
