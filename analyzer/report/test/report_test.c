/* Every format against its golden file, and the parts that have an algorithm of their own. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "finding/order.h"
#include "finding/suppress.h"
#include "report/line_hash.h"
#include "report/report.h"
#include "report/snippet.h"
#include "report/utf8.h"

/* ---- GitHub's line hash: values of github/codeql-action's own tests ---- */

static void expect_hashes(const char *text, const char *const *want)
{
    struct arena *arena = arena_create("test");
    struct sources *sources = sources_create(arena);
    sources_set(sources, "/x", text, strlen(text));
    struct line_hashes hashes = line_hashes_compute(arena, sources_get(sources, "/x"));
    uint32_t i = 0;
    for (; want[i]; i++) {
        assert_true(i < hashes.count);
        const struct line_hash *line = &hashes.lines[i];
        assert_string_equal(arena_printf(arena, "%" PRIx64 ":%u", line->hash, line->occurrence), want[i]);
    }
    assert_int_equal(hashes.count, i);
    arena_destroy(arena);
}

#define EXPECT_HASHES(text, ...) expect_hashes(text, (const char *const[]){__VA_ARGS__, NULL})

static void line_hashes_are_githubs(void **state)
{
    (void)state;
    EXPECT_HASHES("", "c129715d7a2bc9a3:1");
    EXPECT_HASHES(" a\nb\n  \t\tc\n d", "271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1",
                  "a23a3dc5e078b07b:1");
    EXPECT_HASHES(" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End", "8b7cf3e952e7aeb2:1",
                  "b1ae1287ec4718d9:1", "bff680108adb0fcc:1", "c6805c5e1288b612:1", "b86d3392aea1be30:1",
                  "e6ceba753e1a442:1");
    static const char *const ends[] = {" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n",
                                       " hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r",
                                       " hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n",
                                       " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n"};
    for (int i = 0; i < 4; i++)
        EXPECT_HASHES(ends[i], "e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1",
                      "e20e36e16fcb0cc8:1", "b3edc88f2938467e:1", "c8e28b0b4002a3a0:1", "c129715d7a2bc9a3:1");
#define LOREM  "Lorem ipsum dolor sit amet.\n"
#define LOREM5 LOREM LOREM LOREM LOREM LOREM
    EXPECT_HASHES(LOREM5 LOREM5, "a7f2ff13bc495cf2:1", "a7f2ff13bc495cf2:2", "a7f2ff13bc495cf2:3",
                  "a7f2ff13bc495cf2:4", "a7f2ff13bc495cf2:5", "a7f2ff13bc495cf2:6", "a7f2ff1481e87703:1",
                  "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1", "c129715d7a2bc9a3:1");
}

/* ---- UTF-8 ---- */

static void columns_count_utf16_units(void **state)
{
    (void)state;
    const char *line = "\xc3\xa4 \xf0\x9f\x98\x80 x"; /* ä, an emoji outside the BMP */
    assert_int_equal(utf16_column(line, strlen(line), 1), 1);
    assert_int_equal(utf16_column(line, strlen(line), 3), 2);
    assert_int_equal(utf16_column(line, strlen(line), 4), 3);
    assert_int_equal(utf16_column(line, strlen(line), 8), 5);
    assert_int_equal(utf16_column(line, strlen(line), 12), 9);
}

static void bad_bytes_are_replaced_as_node_does(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        uint32_t points[5];
    } cases[] = {{"\xff", {0xfffd}},
                 {"\xc0\x80", {0xfffd, 0xfffd}},
                 {"\xe2\x82", {0xfffd}},
                 {"\xe2\x82x", {0xfffd, 'x'}},
                 {"\xed\xa0\x80", {0xfffd, 0xfffd, 0xfffd}},
                 {"\xf0\x9f\x98", {0xfffd}},
                 {"\xf4\x90\x80\x80", {0xfffd, 0xfffd, 0xfffd, 0xfffd}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t at = 0, length = strlen(cases[i].bytes);
        for (int p = 0; cases[i].points[p]; p++)
            assert_int_equal(utf8_next(cases[i].bytes, length, &at), cases[i].points[p]);
        assert_int_equal(at, length);
    }
}

static void names_can_not_act_on_the_terminal(void **state)
{
    (void)state;
    struct buf out = {0};
    put_clean(&out, "a\x1b[2J\r\nb\xe2\x80\xae"
                    "c\xc2\x9b"
                    "d\xffz");
    assert_string_equal(out.data, "a?[2J??b?c?d?z");
    buf_free(&out);
}

/* ---- snippets ---- */

