/* Plans on real files: what is refused, what conflicts, what is written, and what an unkind system leaves
 * behind. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/path.h"
#include "fix/fix.h"

struct fixture {
    struct arena *arena;
    char root[64];
    struct sources *sources;
    struct finding_list list;
    struct fix_plan plan;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->arena = arena_create("test");
    strcpy(f->root, "/tmp/plan_test.XXXXXX");
    assert_non_null(mkdtemp(f->root));
    assert_int_equal(chmod(f->root, 0777), 0);
    f->sources = sources_create(f->arena);
    f->list.arena = f->arena;
    *state = f;
    return 0;
}

static int run_command(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int run_command(const char *format, ...)
{
    char command[1000];
    va_list ap;
    va_start(ap, format);
    vsnprintf(command, sizeof command, format, ap);
    va_end(ap);
    return system(command);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(run_command("rm -rf %s", f->root), 0);
    arena_destroy(f->arena);
    free(f);
    return 0;
}

static const char *put_file(struct fixture *f, const char *name, const char *text)
{
    const char *path = arena_printf(f->arena, "%s/%s", f->root, name);
    assert_int_equal(file_write(path, text, strlen(text), NULL), ERR_NONE);
    return path;
}

static void assert_file(struct fixture *f, const char *path, const char *want)
{
    char *text;
    size_t length;
    assert_int_equal(file_read(f->arena, path, 1 << 20, &text, &length, NULL), ERR_NONE);
    assert_string_equal(text, want);
}

static void assert_nothing_left_over(struct fixture *f)
{
    assert_int_not_equal(run_command("ls -A %s/ | grep -q '^\\.'", f->root), 0);
}

/* A finding whose fix replaces the first `from` in the file and wants the header. */
static struct fix *add(struct fixture *f, const char *path, const char *from, const char *to,
                       const char *header)
{
    struct finding *finding = vec_push(f->arena, &f->list.items);
    *finding = (struct finding){.check = "x", .message = "m", .place = {.path = path, .line = 1}};
    struct fix *fix = vec_push(f->arena, &finding->fixes);
    *fix = (struct fix){.title = "do it"};
    const struct source *source = sources_get(f->sources, path);
    const char *at = source ? strstr(source->text, from) : NULL;
    uint32_t offset = at ? (uint32_t)(at - source->text) : 0;
    *vec_push(f->arena, &fix->edits) = (struct fix_edit){path, offset, offset + (uint32_t)strlen(from), to};
    if (header)
        *vec_push(f->arena, &fix->includes) = (struct fix_include){path, header};
    return fix;
}

static void build(struct fixture *f)
{
    fix_plan_build(f->arena, &f->list, f->sources, &(struct fix_options){.root = f->root}, &f->plan);
}

static void assert_states(const struct fixture *f, const char *letters)
{
    assert_int_equal(f->plan.items.count, strlen(letters));
    for (uint32_t i = 0; i < f->plan.items.count; i++)
        assert_int_equal("PRCF"[f->plan.items.data[i].state], letters[i]);
}

#define SOURCE "#include <a.h>\nint main(void)\n{\n    spawn(one);\n    spawn(two);\n}\n"

/* ---- building ---- */

static void edits_and_includes_of_many_fixes_make_one_text(void **state)
{
    struct fixture *f = *state;
    const char *path = put_file(f, "a.c", SOURCE);
    add(f, path, "spawn(two", "rh_spawn(two", "rh/spawn.h");
    add(f, path, "spawn(one", "rh_spawn(one", "rh/spawn.h");
    add(f, path, "main", "start", "rh/panic.h");
    build(f);
    assert_states(f, "PPP");
    assert_int_equal(f->plan.files.items.count, 1);
    assert_string_equal(f->plan.files.items.data[0].text,
                        "#include <a.h>\n#include <rh/panic.h>\n#include <rh/spawn.h>\nint start(void)\n{\n"
                        "    rh_spawn(one);\n    rh_spawn(two);\n}\n");
}

