/* Order, identity, policy, bytes and the baseline. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "finding/baseline.h"
#include "finding/bytes.h"
#include "finding/order.h"

struct fixture {
    struct arena *arena;
    struct sources *sources;
    struct finding_list list;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->arena = arena_create("test");
    f->sources = sources_create(f->arena);
    f->list.arena = f->arena;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_destroy(f->arena);
    free(f);
    return 0;
}

static struct finding *add(struct fixture *f, const char *path, uint32_t line, const char *check)
{
    struct finding *finding = vec_push(f->arena, &f->list.items);
    *finding = (struct finding){.check = check};
    finding->severity = SEVERITY_WARNING;
    finding->message = "it ends the process";
    finding->function = "main";
    finding->place =
        (struct place){.path = path, .line = line, .column = 1, .end_line = line, .end_column = 5};
    return finding;
}

static void source(struct fixture *f, const char *path, const char *text)
{
    sources_set(f->sources, path, text, strlen(text));
}

/* ---- sources ---- */

static void lines_are_found_in_texts_of_all_endings(void **state)
{
    struct fixture *f = *state;
    size_t length;
    source(f, "/a", "one\r\ntwo\n\nfour");
    const struct source *a = sources_get(f->sources, "/a");
    assert_int_equal(a->line_count, 4);
    assert_memory_equal(source_line(a, 1, &length), "one", 3);
    assert_int_equal(length, 3);
    source_line(a, 3, &length);
    assert_int_equal(length, 0);
    assert_memory_equal(source_line(a, 4, &length), "four", 4);
    source_line(a, 5, &length);
    assert_int_equal(length, 0);
    assert_int_equal(source_line_at(a, 0), 1);
    assert_int_equal(source_line_at(a, 5), 2);
    assert_int_equal(source_line_at(a, 13), 4);
    source(f, "/empty", "");
    assert_int_equal(sources_get(f->sources, "/empty")->line_count, 0);
    assert_null(sources_get(f->sources, "/nowhere/at/all"));
    assert_null(sources_get(f->sources, NULL));
}

/* ---- order ---- */

static void the_order_is_of_contents_not_of_arrival(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *path;
        uint32_t line;
        const char *check;
    } sorted[] = {{"/a.c", 9, "x"}, {"/a.c", 9, "y"}, {"/a.c", 10, "x"}, {"/b.c", 1, "x"}};
    for (int turn = 0; turn < 4; turn++) {
        f->list.items.count = 0;
        for (int i = 4; i-- > 0;)
            add(f, sorted[(i + turn) % 4].path, sorted[(i + turn) % 4].line, sorted[(i + turn) % 4].check);
        findings_sort(&f->list);
        for (int i = 0; i < 4; i++) {
            assert_string_equal(f->list.items.data[i].place.path, sorted[i].path);
            assert_int_equal(f->list.items.data[i].place.line, sorted[i].line);
            assert_string_equal(f->list.items.data[i].check, sorted[i].check);
        }
    }
}

static void of_equal_findings_the_worst_with_the_shortest_trace_stays(void **state)
{
    struct fixture *f = *state;
    for (int turn = 0; turn < 2; turn++) {
        f->list.items.count = 0;
        for (int i = 0; i < 3; i++) {
            int which = turn ? 2 - i : i;
            struct finding *finding = add(f, "/a.c", 1, "x");
            finding->severity = which == 2 ? SEVERITY_WARNING : SEVERITY_ERROR;
            for (int steps = which == 0 ? 3 : 2; steps > 0; steps--)
                vec_push(f->arena, &finding->trace)->text = "step";
        }
        add(f, "/a.c", 1, "x")->subject = "another entry";
        findings_sort(&f->list);
        findings_dedupe(&f->list);
        assert_int_equal(f->list.items.count, 2);
        assert_int_equal(f->list.items.data[0].severity, SEVERITY_ERROR);
        assert_int_equal(f->list.items.data[0].trace.count, 2);
    }
}

/* ---- fingerprints ---- */

static void a_fingerprint_survives_moves_and_comments(void **state)
{
    struct fixture *f = *state;
    source(f, "/old/a.c", "int x;\npthread_create(&t, 0, run, 0);\n");
    source(f, "/new/deep/b.c",
           "\n\n\n\tpthread_create( &t, 0, run, /* none */ 0);  // spawnlint-ignore: x why\n");
    source(f, "/c.c", "pthread_create(&t, 0, \"a b // c\", 0);\npthread_create(&t, 0, \"ab // c\", 0);\n");
    add(f, "/old/a.c", 2, "x");
    findings_fingerprint(&f->list, f->sources);
    char first[HASH_HEX];
    strcpy(first, f->list.items.data[0].fingerprint);
    assert_int_equal(strlen(first), 32);
    f->list.items.count = 0;
    add(f, "/new/deep/b.c", 4, "x");
    findings_fingerprint(&f->list, f->sources);
    assert_string_equal(f->list.items.data[0].fingerprint, first);
    f->list.items.count = 0;
    add(f, "/c.c", 1, "x");
    add(f, "/c.c", 2, "x");
    findings_fingerprint(&f->list, f->sources);
    assert_string_not_equal(f->list.items.data[0].fingerprint, f->list.items.data[1].fingerprint);
    assert_string_not_equal(f->list.items.data[0].fingerprint, first);
}

