/* Runs each checks/<id>/testdata/<program> through frontend, bytes, link and checks, and compares what the check says
 * with the `// expect: id` comments on the lines that earn it.  `// expect: id(kind)` asks for the kind as well.
 * `// related: id` stands on a line that a finding of the check names beside its trace.  Findings of every severity count.  `.flags` holds further compiler flags, `.config` strict mode and kinds.
 *
 * With arguments: only the programs whose path holds one of them, and every finding is shown.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "check/check.h"
#include "compdb/compdb.h"
#include "finding/sources.h"
#include "frontend/frontend.h"
#include "ir/bytes.h"
#include "link/program.h"

struct expectation {
    const char *path, *kind; /* kind NULL: any */
    uint32_t line;
    bool met, related;
};

struct test {
    struct arena *arena;
    const char *check, *folder;
    VEC(const char *) sources;
    VEC(struct expectation) expected;
    bool strict, show;
    const struct model_set *models;
    struct program *program;
    uint32_t failures;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static void read_expectation(struct test *test, const char *path, uint32_t line, const char *at, bool related)
{
    while (*at && *at != '\n') {
        at += strspn(at, " ,");
        size_t length = strcspn(at, " ,(\n");
        bool ours = length == strlen(test->check) && strncmp(at, test->check, length) == 0;
        at += length;
        const char *kind = NULL;
        if (*at == '(') {
            size_t kind_length = strcspn(at + 1, ")\n");
            kind = arena_strndup(test->arena, at + 1, kind_length);
            at += kind_length + 2;
        }
        if (ours)
            *vec_push(test->arena, &test->expected) = (struct expectation){path, kind, line, false, related};
        if (!length)
            break;
    }
}

static void read_expectations(struct test *test, const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t capacity = 0;
    for (uint32_t line = 1; file && getline(&text, &capacity, file) > 0; line++) {
        const char *at = strstr(text, "// expect:"), *related = strstr(text, "// related:");
        if (at)
            read_expectation(test, path, line, at + strlen("// expect:"), false);
        if (related)
            read_expectation(test, path, line, related + strlen("// related:"), true);
    }
    free(text);
    if (file)
        fclose(file);
}

static void list_folder(struct test *test, const char *folder)
{
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        const char *path = arena_printf(test->arena, "%s/%s", folder, entry->d_name);
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
            list_folder(test, path);
        if (ends_with(path, ".c") || ends_with(path, ".cc") || ends_with(path, ".cpp"))
            *vec_push(test->arena, &test->sources) = path;
        if (ends_with(path, ".c") || ends_with(path, ".cc") || ends_with(path, ".cpp") || ends_with(path, ".h") ||
            ends_with(path, ".hpp"))
            read_expectations(test, path);
    }
    if (dir)
        closedir(dir);
}

static bool is_modelled(void *context, const char *name)
{
    return model_names(context, name);
}

static void fail(struct test *test, const char *what)
{
    printf("%s: %s\n", test->folder, what);
    test->failures++;
}

/* Through bytes, as workers and the store do it. */
static void add_tu(struct test *test, const char *source, struct tu *tu)
{
    struct err err = {0};
    uint32_t id = program_add_tu(test->program, source, "");
    struct buf bytes = {0};
    ir_write_decls(&bytes, tu->module);
    if (!program_add_decls(test->program, id, bytes.data, bytes.count, &err))
        fail(test, err.text);
    for (ir_func_id func = 1; func < tu->module->funcs.count; func++) {
        bytes.count = 0;
        ir_write_func(&bytes, tu->module, func);
        if (!program_add_func(test->program, id, bytes.data, bytes.count, &err))
            fail(test, err.text);
    }
    buf_free(&bytes);
}

static void lower(struct test *test, const char *source)
{
    bool cxx = !ends_with(source, ".c");
    const char *flags[34] = {cxx ? "-std=c++20" : "-std=gnu17", "-pthread"};
    uint32_t count = 2;
    char text[1024] = "";
    FILE *file = fopen(arena_printf(test->arena, "%s/.flags", test->folder), "r");
    if (file && fgets(text, sizeof text, file))
        for (char *word = strtok(text, " \n"); word && count < 34; word = strtok(NULL, " \n"))
            flags[count++] = word;
    if (file)
        fclose(file);
    struct compdb db = {0};
    struct compdb_options options = {0};
    struct err err = {0};
    struct tu tu = {0};
    struct frontend_options frontend = {.is_modelled = is_modelled, .context = (void *)(uintptr_t)test->models};
    if (compdb_fixed(test->arena, test->folder, &source, 1, flags, count, &options, &db, &err) ||
        db.jobs.count != 1 || frontend_lower(test->arena, &db.jobs.data[0], &frontend, &tu, &err)) {
        fail(test, err.text);
        return;
    }
    for (uint32_t i = 0; i < tu.diagnostics.count; i++)
        fail(test, arena_printf(test->arena, "%u: %s", tu.diagnostics.data[i].line, tu.diagnostics.data[i].text));
    if (tu.module)
        add_tu(test, source, &tu);
}

static bool only_this(void *context, const struct check *check)
{
    return strcmp(check->id, ((struct test *)context)->check) == 0;
}

