#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/path.h"
#include "compdb/command.h"
#include "compdb/compdb.h"
#include "compdb/toolchain.h"

static struct arena *arena;
static char *here; /* a new directory for each test */

static int setup(void **state)
{
    (void)state;
    arena = arena_create("test");
    here = arena_strdup(arena, "/tmp/compdb_test.XXXXXX");
    return mkdtemp(here) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    char *command = arena_printf(arena, "rm -rf '%s'", here);
    int result = system(command);
    arena_destroy(arena);
    return result;
}

static const char *write_file(const char *name, const char *text)
{
    struct err err;
    const char *path = path_join(arena, here, name);
    assert_int_equal(file_write(path, text, strlen(text), &err), ERR_NONE);
    return path;
}

static enum err_code load(const char *json, struct compdb *db, struct err *err)
{
    struct compdb_options options = {.resource_dir = "/res"};
    *err = (struct err){0};
    return compdb_load(arena, write_file("compile_commands.json", json), &options, db, err);
}

/* The flags that came from the command, without the compiler and our own. */
static const char *flags_of(const struct compdb_job *job)
{
    const char *text = "";
    for (uint32_t i = 1; i < job->arg_count && strcmp(job->args[i], "-w"); i++)
        text = arena_printf(arena, "%s%s%s", text, *text ? " " : "", job->args[i]);
    return text;
}

static const char *clean(const char *command)
{
    struct compdb db;
    struct err err;
    const char *json = arena_printf(arena, "[{\"directory\": \"/d\", \"file\": \"a.c\", \"command\": \"%s\"}]", command);
    assert_int_equal(load(json, &db, &err), ERR_NONE);
    assert_int_equal(db.jobs.count, 1);
    return flags_of(&db.jobs.data[0]);
}

static void flags_are_cleaned(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"gcc -Iinc -I ../x -DA=1 -D B -c a.c -o a.o", "-I/d/inc -I /x -DA=1 -D B"},
        {"gcc -O2 -g3 -Wall -Werror -Wl,-z,now -pipe -std=gnu11 a.c", "-O2 -std=gnu11"},
        {"gcc -MMD -MF x.d -MT a.o -MQb -MP -Wp,-MD,y.d,-DX a.c", "-DX"},
        {"gcc -save-temps=obj -fno-exceptions -fvisibility=hidden a.c", "-fno-exceptions"},
        {"gcc -fopenmp a.c", "-D_OPENMP=201511 -pthread"},
        {"ccache gcc -DX a.c", "-DX"},
        {"CCACHE_DIR=/c ccache /usr/bin/gcc -DX a.c", "-DX"},
        {"libtool --tag=CC --mode=compile gcc -DX a.c", "-DX"},
        {"gcc -Xclang -load -Xclang evil.so -fplugin=evil.so -DX a.c", "-DX"},
        {"gcc -isystem=/usr/i -isystem = -I=/s a.c", "-isystem=/usr/i -isystem = -I=/s"},
        {"gcc -std=c++11 a.c", ""},
        {"gcc -std=c23 a.c", "-std=c2x"},
        {"gcc -mavx2 -mpreferred-stack-boundary=3 a.c", "-mavx2"},
        {"gcc '-DS=\\\"a b\\\"' -DT=\\\\\\\"q\\\\\\\" a.c", "-DS=\"a b\" -DT=\"q\""},
        {"gcc --sysroot=root -include config.h a.c", "--sysroot=/d/root -include config.h"},
        {"gcc a.c -I", ""},
        {"gcc -resource-dir /other -specs=x.specs -B/evil a.c", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(clean(cases[i][0]), cases[i][1]);
}

static void unknown_flags_are_dropped_with_a_note(void **state)
{
    (void)state;
    struct compdb db;
    struct err err;
    assert_int_equal(load("[{\"directory\": \"/d\", \"file\": \"a.c\", \"arguments\": [\"gcc\", \"-fgcse-sm\", \"--frob\", "
                          "\"a.c\"]}]", &db, &err), ERR_NONE);
    assert_string_equal(flags_of(&db.jobs.data[0]), "");
    assert_int_equal(db.notes.count, 2);
    assert_string_equal(db.notes.data[0].text, "the flag --frob is not known to libclang and was dropped");
    assert_string_equal(db.notes.data[1].text, "the flag -fgcse-sm is not known to libclang and was dropped");
}