static void equal_lines_differ_by_occurrence_and_everything_else_by_content(void **state)
{
    struct fixture *f = *state;
    source(f, "/a.c", "go();\ngo();\n");
    add(f, "/a.c", 1, "x");
    add(f, "/a.c", 2, "x");
    add(f, "/a.c", 2, "y");
    add(f, "/a.c", 2, "x")->function = "other";
    add(f, "/a.c", 2, "x")->subject = "s";
    findings_fingerprint(&f->list, f->sources);
    for (uint32_t i = 0; i < 5; i++)
        for (uint32_t j = 0; j < i; j++)
            assert_string_not_equal(f->list.items.data[i].fingerprint, f->list.items.data[j].fingerprint);
}

/* ---- policy ---- */

static void paths_are_excluded_by_glob_and_folder(void **state)
{
    (void)state;
    const char *globs[] = {"third_party/", "*/generated/*", "one.c"};
    struct finding_policy policy = {.root = "/p", .exclude = globs, .exclude_count = 3};
    assert_true(policy_excludes(&policy, "/p/third_party/a/b.c"));
    assert_true(policy_excludes(&policy, "/p/src/generated/deep/x.h"));
    assert_true(policy_excludes(&policy, "/p/one.c"));
    assert_false(policy_excludes(&policy, "/p/third_party_notes.c"));
    assert_false(policy_excludes(&policy, "/p/src/one.c"));
    assert_false(policy_excludes(&policy, "/other/third_party/x.c"));
}

static void severity_is_what_the_last_rule_says(void **state)
{
    struct fixture *f = *state;
    struct severity_rule rules[] = {{"spawn-*", SEVERITY_NOTE, false},
                                    {"spawn-b", SEVERITY_ERROR, false},
                                    {"spawn-c", SEVERITY_ERROR, true}};
    struct finding_policy policy = {.root = "/", .rules = rules, .rule_count = 3};
    add(f, "/a.c", 1, "spawn-a");
    add(f, "/a.c", 2, "spawn-b");
    add(f, "/a.c", 3, "spawn-c");
    add(f, "/a.c", 4, "other");
    findings_finish(&f->list, &policy, f->sources);
    assert_int_equal(f->list.items.count, 3);
    assert_int_equal(f->list.items.data[0].severity, SEVERITY_NOTE);
    assert_int_equal(f->list.items.data[1].severity, SEVERITY_ERROR);
    assert_int_equal(f->list.items.data[2].severity, SEVERITY_WARNING);
    enum severity severity;
    assert_true(severity_parse("error", &severity));
    assert_int_equal(severity, SEVERITY_ERROR);
    assert_false(severity_parse("fatal", &severity));
}

static void no_step_is_more_than_one_call_deeper(void **state)
{
    static const uint32_t given[] = {0, 1, 32, 40, 1}, want[] = {0, 1, 2, 3, 1};
    struct fixture *f = *state;
    struct finding *finding = add(f, "/a.c", 1, "x");
    for (int i = 0; i < 5; i++)
        *vec_push(f->arena, &finding->trace) = (struct trace_step){.text = "step", .depth = given[i]};
    findings_finish(&f->list, &(struct finding_policy){.root = "/"}, f->sources);
    for (int i = 0; i < 5; i++)
        assert_int_equal(f->list.items.data[0].trace.data[i].depth, want[i]);
}

/* ---- bytes ---- */

static struct finding *add_rich(struct fixture *f)
{
    struct finding *finding = add(f, "/a.c", 7, "spawn-without-recover");
    finding->kind = "exception";
    finding->subject = "run";
    struct trace_step *step = vec_push(f->arena, &finding->trace);
    *step = (struct trace_step){.place = finding->place, .text = "started here", .task = 1, .depth = 2};
    *vec_push(f->arena, &finding->related) = (struct related){.text = "the handler"};
    struct fix *fix = vec_push(f->arena, &finding->fixes);
    fix->title = "use rh_pthread_create";
    fix->verified = true;
    *vec_push(f->arena, &fix->edits) = (struct fix_edit){"/a.c", 10, 20, "rh_pthread_create"};
    *vec_push(f->arena, &fix->includes) = (struct fix_include){"/a.c", "rh/spawn.h"};
    strcpy(finding->fingerprint, "0123456789abcdef0123456789abcdef");
    return finding;
}

