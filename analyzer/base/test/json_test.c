#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"

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

static struct json_node *parse(const char *text, enum json_duplicates duplicates, struct err *err)
{
    *err = (struct err){0};
    return json_parse(arena, "f.json", text, strlen(text), duplicates, err);
}

static void values_are_read_in_order(void **state)
{
    (void)state;
    struct err err;
    struct json_node *root = parse("{\"z\": [1, 2.5, \"x\", true, null], \"a\": {}}", JSON_REFUSE_DUPLICATES, &err);
    assert_non_null(root);
    assert_string_equal(root->pairs[0].key, "z");
    struct json_node *list = json_get(root, "z");
    assert_int_equal(list->count, 5);
    assert_true(list->items[0]->is_integer && list->items[0]->integer == 1);
    assert_true(!list->items[1]->is_integer && list->items[1]->real == 2.5);
    assert_string_equal(list->items[2]->text, "x");
    assert_true(list->items[3]->truth);
    assert_int_equal(list->items[4]->kind, JSON_NOTHING);
    assert_null(json_get_text(root, "z"));
}

static void errors_name_the_place(void **state)
{
    (void)state;
    struct err err;
    assert_null(parse("[1,\n 2,,]", JSON_REFUSE_DUPLICATES, &err));
    assert_int_equal(strncmp(err.text, "f.json:2:4: this is not JSON: ", 30), 0);
    assert_int_equal(err.code, ERR_INPUT);
    assert_null(parse("", JSON_REFUSE_DUPLICATES, &err));
    assert_int_equal(strncmp(err.text, "f.json:1:", 9), 0);
}

static void duplicate_keys_follow_the_policy(void **state)
{
    (void)state;
    struct err err;
    assert_null(parse("{\"a\": 1, \"a\": 2}", JSON_REFUSE_DUPLICATES, &err));
    assert_non_null(strstr(err.text, "duplicate"));
    struct json_node *root = parse("{\"a\": 1, \"a\": 2}", JSON_LAST_WINS, &err);
    assert_int_equal(root->count, 1);
    assert_int_equal(json_get(root, "a")->integer, 2);
}

static void deep_json_is_refused(void **state)
{
    (void)state;
    char text[100001];
    memset(text, '[', 100000);
    text[100000] = 0;
    struct err err;
    assert_null(parse(text, JSON_LAST_WINS, &err));
    assert_non_null(strstr(err.text, "depth"));
}

static void the_writer_nests_and_escapes(void **state)
{
    (void)state;
    struct buf out = {0};
    struct json_writer writer = {.out = &out};
    json_put_open(&writer, '{');
    json_put_key_text(&writer, "a\n", "q\"\\\x01\xc3\xa9\xff\xed\xa0\x80");
    json_put_key_open(&writer, "l", '[');
    json_put_int(&writer, -3);
    json_put_bool(&writer, true);
    json_put_null(&writer);
    json_put_open(&writer, '{');
    json_put_close(&writer, '}');
    json_put_close(&writer, ']');
    json_put_key_int(&writer, "n", 9);
    json_put_close(&writer, '}');
    assert_string_equal(out.data, "{\"a\\n\":\"q\\\"\\\\\\u0001\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\","
                                  "\"l\":[-3,true,null,{}],\"n\":9}");
    struct err err;
    assert_non_null(json_parse(arena, "out", out.data, out.count, JSON_REFUSE_DUPLICATES, &err));
    buf_free(&out);
}

static void the_writer_indents(void **state)
{
    (void)state;
    struct buf out = {0};
    struct json_writer writer = {.out = &out, .indent = 2};
    json_put_open(&writer, '{');
    json_put_key_open(&writer, "l", '[');
    json_put_int(&writer, 1);
    json_put_int(&writer, 2);
    json_put_close(&writer, ']');
    json_put_close(&writer, '}');
    assert_string_equal(out.data, "{\n  \"l\": [\n    1,\n    2\n  ]\n}");
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read_in_order),   cmocka_unit_test(errors_name_the_place),
        cmocka_unit_test(duplicate_keys_follow_the_policy), cmocka_unit_test(deep_json_is_refused),
        cmocka_unit_test(the_writer_nests_and_escapes),     cmocka_unit_test(the_writer_indents),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
