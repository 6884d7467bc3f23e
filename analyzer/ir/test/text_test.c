#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ir/builder.h"
#include "ir/bytes.h"
#include "ir/text.h"

static struct ir_module *parse(struct arena *arena, const char *text)
{
    struct ir_module *module = ir_module_create(arena);
    struct err err = {0};
    if (!ir_parse_text(module, text, strlen(text), &err))
        fail_msg("%s", err.text);
    for (ir_func_id id = 1; id < module->funcs.count; id++)
        if (!ir_verify_func(module, id, &err))
            fail_msg("%s", err.text);
    return module;
}

static struct buf print(const struct ir_module *module)
{
    struct buf out = {0};
    ir_print_module(&out, module);
    return out;
}

/* All blobs of a module, in order. */
static struct buf bytes_of(struct ir_module *module)
{
    struct buf out = {0};
    for (ir_func_id id = 1; id < module->funcs.count; id++)
        ir_write_func(&out, module, id);
    return out;
}

/* print(parse(print(x))) == print(x); the functions' bytes are the same; a module read from bytes prints the same. */
static void check_round_trips(const char *text)
{
    struct arena *arena = arena_create("test");
    struct ir_module *first = parse(arena, text);
    struct buf printed = print(first);
    struct ir_module *second = parse(arena, printed.data);
    struct buf again = print(second);
    assert_string_equal(printed.data, again.data);
    struct buf bytes = bytes_of(first), bytes_again = bytes_of(second);
    assert_int_equal(bytes.count, bytes_again.count);
    assert_memory_equal(bytes.data, bytes_again.data, bytes.count);

    struct ir_module *third = ir_module_create(arena);
    struct buf blob = {0};
    struct err err = {0};
    for (ir_func_id id = 1; id < first->funcs.count; id++) {
        blob.count = 0;
        ir_write_func(&blob, first, id);
        if (!ir_read_func(third, blob.data, blob.count, &err))
            fail_msg("%s", err.text);
    }
    blob.count = 0;
    ir_write_decls(&blob, first);
    if (!ir_read_decls(third, blob.data, blob.count, &err))
        fail_msg("%s", err.text);
    struct buf read = print(third);
    assert_string_equal(printed.data, read.data);
    struct buf *all[] = {&printed, &again, &bytes, &bytes_again, &blob, &read};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        buf_free(all[i]);
    arena_destroy(arena);
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = calloc(1, 1 << 20);
    size_t count = fread(text, 1, (1 << 20) - 1, file);
    assert_true(count > 0);
    fclose(file);
    return text;
}

static void files_round_trip(void **state)
{
    (void)state;
    DIR *folder = opendir(TESTDATA "/ir");
    assert_non_null(folder);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        const char *dot = strrchr(entry->d_name, '.');
        if (!dot || strcmp(dot, ".ir"))
            continue;
        char path[4096];
        snprintf(path, sizeof path, "%s/ir/%s", TESTDATA, entry->d_name);
        char *text = read_file(path);
        check_round_trips(text);
        free(text);
        count++;
    }
    closedir(folder);
    assert_true(count >= 2);
}

static void hand_written_text_means_what_it_says(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    struct ir_module *module = parse(arena, "file \"/a.c\" lines\n"
                                            "func @f(p: \"struct s *\") {\n"
                                            "    call @spawn(&t, @worker, p->fd)\n"
                                            "    @g = 1\n"
                                            "}\n"
                                            "func @worker(x) { return x }\n");
    const struct ir_func *func = ir_body(module, ir_find_sym(module, "f"));
    const struct ir_instr *call = &func->instrs.data[1];
    assert_int_equal(call->op, IR_CALL);
    assert_int_equal(call->arg_count, 3);
    assert_int_equal(ir_val_kind(func->args.data[0]), VAL_ADDR);
    assert_int_equal(func->args.data[1], ir_func_addr(ir_find_sym(module, "worker")));
    assert_int_equal(ir_val_kind(func->args.data[2]), VAL_PATH);
    const struct ir_path *path = &func->paths.data[ir_val_index(func->args.data[2])];
    assert_int_equal(path->step_count, 2);
    ir_field_id field = func->steps.data[path->first_step + 1].arg;
    assert_string_equal(ir_text(module, module->classes.data[module->fields.data[field].class_].key), "struct s");
    assert_int_equal(module->spans.data[call->span].line, 3);
    assert_int_equal(module->syms.data[ir_find_sym(module, "g")].kind, SYM_GLOBAL);
    assert_int_equal(func->instrs.data[3].op, IR_RETURN); /* implied */
    arena_destroy(arena);
}