static void expect_snippet(const char *text, uint32_t column, uint32_t end_line, uint32_t end_column,
                           const char *want)
{
    struct arena *arena = arena_create("test");
    struct sources *sources = sources_create(arena);
    sources_set(sources, "/x", text, strlen(text));
    struct place place = {"/x", 1, column, end_line, end_column, 0, 0};
    struct buf out = {0};
    put_snippet(&out, sources, &place, "", "");
    assert_string_equal(out.data ? out.data : "", want);
    buf_free(&out);
    arena_destroy(arena);
}

static void snippets_underline_what_is_meant(void **state)
{
    (void)state;
    expect_snippet("  go(x);\n", 3, 1, 8, "    1 |   go(x);\n      |   ^~~~~\n");
    expect_snippet("\tgo(x);\n", 2, 1, 4, "    1 |         go(x);\n      |         ^~\n");
    expect_snippet("\xc3\xa4 go(x);\n", 4, 1, 6, "    1 | \xc3\xa4 go(x);\n      |   ^~\n");
    expect_snippet("go(x,\n  y);\n", 1, 2, 5, "    1 | go(x,\n      | ^~~~~\n");
    expect_snippet("go();\n", 1, 0, 0, "    1 | go();\n      | ^\n");
    expect_snippet("go();\n", 90, 1, 95, "    1 | go();\n      |      ^\n");
    expect_snippet("", 1, 1, 2, "");
}

static void long_lines_are_cut_around_the_place(void **state)
{
    (void)state;
    char line[1001];
    memset(line, 'x', 1000);
    line[1000] = 0;
    memcpy(line + 500, "HERE", 4);
    struct arena *arena = arena_create("test");
    struct sources *sources = sources_create(arena);
    sources_set(sources, "/x", line, 1000);
    struct buf out = {0};
    put_snippet(&out, sources, &(struct place){"/x", 1, 501, 1, 505, 0, 0}, "", "");
    char *second = strchr(out.data, '\n') + 1;
    size_t caret = (size_t)(strchr(second, '^') - second);
    assert_memory_equal(out.data + caret, "HERE", 4);
    assert_memory_equal(second + caret, "^~~~\n", 5);
    assert_true(out.count < 300);
    buf_free(&out);
    arena_destroy(arena);
}

/* ---- whole reports ---- */

#define ROOT "/src/my project"

static const char main_text[] = "#include <pthread.h>\n"
                                "#include \"decode.h\"\n"
                                "\n"
                                "int start(struct job *job)\n"
                                "{\n"
                                "\tpthread_t t; /* \xc3\xa4 */ pthread_create(&t, NULL, worker, job);\n"
                                "    return quit(&t); // spawnlint-ignore: spawn-never-joined by design\n"
                                "}\n";
static const char decode_text[] = "void *worker(void *job) { return decode(job); }\r\n"
                                  "void *decode(void *p) { throw bad_frame(p[0]); }\r\n";

struct fixture {
    struct arena *arena;
    struct sources *sources;
    struct finding_list list;
    struct report report;
};

static struct place at(const char *path, uint32_t line, uint32_t column, uint32_t end_column)
{
    return (struct place){path, line, column, line, end_column, 0, 0};
}

static void add_spawn(struct fixture *f)
{
    struct finding *finding = vec_push(f->arena, &f->list.items);
    *finding = (struct finding){.check = "spawn-without-recover",
                                .kind = "exception",
                                .severity = SEVERITY_ERROR,
                                .message = "bad_frame leaves worker(), which nothing in its task catches: "
                                           "std::terminate ends the process",
                                .place = at(ROOT "/src/main.c", 6, 24, 65),
                                .function = "start",
                                .subject = "worker"};
    *vec_push(f->arena, &finding->trace) =
        (struct trace_step){finding->place, "worker() is started here on a new thread", 0, 0};
    *vec_push(f->arena, &finding->trace) =
        (struct trace_step){at(ROOT "/src/decode#1.cc", 1, 34, 45), "worker() calls decode()", 1, 0};
    *vec_push(f->arena, &finding->trace) =
        (struct trace_step){at(ROOT "/src/decode#1.cc", 2, 25, 46), "decode() throws bad_frame", 1, 1};
    *vec_push(f->arena, &finding->related) =
        (struct related){at("/usr/include/frame.h", 3, 1, 2), "p[0] is a frame [sic]"};
    struct fix *fix = vec_push(f->arena, &finding->fixes);
    *fix = (struct fix){.title = "start it with rh_pthread_create", .verified = true};
    uint32_t offset = (uint32_t)(strstr(main_text, "pthread_create") - main_text);
    *vec_push(f->arena, &fix->edits) =
        (struct fix_edit){ROOT "/src/main.c", offset, offset + 14, "rh_pthread_create"};
    *vec_push(f->arena, &fix->includes) = (struct fix_include){ROOT "/src/main.c", "rh/spawn.h"};
    fix = vec_push(f->arena, &finding->fixes);
    *fix = (struct fix){.title = "call rh_exit", .not_offered = "the call stands in the body of macro DIE"};
}

