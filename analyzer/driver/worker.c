#include "base/file.h"
#include "driver/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "driver/protocol.h"
#include "driver/result.h"
#include "facts/model.h"

struct worker {
    int in, out;
    struct arena *process;
    struct model_set *models;
    bool bad;
};

/* False at the end of file. */
static bool read_full(int fd, void *bytes, size_t count)
{
    char *at = bytes;
    while (count) {
        ssize_t got = read(fd, at, count);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        count -= (size_t)got;
    }
    return true;
}

static bool take_init(struct worker *worker, struct reader *in)
{
    struct model_text *models;
    uint32_t count;
    if (!init_read(worker->process, in, &models, &count))
        return false;
    worker->models = model_set_create(worker->process);
    model_set_add_builtin(worker->models);
    for (uint32_t i = 0; i < count; i++)
        if (model_set_add_text(worker->models, models[i].name, models[i].text, models[i].length, true, NULL))
            return false;
    return true;
}

/* libclang would wait for ever on a pipe or a device. */
static bool is_no_file(const char *path)
{
    struct stat st;
    return !stat(path, &st) && !S_ISREG(st.st_mode);
}

static double thread_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Making the bytes is part of lowering. */
static void write_result(struct arena *arena, const struct tu *tu, struct tu_result *result)
{
    double before = thread_seconds();
    result_from_tu(arena, tu, result);
    result->lower_seconds += thread_seconds() - before;
}

static bool take_job(struct worker *worker, struct arena *arena, struct reader *in)
{
    struct worker_job job;
    if (!worker->models || !job_read(arena, in, &job))
        return false;
    struct frontend_options options = {.is_modelled = model_names, .context = worker->models,
                                       .reconcile = job.reconcile, .no_instantiations = job.no_instantiations,
                                       .unsaved = job.unsaved.data, .unsaved_count = job.unsaved.count};
    struct tu tu = {0};
    struct tu_result result;
    struct err err;
    if (is_no_file(job.job.file))
        result_fail(arena, &result, "%s is no regular file; the database lies about it", job.job.file);
    else if (frontend_lower(arena, &job.job, &options, &tu, &err))
        result_fail(arena, &result, "%s", err.text);
    else
        write_result(arena, &tu, &result);
    struct buf answer = {.cap = FRAME_MAX};
    frame_begin(&answer, FRAME_RESULT);
    result_write_frame(&answer, &result);
    if (answer.overflow) {
        result_fail(arena, &result, "its result is larger than %llu MB", (unsigned long long)(FRAME_MAX >> 20));
        frame_begin(&answer, FRAME_RESULT);
        result_write_frame(&answer, &result);
    }
    frame_end(&answer);
    bool fine = file_write_all(worker->out, answer.data, answer.count);
    buf_free(&answer);
    return fine;
}

static bool serve_one(struct worker *worker)
{
    unsigned char header[FRAME_HEADER];
    if (!read_full(worker->in, header, sizeof header))
        return false;
    uint64_t length = frame_length(header);
    struct arena *arena = arena_create("job");
    char *payload = arena_alloc(arena, length + 1);
    struct reader in = {(const unsigned char *)payload, length, 1, false};
    bool fine = length && read_full(worker->in, payload, length);
    if (fine)
        fine = payload[0] == FRAME_INIT ? take_init(worker, &in) : payload[0] == FRAME_JOB && take_job(worker, arena, &in);
    worker->bad = !fine;
    arena_destroy(arena);
    return fine;
}

static void serve(void *argument)
{
    struct worker *worker = argument;
    while (serve_one(worker))
        ;
}

/* Prints of libclang must not reach the pipe of answers, nor a core file the user's directory.  Standard error is the
 * parent's: it reads why we died. */
static void go_quiet(int *out)
{
    *out = fcntl(*out, F_DUPFD_CLOEXEC, 3);
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere >= 0)
        dup2(nowhere, STDOUT_FILENO);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
}

int worker_main(int in, int out)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_IGN); /* the terminal sends it to the whole group: the parent decides */
    signal(SIGPIPE, SIG_IGN);
    struct worker worker = {.in = in, .out = out, .process = arena_create("worker")};
    go_quiet(&worker.out);
    struct err err;
    if (worker.out < 0 || frontend_on_large_stack(serve, &worker, &err))
        return 1;
    arena_destroy(worker.process);
    return worker.bad;
}