static void equal_edits_seen_from_two_places_are_one(void **state)
{
    struct fixture *f = *state;
    const char *path = put_file(f, "a.h", "inline void go() { spawn(one); }\n");
    assert_int_equal(run_command("ln -s a.h %s/link.h", f->root), 0);
    add(f, path, "spawn", "rh_spawn", "rh/spawn.h");
    add(f, arena_printf(f->arena, "%s/link.h", f->root), "spawn", "rh_spawn", "rh/spawn.h");
    add(f, path, "spawn", "rh_spawn", NULL);
    build(f);
    assert_states(f, "PPP");
    assert_int_equal(f->plan.files.items.count, 1);
    assert_string_equal(f->plan.files.items.data[0].text,
                        "#include <rh/spawn.h>\n\ninline void go() { rh_spawn(one); }\n");
}

static void of_two_that_overlap_the_later_waits(void **state)
{
    struct fixture *f = *state;
    const char *path = put_file(f, "a.c", SOURCE);
    add(f, path, "spawn(one)", "x", NULL);
    add(f, path, "one);\n    spawn", "y", NULL);
    add(f, path, "spawn(two)", "z", NULL);
    add(f, path, "main", "first", NULL);
    add(f, path, "main", "second", NULL);
    build(f);
    assert_states(f, "PCPPC");
    assert_non_null(strstr(f->plan.items.data[1].reason, "overlap"));
    assert_string_equal(f->plan.files.items.data[0].text,
                        "#include <a.h>\nint first(void)\n{\n    x;\n    z;\n}\n");
}

static void what_must_not_be_edited_is_refused_with_a_reason(void **state)
{
    struct fixture *f = *state;
    const char *path = put_file(f, "a.c", SOURCE);
    const char *outside = "/usr/include/stdio.h";
    assert_int_equal(run_command("ln -s %s %s/sneaky.h", outside, f->root), 0);
    add(f, path, "main", "x", NULL)->not_offered = "it stands in the body of macro M";
    add(f, outside, "", "x", NULL);
    add(f, arena_printf(f->arena, "%s/sneaky.h", f->root), "", "x", NULL);
    add(f, path, "main", "x", NULL)->edits.data[0].end_offset = 99999;
    add(f, arena_printf(f->arena, "%s/gone.c", f->root), "", "x", NULL);
    add(f, path, "main", "x", NULL)->edits.count = 0;
    add(f, path, "main", "x", NULL);
    f->list.items.data[6].suppression = SUPPRESSED_IN_SOURCE;
    build(f);
    assert_states(f, "RRRRRR");
    static const char *const reasons[] = {"macro M",      "outside the project", "outside the project",
                                          "does not fit", "can't be read",       "no edits"};
    for (int i = 0; i < 6; i++)
        assert_non_null(strstr(f->plan.items.data[i].reason, reasons[i]));
    assert_int_equal(f->plan.files.items.count, 0);
}

static void the_first_fix_that_is_offered_is_taken(void **state)
{
    struct fixture *f = *state;
    const char *path = put_file(f, "a.c", SOURCE);
    add(f, path, "main", "wrong", NULL)->not_offered = "no";
    struct fix *second = vec_push(f->arena, &f->list.items.data[0].fixes);
    *second = (struct fix){.title = "two"};
    *vec_push(f->arena, &second->edits) = (struct fix_edit){path, 0, 0, "right\n"};
    build(f);
    assert_states(f, "P");
    assert_int_equal(f->plan.items.data[0].fix, 1);
    assert_memory_equal(f->plan.files.items.data[0].text, "right\n", 6);
}

static bool another_hash(void *context, const char *path, struct hash128 *hash)
{
    (void)path;
    *hash = hash_bytes128(context, strlen(context));
    return true;
}

static void a_text_that_was_not_the_analysed_one_is_refused(void **state)
{
    struct fixture *f = *state;
    const char *path = put_file(f, "a.c", SOURCE);
    add(f, path, "main", "x", NULL);
    char old[] = "something else", same[] = SOURCE;
    struct fix_options options = {f->root, another_hash, old};
    fix_plan_build(f->arena, &f->list, f->sources, &options, &f->plan);
    assert_states(f, "R");
    assert_non_null(strstr(f->plan.items.data[0].reason, "changed since it was analysed"));
    options.context = same;
    fix_plan_build(f->arena, &f->list, f->sources, &options, &f->plan);
    assert_states(f, "P");
}

