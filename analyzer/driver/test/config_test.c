#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/json.h"
#include "base/path.h"
#include "driver/config.h"

static struct arena *arena;
static char *here;

static int setup(void **state)
{
    (void)state;
    arena = arena_create("test");
    here = arena_strdup(arena, "/tmp/config_test.XXXXXX");
    return mkdtemp(here) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    int result = system(arena_printf(arena, "rm -rf '%s'", here));
    arena_destroy(arena);
    return result;
}

static void write_config(const char *directory, const char *text)
{
    struct err err;
    const char *path = arena_printf(arena, "%s/%s", here, directory);
    mkdir(path, 0777);
    assert_int_equal(file_write(arena_printf(arena, "%s/.spawnlint.yaml", path), text, strlen(text), &err), ERR_NONE);
}

static enum err_code load(const char *directory, struct config *config, struct err *err)
{
    *err = (struct err){0};
    return config_load(arena, path_join(arena, here, directory), NULL, config, err);
}

static void nothing_is_the_default(void **state)
{
    (void)state;
    struct config config;
    struct err err;
    assert_int_equal(load("none", &config, &err), ERR_NONE);
    assert_int_equal(config.files.count, 0);
    assert_int_equal(config.fail_on, FAIL_ON_WARNING);
    assert_false(config.strict);
    for (const struct check *const *check = check_table; *check; check++)
        assert_int_equal(config_enables(&config, *check), !((*check)->flags & CHECK_OFF_BY_DEFAULT));
}

static void the_nearest_wins_and_inherits_when_it_says_so(void **state)
{
    (void)state;
    struct config config;
    struct err err;
    write_config(".", "strict: true\nfail-on: error\nexclude: [a]\n");
    write_config("alone", "exclude: [b]\n");
    write_config("heir", "inherit: true\nexclude: [c]\nfail-on: note\n");
    assert_int_equal(load("alone", &config, &err), ERR_NONE);
    assert_int_equal(config.files.count, 1);
    assert_false(config.strict);
    assert_int_equal(load("heir", &config, &err), ERR_NONE);
    assert_int_equal(config.files.count, 2);
    assert_true(config.strict);
    assert_int_equal(config.fail_on, FAIL_ON_NOTE);
    assert_int_equal(config.exclude.count, 2);
    assert_string_equal(config.exclude.data[0], "a");
    assert_string_equal(config.exclude.data[1], "c");
}

static void the_last_glob_decides_about_a_check(void **state)
{
    (void)state;
    struct config config;
    struct err err;
    const struct check *check = check_find("spawn-without-recover");
    assert_non_null(check);
    write_config(".", "checks: [\"-*\"]\n");
    assert_int_equal(load(".", &config, &err), ERR_NONE);
    assert_false(config_enables(&config, check));
    write_config(".", "checks: [\"-*\", \"spawn-*\"]\n");
    assert_int_equal(load(".", &config, &err), ERR_NONE);
    assert_true(config_enables(&config, check));
    assert_int_equal(config_add_check(arena, &config, "-spawn-without-recover", &err), ERR_NONE);
    assert_false(config_enables(&config, check));
}

static void mistakes_are_usage_errors_with_a_place(void **state)
{
    (void)state;
    struct config config;
    struct err err;
    write_config(".", "strict: true\npanic-kinds: [exception, fire]\n");
    assert_int_equal(load(".", &config, &err), ERR_USAGE);
    assert_string_equal(err.text, arena_printf(arena, "%s/.spawnlint.yaml:2:26: one of exception, jump, panic, fatal and "
                                                      "assert is wanted here", here));
    write_config(".", "checks:\n  - spawn-without-recover: {nonsense: 1}\n");
    assert_int_equal(load(".", &config, &err), ERR_USAGE);
    assert_non_null(strstr(err.text, "spawn-without-recover has no option \"nonsense\""));
}

static void refused(const char *text, const char *why)
{
    struct config config;
    struct err err;
    write_config(".", text);
    assert_int_equal(load(".", &config, &err), ERR_USAGE);
    assert_string_equal(err.text, arena_printf(arena, "%s/.spawnlint.yaml:%s", here, why));
}

static void what_waits_and_what_stops_is_read(void **state)
{
    (void)state;
    struct config config;
    struct err err;
    write_config(".", "contexts: [conn_token, \"my::Cancel\"]\nstop-flags: [draining, \"Server::*\"]\n"
                      "block-classes: [disk, network]\nheaders: [vendor/*, /opt/own]\n");
    assert_int_equal(load(".", &config, &err), ERR_NONE);
    assert_int_equal(config.contexts.count, 2);
    assert_string_equal(config.contexts.data[1], "my::Cancel");
    assert_int_equal(config.stop_flags.count, 2);
    assert_int_equal(config.block_classes, BLOCK_BIT(BLOCK_DISK) | BLOCK_BIT(BLOCK_NETWORK));
    assert_true(config_owns_headers(&config, path_join(arena, here, "vendor/lib")));
    assert_true(config_owns_headers(&config, "/opt/own"));
    assert_false(config_owns_headers(&config, "/opt/own/deeper"));
    assert_false(config_owns_headers(&config, "/usr/include"));
}

