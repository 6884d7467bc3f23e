#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "driver/protocol.h"
#include "driver/result.h"

static void make(struct arena *arena, struct tu_result *result)
{
    *result = (struct tu_result){.status = TU_PARTIAL, .reason = "bad", .decls = {"decl", 4}, .parse_seconds = 0.25};
    result->counters = (struct tu_counters){.functions = 3, .partial_functions = 1, .instrs = 1000, .calls_missed = 2};
    result->counters.havoc[HAVOC_COUNT - 1] = 77;
    *vec_push(arena, &result->diagnostics) = (struct tu_diagnostic){TU_ERROR, "/a.c", 3, 4, "oops"};
    *vec_push(arena, &result->diagnostics) = (struct tu_diagnostic){TU_FATAL, NULL, 0, 0, "worse"};
    *vec_push(arena, &result->missed) = (struct tu_missed){"/a.c", 5, 6, "f"};
    *vec_push(arena, &result->files) = "/a.c";
    *vec_push(arena, &result->inputs) = (struct tu_input){"/a.c", {1, 2}, false, false};
    *vec_push(arena, &result->inputs) = (struct tu_input){"/usr/x.h", {0, 0}, true, true};
    *vec_push(arena, &result->funcs) = (struct store_func){{"ir", 2}, {"facts", 5}};
    *vec_push(arena, &result->funcs) = (struct store_func){{"ir2", 3}, {NULL, 0}};
}

static void results_survive_bytes(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    struct tu_result in, out;
    struct buf bytes = {0}, again = {0};
    make(arena, &in);
    result_write_frame(&bytes, &in);
    assert_true(result_read_frame(arena, bytes.data, bytes.count, &out));
    result_write_frame(&again, &out);
    assert_int_equal(bytes.count, again.count);
    assert_memory_equal(bytes.data, again.data, bytes.count);
    assert_int_equal(out.status, TU_PARTIAL);
    assert_string_equal(out.diagnostics.data[0].text, "oops");
    assert_null(out.diagnostics.data[1].path);
    assert_true(out.inputs.data[1].absent && out.inputs.data[1].is_system);
    assert_true(hash_equal(out.inputs.data[0].hash, in.inputs.data[0].hash));
    assert_memory_equal(out.funcs.data[0].facts.bytes, "facts", 5);
    assert_true(out.parse_seconds > 0.2499 && out.parse_seconds < 0.2501);
    buf_free(&bytes);
    buf_free(&again);
    arena_destroy(arena);
}

static void cut_results_are_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    struct tu_result in, out;
    struct buf bytes = {0};
    make(arena, &in);
    result_write_frame(&bytes, &in);
    for (size_t cut = 0; cut < bytes.count; cut++) {
        char *copy = arena_dup(arena, bytes.data, cut);
        assert_false(result_read_frame(arena, copy, cut, &out));
    }
    buf_free(&bytes);
    arena_destroy(arena);
}

static void jobs_survive_bytes(void **state)
{
    (void)state;
    struct arena *arena = arena_create("test");
    const char *args[] = {"clang", "-DX", ""};
    struct worker_job in = {.job = {.directory = "/d", .file = "/d/a.c", .real_path = "/r/a.c", .language = LANG_CXX,
                                    .args = args, .arg_count = 3},
                            .reconcile = true};
    *vec_push(arena, &in.unsaved) = (struct frontend_unsaved){"/d/a.c", "int x;\0y", 8};
    struct buf frame = {0};
    frame_begin(&frame, FRAME_JOB);
    job_write(&frame, &in);
    frame_end(&frame);
    assert_int_equal(frame_length((unsigned char *)frame.data), frame.count - FRAME_HEADER);
    struct reader reader = {(unsigned char *)frame.data, frame.count, FRAME_HEADER + 1, false};
    struct worker_job out;
    assert_true(job_read(arena, &reader, &out));
    assert_string_equal(out.job.real_path, "/r/a.c");
    assert_int_equal(out.job.arg_count, 3);
    assert_string_equal(out.job.args[2], "");
    assert_true(out.reconcile && !out.no_instantiations);
    assert_int_equal(out.unsaved.data[0].length, 8);
    assert_memory_equal(out.unsaved.data[0].text, "int x;\0y", 8);
    buf_free(&frame);
    arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_survive_bytes),
        cmocka_unit_test(cut_results_are_refused),
        cmocka_unit_test(jobs_survive_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
