#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

static char directory[] = "/tmp/file_test.XXXXXX";

static int setup(void **state)
{
    *state = arena_create("test");
    return mkdtemp(directory) ? 0 : -1;
}

static int teardown(void **state)
{
    arena_destroy(*state);
    return rmdir(directory); /* fails when a test left anything behind */
}

static void what_is_written_is_read(void **state)
{
    struct err err = {0};
    char *path = arena_printf(*state, "%s/a", directory), *text;
    size_t length;
    assert_int_equal(file_write(path, "one\0two", 7, &err), ERR_NONE);
    assert_int_equal(file_read(*state, path, 100, &text, &length, &err), ERR_NONE);
    assert_int_equal(length, 7);
    assert_memory_equal(text, "one\0two", 8);
    assert_int_equal(file_read(*state, path, 6, &text, &length, &err), ERR_INPUT);
    unlink(path);
}

static void the_mode_is_kept(void **state)
{
    struct err err = {0};
    char *path = arena_printf(*state, "%s/b", directory);
    assert_int_equal(file_write(path, "x", 1, &err), ERR_NONE);
    chmod(path, 0750);
    assert_int_equal(file_write(path, "y", 1, &err), ERR_NONE);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0750);
    unlink(path);
}

/* RLIMIT_FSIZE stands for a full disk: the write stops half-way. */
static void a_failed_write_leaves_the_old_file_and_nothing_else(void **state)
{
    struct err err = {0};
    char *path = arena_printf(*state, "%s/c", directory), *text;
    assert_int_equal(file_write(path, "old", 3, &err), ERR_NONE);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit old, small;
    getrlimit(RLIMIT_FSIZE, &old);
    small = old;
    small.rlim_cur = 1000;
    setrlimit(RLIMIT_FSIZE, &small);
    char *large = arena_alloc(*state, 100000);
    enum err_code code = file_write(path, large, 100000, &err);
    setrlimit(RLIMIT_FSIZE, &old);
    assert_int_equal(code, ERR_IO);
    assert_non_null(strstr(err.text, "can't be written: File too large"));
    size_t length;
    assert_int_equal(file_read(*state, path, 100, &text, &length, &err), ERR_NONE);
    assert_string_equal(text, "old");
    unlink(path);
}

/* A pipe stands for /dev/stdout, which a rename would take from the machine. */
static void a_special_file_is_written_to_and_stays(void **state)
{
    struct err err = {0};
    char *path = arena_printf(*state, "%s/pipe", directory), bytes[8] = "";
    assert_int_equal(mkfifo(path, 0600), 0);
    int fd = open(path, O_RDWR | O_NONBLOCK);
    assert_true(fd >= 0);
    assert_int_equal(file_write(path, "text", 4, &err), ERR_NONE);
    assert_int_equal(read(fd, bytes, sizeof bytes), 4);
    assert_string_equal(bytes, "text");
    struct stat st;
    assert_int_equal(lstat(path, &st), 0);
    assert_true(S_ISFIFO(st.st_mode));
    close(fd);
    unlink(path);
}

static void a_link_stays_a_link(void **state)
{
    struct err err = {0};
    char *path = arena_printf(*state, "%s/real", directory), *link = arena_printf(*state, "%s/link", directory), *text;
    assert_int_equal(file_write(path, "old", 3, &err), ERR_NONE);
    assert_int_equal(symlink("real", link), 0);
    assert_int_equal(file_write(link, "new", 3, &err), ERR_NONE);
    size_t length;
    assert_int_equal(file_read(*state, path, 100, &text, &length, &err), ERR_NONE);
    assert_string_equal(text, "new");
    struct stat st;
    assert_int_equal(lstat(link, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    unlink(link);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(the_mode_is_kept),
        cmocka_unit_test(a_failed_write_leaves_the_old_file_and_nothing_else),
        cmocka_unit_test(a_special_file_is_written_to_and_stays),
        cmocka_unit_test(a_link_stays_a_link),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
