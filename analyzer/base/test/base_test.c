#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/strtab.h"
#include "base/vec.h"

static void arena_marks_free_like_a_stack(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    char *kept = arena_strdup(arena, "kept");
    struct arena_mark mark = arena_mark(arena);
    for (int i = 0; i < 1000; i++)
        memset(arena_alloc(arena, 1000), 0xff, 1000);
    arena_release(arena, mark);
    assert_string_equal(kept, "kept");
    unsigned char *zeroed = arena_alloc(arena, 64);
    for (int i = 0; i < 64; i++)
        assert_int_equal(zeroed[i], 0);
    assert_int_equal((uintptr_t)zeroed % 16, 0);
    arena_destroy(arena);
}

static void vectors_grow(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    VEC(int) numbers = {0};
    for (int i = 0; i < 1000; i++)
        *vec_push(arena, &numbers) = i;
    int more[3] = {1000, 1001, 1002};
    vec_append(arena, &numbers, more, 3);
    for (int i = 0; i < 1003; i++)
        assert_int_equal(numbers.data[i], i);
    arena_destroy(arena);
}

static void equal_strings_get_equal_ids(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    struct strtab table;
    strtab_init(&table, arena);
    str_id ids[3000];
    for (int i = 0; i < 3000; i++)
        ids[i] = strtab_intern(&table, arena_printf(arena, "name%d", i));
    for (int i = 0; i < 3000; i++) {
        assert_int_equal(strtab_intern(&table, arena_printf(arena, "name%d", i)), ids[i]);
        assert_string_equal(strtab_get(&table, ids[i]), arena_printf(arena, "name%d", i));
    }
    assert_int_equal(strtab_intern(&table, ""), 0);
    assert_int_equal(strtab_find(&table, "never"), 0);
    arena_destroy(arena);
}

static void maps_keep_what_they_are_given(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    struct map map;
    map_init(&map, arena);
    for (uint32_t i = 0; i < 5000; i++)
        *map_put(&map, map_key2(i, i * 7)) = i;
    for (uint32_t i = 0; i < 5000; i++)
        assert_int_equal(*map_get(&map, map_key2(i, i * 7)), i);
    assert_null(map_get(&map, map_key2(1, 1)));
    assert_int_equal(map.count, 5000);
    arena_destroy(arena);
}

static void numbers_survive_bytes(void **state)
{
    (void)state;
    static const int64_t numbers[] = {0, 1, -1, 127, 128, -64, -65, INT64_MAX, INT64_MIN};
    struct buf buf = {0};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        buf_svarint(&buf, numbers[i]);
    buf_blob(&buf, "abc", 3);
    struct reader reader = {(const unsigned char *)buf.data, buf.count, 0, false};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        assert_true(reader_svarint(&reader) == numbers[i]);
    size_t count;
    assert_memory_equal(reader_blob(&reader, &count), "abc", 3);
    assert_int_equal(count, 3);
    assert_false(reader.bad);
    reader_varint(&reader);
    assert_true(reader.bad);
    buf_free(&buf);
}

static void buffers_stop_at_their_cap(void **state)
{
    (void)state;
    struct buf buf = {.cap = 10};
    buf_text(&buf, "12345678");
    buf_text(&buf, "90ab");
    assert_true(buf.overflow);
    assert_string_equal(buf.data, "12345678");
    buf_free(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_marks_free_like_a_stack), cmocka_unit_test(vectors_grow),
        cmocka_unit_test(equal_strings_get_equal_ids),   cmocka_unit_test(maps_keep_what_they_are_given),
        cmocka_unit_test(numbers_survive_bytes),         cmocka_unit_test(buffers_stop_at_their_cap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
