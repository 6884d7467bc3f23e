/* Where handles get to: which places a handle may be in later, and which not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "link/handles.h"

struct fixture {
    struct arena *arena;
    struct program *program;
    struct handles *handles;
};

static struct fixture open_text(const char *text)
{
    struct fixture fixture = {.arena = arena_create("test")};
    struct model_set *models = model_set_create(fixture.arena);
    struct err err = {0};
    model_set_add_builtin(models);
    fixture.program = program_create(fixture.arena, models, NULL);
    uint32_t tu = program_add_tu(fixture.program, "/p/a.c", "p");
    if (!program_add_text(fixture.program, tu, text, strlen(text), &err))
        fail_msg("%s", err.text);
    program_link(fixture.program);
    fixture.handles = handles_solve(fixture.arena, fixture.program);
    return fixture;
}

static ir_func_id func_of(const struct fixture *fixture, const char *name)
{
    return fixture->program->module->syms.data[ir_find_sym(fixture->program->module, name)].body;
}

static value_place local_of(const struct fixture *fixture, const char *func_name, const char *name)
{
    ir_func_id id = func_of(fixture, func_name);
    const struct ir_func *func = &fixture->program->module->funcs.data[id];
    for (ir_local_id i = 1; i < func->locals.count; i++)
        if (!strcmp(ir_text(fixture->program->module, func->locals.data[i].name), name))
            return place_of_local(id, i);
    fail_msg("no local %s in %s", name, func_name);
    return 0;
}

static value_place global_of(const struct fixture *fixture, const char *name)
{
    return place_of_global(ir_find_sym(fixture->program->module, name));
}

static bool gets_to(const struct fixture *fixture, value_place from, value_place to)
{
    struct handle_reach reach = handles_reach(fixture->handles, from);
    return handles_reach_holds(&reach, to);
}

#define HEAD                                                                                                           \
    "file \"/p/a.c\" lines\n"                                                                                           \
    "declare @pthread_create \"pthread_create\": \"int (pthread_t *, const pthread_attr_t *, void *(*)(void *), void *)\"\n" \
    "declare @pthread_join \"pthread_join\": \"int (pthread_t, void **)\"\n"                                            \
    "func @work(arg: \"void *\") { return 0 }\n"

static void values_go_down_and_not_up(void **state)
{
    (void)state;
    struct fixture fixture = open_text(HEAD
                                       "func @name(thread: \"unsigned long\") {\n"
                                       "  copy = thread\n"
                                       "}\n"
                                       "func @main() {\n"
                                       "  local a: \"unsigned long\"\n"
                                       "  local b: \"unsigned long\"\n"
                                       "  call @pthread_create(&a, 0, @work, 0)\n"
                                       "  call @pthread_create(&b, 0, @work, 0)\n"
                                       "  call @name(a)\n"
                                       "  call @name(b)\n"
                                       "}\n");
    value_place a = local_of(&fixture, "main", "a"), b = local_of(&fixture, "main", "b");
    assert_true(gets_to(&fixture, a, a));
    assert_true(gets_to(&fixture, a, local_of(&fixture, "name", "copy")));
    assert_false(gets_to(&fixture, a, b));
    assert_false(gets_to(&fixture, local_of(&fixture, "name", "thread"), a));
    arena_destroy(fixture.arena);
}

static void calls_and_returns_match(void **state)
{
    (void)state;
    struct fixture fixture = open_text(HEAD
                                       "func @pass(thread: \"unsigned long\") {\n"
                                       "  return thread\n"
                                       "}\n"
                                       "func @twice(handle: \"unsigned long\") {\n"
                                       "  r = call @pass(handle): \"unsigned long\"\n"
                                       "  return r\n"
                                       "}\n"
                                       "func @main() {\n"
                                       "  local a: \"unsigned long\"\n"
                                       "  local b: \"unsigned long\"\n"
                                       "  local c: \"unsigned long\"\n"
                                       "  local d: \"unsigned long\"\n"
                                       "  c = call @twice(a): \"unsigned long\"\n"
                                       "  d = call @twice(b): \"unsigned long\"\n"
                                       "}\n");
    value_place a = local_of(&fixture, "main", "a");
    assert_true(gets_to(&fixture, a, local_of(&fixture, "main", "c")));
    assert_false(gets_to(&fixture, a, local_of(&fixture, "main", "d")));
    assert_true(gets_to(&fixture, local_of(&fixture, "main", "b"), local_of(&fixture, "main", "d")));
    arena_destroy(fixture.arena);
}

static void addresses_are_written_through(void **state)
{
    (void)state;
    struct fixture fixture = open_text(HEAD
                                       "global @first: \"unsigned long\"\n"
                                       "global @second: \"unsigned long\"\n"
                                       "func @start(out: \"unsigned long *\") {\n"
                                       "  call @pthread_create(out, 0, @work, 0)\n"
                                       "}\n"
                                       "func @stop(of: \"unsigned long *\") {\n"
                                       "  local taken: \"unsigned long\"\n"
                                       "  taken = *of\n"
                                       "  call @pthread_join(taken, 0)\n"
                                       "}\n"
                                       "func @main() {\n"
                                       "  call @start(&@first)\n"
                                       "  call @start(&@second)\n"
                                       "  call @stop(&@first)\n"
                                       "}\n");
    value_place first = global_of(&fixture, "first"), second = global_of(&fixture, "second");
    value_place joined = local_of(&fixture, "stop", "taken");
    assert_true(gets_to(&fixture, local_of(&fixture, "start", "out"), first)); /* whichever caller it is */
    assert_true(gets_to(&fixture, local_of(&fixture, "start", "out"), second));
    assert_true(gets_to(&fixture, first, joined));
    assert_false(gets_to(&fixture, second, joined));
    assert_false(gets_to(&fixture, first, second));
    arena_destroy(fixture.arena);
}

static void recursion_ends(void **state)
{
    (void)state;
    struct fixture fixture = open_text(HEAD
                                       "func @down(thread: \"unsigned long\") {\n"
                                       "  r = call @down(thread): \"unsigned long\"\n"
                                       "  s = call @down(r): \"unsigned long\"\n"
                                       "  return s\n"
                                       "}\n"
                                       "func @main() {\n"
                                       "  local a: \"unsigned long\"\n"
                                       "  local b: \"unsigned long\"\n"
                                       "  b = call @down(a): \"unsigned long\"\n"
                                       "}\n");
    assert_true(gets_to(&fixture, local_of(&fixture, "main", "a"), local_of(&fixture, "down", "thread")));
    arena_destroy(fixture.arena);
}

static void spawns_know_whose_handle_they_fill(void **state)
{
    (void)state;
    struct fixture fixture = open_text(HEAD
                                       "global @one: \"unsigned long\"\n"
                                       "func @start(out: \"unsigned long *\", run: \"void *(*)(void *)\") {\n"
                                       "  call @pthread_create(out, 0, run, 0)\n"
                                       "}\n"
                                       "func @main() {\n"
                                       "  call @start(&@one, @work)\n"
                                       "}\n");
    assert_int_equal(fixture.program->spawns.count, 1);
    assert_true(handles_of_spawn(fixture.handles, &fixture.program->spawns.data[0]) == global_of(&fixture, "one"));
    arena_destroy(fixture.arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_go_down_and_not_up),      cmocka_unit_test(calls_and_returns_match),
        cmocka_unit_test(addresses_are_written_through),  cmocka_unit_test(recursion_ends),
        cmocka_unit_test(spawns_know_whose_handle_they_fill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