static void show(const struct finding *finding)
{
    printf("%s:%u:%u: %d %s (%s)\n", finding->place.path, finding->place.line, finding->place.column,
           (int)finding->severity, finding->message, finding->kind ? finding->kind : "");
    for (uint32_t i = 0; i < finding->trace.count; i++) {
        const struct trace_step *step = &finding->trace.data[i];
        const char *path = step->place.path ? strrchr(step->place.path, '/') : NULL;
        printf("    %*s[%u] %s:%u %s\n", (int)step->depth * 2, "", step->task, path ? path + 1 : "?",
               step->place.line, step->text);
    }
    for (uint32_t i = 0; i < finding->related.count; i++)
        printf("    related :%u %s\n", finding->related.data[i].place.line, finding->related.data[i].text);
    for (uint32_t i = 0; i < finding->fixes.count; i++) {
        const struct fix *fix = &finding->fixes.data[i];
        printf("    fix: %s%s%s\n", fix->title, fix->not_offered ? ": not offered: " : "",
               fix->not_offered ? fix->not_offered : "");
        for (uint32_t j = 0; j < fix->edits.count; j++)
            printf("        %s %u-%u -> %s\n", strrchr(fix->edits.data[j].path, '/') + 1, fix->edits.data[j].offset,
                   fix->edits.data[j].end_offset, fix->edits.data[j].text);
    }
}

static bool stands_at(const struct place *place, const struct expectation *expected)
{
    return place->path && strcmp(expected->path, place->path) == 0 && expected->line == place->line;
}

static void compare(struct test *test, const struct finding_list *findings)
{
    for (uint32_t i = 0; i < findings->items.count; i++) {
        const struct finding *finding = &findings->items.data[i];
        bool wanted = false;
        for (uint32_t j = 0; j < test->expected.count; j++) {
            struct expectation *expected = &test->expected.data[j];
            for (uint32_t k = 0; expected->related && k < finding->related.count; k++)
                expected->met |= stands_at(&finding->related.data[k].place, expected);
            if (!expected->related && stands_at(&finding->place, expected) &&
                (!expected->kind || (finding->kind && strcmp(expected->kind, finding->kind) == 0)))
                expected->met = wanted = true;
        }
        if (!wanted || test->show)
            show(finding);
        if (!wanted)
            fail(test, "the finding above is not expected");
    }
    for (uint32_t j = 0; j < test->expected.count; j++)
        if (!test->expected.data[j].met)
            fail(test, arena_printf(test->arena, "%s:%u: expected, not found", test->expected.data[j].path,
                                    test->expected.data[j].line));
}

static void run_test(void *arg)
{
    struct test *test = arg;
    list_folder(test, test->folder);
    qsort(test->sources.data, test->sources.count, sizeof *test->sources.data, by_text);
    FILE *config = fopen(arena_printf(test->arena, "%s/.config", test->folder), "r");
    char text[256] = "";
    if (config && fgets(text, sizeof text, config))
        test->strict = strstr(text, "strict: true") != NULL;
    if (config)
        fclose(config);
    if (!test->sources.count)
        fail(test, "holds no source");
    test->program = program_create(test->arena, test->models, NULL);
    for (uint32_t i = 0; i < test->sources.count; i++)
        lower(test, test->sources.data[i]);
    program_link(test->program);
    struct check_config checks = {.strict = test->strict, .is_enabled = only_this, .context = test,
                                  .sources = sources_create(test->arena)};
    struct finding_list findings = {0};
    struct check_stats stats = {0};
    check_run_all(test->arena, test->program, &checks, &findings, &stats);
    compare(test, &findings);
    if (test->show) {
        struct buf out = {0};
        if (getenv("SHOW_IR"))
            ir_print_module(&out, test->program->module);
        program_print(&out, test->program);
        program_print_spawns(&out, test->program);
        fputs(out.data ? out.data : "", stdout);
        buf_free(&out);
    }
}

static bool is_wanted(const char *path, int count, char **wanted)
{
    for (int i = 0; i < count; i++)
        if (strstr(path, wanted[i]))
            return true;
    return count == 0;
}

static uint32_t run_folder(const struct model_set *models, const char *check, const char *folder, bool showing)
{
    struct arena *arena = arena_create("program");
    struct test test = {.arena = arena, .check = check, .folder = folder, .models = models, .show = showing};
    struct err err = {0};
    if (frontend_on_large_stack(run_test, &test, &err))
        fail(&test, err.text);
    uint32_t failures = test.failures;
    arena_destroy(arena);
    return failures;
}

/* Some hundred bytes that LLVM keeps for itself after a parse. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libLLVM\n";
}

int main(int argc, char **argv)
{
    struct arena *arena = arena_create("programs");
    struct model_set *models = model_set_create(arena);
    model_set_add_builtin(models);
    char root[PATH_MAX];
    if (!realpath(TESTDATA "/../checks", root))
        return 1;
    uint32_t programs = 0, failed = 0;
    for (const struct check *const *check = check_table; *check; check++) {
        const char *data = arena_printf(arena, "%s/%s/testdata", root, (*check)->id);
        struct dirent **entries;
        int count = scandir(data, &entries, NULL, alphasort);
        for (int i = 0; i < count; i++) {
            const char *folder = arena_printf(arena, "%s/%s", data, entries[i]->d_name);
            bool wanted = entries[i]->d_name[0] != '.' && is_wanted(folder, argc - 1, argv + 1);
            free(entries[i]);
            if (!wanted)
                continue;
            programs++;
            failed += run_folder(models, (*check)->id, folder, argc > 1) != 0;
        }
        if (count >= 0)
            free(entries);
    }
    printf("%u programs, %u failed\n", programs, failed);
    arena_destroy(arena);
    return failed || !programs;
}