static void add_others(struct fixture *f)
{
    *vec_push(f->arena, &f->list.items) =
        (struct finding){.check = "spawn-never-joined",
                         .severity = SEVERITY_WARNING,
                         .message = "the thread is never joined <& \"quoted\">",
                         .place = at(ROOT "/src/main.c", 7, 12, 20)};
    *vec_push(f->arena, &f->list.items) = (struct finding){.check = "spawn-never-joined",
                                                           .severity = SEVERITY_WARNING,
                                                           .message = "100% of it, is: never joined",
                                                           .place = at(ROOT "/gone.c", 12, 1, 2)};
    *vec_push(f->arena, &f->list.items) = (struct finding){
        .check = "spawn-without-recover", .severity = SEVERITY_NOTE, .message = "a note without a place"};
    *vec_push(f->arena, &f->list.gaps) =
        (struct finding){.check = "spawn-never-joined",
                         .kind = FINDING_GAP,
                         .severity = SEVERITY_NOTE,
                         .message = "start() is too large for spawn-never-joined to follow to its end: findings there "
                                    "may be missing",
                         .function = "start",
                         .place = at(ROOT "/src/main.c", 5, 1, 6)};
}

static const char *const check_ids[] = {"spawn-never-joined", "spawn-without-recover"};
static const struct report_rule rules[] = {
    {"spawn-never-joined", "A task's handle is lost", "# Lost\n\nText.", SEVERITY_ERROR},
    {"spawn-without-recover", "A panic leaves a task and ends the process", NULL, SEVERITY_ERROR}};
static const struct report_tu tus[] = {
    {ROOT "/src/broken.c", REPORT_TU_PARTIAL, "'x.h' file not found"},
    {ROOT "/src/crash.cc", REPORT_TU_FAILED, "libclang crashed (signal 11)"},
    {ROOT "/src/start.S", REPORT_TU_SKIPPED, "assembler is not analysed"}};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->arena = arena_create("test");
    f->sources = sources_create(f->arena);
    f->list.arena = f->arena;
    sources_set(f->sources, ROOT "/src/main.c", main_text, strlen(main_text));
    sources_set(f->sources, ROOT "/src/decode#1.cc", decode_text, strlen(decode_text));
    f->report = (struct report){.version = "0.1.0",
                                .root = ROOT,
                                .findings = &f->list,
                                .sources = f->sources,
                                .rules = rules,
                                .rule_count = 2};
    *state = f;
    return 0;
}

static int set_up_rich(void **state)
{
    set_up(state);
    struct fixture *f = *state;
    add_spawn(f);
    add_others(f);
    findings_finish(&f->list, &(struct finding_policy){.root = ROOT}, f->sources);
    findings_suppress(&f->list, f->sources,
                      &(struct suppress_options){.checks = check_ids, .check_count = 2});
    f->report.tus = tus;
    f->report.tu_count = 3;
    f->report.incomplete = true;
    f->report.counters = (struct report_counters){.files = 31,
                                                  .tus = 1012,
                                                  .tus_cached = 9,
                                                  .functions = 1340,
                                                  .functions_partial = 2,
                                                  .instrs = 51234,
                                                  .tasks = 7,
                                                  .wrapped = 3,
                                                  .proven = 2,
                                                  .not_proven = 1,
                                                  .may_panic = 1};
    f->report.counters.havoc[HAVOC_PARSE_ERROR] = 12;
    f->report.counters.havoc[HAVOC_ASM_GOTO] = 1;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_destroy(f->arena);
    free(f);
    return 0;
}

static void compare(struct fixture *f, const char *format, const struct report_options *options,
                    const char *golden)
{
    struct buf out = {0};
    report_find_format(format)->write(&f->report, options, &out);
    char path[300];
    snprintf(path, sizeof path, "%s/report/%s", TESTDATA, golden);
    if (getenv("UPDATE_GOLDEN")) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fwrite(out.data ? out.data : "", 1, out.count, file);
        fclose(file);
    }
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("%s is missing; make it with UPDATE_GOLDEN=1", path);
    static char want[1 << 17];
    size_t count = fread(want, 1, sizeof want - 1, file);
    want[count] = 0;
    fclose(file);
    assert_string_equal(out.data ? out.data : "", want);
    buf_free(&out);
}

