/* Prints what the frontend makes of one file: IR text, counters, times.
 *
 * frontend_dump [-q] [-r] [-d DIR] FILE [FLAGS...]: -q no IR, -r reconcile, -d the directory to run in.
 * frontend_dump [-q] [-r] -p BUILD [PART]: every entry of the compile database whose file's name has PART in it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static uint32_t verify(const struct tu *tu)
{
    uint32_t bad = 0;
    for (ir_func_id id = 1; tu->module && id < tu->module->funcs.count; id++) {
        struct err err = {0};
        if (!ir_verify_func(tu->module, id, &err) && bad++ < 10)
            fprintf(stderr, "invalid: %s: %s\n", ir_sym_name(tu->module, tu->module->funcs.data[id].sym), err.text);
    }
    return bad;
}

static void print_counts(const struct request *request)
{
    const struct tu *tu = &request->tu;
    static const char *const status[] = {"ok", "partial", "failed"};
    fprintf(stderr, "%s: %s, %u functions (%u partial), %llu instrs, parse %.3f s, lower %.3f s (%.1f %%)\n",
            request->job.file, status[tu->status], tu->functions, tu->partial_functions, (unsigned long long)tu->instrs,
            tu->parse_seconds, tu->lower_seconds, 100 * tu->lower_seconds / (tu->parse_seconds + 1e-9));
    for (int i = 0; i < HAVOC_COUNT; i++)
        if (tu->havoc[i])
            fprintf(stderr, "  havoc %llu: %s\n", (unsigned long long)tu->havoc[i], ir_havoc_text((enum ir_havoc)i));
    if (request->options.reconcile)
        fprintf(stderr, "  calls: %llu indexed, %llu missed\n", (unsigned long long)tu->calls_indexed,
                (unsigned long long)tu->calls_missed);
    for (uint32_t i = 0; i < tu->missed.count; i++)
        fprintf(stderr, "  missed %s:%u:%u %s\n", tu->missed.data[i].path, tu->missed.data[i].line,
                tu->missed.data[i].column, tu->missed.data[i].callee);
    for (uint32_t i = 0; i < tu->diagnostics.count && i < 20; i++)
        fprintf(stderr, "  %s:%u: %s\n", tu->diagnostics.data[i].path ? tu->diagnostics.data[i].path : "-",
                tu->diagnostics.data[i].line, tu->diagnostics.data[i].text);
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

struct totals {
    uint64_t instrs, havoc, indexed, missed, functions, partial, bad;
    double parse, lower;
};

static uint32_t finish(struct request *request, bool quiet, struct totals *totals)
{
    struct buf out = {0};
    const struct tu *tu = &request->tu;
    if (!quiet && tu->module) {
        ir_print_module(&out, tu->module);
        fputs(out.data ? out.data : "", stdout);
    }
    uint32_t bad = verify(tu);
    print_counts(request);
    buf_free(&out);
    for (int i = 0; i < HAVOC_COUNT; i++)
        totals->havoc += tu->havoc[i];
    totals->instrs += tu->instrs, totals->indexed += tu->calls_indexed, totals->missed += tu->calls_missed;
    totals->functions += tu->functions, totals->partial += tu->partial_functions, totals->bad += bad;
    totals->parse += tu->parse_seconds, totals->lower += tu->lower_seconds;
    return bad;
}

static int run_database(const char *path, const char *part, struct frontend_options options, bool quiet)
{
    struct arena *arena = arena_create("database");
    struct compdb db = {0};
    struct err err = {0};
    struct totals totals = {0};
    if (compdb_load(arena, path, &(struct compdb_options){0}, &db, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 2;
    }
    for (uint32_t i = 0; i < db.jobs.count; i++) {
        if (db.jobs.data[i].language == LANG_OTHER || (part && !strstr(db.jobs.data[i].file, part)))
            continue;
        struct request request = {.arena = arena_create("dump"), .job = db.jobs.data[i], .options = options};
        if (chdir(request.job.directory) != 0)
            continue;
        frontend_on_large_stack(run, &request, NULL);
        finish(&request, quiet, &totals);
        arena_destroy(request.arena);
    }
    fprintf(stderr, "total: %llu functions (%llu partial, %llu invalid), %llu instrs, %llu havoc (%.3f %%), parse %.2f s, "
            "lower %.2f s (%.1f %%), %llu calls indexed, %llu missed (%.2f %%)\n", (unsigned long long)totals.functions,
            (unsigned long long)totals.partial, (unsigned long long)totals.bad, (unsigned long long)totals.instrs,
            (unsigned long long)totals.havoc, 100.0 * (double)totals.havoc / (double)(totals.instrs + 1), totals.parse,
            totals.lower, 100 * totals.lower / (totals.parse + 1e-9), (unsigned long long)totals.indexed,
            (unsigned long long)totals.missed, 100.0 * (double)totals.missed / (double)(totals.indexed + 1));
    arena_destroy(arena);
    return totals.bad != 0;
}

int main(int argc, char **argv)
{
    bool quiet = false;
    const char *database = NULL;
    int option;
    struct request request = {.arena = arena_create("dump")};
    while ((option = getopt(argc, argv, "+qrnd:p:")) != -1) {
        quiet |= option == 'q';
        request.options.reconcile |= option == 'r';
        request.options.no_instantiations |= option == 'n';
        if (option == 'p')
            database = optarg;
        if (option == 'd' && chdir(optarg) != 0)
            return 2;
    }
    if (database)
        return run_database(database, optind < argc ? argv[optind] : NULL, request.options, quiet);
    if (optind >= argc)
        return 2;
    const char *file = argv[optind];
    const char **args = arena_array(request.arena, const char *, argc + 1);
    bool is_c = ends_with(file, ".c");
    args[0] = is_c ? "clang" : "clang++";
    uint32_t count = 1;
    for (int i = optind + 1; i < argc; i++)
        args[count++] = argv[i];
    request.job = (struct compdb_job){.directory = ".", .file = file, .real_path = file, .args = args, .arg_count = count,
                                      .language = is_c ? LANG_C : LANG_CXX};
    frontend_on_large_stack(run, &request, NULL);
    struct totals totals = {0};
    uint32_t bad = finish(&request, quiet, &totals);
    arena_destroy(request.arena);
    return bad || request.tu.status == TU_FAILED;
}
