/* The places that channels flow through: elements, unions, cycles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "link/channel_graph.h"

enum { FDS = 1, PARAM, READER, WRITER, OTHER };

static void elements_are_told_apart(void **state)
{
    struct arena *arena = arena_create("test");
    struct channel_graph *graph = channel_graph_create(arena);
    (void)state;
    channel_node fds = channel_graph_node(graph, FDS), param = channel_graph_node(graph, PARAM);
    channel_graph_add(graph, channel_graph_element(graph, fds, 0), 1);
    channel_graph_add(graph, channel_graph_element(graph, fds, 1), 2);
    channel_graph_unify(graph, param, fds); /* f(fds) */
    channel_graph_flow(graph, channel_graph_element(graph, param, 0), channel_graph_node(graph, READER));
    channel_graph_flow(graph, channel_graph_element(graph, param, 1), channel_graph_node(graph, WRITER));
    channel_graph_solve(graph);
    assert_true(channel_graph_holds(graph, channel_graph_node(graph, READER), 1));
    assert_false(channel_graph_holds(graph, channel_graph_node(graph, READER), 2));
    assert_true(channel_graph_holds(graph, channel_graph_node(graph, WRITER), 2));
    assert_false(channel_graph_holds(graph, fds, 1));
    assert_true(channel_graph_holds_inside(graph, fds, 1));
    assert_true(channel_graph_holds_some(graph, fds));
    arena_destroy(arena);
}

static void an_unknown_index_makes_elements_one(void **state)
{
    struct arena *arena = arena_create("test");
    struct channel_graph *graph = channel_graph_create(arena);
    (void)state;
    channel_node fds = channel_graph_node(graph, FDS);
    channel_graph_add(graph, channel_graph_element(graph, fds, 0), 1);
    channel_graph_add(graph, channel_graph_element(graph, fds, 1), 70);
    channel_graph_flow(graph, channel_graph_element(graph, fds, -1), channel_graph_node(graph, READER));
    channel_graph_solve(graph);
    assert_true(channel_graph_holds(graph, channel_graph_node(graph, READER), 1));
    assert_true(channel_graph_holds(graph, channel_graph_node(graph, READER), 70));
    assert_true(channel_graph_holds(graph, channel_graph_element(graph, fds, 5), 70));
    arena_destroy(arena);
}

static void unions_of_arrays_unify_their_elements(void **state)
{
    struct arena *arena = arena_create("test");
    struct channel_graph *graph = channel_graph_create(arena);
    (void)state;
    channel_node a = channel_graph_node(graph, FDS), b = channel_graph_node(graph, OTHER);
    channel_graph_add(graph, channel_graph_element(graph, channel_graph_element(graph, a, 3), 1), 1);
    channel_graph_element(graph, channel_graph_element(graph, b, -1), 1);
    channel_graph_unify(graph, a, b);
    channel_graph_solve(graph);
    channel_node inner = channel_graph_element(graph, channel_graph_element(graph, b, 7), 1);
    assert_true(channel_graph_holds(graph, inner, 1));
    assert_false(channel_graph_holds(graph, channel_graph_element(graph, b, 7), 1));
    arena_destroy(arena);
}

/* `p = p[0]`: an array that is its own element. */
static void cycles_end(void **state)
{
    struct arena *arena = arena_create("test");
    struct channel_graph *graph = channel_graph_create(arena);
    (void)state;
    channel_node p = channel_graph_node(graph, PARAM), q = channel_graph_node(graph, OTHER);
    channel_graph_unify(graph, p, channel_graph_element(graph, p, 0));
    channel_graph_unify(graph, q, channel_graph_element(graph, channel_graph_element(graph, q, 0), 1));
    channel_graph_unify(graph, p, q);
    channel_graph_unify(graph, q, channel_graph_element(graph, p, -1));
    channel_graph_flow(graph, p, channel_graph_node(graph, READER));
    channel_graph_flow(graph, channel_graph_node(graph, READER), q);
    channel_graph_add(graph, q, 9);
    channel_graph_solve(graph);
    assert_true(channel_graph_holds(graph, channel_graph_node(graph, READER), 9));
    assert_true(channel_graph_holds(graph, channel_graph_element(graph, p, 12), 9));
    arena_destroy(arena);
}

static void nothing_is_nothing(void **state)
{
    struct arena *arena = arena_create("test");
    struct channel_graph *graph = channel_graph_create(arena);
    (void)state;
    assert_int_equal(channel_graph_node(graph, 0), 0);
    assert_int_equal(channel_graph_element(graph, 0, 1), 0);
    channel_graph_unify(graph, 0, channel_graph_node(graph, FDS));
    channel_graph_flow(graph, 0, channel_graph_node(graph, FDS));
    channel_graph_add(graph, 0, 3);
    channel_graph_add(graph, channel_graph_node(graph, OTHER), 0);
    channel_graph_solve(graph);
    assert_false(channel_graph_holds(graph, 0, 3));
    assert_false(channel_graph_holds_some(graph, channel_graph_node(graph, OTHER)));
    assert_false(channel_graph_holds_some(graph, 0));
    assert_false(channel_graph_holds(graph, channel_graph_node(graph, FDS), 3));
    arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_are_told_apart),
        cmocka_unit_test(an_unknown_index_makes_elements_one),
        cmocka_unit_test(unions_of_arrays_unify_their_elements),
        cmocka_unit_test(cycles_end),
        cmocka_unit_test(nothing_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