static const struct {
    const char *format, *extension;
    struct report_options options;
} goldens[] = {{"text", "txt", {0}},
               {"text", "verbose.txt", {.verbose = true}},
               {"text", "color.txt", {.color = true}},
               {"sarif", "sarif", {0}},
               {"sarif", "github.sarif", {.github_profile = true}},
               {"json", "json", {0}},
               {"github", "github", {0}},
               {"gitlab", "gitlab.json", {0}},
               {"checkstyle", "checkstyle.xml", {0}},
               {"junit", "junit.xml", {0}}};

static void a_rich_run_in_every_format(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof goldens / sizeof *goldens; i++)
        compare(f, goldens[i].format, &goldens[i].options,
                arena_printf(f->arena, "rich.%s", goldens[i].extension));
}

static void an_empty_run_in_every_format(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof goldens / sizeof *goldens; i++)
        compare(f, goldens[i].format, &goldens[i].options,
                arena_printf(f->arena, "empty.%s", goldens[i].extension));
}

static uint32_t count_results(const char *sarif, const char *level)
{
    uint32_t count = 0;
    for (const char *found = sarif; (found = strstr(found, level)); found++)
        count++;
    return count;
}

static void githubs_limit_cuts_the_least_severe(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 26000; i++)
        *vec_push(f->arena, &f->list.items) =
            (struct finding){.check = "spawn-never-joined",
                             .severity = i % 13 == 0 ? SEVERITY_ERROR : SEVERITY_NOTE,
                             .message = "m"};
    struct buf out = {0};
    report_find_format("sarif")->write(&f->report, &(struct report_options){.github_profile = true}, &out);
    assert_int_equal(count_results(out.data, "\"level\": \"error\",\n          \"message\""), 2000);
    assert_int_equal(count_results(out.data, "\"level\": \"note\",\n          \"message\""), 23000);
    buf_free(&out);
}

static void a_trace_of_one_task_has_no_task_headings(void **state)
{
    struct fixture *f = *state;
    struct finding *finding = vec_push(f->arena, &f->list.items);
    *finding =
        (struct finding){.check = "spawn-never-joined", .message = "m", .place = at(ROOT "/x.c", 1, 1, 2)};
    *vec_push(f->arena, &finding->trace) = (struct trace_step){.text = "a step"};
    struct buf out = {0};
    report_find_format("text")->write(&f->report, &(struct report_options){0}, &out);
    assert_non_null(strstr(out.data, "[spawn-never-joined]\n        a step\n"));
    buf_free(&out);
}

static void files_with_one_reason_share_a_line(void **state)
{
    struct fixture *f = *state;
    static const struct report_tu many[] = {
        {ROOT "/a.c", REPORT_TU_FAILED, "it died"}, {ROOT "/b.c", REPORT_TU_SKIPPED, "assembler"},
        {ROOT "/c.c", REPORT_TU_FAILED, "it died"}, {ROOT "/d.c", REPORT_TU_FAILED, "it died"},
        {ROOT "/e.c", REPORT_TU_FAILED, "it died"}, {ROOT "/f.c", REPORT_TU_FAILED, "it died"}};
    f->report.tus = many;
    f->report.tu_count = 6;
    struct buf out = {0};
    report_find_format("text")->write(&f->report, &(struct report_options){0}, &out);
    assert_non_null(strstr(
        out.data, "failed: a.c, c.c, d.c and 2 more (-v names them): it died\nskipped: b.c: assembler\n"));
    out.count = 0;
    report_find_format("text")->write(&f->report, &(struct report_options){.verbose = true}, &out);
    assert_non_null(strstr(out.data, "failed: a.c, c.c, d.c, e.c, f.c: it died\n"));
    buf_free(&out);
}

static void formats_are_found_by_name(void **state)
{
    (void)state;
    assert_string_equal(report_find_format("sarif")->name, "sarif");
    assert_null(report_find_format("yaml"));
    assert_string_equal(report_formats()->name, "text");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_hashes_are_githubs),
        cmocka_unit_test(columns_count_utf16_units),
        cmocka_unit_test(bad_bytes_are_replaced_as_node_does),
        cmocka_unit_test(names_can_not_act_on_the_terminal),
        cmocka_unit_test(snippets_underline_what_is_meant),
        cmocka_unit_test(long_lines_are_cut_around_the_place),
        cmocka_unit_test(formats_are_found_by_name),
        cmocka_unit_test_setup_teardown(a_rich_run_in_every_format, set_up_rich, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_run_in_every_format, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_trace_of_one_task_has_no_task_headings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(files_with_one_reason_share_a_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(githubs_limit_cuts_the_least_severe, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