static void xclang_includes_survive(void **state)
{
    (void)state;
    const char *header = write_file("pch.hxx", "");
    const char *command = arena_printf(arena, "clang -Xclang -include-pch -Xclang x.pch -Xclang -include -Xclang %s a.c",
                                       header);
    assert_string_equal(clean(command), arena_printf(arena, "-include %s", header));
}

static void response_files_are_read(void **state)
{
    (void)state;
    write_file("a.rsp", "-DONE '-DTWO=a b'\n-Isub @b.rsp");
    write_file("b.rsp", "-DTHREE=\\\"x\\\"");
    struct compdb db;
    struct err err;
    assert_int_equal(load("[{\"directory\": \".\", \"file\": \"a.c\", \"command\": \"gcc @a.rsp @none.rsp -c a.c\"}]", &db,
                          &err), ERR_NONE);
    assert_string_equal(flags_of(&db.jobs.data[0]),
                        arena_printf(arena, "-DONE -DTWO=a b -I%s/sub -DTHREE=\"x\"", here));
    assert_int_equal(db.notes.count, 1);
    assert_non_null(strstr(db.notes.data[0].text, "the response file @none.rsp"));
}

static void response_files_in_a_circle_end(void **state)
{
    (void)state;
    write_file("a.rsp", "@a.rsp");
    struct compdb db;
    struct err err;
    assert_int_equal(load("[{\"directory\": \".\", \"file\": \"a.c\", \"command\": \"gcc @a.rsp\"}]", &db, &err), ERR_INPUT);
    assert_non_null(strstr(err.text, "name one another more than 10 deep"));
}

static void languages_are_found(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"gcc", "a.c", "-xc"},      {"g++-12", "a.c", "-xc++"},    {"gcc", "a.cpp", "-xc++"},
        {"gcc", "a.h", "-xc"},      {"clang++", "a.h", "-xc++"},   {"gcc", "a.hpp", "-xc++"},
        {"gcc -x c++", "a.c", "-xc++"}, {"gcc -xc", "a.cc", "-xc"}, {"clang --driver-mode=g++", "a.c", "-xc++"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct compdb db;
        struct err err;
        const char *json = arena_printf(arena, "[{\"directory\": \"/d\", \"file\": \"%s\", \"command\": \"%s -c %s\"}]",
                                        cases[i][1], cases[i][0], cases[i][1]);
        assert_int_equal(load(json, &db, &err), ERR_NONE);
        assert_string_equal(db.jobs.data[0].args[db.jobs.data[0].arg_count - 1], cases[i][2]);
    }
}

static void what_is_no_c_is_left_out_with_a_note(void **state)
{
    (void)state;
    struct compdb db;
    struct err err;
    assert_int_equal(load("[{\"directory\": \"/d\", \"file\": \"a.S\", \"command\": \"gcc -c a.S\"},"
                          " {\"directory\": \"/d\", \"file\": \"a.cu\", \"command\": \"nvcc -c a.cu\"},"
                          " {\"directory\": \"/d\", \"file\": \"b.c\", \"command\": \"cl.exe /c b.c\"},"
                          " {\"directory\": \"/d\", \"file\": \"a.c\", \"command\": \"gcc -c a.c\"}]", &db, &err), ERR_NONE);
    assert_int_equal(db.jobs.count, 1);
    assert_int_equal(db.notes.count, 3);
    assert_int_equal(db.broken, 0);
    assert_string_equal(db.notes.data[0].text, "/d/a.S was left out: it is neither C nor C++");
    assert_string_equal(db.notes.data[2].text, "/d/b.c was left out: commands of Microsoft's cl are not read");
}