static void carriage_returns_stay(void **state)
{
    struct fixture *f = *state;
    const char *path = put_file(f, "a.c", "#include <a.h>\r\nspawn(one);\r\n");
    add(f, path, "spawn(one);", "if (x)\n    rh_spawn(one);", "rh/spawn.h");
    build(f);
    assert_string_equal(f->plan.files.items.data[0].text,
                        "#include <a.h>\r\n#include <rh/spawn.h>\r\nif (x)\r\n    rh_spawn(one);\r\n");
}

/* ---- verification ---- */

struct judge { /* objects to texts that hold `bad`, or can't be asked */
    const char *bad;
    enum err_code code;
    int calls;
};

static enum err_code judge(void *context, const struct fix_files *files, const uint32_t *findings,
                           uint32_t count, struct fix_verdict *verdict, struct err *err)
{
    struct judge *j = context;
    j->calls++;
    assert_true(count > 0 && findings[count - 1] < 10);
    for (uint32_t i = 0; i < files->items.count; i++)
        if (strstr(files->items.data[i].text, j->bad)) {
            if (j->code != ERR_NONE)
                return err_set(err, j->code, "libclang crashed");
            verdict->new_diagnostic = "a.c:1: unknown name";
        }
    return ERR_NONE;
}

static void verification_keeps_what_holds(void **state)
{
    struct fixture *f = *state;
    const char *path = put_file(f, "a.c", SOURCE);
    add(f, path, "main", "good", NULL);
    add(f, path, "one", "BAD", NULL);
    add(f, path, "two", "fine", NULL);
    build(f);
    struct judge j = {.bad = "BAD"};
    struct err err = {0};
    assert_int_equal(fix_plan_verify(&f->plan, judge, &j, &err), ERR_NONE);
    assert_states(f, "PFP");
    assert_int_equal(j.calls, 4);
    assert_true(f->plan.items.data[0].verified && f->plan.items.data[2].verified);
    assert_false(f->plan.items.data[1].verified);
    assert_non_null(strstr(f->plan.items.data[1].reason, "unknown name"));
    assert_null(strstr(f->plan.files.items.data[0].text, "BAD"));
    assert_non_null(strstr(f->plan.files.items.data[0].text, "fine"));
}

static void verification_of_good_fixes_costs_one_analysis(void **state)
{
    struct fixture *f = *state;
    const char *path = put_file(f, "a.c", SOURCE);
    add(f, path, "main", "good", NULL);
    add(f, path, "two", "fine", NULL);
    build(f);
    struct judge j = {.bad = "BAD"};
    assert_int_equal(fix_plan_verify(&f->plan, judge, &j, NULL), ERR_NONE);
    assert_int_equal(j.calls, 1);
    assert_true(f->plan.items.data[0].verified && f->plan.items.data[1].verified);
}

static void what_can_not_be_asked_is_not_offered(void **state)
{
    struct fixture *f = *state;
    const char *path = put_file(f, "a.c", SOURCE);
    add(f, path, "one", "BAD", NULL);
    build(f);
    struct judge j = {.bad = "BAD", .code = ERR_LIMIT};
    assert_int_equal(fix_plan_verify(&f->plan, judge, &j, NULL), ERR_NONE);
    assert_states(f, "F");
    assert_string_equal(f->plan.items.data[0].reason, "libclang crashed");
    assert_int_equal(f->plan.files.items.count, 0);
}

static void an_interrupt_ends_verification(void **state)
{
    struct fixture *f = *state;
    const char *path = put_file(f, "a.c", SOURCE);
    add(f, path, "one", "BAD", NULL);
    build(f);
    struct judge j = {.bad = "BAD", .code = ERR_CANCELLED};
    assert_int_equal(fix_plan_verify(&f->plan, judge, &j, NULL), ERR_CANCELLED);
    assert_false(f->plan.items.data[0].verified);
}

/* ---- applying ---- */