static void mistakes_get_a_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *text, *sentence;
    } cases[] = {
        {"nonsense", "line 1, column 1: expected file, type, class, declare, global, symbol or func"},
        {"func @f() {\n  jump nowhere\n}", "line 2, column 15: no block of the name before this exists"},
        {"func @f() {\na: nop\na: nop\n}", "line 3, column 1: this label stands twice"},
        {"func @f() {\n  x = = 3\n}", "line 2, column 7: expected a local's name"},
        {"func @f() {\n  x = 3 4\n}", "line 2, column 9: expected the end of the statement instead of 4"},
        {"func @f() {", "line 1, column 12: expected a local's name"},
        {"func @f(x, x) {}", "another local has this name; tell them apart as x%1, x%2"},
        {"declare @f \"open", "line 1, column 17: this string does not end on its line"},
        {"declare @f #1:2", "a place needs a file"},
        {"func @f() {\n havoc NEVER\n}", "line 2, column 8: no such reason for havoc"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_create("test");
        struct err err = {0};
        assert_false(ir_parse_text(ir_module_create(arena), cases[i].text, strlen(cases[i].text), &err));
        if (!strstr(err.text, cases[i].sentence))
            fail_msg("got: %s\nwanted: %s", err.text, cases[i].sentence);
        arena_destroy(arena);
    }
}

static void damaged_text_never_crashes(void **state)
{
    (void)state;
    char *text = read_file(TESTDATA "/ir/everything.ir");
    size_t length = strlen(text);
    uint64_t random = 88172645463325252u;
    for (int i = 0; i < 3000; i++) {
        struct arena *arena = arena_create("test");
        char *copy = arena_strndup(arena, text, length);
        for (int flips = 1 + i % 3; flips; flips--) {
            random ^= random << 13, random ^= random >> 7, random ^= random << 17;
            copy[random % length] = text[(random >> 32) % length];
        }
        struct err err = {0};
        struct ir_module *module = ir_module_create(arena);
        if (ir_parse_text(module, copy, i % 7 ? length : random % length, &err))
            for (ir_func_id id = 1; id < module->funcs.count; id++)
                if (!ir_verify_func(module, id, &err))
                    fail_msg("%s", err.text);
        arena_destroy(arena);
    }
    free(text);
}

static void paths_print_as_in_c(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    struct ir_module *module = parse(arena, "func @f(p: \"struct s *\", r: \"int &\") {\n"
                                            "    x = p->a[i].b\n"
                                            "    x = *p->next\n"
                                            "    x = p->[3]\n"
                                            "    *r = 1\n"
                                            "    %1 = p->fd\n"
                                            "    x = %1\n"
                                            "    x = @g.f\n"
                                            "    %2 = p->n < 0\n"
                                            "    x = %2\n"
                                            "}\n");
    const struct ir_func *func = ir_body(module, ir_find_sym(module, "f"));
    static const char *const expected[] = {"p->a[i].b", "*p->next", "p[3]", NULL, "p->fd", "p->fd", "g.f"};
    for (uint32_t i = 0; i < 7; i++) {
        struct buf out = {0};
        const struct ir_instr *instr = &func->instrs.data[i + 1];
        ir_print_path_source(&out, module, func, i == 3 ? instr->dst : ir_val_index(instr->a));
        assert_string_equal(out.data, i == 3 ? "r" : expected[i]);
        buf_free(&out);
    }
    struct buf out = {0};
    ir_print_val_source(&out, module, func, func->instrs.data[9].a);
    assert_string_equal(out.data, "p->n < 0");
    buf_free(&out);
    arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_round_trip),
        cmocka_unit_test(hand_written_text_means_what_it_says),
        cmocka_unit_test(mistakes_get_a_sentence),
        cmocka_unit_test(damaged_text_never_crashes),
        cmocka_unit_test(paths_print_as_in_c),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