static void duplicates_merge_but_programs_stay(void **state)
{
    (void)state;
    struct compdb db;
    struct err err;
    assert_int_equal(load("[{\"directory\": \"/d\", \"file\": \"a.c\", \"command\": \"gcc -DX -c a.c -o x/p.dir/a.o\"},"
                          " {\"directory\": \"/d\", \"file\": \"./a.c\", \"command\": \"gcc -DX -c a.c -o y/p.dir/a.o\"},"
                          " {\"directory\": \"/d\", \"file\": \"/d/a.c\", \"command\": \"gcc -DX -c a.c -o q.dir/a.o\"},"
                          " {\"directory\": \"/d\", \"file\": \"a.c\", \"command\": \"gcc -DY -c a.c\"}]", &db, &err),
                     ERR_NONE);
    assert_int_equal(db.jobs.count, 3);
    assert_string_equal(db.jobs.data[0].group, "p");
    assert_string_equal(db.jobs.data[0].output, "x/p.dir/a.o");
    assert_string_equal(db.jobs.data[1].group, "q");
    assert_null(db.jobs.data[2].group);
    assert_string_equal(db.notes.data[0].text, "/d/a.c is in the database more than once with the same flags");
}

static void the_order_of_the_database_never_shows(void **state)
{
    (void)state;
    static const char *const entries[] = {
        "{\"directory\": \"/d\", \"file\": \"b.c\", \"command\": \"gcc -DX --odd b.c\"}",
        "{\"directory\": \"/d\", \"file\": \"a.c\", \"command\": \"gcc -DY a.c\"}",
        "{\"directory\": \"/d\", \"file\": \"a.c\", \"command\": \"gcc -DX a.c\"}",
    };
    static const int orders[][3] = {{0, 1, 2}, {2, 1, 0}, {1, 0, 2}, {1, 2, 0}};
    const char *first = NULL;
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        struct compdb db;
        struct err err;
        const int *order = orders[i];
        assert_int_equal(load(arena_printf(arena, "[%s,%s,%s]", entries[order[0]], entries[order[1]], entries[order[2]]),
                              &db, &err), ERR_NONE);
        const char *all = "";
        for (uint32_t k = 0; k < db.jobs.count; k++)
            all = arena_printf(arena, "%s %s:%s", all, db.jobs.data[k].file, flags_of(&db.jobs.data[k]));
        all = arena_printf(arena, "%s %s", all, db.notes.data[0].text);
        first = first ? first : all;
        assert_string_equal(all, first);
    }
}

static void broken_databases_are_said_in_one_sentence(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "is empty; let the build write it again"},
        {"[", "this is not JSON"},
        {"{}", "its outermost value must be a list of commands"},
        {"[]", "lists no commands; build the project once"},
        {"[1]", "has no command that can be used: entry 1 of"},
        {"[{\"directory\": \"/d\", \"command\": \"gcc\"}]", "it has no \"file\""},
        {"[{\"directory\": \"/d\", \"file\": \"a.c\"}]", "it has neither \"arguments\" nor \"command\""},
        {"[{\"directory\": \"/d\", \"file\": \"a.c\", \"command\": \"gcc 'a.c\"}]", "a quote (') is not closed"},
        {"[{\"directory\": \"/d\", \"file\": \"a.c\", \"command\": \"\"}]", "its command is empty"},
        {"[{\"directory\": \"/d\", \"file\": \"a.c\", \"arguments\": [1]}]", "its \"arguments\" are not all texts"},
        {"[{\"directory\": \"/d\", \"file\": \"a.f90\", \"command\": \"gfortran a.f90\"}]", "it is neither C nor C++"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct compdb db;
        struct err err;
        assert_int_equal(load(cases[i][0], &db, &err), ERR_INPUT);
        if (!strstr(err.text, cases[i][1]))
            fail_msg("%s: %s", cases[i][0], err.text);
        assert_null(strchr(err.text, '\n'));
    }
}

static void a_broken_entry_costs_only_itself(void **state)
{
    (void)state;
    struct compdb db;
    struct err err;
    assert_int_equal(load("[7, {\"directory\": \"/d\", \"file\": \"a.c\", \"command\": \"gcc a.c\"}]", &db, &err), ERR_NONE);
    assert_int_equal(db.jobs.count, 1);
    assert_int_equal(db.broken, 1);
    assert_non_null(strstr(db.notes.data[0].text, "entry 1 of "));
}