static void applying_writes_and_keeps_mode_and_link(void **state)
{
    struct fixture *f = *state;
    const char *path = put_file(f, "a.c", SOURCE), *other = put_file(f, "b.c", "spawn(three);\n");
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(run_command("ln -s a.c %s/link.c", f->root), 0);
    add(f, arena_printf(f->arena, "%s/link.c", f->root), "main", "start", NULL);
    add(f, other, "spawn", "rh_spawn", "rh/spawn.h");
    build(f);
    struct err err = {0};
    assert_int_equal(fix_plan_apply(&f->plan, &err), ERR_NONE);
    assert_file(f, path, "#include <a.h>\nint start(void)\n{\n    spawn(one);\n    spawn(two);\n}\n");
    assert_file(f, other, "#include <rh/spawn.h>\n\nrh_spawn(three);\n");
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
    assert_int_equal(lstat(arena_printf(f->arena, "%s/link.c", f->root), &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_nothing_left_over(f);
}

static void a_file_changed_meanwhile_stops_everything(void **state)
{
    struct fixture *f = *state;
    const char *a = put_file(f, "a.c", "spawn(one);\n"), *b = put_file(f, "b.c", "spawn(two);\n");
    add(f, a, "spawn", "rh_spawn", NULL);
    add(f, b, "spawn", "rh_spawn", NULL);
    build(f);
    put_file(f, "b.c", "spawn(two); /* edited */\n");
    struct err err = {0};
    assert_int_equal(fix_plan_apply(&f->plan, &err), ERR_INPUT);
    assert_non_null(strstr(err.text, "b.c changed since it was analysed"));
    assert_file(f, a, "spawn(one);\n");
    unlink(b);
    assert_int_equal(run_command("ln -s /etc/hostname %s", b), 0);
    assert_int_equal(fix_plan_apply(&f->plan, &err), ERR_INPUT);
    assert_file(f, a, "spawn(one);\n");
    assert_nothing_left_over(f);
}

/* Root may write anywhere and fills no disk: in a child, as somebody else or with a limit. */
static int in_child(int (*run)(struct fixture *), struct fixture *f)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(run(f));
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int apply_as_nobody(struct fixture *f)
{
    struct err err = {0};
    if (setgid(65534) != 0 || setuid(65534) != 0)
        return 1;
    return fix_plan_apply(&f->plan, &err) == ERR_IO && strstr(err.text, "b.c can't be written") ? 0 : 2;
}

static void a_file_that_may_not_be_written_stops_everything(void **state)
{
    struct fixture *f = *state;
    if (getuid() != 0)
        skip();
    const char *a = put_file(f, "a.c", "spawn(one);\n"), *b = put_file(f, "b.c", "spawn(two);\n");
    assert_int_equal(chmod(a, 0666), 0);
    assert_int_equal(chmod(b, 0444), 0);
    add(f, a, "spawn", "rh_spawn", NULL);
    add(f, b, "spawn", "rh_spawn", NULL);
    build(f);
    assert_int_equal(in_child(apply_as_nobody, f), 0);
    assert_file(f, a, "spawn(one);\n");
    assert_nothing_left_over(f);
}

static int apply_on_full_disk(struct fixture *f)
{
    struct err err = {0};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){5000, 5000});
    return fix_plan_apply(&f->plan, &err) == ERR_IO && strstr(err.text, "nothing is changed") ? 0 : 2;
}

static void a_full_disk_changes_nothing(void **state)
{
    struct fixture *f = *state;
    char *big = calloc(1, 10001);
    memset(big, 'b', 10000);
    memcpy(big, "spawn(two);\n", 12);
    const char *a = put_file(f, "a.c", "spawn(one);\n"), *b = put_file(f, "b.c", big);
    add(f, a, "spawn", "rh_spawn", NULL);
    add(f, b, "spawn", "rh_spawn", NULL);
    build(f);
    assert_int_equal(in_child(apply_on_full_disk, f), 0);
    assert_file(f, a, "spawn(one);\n");
    assert_file(f, b, big);
    assert_nothing_left_over(f);
    free(big);
}

/* ---- diff and export ---- */

static void the_diff_reads_well(void **state)
{
    struct fixture *f = *state;
    add(f, put_file(f, "a.c", SOURCE), "spawn(two", "rh_spawn(two", "rh/spawn.h");
    add(f, put_file(f, "b.c", "one();"), "one", "two", NULL);
    build(f);
    struct buf out = {0};
    fix_write_diff(&out, &f->plan);
    assert_string_equal(out.data,
                        "--- a/a.c\n+++ b/a.c\n@@ -1,6 +1,7 @@\n #include <a.h>\n+#include <rh/spawn.h>\n"
                        " int main(void)\n {\n     spawn(one);\n-    spawn(two);\n+    rh_spawn(two);\n }\n"
                        "--- a/b.c\n+++ b/b.c\n@@ -1 +1 @@\n-one();\n\\ No newline at end of file\n"
                        "+two();\n\\ No newline at end of file\n");
    buf_free(&out);
}

