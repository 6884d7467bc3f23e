/* Suppressions and detachment: what is silent, what is not, and what is said about bad ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "finding/order.h"
#include "finding/suppress.h"

static const char *const checks[] = {"spawn-without-recover", "spawn-never-joined",
                                     "blocking-ignores-context"};

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

/* The state of one finding of `check` on the line of `text` that holds `bang` (the last one). */
static struct finding run(struct fixture *f, const char *text, const char *check, bool unused)
{
    sources_set(f->sources, "/a.cc", text, strlen(text));
    f->list.items.count = 0;
    const char *bang = NULL;
    for (const char *at = text; (at = strstr(at, "bang")); at++)
        bang = at;
    uint32_t line = bang ? source_line_at(sources_get(f->sources, "/a.cc"), (size_t)(bang - text)) : 0;
    if (bang)
        *vec_push(f->arena, &f->list.items) = (struct finding){
            .check = check,
            .message = "m",
            .place = {.path = "/a.cc", .line = line, .column = 1, .end_line = line + 2, .end_column = 2}};
    const char *paths[] = {"/a.cc", "/missing.cc"};
    findings_suppress(
        &f->list, f->sources,
        &(struct suppress_options){
            .checks = checks, .check_count = 3, .paths = paths, .path_count = 2, .report_unused = unused});
    for (uint32_t i = 0; i < f->list.items.count; i++)
        if (strcmp(f->list.items.data[i].message, "m") == 0)
            return f->list.items.data[i];
    return (struct finding){0};
}

#define SPAWN "spawn-without-recover"

static void these_are_silent(void **state)
{
    static const char *const texts[] = {
        "bang(); // spawnlint-ignore: spawn-without-recover\n",
        "bang(); /* spawnlint-ignore: spawn-without-recover the reason */\n",
        "// spawnlint-ignore: spawn-without-recover because\nbang();\n",
        "/* spawnlint-ignore: spawn-without-recover */\r\nbang();\r\n",
        "// spawnlint-ignore: spawn-without-recover\n// another remark\nbang();\n",
        "bang(); // spawnlint-ignore: spawn-never-joined, spawn-without-recover (why)\n",
        "// spawnlint-ignore-begin: spawn-without-recover\nfoo();\nbang();\n// spawnlint-ignore-end: "
        "spawn-without-recover\n",
        "bang(); // NOLINT(spawnlint-spawn-without-recover)\n",
        "bang(); // NOLINT(bugprone-x, spawnlint-spawn-without-recover)\n",
        "// NOLINTNEXTLINE(spawnlint-spawn-without-recover)\nbang();\n",
        "bang(); // why; spawnlint-ignore: spawn-without-recover\n",
        "int n = 1'000'000; char q = '\"'; bang(); // spawnlint-ignore: spawn-without-recover\n",
        "auto s = R\"x(\" // )x\"; bang(); // spawnlint-ignore: spawn-without-recover\n",
        "#error don't\nbang(); // spawnlint-ignore: spawn-without-recover\n",
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (run(f, texts[i], SPAWN, true).suppression != SUPPRESSED_IN_SOURCE)
            fail_msg("not silent: %s", texts[i]);
    }
}

static void these_are_not_silent(void **state)
{
    static const char *const texts[] = {
        "bang();\n",
        "bang(); // spawnlint-ignore: spawn-never-joined\n",
        "foo(); // spawnlint-ignore: spawn-without-recover\nbang();\n",
        "// spawnlint-ignore: spawn-without-recover\n\nfoo();\nbang();\n",
        "bang(); // spawnlint-ignore\n",
        "bang(); // NOLINT\n",
        "bang(); // NOLINT(spawn-without-recover)\n",
        "// NOLINT(spawnlint-spawn-without-recover)\nbang();\n",
        "const char *s = \"// spawnlint-ignore: spawn-without-recover\"; bang();\n",
        "const char *s = R\"(// spawnlint-ignore: spawn-without-recover)\"; bang();\n",
        "// spawnlint-ignore-begin: spawn-without-recover\nbang();\n",
        "// spawnlint-ignore-begin: spawn-without-recover\n// spawnlint-ignore-end: "
        "spawn-without-recover\nbang();\n",
        "bang(); // spawnlint-detached: it outlives everything\n",
        "// my-spawnlint-ignore: spawn-without-recover\nbang();\n",
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct finding finding = run(f, texts[i], SPAWN, false);
        if (finding.suppression != SUPPRESSED_NOT || !finding.check)
            fail_msg("silent: %s", texts[i]);
    }
}

