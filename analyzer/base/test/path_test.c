#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/path.h"

static void joined_paths_are_normal(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    static const char *const cases[][3] = {
        {"/a/b", "c.c", "/a/b/c.c"},   {"/a/b", "../c.c", "/a/c.c"}, {"/a/b", "/x//y/./z/", "/x/y/z"},
        {"/a", "../../..", "/"},       {"/", "a", "/a"},             {"a/b", "../../..", ".."},
        {"..", "../x", "../../x"},     {".", ".", "."},              {"/a/..", "", "/"},
        {"/a/b/", "./../b/./q", "/a/b/q"}, {"", "x", "x"},           {"/..a", "..b", "/..a/..b"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(path_join(arena, cases[i][0], cases[i][1]), cases[i][2]);
    arena_destroy(arena);
}

static void parts_of_a_path(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    assert_string_equal(path_parent(arena, "/a/b"), "/a");
    assert_string_equal(path_parent(arena, "/a"), "/");
    assert_string_equal(path_parent(arena, "a"), ".");
    assert_string_equal(path_name("/a/b.c"), "b.c");
    assert_string_equal(path_extension("/a.d/b"), "");
    assert_string_equal(path_extension("/a/b.tar.gz"), "gz");
    assert_string_equal(path_extension("/a/.git"), "");
    assert_true(path_is_below("/a/b", "/a"));
    assert_true(path_is_below("/a", "/a"));
    assert_true(path_is_below("/a", "/"));
    assert_false(path_is_below("/ab", "/a"));
    assert_string_equal(path_shorten("/a/b/c", "/a"), "b/c");
    assert_string_equal(path_shorten("/a/b", "/"), "a/b");
    assert_string_equal(path_shorten("/x/b", "/a"), "/x/b");
    arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(joined_paths_are_normal), cmocka_unit_test(parts_of_a_path)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
