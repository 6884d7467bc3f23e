/* One TU from command to module: parse, diagnostics, walk, counts. */
#include "frontend/frontend.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "frontend/lower.h"

static double thread_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static const char *take_string(struct arena *arena, CXString string)
{
    const char *text = clang_getCString(string);
    char *copy = arena_strdup(arena, text ? text : "");
    clang_disposeString(string);
    return copy;
}

static void note_diagnostic(struct fe *fe, CXDiagnostic diagnostic)
{
    enum CXDiagnosticSeverity severity = clang_getDiagnosticSeverity(diagnostic);
    if (severity < CXDiagnostic_Error)
        return;
    CXFile file;
    unsigned line, column, offset;
    clang_getFileLocation(clang_getDiagnosticLocation(diagnostic), &file, &line, &column, &offset);
    struct tu_diagnostic *out = vec_push(fe->arena, &fe->out->diagnostics);
    out->severity = severity == CXDiagnostic_Fatal ? TU_FATAL : TU_ERROR;
    out->path = file ? take_string(fe->arena, clang_getFileName(file)) : NULL;
    out->line = line, out->column = column;
    out->text = take_string(fe->arena, clang_getDiagnosticSpelling(diagnostic));
    fe->out->status = TU_PARTIAL;
    if (file)
        *vec_push(fe->arena, &fe->errors) = (struct fe_error){file, offset};
}

static void read_diagnostics(struct fe *fe)
{
    unsigned count = clang_getNumDiagnostics(fe->unit);
    for (unsigned i = 0; i < count; i++) {
        CXDiagnostic diagnostic = clang_getDiagnostic(fe->unit, i);
        note_diagnostic(fe, diagnostic);
        clang_disposeDiagnostic(diagnostic);
    }
}

static const char *failure_text(enum CXErrorCode code)
{
    switch (code) {
    case CXError_Crashed: return "libclang crashed on this file";
    case CXError_InvalidArguments: return "libclang does not take this command";
    case CXError_ASTReadError: return "libclang could not read a precompiled header or module of this command";
    default: return "libclang could not make a tree of this file; is it there and readable?";
    }
}

static void fail(struct fe *fe, enum CXErrorCode code)
{
    fe->out->status = TU_FAILED;
    struct tu_diagnostic *out = vec_push(fe->arena, &fe->out->diagnostics);
    *out = (struct tu_diagnostic){.severity = TU_FATAL, .path = fe->job->file, .text = failure_text(code)};
}

static enum CXErrorCode parse(struct fe *fe, CXIndex index)
{
    uint32_t count = fe->job->arg_count;
    const char **args = arena_array(fe->tmp, const char *, count + 4);
    memcpy(args, fe->job->args, count * sizeof *args);
    args[count++] = "-Wno-everything";
    struct CXUnsavedFile *unsaved = arena_array(fe->tmp, struct CXUnsavedFile, fe->options->unsaved_count + 1);
    for (uint32_t i = 0; i < fe->options->unsaved_count; i++) {
        const struct frontend_unsaved *from = &fe->options->unsaved[i];
        unsaved[i] = (struct CXUnsavedFile){from->path, from->text, from->length};
    }
    return clang_parseTranslationUnit2FullArgv(index, fe->job->file, args, (int)count, unsaved, fe->options->unsaved_count,
                                               CXTranslationUnit_KeepGoing, &fe->unit);
}

static bool says_cxx17(const struct compdb_job *job)
{
    bool answer = true; /* clang's default */
    for (uint32_t i = 0; i < job->arg_count; i++) {
        const char *arg = job->args[i];
        if (strncmp(arg, "-std=", 5) != 0 && strncmp(arg, "--std=", 6) != 0)
            continue;
        const char *digits = strstr(arg, "++");
        answer = !digits || (strncmp(digits + 2, "98", 2) != 0 && strncmp(digits + 2, "03", 2) != 0 &&
                             strncmp(digits + 2, "11", 2) != 0 && strncmp(digits + 2, "0x", 2) != 0 &&
                             strncmp(digits + 2, "14", 2) != 0 && strncmp(digits + 2, "1y", 2) != 0);
    }
    return answer;
}

static void init_maps(struct fe *fe)
{
    struct map *maps[] = {&fe->types, &fe->files, &fe->spans, &fe->func_by_decl, &fe->class_by_decl,
                          &fe->closure_by_class, &fe->global_by_decl, &fe->mentions, &fe->instantiated,
                          &fe->statics, &fe->by_name, &fe->keys_taken, &fe->called,
                          &fe->instance_seen, &fe->instance_destructor};
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        map_init(maps[i], fe->arena);
    vec_push(fe->arena, &fe->file_list); /* 0 means none in each of these */
    vec_push(fe->arena, &fe->funcs);
    vec_push(fe->arena, &fe->classes);
}

static void lower_unit(struct fe *fe)
{
    init_maps(fe);
    fe->module = ir_module_create(fe->arena);
    fe->out->module = fe->module;
    read_diagnostics(fe);
    instances_collect(fe);
    walk_unit(fe);
    inputs_collect(fe);
    if (fe->options->reconcile)
        reconcile_calls(fe);
}

enum err_code frontend_lower(struct arena *arena, const struct compdb_job *job, const struct frontend_options *options,
                             struct tu *out, struct err *err)
{
    static const struct frontend_options defaults;
    (void)err;
    *out = (struct tu){0};
    struct fe fe = {.arena = arena, .tmp = arena_create("frontend"), .options = options ? options : &defaults,
                    .job = job, .out = out};
    fe.is_cxx = job->language == LANG_CXX;
    fe.is_cxx17 = fe.is_cxx && says_cxx17(job);
    double before = thread_seconds();
    CXIndex index = clang_createIndex(0, 0);
    enum CXErrorCode code = parse(&fe, index);
    out->parse_seconds = thread_seconds() - before;
    if (code != CXError_Success || !fe.unit) {
        fail(&fe, code);
    } else {
        before = thread_seconds();
        lower_unit(&fe);
        out->lower_seconds = thread_seconds() - before;
        clang_disposeTranslationUnit(fe.unit);
    }
    clang_disposeIndex(index);
    arena_destroy(fe.tmp);
    return ERR_NONE;
}

struct large_call {
    void (*fn)(void *);
    void *arg;
};

static void *run_call(void *data)
{
    struct large_call *call = data;
    call->fn(call->arg);
    return NULL;
}

enum err_code frontend_on_large_stack(void (*fn)(void *), void *arg, struct err *err)
{
    struct large_call call = {fn, arg};
    pthread_attr_t attributes;
    pthread_t thread;
    setenv("LIBCLANG_NOTHREADS", "1", 1);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, (size_t)512 << 20);
    int code = pthread_create(&thread, &attributes, run_call, &call);
    pthread_attr_destroy(&attributes);
    if (code)
        return err_set(err, ERR_LIMIT, "a thread with a stack of 512 MB could not be started: %s; raise the limit on "
                       "virtual memory (ulimit -v)", strerror(code));
    pthread_join(thread, NULL);
    return ERR_NONE;
}

const char *frontend_version(struct arena *arena)
{
    return take_string(arena, clang_getClangVersion());
}