static void bytes_bring_back_the_whole_finding(void **state)
{
    struct fixture *f = *state;
    struct buf once = {0}, twice = {0};
    finding_write(&once, add_rich(f));
    struct finding back;
    assert_true(finding_read(f->arena, once.data, once.count, &back));
    assert_null(back.suppression_reason);
    assert_int_equal(back.trace.data[0].depth, 2);
    assert_string_equal(back.fixes.data[0].edits.data[0].text, "rh_pthread_create");
    assert_string_equal(back.fingerprint, "0123456789abcdef0123456789abcdef");
    finding_write(&twice, &back);
    assert_int_equal(once.count, twice.count);
    assert_memory_equal(once.data, twice.data, once.count);
    buf_free(&once);
    buf_free(&twice);
}

static void damaged_bytes_are_refused_or_harmless(void **state)
{
    struct fixture *f = *state;
    struct buf bytes = {0};
    finding_write(&bytes, add_rich(f));
    struct finding back;
    for (size_t count = 0; count < bytes.count; count++)
        assert_false(finding_read(f->arena, bytes.data, count, &back));
    for (size_t i = 0; i < bytes.count; i++)
        for (int value = 0; value < 256; value += 51) {
            char kept = bytes.data[i];
            bytes.data[i] = (char)value;
            finding_read(f->arena, bytes.data, bytes.count, &back); /* under ASan: no more than asked for */
            bytes.data[i] = kept;
        }
    buf_free(&bytes);
}

/* ---- baseline ---- */

static const char *write_temporary(struct fixture *f, const char *text, size_t length)
{
    char *path = arena_strdup(f->arena, "/tmp/baseline_test.XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, length), length);
    close(fd);
    return path;
}

static void a_baseline_comes_back_and_silences(void **state)
{
    struct fixture *f = *state;
    add(f, "/p/b.c", 1, "x");
    add(f, "/p/a.c", 1, "x");
    add(f, "/p/c.c", 1, "z")->suppression = SUPPRESSED_IN_SOURCE;
    findings_sort(&f->list);
    findings_fingerprint(&f->list, f->sources);
    struct baseline made, loaded;
    baseline_make(f->arena, &f->list, "/p", NULL, &made);
    assert_int_equal(made.entries.count, 2);
    assert_string_equal(made.entries.data[0].path, "a.c");
    struct buf text = {0};
    baseline_write(&text, &made);
    const char *path = write_temporary(f, text.data, text.count);
    struct err err;
    assert_int_equal(baseline_load(f->arena, path, &loaded, &err), ERR_NONE);
    f->list.items.count = 1; /* the other one has been fixed */
    baseline_apply(&loaded, &f->list);
    assert_int_equal(f->list.items.data[0].suppression, SUPPRESSED_BASELINE);
    assert_int_equal(loaded.entries.data[0].seen + loaded.entries.data[1].seen, 1);

    struct finding *fresh = add(f, "/p/d.c", 1, "new");
    strcpy(fresh->fingerprint, "ffffffffffffffffffffffffffffffff");
    struct baseline updated;
    baseline_make(f->arena, &f->list, "/p", &loaded, &updated);
    assert_int_equal(updated.entries.count, 1); /* shrinks, never grows */
    unlink(path);
    buf_free(&text);
}

static void a_bad_baseline_says_what_is_wrong(void **state)
{
    static const char *const texts[][2] = {
        {"{", "not JSON"},
        {"{\"version\": 9, \"findings\": []}", "not a baseline"},
        {"{\"version\": 1}", "not a baseline"},
        {"{\"version\": 1, \"findings\": [{\"fingerprint\": \"12\"}]}", "entry 1"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *path = write_temporary(f, texts[i][0], strlen(texts[i][0]));
        struct baseline baseline;
        struct err err = {0};
        assert_int_equal(baseline_load(f->arena, path, &baseline, &err), ERR_INPUT);
        assert_non_null(strstr(err.text, texts[i][1]));
        assert_non_null(strstr(err.text, path));
        unlink(path);
    }
    struct baseline baseline;
    struct err err;
    assert_int_equal(baseline_load(f->arena, "/nowhere.json", &baseline, &err), ERR_INPUT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(lines_are_found_in_texts_of_all_endings),
        TEST(the_order_is_of_contents_not_of_arrival),
        TEST(of_equal_findings_the_worst_with_the_shortest_trace_stays),
        TEST(a_fingerprint_survives_moves_and_comments),
        TEST(equal_lines_differ_by_occurrence_and_everything_else_by_content),
        TEST(paths_are_excluded_by_glob_and_folder),
        TEST(severity_is_what_the_last_rule_says),
        TEST(no_step_is_more_than_one_call_deeper),
        TEST(bytes_bring_back_the_whole_finding),
        TEST(damaged_bytes_are_refused_or_harmless),
        TEST(a_baseline_comes_back_and_silences),
        TEST(a_bad_baseline_says_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
