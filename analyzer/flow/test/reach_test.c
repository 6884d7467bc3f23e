#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "flow/reach.h"
#include "ir/text.h"

struct fixture {
    struct ir_module *module;
    const struct ir_func *func;
};

static bool calls(const struct fixture *fixture, ir_instr_id id, const char *name)
{
    const struct ir_instr *instr = &fixture->func->instrs.data[id];
    return instr->op == IR_CALL && !strcmp(ir_sym_name(fixture->module, instr->sym), name);
}

static bool is_goal(void *context, ir_instr_id id)
{
    return calls(context, id, "goal");
}

static bool is_barrier(void *context, ir_instr_id id)
{
    return calls(context, id, "barrier");
}

/* From behind the first call of `start`. */
static bool reach(struct arena *arena, const char *text, struct reach_way *way)
{
    struct ir_module *module = ir_module_create(arena);
    struct err err = {0};
    if (!ir_parse_text(module, text, strlen(text), &err))
        fail_msg("%s", err.text);
    struct fixture fixture = {module, &module->funcs.data[1]};
    struct reach_query query = {.cfg = ir_cfg_build(arena, fixture.func, true), .is_goal = is_goal,
                                .is_barrier = is_barrier, .context = &fixture};
    for (ir_instr_id id = fixture.func->instrs.count - 1; id; id--)
        if (calls(&fixture, id, "start"))
            query.from = id;
    return flow_reach(arena, &query, way);
}

static void ways_around_barriers_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool found;
        uint32_t branches;
    } cases[] = {
        {"func @f() {\n call @start()\n call @goal()\n}", true, 0},
        {"func @f() {\n call @start()\n call @barrier()\n call @goal()\n}", false, 0},
        {"func @f(x) {\n call @start()\n branch x, a, b\na: call @barrier()\nb: call @goal()\n}", true, 1},
        {"func @f(x) {\n call @goal()\n call @start()\n branch x, a, b\na: return\nb: return\n}", false, 0},
        {"func @f(x) {\nl: call @goal()\n call @start()\n branch x, l, e\ne: return\n}", true, 1},
        {"func @f(x) {\nl: nop\n branch x, a, e\na: call @start()\n jump l\ne: call @goal()\n}", true, 1},
        {"func @f(x) {\n call @start()\n branch 0, a, b\na: call @goal()\nb: return\n}", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_create("test");
        struct reach_way way;
        assert_int_equal(reach(arena, cases[i].text, &way), cases[i].found);
        assert_int_equal(way.count, cases[i].branches);
        arena_destroy(arena);
    }
}

static void the_way_says_which_branch(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    struct reach_way way;
    assert_true(reach(arena, "func @f(x) {\n call @start()\n branch x, a, b\na: call @barrier()\nb: call @goal()\n}", &way));
    assert_false(way.taken[0]);
    assert_int_equal(way.goal, 5);
    assert_int_equal(way.branches[0], 2);
    arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ways_around_barriers_are_found),
        cmocka_unit_test(the_way_says_which_branch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
