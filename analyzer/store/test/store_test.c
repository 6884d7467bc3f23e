/* The cache: what it answers, when it must not answer, and what it does when the disk or another process is
 * unkind. */
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
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/store.h"

struct fixture {
    struct arena *arena;
    char directory[64];
    const char *path;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->arena = arena_create("test");
    strcpy(f->directory, "/tmp/store_test.XXXXXX");
    assert_non_null(mkdtemp(f->directory));
    assert_int_equal(chmod(f->directory, 0777), 0);
    f->path = arena_printf(f->arena, "%s/cache/store.db", f->directory);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", f->directory);
    assert_int_equal(system(command), 0);
    arena_destroy(f->arena);
    free(f);
    return 0;
}

static const char *in(struct fixture *f, const char *name)
{
    return arena_printf(f->arena, "%s/%s", f->directory, name);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* Ages a file, so that its times are no longer racy. ctime can't be set; see wait_until_settled. */
static void age(const char *path)
{
    struct timespec old[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
}

static void wait_until_settled(void)
{
    nanosleep(&(struct timespec){.tv_sec = 2, .tv_nsec = 100000000}, NULL);
}

static struct store *open_version(struct fixture *f, const char *version, struct err *note)
{
    return store_open(f->arena, f->path, &(struct store_options){.version = version, .busy_ms = 2000}, note);
}

static struct store *open_store(struct fixture *f)
{
    struct err note;
    struct store *store = open_version(f, "1", &note);
    assert_string_equal(note.text, "");
    assert_int_equal(store_state(store), STORE_READY);
    return store;
}

static struct store_blob text_blob(const char *text)
{
    return (struct store_blob){text, strlen(text)};
}

static void assert_blob(struct store_blob blob, const char *text)
{
    assert_int_equal(blob.count, strlen(text));
    assert_memory_equal(blob.bytes, text, blob.count);
}

static struct hash128 key(uint64_t n)
{
    return (struct hash128){n, ~n};
}

static struct tu_input reads(const char *path, const char *text)
{
    return (struct tu_input){.path = path, .hash = hash_bytes128(text, strlen(text))};
}

static struct tu_input misses(const char *path)
{
    return (struct tu_input){.path = path, .absent = true};
}

static const struct store_func two_funcs[] = {{{"ir1", 3}, {"facts1", 6}}, {{"ir2", 3}, {"", 0}}};

static struct hash128 save(struct store *store, uint64_t n, const struct tu_input *inputs, uint32_t count)
{
    struct store_tu tu = {.key = key(n),
                          .path = "/a.c",
                          .status = TU_PARTIAL,
                          .meta = text_blob("meta"),
                          .decls = text_blob("decls"),
                          .inputs = inputs,
                          .input_count = count,
                          .funcs = two_funcs,
                          .func_count = 2};
    struct hash128 result;
    struct err err = {0};
    assert_int_equal(store_save_tu(store, &tu, &result, &err), ERR_NONE);
    return result;
}

static enum store_answer find(struct fixture *f, struct store *store, uint64_t n)
{
    struct store_found_tu found;
    return store_find_tu(store, f->arena, key(n), &found);
}

/* ---- what it answers ---- */

static void an_unchanged_tu_is_answered_whole(void **state)
{
    struct fixture *f = *state;
    const char *path = in(f, "a.c");
    write_file(path, "int a;\n");
    struct store *store = open_store(f);
    assert_int_equal(find(f, store, 1), STORE_MISS);
    struct hash128 result =
        save(store, 1, (struct tu_input[]){reads(path, "int a;\n"), misses(in(f, "a.h"))}, 2);
    store_close(store);

    store = open_store(f);
    struct store_found_tu found;
    assert_int_equal(store_find_tu(store, f->arena, key(1), &found), STORE_HIT);
    assert_int_equal(found.status, TU_PARTIAL);
    assert_blob(found.meta, "meta");
    assert_true(hash_equal(found.result, result));
    struct store_tu_body body;
    assert_true(store_load_tu(store, f->arena, key(1), &body));
    assert_blob(body.decls, "decls");
    assert_int_equal(body.func_count, 2);
    for (int i = 0; i < 2; i++) {
        struct store_func func;
        assert_true(store_load_func(store, f->arena, body.funcs[i], &func));
        assert_blob(func.ir, two_funcs[i].ir.bytes);
        assert_blob(func.facts, two_funcs[i].facts.bytes);
    }
    store_close(store);
}

static void a_changed_gone_or_new_file_makes_it_stale(void **state)
{
    struct fixture *f = *state;
    const char *a = in(f, "a.c"), *h = in(f, "a.h"), *early = in(f, "early.h");
    write_file(a, "1");
    write_file(h, "2");
    struct store *store = open_store(f);
    struct tu_input inputs[] = {reads(a, "1"), reads(h, "2"), misses(early)};
    save(store, 1, inputs, 3);

    write_file(h, "3"); /* same size, within the same tick */
    store_forget_files(store);
    assert_int_equal(find(f, store, 1), STORE_STALE);
    write_file(h, "2");
    store_forget_files(store);
    assert_int_equal(find(f, store, 1), STORE_HIT);
    unlink(h);
    store_forget_files(store);
    assert_int_equal(find(f, store, 1), STORE_STALE);
    write_file(h, "2");
    write_file(early, "");
    store_forget_files(store);
    assert_int_equal(find(f, store, 1), STORE_STALE);
    unlink(early);
    mkdir(early, 0777); /* a folder is nothing to include */
    store_forget_files(store);
    assert_int_equal(find(f, store, 1), STORE_HIT);
    store_close(store);
}

static void saving_again_replaces(void **state)
{
    struct fixture *f = *state;
    const char *a = in(f, "a.c");
    write_file(a, "1");
    struct store *store = open_store(f);
    save(store, 1, (struct tu_input[]){reads(a, "0")}, 1);
    assert_int_equal(find(f, store, 1), STORE_STALE);
    save(store, 1, (struct tu_input[]){reads(a, "1")}, 1);
    assert_int_equal(find(f, store, 1), STORE_HIT);
    struct store_stats stats;
    store_get_stats(store, &stats);
    assert_int_equal(stats.tus, 1);
    assert_int_equal(stats.funcs, 2);
    store_close(store);
}

static void equal_functions_are_kept_once_and_results_are_equal(void **state)
{
    struct fixture *f = *state;
    struct store *store = open_store(f);
    struct hash128 first = save(store, 1, NULL, 0), second = save(store, 2, NULL, 0);
    assert_true(hash_equal(first, second));
    struct store_stats stats;
    store_get_stats(store, &stats);
    assert_int_equal(stats.funcs, 2);
    store_close(store);
}

static uint64_t hashed_after_reopening(struct fixture *f)
{
    struct store *store = open_store(f);
    assert_int_equal(find(f, store, 1), STORE_HIT);
    struct store_stats stats;
    store_get_stats(store, &stats);
    store_close(store);
    return stats.hashed;
}

static void settled_files_are_not_read_again(void **state)
{
    struct fixture *f = *state;
    const char *a = in(f, "a.c");
    write_file(a, "1");
    age(a);
    wait_until_settled();
    struct store *store = open_store(f);
    save(store, 1, (struct tu_input[]){reads(a, "1")}, 1);
    store_close(store);
    assert_int_equal(hashed_after_reopening(f), 0);
    /* The size, and by utimensat also mtime, stay; ctime tells. */
    write_file(a, "2");
    age(a);
    store = open_store(f);
    assert_int_equal(find(f, store, 1), STORE_STALE);
    store_close(store);
}

static void racily_clean_files_are_read_until_settled(void **state)
{
    struct fixture *f = *state;
    const char *a = in(f, "a.c");
    write_file(a, "1");
    struct store *store = open_store(f);
    save(store, 1, (struct tu_input[]){reads(a, "1")}, 1);
    store_close(store);
    assert_int_equal(hashed_after_reopening(f), 1);
    wait_until_settled();
    assert_int_equal(hashed_after_reopening(f), 1); /* recorded too early to be believed, and recorded anew */
    assert_int_equal(hashed_after_reopening(f), 0);
}

static void what_the_tus_read_is_remembered(void **state)
{
    struct fixture *f = *state;
    const char *a = in(f, "a.c"), *b = in(f, "b.h");
    write_file(a, "1");
    write_file(b, "2");
    struct hash128 hash;
    for (int off = 0; off < 2; off++) {
        struct store *store =
            store_open(f->arena, off ? NULL : f->path, &(struct store_options){.version = "1"}, NULL);
        assert_false(store_seen_hash(store, a, &hash));
        if (off || find(f, store, 1) == STORE_MISS)
            save(store, 1, (struct tu_input[]){reads(a, "1"), reads(b, "2"), misses(in(f, "c.h"))}, 3);
        assert_true(store_seen_hash(store, a, &hash));
        assert_true(hash_equal(hash, hash_bytes128("1", 1)));
        assert_false(store_seen_hash(store, in(f, "c.h"), &hash));
        save(store, 2, (struct tu_input[]){reads(a, "1"), reads(b, "changed")}, 2);
        assert_true(store_seen_hash(store, b, &hash));
        assert_true(hash_equal(hash, (struct hash128){0, 0}));
        store_close(store);
    }
    struct store *store = open_store(f);
    assert_int_equal(find(f, store, 1), STORE_HIT);
    assert_true(store_seen_hash(store, b, &hash));
    assert_true(hash_equal(hash, hash_bytes128("2", 1)));
    store_close(store);
}

static void a_transaction_saves_all_or_nothing(void **state)
{
    struct fixture *f = *state;
    struct store *store = open_store(f);
    struct err err;
    assert_int_equal(store_begin(store, &err), ERR_NONE);
    assert_int_equal(store_begin(store, &err), ERR_NONE);
    save(store, 1, NULL, 0);
    assert_int_equal(find(f, store, 1), STORE_HIT);
    store_close(store); /* no commit */
    store = open_store(f);
    assert_int_equal(find(f, store, 1), STORE_MISS);
    assert_int_equal(store_begin(store, &err), ERR_NONE);
    save(store, 1, NULL, 0);
    assert_int_equal(store_commit(store, &err), ERR_NONE);
    store_close(store);
    store = open_store(f);
    assert_int_equal(find(f, store, 1), STORE_HIT);
    store_close(store);
}

static void summaries_and_runs_come_back(void **state)
{
    struct fixture *f = *state;
    struct store *store = open_store(f);
    struct store_blob summary;
    assert_false(store_find_summary(store, f->arena, key(7), &summary));
    assert_int_equal(store_save_summary(store, key(7), text_blob("sum"), NULL), ERR_NONE);
    struct store_finding findings[] = {{"fp1", "spawn-without-recover", "a.c", 2, 10, text_blob("one")},
                                       {"fp2", "spawn-without-recover", "b.c", 1, 20, text_blob("two")}};
    struct store_edge edges[] = {{"main", "worker", 3}};
    struct store_run run = {.key = key(9),
                            .started = 5,
                            .meta = text_blob("m"),
                            .findings = findings,
                            .finding_count = 2,
                            .edges = edges,
                            .edge_count = 1};
    assert_int_equal(store_save_run(store, &run, NULL), ERR_NONE);
    assert_int_equal(store_save_run(store, &run, NULL), ERR_NONE);
    run.key = key(10);
    run.started = 4;
    run.finding_count = 0;
    assert_int_equal(store_save_run(store, &run, NULL), ERR_NONE);
    store_close(store);

    store = open_store(f);
    assert_true(store_find_summary(store, f->arena, key(7), &summary));
    assert_blob(summary, "sum");
    struct store_run found;
    struct hash128 k = key(8);
    assert_false(store_find_run(store, f->arena, &k, &found));
    assert_true(store_find_run(store, f->arena, NULL, &found));
    assert_true(hash_equal(found.key, key(9)));
    assert_int_equal(found.finding_count, 2);
    assert_string_equal(found.findings[1].path, "b.c");
    assert_blob(found.findings[1].bytes, "two");
    assert_string_equal(found.edges[0].callee, "worker");
    store_close(store);
}

static void collecting_drops_what_nothing_names(void **state)
{
    struct fixture *f = *state;
    const char *a = in(f, "a.c");
    write_file(a, "1");
    struct store *store = open_store(f);
    save(store, 1, (struct tu_input[]){reads(a, "1"), misses(in(f, "x.h"))}, 2);
    struct store_tu empty = {.key = key(1), .path = "/a.c", .meta = text_blob("")};
    assert_int_equal(store_save_tu(store, &empty, NULL, NULL), ERR_NONE);
    assert_int_equal(store_collect(store, 0, NULL), ERR_NONE);
    struct store_stats stats;
    store_get_stats(store, &stats);
    assert_int_equal(stats.tus, 1);
    assert_int_equal(stats.funcs, 0);
    assert_int_equal(stats.files, 0);
    save(store, 2, (struct tu_input[]){reads(a, "1")}, 1);
    assert_int_equal(store_collect(store, 0, NULL), ERR_NONE);
    assert_int_equal(find(f, store, 2), STORE_HIT);
    struct store_tu empty_again = {.key = key(2), .path = "/a.c", .meta = text_blob("")};
    assert_int_equal(store_save_tu(store, &empty_again, NULL, NULL), ERR_NONE);
    assert_int_equal(store_collect(store, 30, NULL), ERR_NONE); /* today it was done */
    store_get_stats(store, &stats);
    assert_int_equal(stats.funcs, 2);
    store_close(store);
}

/* ---- unkind places ---- */

static void another_version_starts_empty(void **state)
{
    struct fixture *f = *state;
    struct store *store = open_store(f);
    save(store, 1, NULL, 0);
    store_close(store);
    struct err note;
    store = open_version(f, "2", &note);
    assert_non_null(strstr(note.text, "another version"));
    assert_int_equal(store_state(store), STORE_READY);
    assert_int_equal(find(f, store, 1), STORE_MISS);
    save(store, 1, NULL, 0);
    store_close(store);
    store = open_version(f, "2", &note);
    assert_string_equal(note.text, "");
    assert_int_equal(find(f, store, 1), STORE_HIT);
    store_close(store);
}

static void garbage_is_moved_aside(void **state)
{
    struct fixture *f = *state;
    store_close(open_store(f));
    char garbage[9000];
    memset(garbage, 'x', sizeof garbage - 1);
    garbage[sizeof garbage - 1] = 0;
    write_file(f->path, garbage);
    struct err note;
    struct store *store = open_version(f, "1", &note);
    assert_non_null(strstr(note.text, "store.db.corrupt"));
    assert_int_equal(store_state(store), STORE_READY);
    save(store, 1, NULL, 0);
    assert_int_equal(find(f, store, 1), STORE_HIT);
    store_close(store);
    assert_int_equal(access(in(f, "cache/store.db.corrupt"), F_OK), 0);
}

static void overwrite_everywhere(const char *path, const char *from, const char *to)
{
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    static char bytes[1 << 20];
    size_t count = fread(bytes, 1, sizeof bytes, file);
    int changed = 0;
    for (size_t i = 0; i + strlen(from) <= count; i++)
        if (memcmp(bytes + i, from, strlen(from)) == 0) {
            memcpy(bytes + i, to, strlen(to));
            changed++;
        }
    assert_true(changed > 0);
    rewind(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    fclose(file);
}

static void a_flipped_byte_in_a_row_is_never_believed(void **state)
{
    static const char *const places[][2] = {{"meta", "mETa"}, {"decls", "dEcls"}, {"ir1", "iR1"}};
    struct fixture *f = *state;
    for (int i = 0; i < 3; i++) {
        struct store *store = open_store(f);
        struct store_tu tu = {.key = key(1),
                              .path = "/a.c",
                              .meta = text_blob("-meta-"),
                              .decls = text_blob("-decls-"),
                              .funcs = two_funcs,
                              .func_count = 2};
        assert_int_equal(store_save_tu(store, &tu, NULL, NULL), ERR_NONE);
        store_close(store);
        overwrite_everywhere(f->path, places[i][0], places[i][1]);
        struct err note;
        store = open_version(f, "1", &note);
        struct store_found_tu found;
        struct store_tu_body body;
        struct store_func func;
        bool whole = store_find_tu(store, f->arena, key(1), &found) == STORE_HIT &&
                     store_load_tu(store, f->arena, key(1), &body) &&
                     store_load_func(store, f->arena, body.funcs[0], &func);
        assert_false(whole);
        const char *said = store_take_note(store);
        assert_true(note.code || said);
        assert_int_equal(store_state(store), STORE_READY);
        save(store, 1, NULL, 0);
        assert_int_equal(find(f, store, 1), STORE_HIT);
        store_close(store);
        unlink(f->path);
    }
}

static void corruption_in_mid_run_costs_only_the_cache(void **state)
{
    struct fixture *f = *state;
    struct store *store = open_store(f);
    char *big = calloc(1, 200001);
    memset(big, 'b', 200000);
    for (uint64_t i = 0; i < 20; i++) {
        struct store_tu tu = {.key = key(i), .path = "/a.c", .meta = text_blob(big), .decls = text_blob(big)};
        assert_int_equal(store_save_tu(store, &tu, NULL, NULL), ERR_NONE);
    }
    store_close(store);
    store = open_store(f);
    int fd = open(f->path, O_RDWR);
    struct stat status;
    fstat(fd, &status);
    char page[4096];
    memset(page, 0xee, sizeof page);
    for (off_t at = 8192; at < status.st_size; at += 4096)
        assert_int_equal(pwrite(fd, page, 4096, at), 4096);
    close(fd);
    for (uint64_t i = 0; i < 20; i++)
        assert_int_not_equal(find(f, store, i), STORE_HIT);
    assert_non_null(strstr(store_take_note(store), "corrupt"));
    struct store_tu tu = {.key = key(1), .path = "/a.c", .meta = text_blob("m")};
    assert_int_equal(store_save_tu(store, &tu, NULL, NULL), ERR_NONE);
    assert_int_equal(find(f, store, 1), STORE_HIT);
    store_close(store);
    free(big);
}

static void another_programs_database_is_left_alone(void **state)
{
    struct fixture *f = *state;
    mkdir(in(f, "cache"), 0777);
    char command[300];
    snprintf(command, sizeof command,
             "python3 -c \"import sqlite3; c = sqlite3.connect('%s'); c.execute('create table t(x)'); "
             "c.commit()\"",
             f->path);
    if (system(command) != 0)
        skip();
    struct err note;
    struct store *store = open_version(f, "1", &note);
    assert_int_equal(store_state(store), STORE_OFF);
    assert_non_null(strstr(note.text, "another program"));
    store_close(store);
}

/* Root may write anywhere: ask as somebody else, in a child. Returns the child's exit status. */
static int in_child(void (*run)(struct fixture *), struct fixture *f)
{
    pid_t pid = fork();
    if (pid == 0) {
        run(f);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void expect(bool condition, int code)
{
    if (!condition)
        _exit(code);
}

static void use_as_nobody(struct fixture *f)
{
    expect(setgid(65534) == 0 && setuid(65534) == 0, 1);
    struct err note;
    struct store *store = open_version(f, "1", &note);
    struct store_tu tu = {.key = key(2), .path = "/a.c", .meta = text_blob("m")};
    struct hash128 result = {0, 0};
    expect(store_save_tu(store, &tu, &result, &note) == ERR_NONE || note.text[0], 2);
    expect(result.low != 0, 3);
    expect(find(f, store, 2) == STORE_MISS, 4);
    expect(store_state(store) != STORE_READY, 5);
    store_close(store);
}

static void an_unwritable_place_costs_only_the_cache(void **state)
{
    struct fixture *f = *state;
    if (getuid() != 0)
        skip();
    struct store *store = open_store(f);
    save(store, 1, NULL, 0);
    store_close(store);
    assert_int_equal(chmod(in(f, "cache"), 0555), 0);
    assert_int_equal(chmod(f->path, 0444), 0);
    assert_int_equal(in_child(use_as_nobody, f), 0);
    f->path = in(f, "cache/deeper/store.db");
    assert_int_equal(in_child(use_as_nobody, f), 0);
    f->path = in(f, "a-file/store.db");
    write_file(in(f, "a-file"), "");
    assert_int_equal(in_child(use_as_nobody, f), 0);
}

static void fill_the_disk(struct fixture *f)
{
    signal(SIGXFSZ, SIG_IGN);
    struct err note, err = {0};
    struct store *store = open_version(f, "1", &note);
    expect(store_state(store) == STORE_READY, 1);
    struct rlimit limit = {300000, 300000};
    setrlimit(RLIMIT_FSIZE, &limit);
    char *big = calloc(1, 100000);
    int failed = 0;
    for (uint64_t i = 1; i < 30; i++) {
        snprintf(big, 30, "%d", (int)i);
        struct store_tu tu = {.key = key(i), .path = "/a.c", .meta = {big, 100000}};
        failed += store_save_tu(store, &tu, NULL, &err) != ERR_NONE;
    }
    expect(failed == 1, 2);
    expect(strstr(err.text, "nothing more is saved") != NULL, 3);
    expect(store_state(store) == STORE_READ_ONLY, 4);
    expect(find(f, store, 1) == STORE_HIT, 5);
    store_close(store);
}

static void a_full_disk_ends_saving_once(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(in_child(fill_the_disk, f), 0);
    struct store *store = open_store(f);
    assert_int_equal(find(f, store, 1), STORE_HIT);
    save(store, 50, NULL, 0);
    store_close(store);
}

static void save_many(struct fixture *f)
{
    struct err note;
    struct store *store = open_version(f, "1", &note);
    for (uint64_t i = 0; i < 50; i++) {
        const char *path = in(f, i % 2 ? "a.c" : "b.c");
        struct tu_input inputs[] = {reads(path, "1"),
                                    misses(arena_printf(f->arena, "/no/%d-%d", (int)i, getpid()))};
        struct store_tu tu = {.key = key(i + 100 * (uint64_t)getpid()),
                              .path = path,
                              .meta = text_blob("m"),
                              .inputs = inputs,
                              .input_count = 2,
                              .funcs = two_funcs,
                              .func_count = 2};
        expect(store_save_tu(store, &tu, NULL, &note) == ERR_NONE, 1);
        expect(find(f, store, i + 100 * (uint64_t)getpid()) == STORE_HIT, 2);
        if (i % 10 == 0)
            store_collect(store, 0, NULL);
    }
    store_close(store);
}

static void runs_at_the_same_time_share_the_file(void **state)
{
    struct fixture *f = *state;
    write_file(in(f, "a.c"), "1");
    write_file(in(f, "b.c"), "1");
    store_close(open_store(f));
    enum { RUNS = 4 };
    pid_t pids[RUNS];
    for (int i = 0; i < RUNS; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            save_many(f);
            _exit(0);
        }
    }
    for (int i = 0; i < RUNS; i++) {
        int status;
        waitpid(pids[i], &status, 0);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    struct store *store = open_store(f);
    for (int i = 0; i < RUNS; i++)
        for (uint64_t n = 0; n < 50; n++)
            assert_int_equal(find(f, store, n + 100 * (uint64_t)pids[i]), STORE_HIT);
    store_close(store);
}

static void another_run_that_holds_the_file_costs_saves_only(void **state)
{
    struct fixture *f = *state;
    struct store *other = open_store(f);
    save(other, 1, NULL, 0);
    assert_int_equal(store_begin(other, NULL), ERR_NONE);
    struct err note;
    struct store *store =
        store_open(f->arena, f->path, &(struct store_options){.version = "1", .busy_ms = 20}, &note);
    struct store_tu tu = {.key = key(2), .path = "/a.c", .meta = text_blob("m")};
    assert_int_equal(store_save_tu(store, &tu, NULL, NULL), ERR_IO);
    assert_int_equal(find(f, store, 1), STORE_HIT);
    assert_null(store_take_note(store));
    assert_int_equal(store_commit(other, NULL), ERR_NONE);
    save(store, 2, NULL, 0);
    assert_int_equal(store_begin(other, NULL), ERR_NONE);
    for (int i = 0; i < 2; i++)
        assert_int_equal(store_save_tu(store, &tu, NULL, NULL), ERR_IO);
    assert_int_equal(store_state(store), STORE_READ_ONLY);
    assert_non_null(strstr(store_take_note(store), "nothing more is saved"));
    assert_int_equal(find(f, store, 2), STORE_HIT);
    store_close(store);
    store_close(other);
}

static void no_path_is_a_store_that_is_off(void **state)
{
    struct fixture *f = *state;
    struct err note;
    struct store *store = store_open(f->arena, NULL, &(struct store_options){.version = "1"}, &note);
    assert_string_equal(note.text, "");
    assert_int_equal(store_state(store), STORE_OFF);
    assert_true(save(store, 1, NULL, 0).low != 0);
    assert_int_equal(find(f, store, 1), STORE_MISS);
    assert_int_equal(store_begin(store, NULL), ERR_NONE);
    assert_int_equal(store_commit(store, NULL), ERR_NONE);
    struct hash128 hash;
    write_file(in(f, "a.c"), "1");
    assert_int_equal(store_hash_file(store, in(f, "a.c"), &hash, NULL), ERR_NONE);
    assert_true(hash_equal(hash, hash_bytes128("1", 1)));
    struct err err;
    assert_int_equal(store_hash_file(store, in(f, "nowhere"), &hash, &err), ERR_INPUT);
    store_close(store);
    store_close(NULL);
}

static void a_thousand_tus_are_asked_in_well_under_a_second(void **state)
{
    struct fixture *f = *state;
    enum { TUS = 1000, HEADERS = 1500, EACH = 300 };
    struct tu_input all[HEADERS];
    for (int i = 0; i < HEADERS; i++) {
        const char *path = in(f, arena_printf(f->arena, "%d.h", i));
        write_file(path, "1");
        age(path);
        all[i] = reads(path, "1");
    }
    wait_until_settled();
    struct store *store = open_store(f);
    store_begin(store, NULL);
    for (uint64_t n = 0; n < TUS; n++)
        save(store, n, all + n % (HEADERS - EACH), EACH);
    assert_int_equal(store_commit(store, NULL), ERR_NONE);
    store_close(store);
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    store = open_store(f);
    for (uint64_t n = 0; n < TUS; n++)
        assert_int_equal(find(f, store, n), STORE_HIT);
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
    print_message("1,000 TUs with %d inputs each: %.3f s\n", EACH, seconds);
    assert_true(seconds < 2); /* generous: not a benchmark; 0.03 s is usual */
    struct store_stats stats;
    store_get_stats(store, &stats);
    assert_int_equal(stats.hashed, 0);
    store_close(store);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_unchanged_tu_is_answered_whole),
        TEST(a_changed_gone_or_new_file_makes_it_stale),
        TEST(saving_again_replaces),
        TEST(equal_functions_are_kept_once_and_results_are_equal),
        TEST(settled_files_are_not_read_again),
        TEST(racily_clean_files_are_read_until_settled),
        TEST(what_the_tus_read_is_remembered),
        TEST(a_transaction_saves_all_or_nothing),
        TEST(summaries_and_runs_come_back),
        TEST(collecting_drops_what_nothing_names),
        TEST(another_version_starts_empty),
        TEST(garbage_is_moved_aside),
        TEST(a_flipped_byte_in_a_row_is_never_believed),
        TEST(corruption_in_mid_run_costs_only_the_cache),
        TEST(another_programs_database_is_left_alone),
        TEST(an_unwritable_place_costs_only_the_cache),
        TEST(a_full_disk_ends_saving_once),
        TEST(runs_at_the_same_time_share_the_file),
        TEST(another_run_that_holds_the_file_costs_saves_only),
        TEST(no_path_is_a_store_that_is_off),
        TEST(a_thousand_tus_are_asked_in_well_under_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
