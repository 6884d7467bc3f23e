/* testdata/frontend/NAME.c or .cc lowers to NAME.c.ir or NAME.cc.ir: the functions' text without spans.
 *
 * With UPDATE_GOLDEN=1 the expectations are written instead; read the difference before it is committed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/frontend.h"
#include "ir/text.h"

struct request {
    struct arena *arena;
    struct compdb_job job;
    struct frontend_options options;
    struct tu tu;
};

static void run(void *arg)
{
    struct request *request = arg;
    frontend_lower(request->arena, &request->job, &request->options, &request->tu, NULL);
}

/* Drops ` #1:2:3-4:5+6-7(flags)`, and the directory of the test data. */
static void strip(struct buf *out, const char *text)
{
    static const char directory[] = TESTDATA "/frontend/";
    while (*text) {
        if (text[0] == ' ' && text[1] == '#' && text[2] >= '0' && text[2] <= '9') {
            text += strcspn(text, "(\n");
            const char *close = *text == '(' ? strchr(text, ')') : NULL;
            text = close ? close + 1 : text;
        } else if (strncmp(text, directory, sizeof directory - 1) == 0) {
            text += sizeof directory - 1;
        } else {
            buf_char(out, *text++);
        }
    }
}

static char *read_file(struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    char *text = arena_alloc(arena, 1 << 20);
    text[fread(text, 1, (1 << 20) - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void lower(struct request *request, const char *name, const char *std)
{
    struct arena *arena = request->arena;
    bool is_c = strcmp(name + strlen(name) - 2, ".c") == 0;
    const char **args = arena_array(arena, const char *, 2);
    args[0] = is_c ? "clang" : "clang++";
    args[1] = std;
    const char *path = arena_printf(arena, TESTDATA "/frontend/%s", name);
    request->job = (struct compdb_job){.directory = "/", .file = path, .real_path = path, .args = args, .arg_count = 2,
                                       .language = is_c ? LANG_C : LANG_CXX};
    assert_int_equal(frontend_on_large_stack(run, request, NULL), ERR_NONE);
}

static void check(const char *name, const char *std)
{
    struct request request = {.arena = arena_create("golden")};
    lower(&request, name, std);
    assert_int_equal(request.tu.status, TU_OK);
    struct buf text = {0}, out = {0};
    const struct ir_module *module = request.tu.module;
    for (ir_func_id id = 1; id < module->funcs.count; id++) {
        struct err err = {0};
        if (!ir_verify_func(module, id, &err))
            fail_msg("%s: %s", name, err.text);
        ir_print_func(&text, module, id);
        buf_char(&text, '\n');
    }
    strip(&out, text.data);
    const char *path = arena_printf(request.arena, TESTDATA "/frontend/%s.ir", name);
    if (getenv("UPDATE_GOLDEN")) {
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        fwrite(out.data, 1, out.count, file);
        fclose(file);
    }
    const char *expected = read_file(request.arena, path);
    assert_non_null(expected);
    assert_string_equal(out.data, expected);
    buf_free(&text);
    buf_free(&out);
    arena_destroy(request.arena);
}

#define GOLDEN(id, file, std)                                                                                \
    static void id(void **state)                                                                             \
    {                                                                                                        \
        (void)state;                                                                                         \
        check(file, std);                                                                                    \
    }
GOLDEN(control, "control.c", "-std=gnu17")
GOLDEN(calls, "calls.c", "-std=gnu17")
GOLDEN(cleanup, "cleanup.c", "-std=gnu17")
GOLDEN(values, "values.c", "-std=gnu17")
GOLDEN(macro, "macro.c", "-std=gnu17")
GOLDEN(omp, "omp.c", "-std=gnu17")
GOLDEN(classes, "classes.cc", "-std=c++17")
GOLDEN(try_, "try.cc", "-std=c++17")
GOLDEN(lambda, "lambda.cc", "-std=c++17")
GOLDEN(temporaries, "temporaries.cc", "-std=c++17")
GOLDEN(templates, "templates.cc", "-std=c++17")
GOLDEN(loops, "loops.cc", "-std=c++17")
GOLDEN(coroutine, "coroutine.cc", "-std=c++20")

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(control), cmocka_unit_test(calls), cmocka_unit_test(cleanup), cmocka_unit_test(values),
        cmocka_unit_test(macro), cmocka_unit_test(omp), cmocka_unit_test(classes), cmocka_unit_test(try_),
        cmocka_unit_test(lambda), cmocka_unit_test(temporaries), cmocka_unit_test(templates),
        cmocka_unit_test(loops), cmocka_unit_test(coroutine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
