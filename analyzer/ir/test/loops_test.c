#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ir/loops.h"
#include "ir/text.h"

static const char nested[] = "func @f(n: int) {\n"
                             "b1:\n    jump b2\n"
                             "b2:\n    branch n, b3, b7\n"   /* outer head */
                             "b3:\n    branch n, b4, b6\n"   /* inner head */
                             "b4:\n    branch n, b5, b7\n"   /* leaves both loops */
                             "b5:\n    jump b3\n"
                             "b6:\n    jump b2\n"
                             "b7:\n    return\n"
                             "}\n";

static void inner_loops_lie_in_outer_ones(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    struct ir_module *module = ir_module_create(arena);
    struct err err = {0};
    if (!ir_parse_text(module, nested, strlen(nested), &err))
        fail_msg("%s", err.text);
    const struct ir_func *func = &module->funcs.data[1];
    struct ir_loops *loops = ir_loops_find(arena, func, ir_cfg_build(arena, func, true));
    static const ir_block_id heads[] = {0, 0, 2, 3, 3, 3, 2, 0};
    for (ir_block_id block = 1; block <= 7; block++)
        assert_int_equal(loops->head[block], heads[block]);
    assert_int_equal(loops->parent[3], 2);
    assert_int_equal(loops->parent[2], 0);
    assert_true(ir_loop_holds(loops, 2, 5));
    assert_true(ir_loop_holds(loops, 3, 5));
    assert_false(ir_loop_holds(loops, 3, 6));
    assert_false(ir_loop_holds(loops, 2, 7));
    arena_destroy(arena);
}

static void blocks_are_found_by_instruction(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    struct ir_module *module = ir_module_create(arena);
    assert_true(ir_parse_text(module, nested, strlen(nested), NULL));
    const struct ir_func *func = &module->funcs.data[1];
    for (ir_block_id block = 1; block < func->blocks.count; block++)
        for (uint32_t i = 0; i < func->blocks.data[block].count; i++)
            assert_int_equal(ir_block_of(func, func->blocks.data[block].first + i), block);
    arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inner_loops_lie_in_outer_ones),
        cmocka_unit_test(blocks_are_found_by_instruction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
