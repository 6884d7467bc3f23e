#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ir/cfg.h"
#include "ir/text.h"

static struct ir_cfg *build(struct arena *arena, const char *text, bool fold)
{
    struct ir_module *module = ir_module_create(arena);
    struct err err = {0};
    if (!ir_parse_text(module, text, strlen(text), &err))
        fail_msg("%s", err.text);
    return ir_cfg_build(arena, &module->funcs.data[1], fold);
}

static void diamonds_and_loops_have_dominators(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    struct ir_cfg *cfg = build(arena, "func @f(x) {\n"
                                      "a: branch x, b, c\n"
                                      "b: jump d\n"
                                      "c: jump d\n"
                                      "d: branch x, e, g\n"
                                      "e: jump d\n"
                                      "g: return\n"
                                      "}\n",
                               false);
    enum { A = 1, B, C, D, E, G };
    static const ir_block_id rpo[] = {A, B, C, D, E, G};
    assert_int_equal(cfg->rpo_count, 6);
    assert_memory_equal(cfg->rpo, rpo, sizeof rpo);
    assert_int_equal(cfg->idom[D], A);
    assert_int_equal(cfg->idom[G], D);
    assert_int_equal(cfg->idom[A], 0);
    assert_true(ir_dominates(cfg, A, G));
    assert_true(ir_dominates(cfg, D, D));
    assert_false(ir_dominates(cfg, B, D));
    assert_true(cfg->is_loop_head[D]);
    assert_false(cfg->is_loop_head[A]);
    assert_int_equal(cfg->pred_count[D], 3);
    arena_destroy(arena);
}

static void constants_fold_edges_away(void **state)
{
    (void)state;
    static const char text[] = "func @f(x) {\n"
                               "a: branch 0, b, c\n"
                               "b: return\n"
                               "c: switch 4 { 1: b, 3..5: d, default: b }\n"
                               "d: return\n"
                               "}\n";
    struct arena *arena = arena_create("test");
    struct ir_cfg *folded = build(arena, text, true), *whole = build(arena, text, false);
    assert_int_equal(folded->rpo_count, 3);
    assert_int_equal(folded->rpo_index[2], UINT32_MAX);
    assert_int_equal(whole->rpo_count, 4);
    assert_int_equal(folded->idom[4], 3);
    arena_destroy(arena);
}

static const char exceptions[] = "func @f(x) {\n"
                                 "    try outer { catch int -> h1, catch ... -> h2 }\n"
                                 "    try inner in outer { catch E -> h3 }\n"
                                 "    cleanup c in outer -> clean\n"
                                 "a in inner: call @g()\n"
                                 "    region c\n"
                                 "    call @g()\n"
                                 "    region none\n"
                                 "    call @g()\n"
                                 "    return\n"
                                 "clean in outer: resume\n"
                                 "h1: return\n"
                                 "h2: return\n"
                                 "h3: return\n"
                                 "}\n";

static void exceptions_have_edges(void **state)
{
    (void)state;
    enum { A = 1, CLEAN, H1, H2, H3 };
    struct arena *arena = arena_create("test");
    struct ir_cfg *cfg = build(arena, exceptions, true);
    static const ir_block_id from_a[] = {H3, H1, H2, CLEAN}, from_clean[] = {H1, H2};
    assert_int_equal(cfg->succ_count[A], 4);
    assert_memory_equal(cfg->succs + cfg->succ_first[A], from_a, sizeof from_a);
    assert_int_equal(cfg->succ_count[CLEAN], 2);
    assert_memory_equal(cfg->succs + cfg->succ_first[CLEAN], from_clean, sizeof from_clean);
    assert_int_equal(cfg->idom[H3], A);
    arena_destroy(arena);
}

static void landings_say_what_escapes(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    struct ir_cfg *cfg = build(arena, exceptions, true);
    ir_block_id *blocks;
    bool escapes;
    assert_int_equal(ir_landings(arena, cfg->func, 2, &blocks, &escapes), 3);
    assert_false(escapes); /* outer catches all */
    assert_int_equal(ir_landings(arena, cfg->func, 3, &blocks, &escapes), 1);
    assert_false(escapes); /* the cleanup's RESUME goes on */
    assert_int_equal(ir_landings(arena, cfg->func, 0, &blocks, &escapes), 0);
    assert_true(escapes);
    arena_destroy(arena);
}

static void long_functions_do_not_recurse(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_text(&text, "func @f() {\n");
    for (int i = 0; i < 100000; i++)
        buf_printf(&text, "b%d: branch ?, b%d, b%d\n", i, i + 1, i);
    buf_text(&text, "b100000: return\n}\n");
    struct arena *arena = arena_create("test");
    struct ir_cfg *cfg = build(arena, text.data, true);
    assert_int_equal(cfg->rpo_count, 100001);
    assert_int_equal(cfg->idom[100001], 100000);
    buf_free(&text);
    arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(diamonds_and_loops_have_dominators), cmocka_unit_test(constants_fold_edges_away),
        cmocka_unit_test(exceptions_have_edges),              cmocka_unit_test(landings_say_what_escapes),
        cmocka_unit_test(long_functions_do_not_recurse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