static void reasons_are_kept(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(
        run(f, "bang(); /* spawnlint-ignore: " SPAWN " [the reason] */", SPAWN, 0).suppression_reason,
        "the reason");
    assert_string_equal(
        run(f, "bang(); // spawnlint-ignore: " SPAWN " - tests only", SPAWN, 0).suppression_reason,
        "tests only");
    assert_null(run(f, "bang(); // spawnlint-ignore: " SPAWN, SPAWN, 0).suppression_reason);
}

static void detachment_wants_a_reason_and_its_checks(void **state)
{
    struct fixture *f = *state;
    struct finding finding =
        run(f, "bang(); // spawnlint-detached: logs until exit\n", "spawn-never-joined", false);
    assert_int_equal(finding.suppression, SUPPRESSED_DETACHED);
    assert_string_equal(finding.suppression_reason, "logs until exit");
    finding = run(f, "bang(\n  a, // spawnlint-detached: logs until exit\n  b);\n",
                  "blocking-ignores-context", false);
    assert_int_equal(finding.suppression, SUPPRESSED_DETACHED);
    finding = run(f, "// spawnlint-detached: logs until exit\nbang();\n", "spawn-never-joined", false);
    assert_int_equal(finding.suppression, SUPPRESSED_DETACHED);
    finding = run(f, "bang(); // spawnlint-detached:\n", "spawn-never-joined", false);
    assert_int_equal(finding.suppression, SUPPRESSED_NOT);
    assert_int_equal(f->list.items.count, 2);
}

/* The message of the only finding beside the bang. */
static const char *said(struct fixture *f, const char *text, bool unused, const char *check)
{
    run(f, text, SPAWN, unused);
    const char *message = NULL;
    for (uint32_t i = 0; i < f->list.items.count; i++) {
        const struct finding *finding = &f->list.items.data[i];
        if (strcmp(finding->message, "m") == 0)
            continue;
        assert_null(message);
        assert_string_equal(finding->check, check);
        assert_int_equal(finding->severity, SEVERITY_WARNING);
        assert_int_equal(strlen(finding->fingerprint), 32);
        message = finding->message;
    }
    return message ? message : "";
}

static void bad_suppressions_are_findings(void **state)
{
    static const char *const texts[][2] = {
        {"// spawnlint-ignore: spawn-without-recovr x\n", "did you mean \"spawn-without-recover\""},
        {"// spawnlint-ignore: zzz\n", "names no check that exists: \"zzz\""},
        {"// spawnlint-ignore: \n", "names no check; write"},
        {"// spawnlint-ignore\n", "wants a colon"},
        {"x(); // NOLINT(spawnlint-zzz)\n", "names no check that exists: \"zzz\""},
        {"// spawnlint-ignore-begin: spawn-never-joined\n", "never ended"},
        {"// spawnlint-ignore-end: spawn-never-joined\n", "ends nothing"},
        {"// spawnlint-detached: \n", "gives no reason"},
        {"/* Prose on `spawnlint-ignore: x` and \"spawnlint-ignore: x\", or spawnlint-ignore as such. */\n",
         ""},
        {"x(); // NOLINT(bugprone-zzz)\n", ""},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *message = said(f, texts[i][0], false, SUPPRESS_CHECK);
        if (*texts[i][1] ? !strstr(message, texts[i][1]) : *message)
            fail_msg("%s: %s", texts[i][0], message);
    }
}

static void unused_ones_are_told_only_when_asked(void **state)
{
    struct fixture *f = *state;
    const char *text = "x(); // spawnlint-ignore: spawn-never-joined\n";
    assert_string_equal(said(f, text, false, UNUSED_CHECK), "");
    assert_non_null(strstr(said(f, text, true, UNUSED_CHECK), "spawn-never-joined; remove it"));
    assert_string_equal(said(f, "bang(); // spawnlint-ignore: " SPAWN "\n", true, UNUSED_CHECK), "");
    /* Two that say the same are both used. */
    assert_string_equal(
        said(f, "// NOLINTNEXTLINE(spawnlint-" SPAWN ")\nbang(); // spawnlint-ignore: " SPAWN "\n", true,
             UNUSED_CHECK),
        "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(these_are_silent),
        TEST(these_are_not_silent),
        TEST(reasons_are_kept),
        TEST(detachment_wants_a_reason_and_its_checks),
        TEST(bad_suppressions_are_findings),
        TEST(unused_ones_are_told_only_when_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
