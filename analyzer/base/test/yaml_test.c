#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/yaml.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_create("test");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

static struct yaml_node *parse(const char *text, struct err *err)
{
    *err = (struct err){0};
    return yaml_parse(arena, "m.yaml", text, strlen(text), err);
}

static void nodes_know_their_place(void **state)
{
    (void)state;
    struct err err;
    struct yaml_node *root = parse("checks:\n  - a\n  - 'true'\nstrict: true\ndeep: {n: 7, empty: }\n", &err);
    assert_non_null(root);
    struct yaml_node *checks = yaml_get(root, "checks");
    assert_int_equal(checks->kind, YAML_LIST);
    assert_int_equal(checks->items.count, 2);
    assert_string_equal(checks->items.data[0]->text, "a");
    assert_int_equal(checks->items.data[1]->line, 3);
    assert_int_equal(checks->items.data[1]->column, 5);
    assert_int_equal(root->pairs.data[1].line, 4);
    bool truth = false;
    assert_true(yaml_read_bool(yaml_get(root, "strict"), &truth, &err));
    assert_true(truth);
    int64_t number;
    assert_true(yaml_read_int(yaml_get(yaml_get(root, "deep"), "n"), 0, 9, &number, &err));
    assert_int_equal(number, 7);
    assert_null(yaml_get(root, "absent"));
}

static void wrong_types_are_said_with_their_place(void **state)
{
    (void)state;
    struct err err;
    struct yaml_node *root = parse("a: 'true'\nb: 12\nc:\n", &err);
    bool truth;
    assert_false(yaml_read_bool(yaml_get(root, "a"), &truth, &err));
    assert_string_equal(err.text, "m.yaml:1:4: true or false is wanted here");
    int64_t number;
    assert_false(yaml_read_int(yaml_get(root, "b"), 0, 9, &number, &err));
    assert_string_equal(err.text, "m.yaml:2:4: a whole number from 0 to 9 is wanted here");
    const char *text;
    assert_false(yaml_read_text(yaml_get(root, "c"), &text, &err));
    assert_string_equal(err.text, "m.yaml:3:3: a text is wanted here, not nothing");
    assert_int_equal(err.code, ERR_INPUT);
}

static void an_empty_file_is_an_empty_map(void **state)
{
    (void)state;
    struct err err;
    static const char *const texts[] = {"", "# only a comment\n", "---\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct yaml_node *root = parse(texts[i], &err);
        assert_non_null(root);
        assert_int_equal(root->kind, YAML_MAP);
        assert_int_equal(root->pairs.count, 0);
    }
}

static void what_is_no_small_yaml_is_refused_with_a_sentence(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"a: 1\na: 2\n", "m.yaml:2:1: the key `a` is here a second time; keep one"},
        {"a: &x [1]\nb: *x\n", "m.yaml:2:4: aliases (`*name`) are not read here; write the value out"},
        {"? [a]\n: 1\n", "m.yaml:1:3: a key must be plain text"},
        {"a: 1\n---\nb: 1\n", "m.yaml:2:1: a second document begins here; one file holds one"},
        {"a: \"x\\0y\"\n", "m.yaml:1:4: text here must not contain a NUL character"},
        {"a:\n  - b\n c: d\n", "m.yaml:3:2: did not find expected key, while parsing a block mapping that began in line 1"},
        {"a: \xff\n", "m.yaml: invalid leading UTF-8 octet at byte 3; the file must be UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err;
        assert_null(parse(cases[i][0], &err));
        assert_string_equal(err.text, cases[i][1]);
        assert_int_equal(err.code, ERR_INPUT);
    }
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    char text[1001];
    memset(text, '[', 1000);
    text[1000] = 0;
    struct err err;
    assert_null(parse(text, &err));
    assert_string_equal(err.text, "m.yaml:1:102: lists and maps are nested more than 100 deep here");
}

static void a_file_that_is_not_there_is_said(void **state)
{
    (void)state;
    struct err err;
    assert_null(yaml_parse_file(arena, "/nowhere/x.yaml", &err));
    assert_string_equal(err.text, "/nowhere/x.yaml does not exist");
    assert_null(yaml_parse_file(arena, "/", &err));
    assert_string_equal(err.text, "/ is a directory; a file is wanted");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_know_their_place),
        cmocka_unit_test(wrong_types_are_said_with_their_place),
        cmocka_unit_test(an_empty_file_is_an_empty_map),
        cmocka_unit_test(what_is_no_small_yaml_is_refused_with_a_sentence),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(a_file_that_is_not_there_is_said),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