/* A nearer file's classes take the place of those above; lists add up. */
static void what_waits_is_inherited(void **state)
{
    (void)state;
    struct config config;
    struct err err;
    write_config(".", "stop-flags: [a]\nblock-classes: [disk]\n");
    write_config("below", "inherit: true\nstop-flags: [b]\nblock-classes: [dns]\n");
    assert_int_equal(load("below", &config, &err), ERR_NONE);
    assert_int_equal(config.stop_flags.count, 2);
    assert_int_equal(config.block_classes, BLOCK_BIT(BLOCK_DNS));
}

static void what_means_nothing_is_refused(void **state)
{
    (void)state;
    refused("block-classes: [netwrok]\n", "1:17: there is no class of waits \"netwrok\"; did you mean \"network\"?");
    refused("block-classes: []\n", "1:16: at least one class of waits is wanted here");
    refused("block-classes: {disk: true}\n", "1:16: a list of texts is wanted here");
    refused("contexts: [\"struct token *\"]\n",
            "1:12: the qualified name of a class or struct is wanted here, without `struct` and `*`");
    refused("stop-flags: [\"a b\"]\n", "1:14: a glob of variables is wanted here, such as *_stop or Server::draining");
    refused("stop-flags: [\"*\"]\n", "1:14: this would make a stop flag of every variable");
    refused("wrappers: [\"guard(void)\"]\n",
            "1:12: the qualified name of a function is wanted here, without its parameters");
    refused("stop-flag: [x]\n", "1:1: unknown key \"stop-flag\"; did you mean \"stop-flags\"?");
}

static void programs_claim_their_sources(void **state)
{
    (void)state;
    struct config config;
    struct err err;
    write_config(".", "programs:\n  server: [\"src/*\"]\n  tool: [\"src/tool/*\", \"x.c\"]\n");
    assert_int_equal(load(".", &config, &err), ERR_NONE);
    assert_string_equal(config_program_of(&config, path_join(arena, here, "src/a.c")), "server");
    assert_string_equal(config_program_of(&config, path_join(arena, here, "src/tool/a.c")), "tool");
    assert_string_equal(config_program_of(&config, path_join(arena, here, "x.c")), "tool");
    assert_null(config_program_of(&config, path_join(arena, here, "y.c")));
    assert_null(config_program_of(&config, "/elsewhere/src/a.c"));
}

static void what_is_shown_reads_back(void **state)
{
    (void)state;
    struct config config, again;
    struct err err;
    write_config(".", "strict: true\nchecks: [\"-spawn-*\"]\nseverity: {\"reentrant-*\": note}\nwrappers: [w]\n"
                      "panic-kinds: [fatal]\nprograms: {p: [a, b]}\ncontexts: [my::Cancel]\nstop-flags: [\"*_off\"]\n"
                      "block-classes: [dns, disk]\nheaders: [/usr/own]\n");
    assert_int_equal(load(".", &config, &err), ERR_NONE);
    struct buf first = {0}, second = {0};
    config_print(&first, &config);
    write_config(".", first.data);
    assert_int_equal(load(".", &again, &err), ERR_NONE);
    config_print(&second, &again);
    assert_string_equal(first.data, second.data);
    buf_free(&first);
    buf_free(&second);
}

/* Editors complete what the program reads: no key more, no key less, the same words. */
static void the_schema_knows_the_same_keys(void **state)
{
    (void)state;
    static const char *const keys[][2] = {
#define KEY(spelling, member, help) {spelling, help},
#include "driver/config_keys.def"
#undef KEY
    };
    struct err err;
    char *text;
    size_t length;
    assert_int_equal(file_read(arena, TESTDATA "/../editors/spawnlint.schema.json", 1 << 20, &text, &length, &err), ERR_NONE);
    struct json_node *schema = json_parse(arena, "schema", text, length, JSON_REFUSE_DUPLICATES, &err);
    assert_non_null(schema);
    struct json_node *properties = json_get(schema, "properties");
    assert_int_equal(properties->count, sizeof keys / sizeof *keys);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_non_null(json_get_text(json_get(properties, keys[i][0]), "description"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_the_default), TEST(the_nearest_wins_and_inherits_when_it_says_so),
        TEST(the_last_glob_decides_about_a_check), TEST(mistakes_are_usage_errors_with_a_place),
        TEST(what_waits_and_what_stops_is_read), TEST(what_waits_is_inherited),
        TEST(what_means_nothing_is_refused), TEST(programs_claim_their_sources), TEST(what_is_shown_reads_back), TEST(the_schema_knows_the_same_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