static void missing_databases_say_how_to_make_one(void **state)
{
    (void)state;
    struct compdb db;
    struct err err;
    assert_int_equal(compdb_load(arena, here, NULL, &db, &err), ERR_INPUT);
    assert_non_null(strstr(err.text, "holds no compile_commands.json; make one with"));
    assert_int_equal(compdb_load(arena, path_join(arena, here, "no.json"), NULL, &db, &err), ERR_INPUT);
    assert_non_null(strstr(err.text, "no.json does not exist"));
}

static void databases_are_found_here_in_build_and_above(void **state)
{
    (void)state;
    struct err err;
    mkdir(path_join(arena, here, "build"), 0777);
    mkdir(path_join(arena, here, "deep"), 0777);
    const char *wanted = write_file("build/compile_commands.json", "[]");
    assert_string_equal(compdb_find(arena, path_join(arena, here, "deep"), &err), wanted);
    wanted = write_file("deep/compile_commands.json", "[]");
    assert_string_equal(compdb_find(arena, path_join(arena, here, "deep"), &err), wanted);
    unlink(path_join(arena, here, "build/compile_commands.json"));
    unlink(wanted);
    assert_null(compdb_find(arena, here, &err));
    assert_non_null(strstr(err.text, "bear -- make"));
}

static void the_root_is_the_marked_directory(void **state)
{
    (void)state;
    struct compdb db;
    struct err err;
    mkdir(path_join(arena, here, "src"), 0777);
    write_file("src/a.c", "");
    assert_int_equal(load("[{\"directory\": \"src\", \"file\": \"a.c\", \"command\": \"gcc a.c\"}]", &db, &err), ERR_NONE);
    assert_string_equal(db.root, here);
    write_file("src/.spawnlint.yaml", "");
    assert_int_equal(load("[{\"directory\": \"src\", \"file\": \"a.c\", \"command\": \"gcc a.c\"}]", &db, &err), ERR_NONE);
    assert_string_equal(db.root, path_join(arena, here, "src"));
}

static void groups_come_from_output_paths(void **state)
{
    (void)state;
    assert_string_equal(command_group(arena, "CMakeFiles/uv.dir/src/x.c.o"), "uv");
    assert_string_equal(command_group(arena, "sub/app.p/meson.c.o"), "app");
    assert_string_equal(command_group(arena, "bazel-out/k8/bin/x/_objs/lib/a.o"), "lib");
    assert_null(command_group(arena, "src/x.o"));
    assert_null(command_group(arena, "x.dir"));
}

static void headers_get_their_sources_command(void **state)
{
    (void)state;
    struct compdb db;
    struct err err;
    assert_int_equal(load("[{\"directory\": \"/d\", \"file\": \"/d/x/a.c\", \"command\": \"gcc -DX /d/x/a.c\"},"
                          " {\"directory\": \"/d\", \"file\": \"/d/y/b.c\", \"command\": \"gcc -DY /d/y/b.c\"}]", &db, &err),
                     ERR_NONE);
    struct compdb_job job;
    assert_true(compdb_infer(arena, &db, "/d/y/a.h", &job));
    assert_string_equal(flags_of(&job), "-DX");
    assert_true(compdb_infer(arena, &db, "/d/y/q.h", &job));
    assert_string_equal(flags_of(&job), "-DY");
    assert_string_equal(job.file, "/d/y/q.h");
    assert_false(compdb_infer(arena, &db, "/d/y/q.txt", &job));
}

static void fixed_flags_make_jobs(void **state)
{
    (void)state;
    struct compdb db;
    struct err err;
    const char *files[] = {"a.c", "b.cc"}, *flags[] = {"-Iinc"};
    assert_int_equal(compdb_fixed(arena, here, files, 2, flags, 1, NULL, &db, &err), ERR_NONE);
    assert_int_equal(db.jobs.count, 2);
    assert_string_equal(flags_of(&db.jobs.data[0]), arena_printf(arena, "-I%s/inc", here));
    assert_string_equal(db.jobs.data[1].args[0], "clang++");
}