/* A text of short lines and some edits in it, both made of `seed`. */
static void add_random(struct fixture *f, unsigned *seed)
{
    char text[400] = "";
    size_t length = (size_t)rand_r(seed) % 300;
    for (size_t i = 0; i < length; i++)
        text[i] = "abc\n"[rand_r(seed) % 4];
    const char *path = put_file(f, "r.c", text);
    static const char *const texts[] = {"", "X", "X\n", "\nX", "X\nY\n", "\n"};
    for (int i = rand_r(seed) % 6; i >= 0; i--) {
        struct fix *fix = add(f, path, "", texts[rand_r(seed) % 6], NULL);
        uint32_t offset = (uint32_t)((size_t)rand_r(seed) % (length + 1));
        uint32_t end = offset + (uint32_t)rand_r(seed) % 5;
        fix->edits.data[0].offset = offset;
        fix->edits.data[0].end_offset = end > length ? (uint32_t)length : end;
    }
}

static void the_patch_program_makes_of_the_diff_what_apply_makes(void **state)
{
    struct fixture *f = *state;
    if (run_command("patch --version > /dev/null 2>&1") != 0)
        skip();
    unsigned seed = 1;
    for (int i = 0; i < 200; i++) {
        f->list.items.count = 0;
        f->sources = sources_create(f->arena);
        add_random(f, &seed);
        build(f);
        struct buf diff = {0};
        fix_write_diff(&diff, &f->plan);
        const struct fix_file *file = f->plan.files.items.data;
        if (f->plan.files.items.count && strcmp(file->base, file->text) != 0) {
            put_file(f, "r.diff", diff.data);
            assert_int_equal(run_command("cd %s && patch -s -p1 < r.diff", f->root), 0);
            assert_int_equal(run_command("cd %s && test ! -e r.c.orig", f->root), 0);
            if (file->length)
                assert_file(f, file->path, file->text);
        }
        buf_free(&diff);
    }
}

static void clang_apply_replacements_makes_the_same(void **state)
{
    struct fixture *f = *state;
    if (run_command("clang-apply-replacements-19 --version > /dev/null 2>&1") != 0)
        skip();
    const char *path = put_file(f, "a.c", SOURCE "// \"quoted\" \\ \t\n");
    add(f, path, "spawn(two", "rh_spawn(\"two\\\n\t\"", "rh/spawn.h");
    add(f, path, "main", "start", NULL);
    build(f);
    struct buf yaml = {0};
    fix_write_yaml(&yaml, &f->plan, path);
    put_file(f, "fixes.yaml", yaml.data);
    assert_int_equal(run_command("clang-apply-replacements-19 %s", f->root), 0);
    assert_file(f, path, f->plan.files.items.data[0].text);
    buf_free(&yaml);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(edits_and_includes_of_many_fixes_make_one_text),
        TEST(equal_edits_seen_from_two_places_are_one),
        TEST(of_two_that_overlap_the_later_waits),
        TEST(what_must_not_be_edited_is_refused_with_a_reason),
        TEST(the_first_fix_that_is_offered_is_taken),
        TEST(a_text_that_was_not_the_analysed_one_is_refused),
        TEST(carriage_returns_stay),
        TEST(verification_keeps_what_holds),
        TEST(verification_of_good_fixes_costs_one_analysis),
        TEST(what_can_not_be_asked_is_not_offered),
        TEST(an_interrupt_ends_verification),
        TEST(applying_writes_and_keeps_mode_and_link),
        TEST(a_file_changed_meanwhile_stops_everything),
        TEST(a_file_that_may_not_be_written_stops_everything),
        TEST(a_full_disk_changes_nothing),
        TEST(the_diff_reads_well),
        TEST(the_patch_program_makes_of_the_diff_what_apply_makes),
        TEST(clang_apply_replacements_makes_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