static void cross_compilers_are_noticed(void **state)
{
    (void)state;
    assert_string_equal(toolchain_cross_triple(arena, "/opt/bin/armv7-none-eabi-gcc-12.2"), "armv7-none-eabi");
    assert_null(toolchain_cross_triple(arena, "/usr/bin/gcc-12"));
    struct compdb db;
    struct err err;
    assert_int_equal(load("[{\"directory\": \"/d\", \"file\": \"a.c\", \"command\": \"/x/armv7-none-eabi-gcc -march=armv7 "
                          "a.c\"}]", &db, &err), ERR_NONE);
    assert_string_equal(flags_of(&db.jobs.data[0]), "");
    assert_non_null(strstr(db.notes.data[0].text, "compiles for armv7-none-eabi"));
}

/* The compiler is a script that leaves a mark: it runs when the glob fits, and only then. */
static void drivers_are_asked_only_when_allowed(void **state)
{
    (void)state;
    const char *script = write_file("armv7-none-eabi-gcc",
        arena_printf(arena, "#!/bin/sh\necho x >> %s/mark\n"
                            "printf 'Target: armv7-none-eabi\\n#include <...> search starts here:\\n /arm/include\\n"
                            " /arm/lib/gcc/armv7/12/include\\nEnd of search list.\\n' >&2\n", here));
    chmod(script, 0755);
    const char *json = arena_printf(arena, "[{\"directory\": \"/d\", \"file\": \"a.c\", \"command\": \"%s a.c\"},"
                                           "{\"directory\": \"/d\", \"file\": \"b.c\", \"command\": \"%s b.c\"}]", script, script);
    const char *path = write_file("compile_commands.json", json), *mark = path_join(arena, here, "mark");
    struct compdb db;
    struct err err;
    struct compdb_options options = {.resource_dir = "/res"};
    assert_int_equal(compdb_load(arena, path, &options, &db, &err), ERR_NONE);
    options.query_driver = "/usr/bin/*";
    assert_int_equal(compdb_load(arena, path, &options, &db, &err), ERR_NONE);
    assert_int_not_equal(access(mark, F_OK), 0);
    options.query_driver = arena_printf(arena, "%s/*-gcc", here);
    assert_int_equal(compdb_load(arena, path, &options, &db, &err), ERR_NONE);
    assert_string_equal(flags_of(&db.jobs.data[1]), "--target=armv7-none-eabi -isystem /arm/include");
    char *text;
    size_t length;
    assert_int_equal(file_read(arena, mark, 100, &text, &length, &err), ERR_NONE);
    assert_string_equal(text, "x\n"); /* asked once for both */
}

static void the_resource_directory_is_there(void **state)
{
    (void)state;
    const char *directory = toolchain_resource_dir(arena);
    assert_non_null(directory);
    assert_int_equal(access(arena_printf(arena, "%s/include/stdarg.h", directory), R_OK), 0);
}

static void a_huge_database_is_refused(void **state)
{
    (void)state;
    const char *path = write_file("huge.json", "[");
    assert_int_equal(truncate(path, (off_t)1 << 40), 0);
    struct compdb db;
    struct err err;
    assert_int_equal(compdb_load(arena, path, NULL, &db, &err), ERR_INPUT);
    assert_non_null(strstr(err.text, "is larger than 512 MB"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(flags_are_cleaned), TEST(unknown_flags_are_dropped_with_a_note), TEST(xclang_includes_survive),
        TEST(response_files_are_read), TEST(response_files_in_a_circle_end), TEST(languages_are_found),
        TEST(what_is_no_c_is_left_out_with_a_note), TEST(duplicates_merge_but_programs_stay),
        TEST(the_order_of_the_database_never_shows), TEST(broken_databases_are_said_in_one_sentence),
        TEST(a_broken_entry_costs_only_itself), TEST(missing_databases_say_how_to_make_one),
        TEST(databases_are_found_here_in_build_and_above), TEST(the_root_is_the_marked_directory),
        TEST(groups_come_from_output_paths), TEST(headers_get_their_sources_command), TEST(fixed_flags_make_jobs),
        TEST(cross_compilers_are_noticed), TEST(drivers_are_asked_only_when_allowed),
        TEST(the_resource_directory_is_there), TEST(a_huge_database_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
