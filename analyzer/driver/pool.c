#include "driver/pool.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#define TIMEOUT_DEFAULT_MS (10 * 60 * 1000)
#define SAID_MAX           ((size_t)64 << 10)
#define NO_JOB             UINT32_MAX

struct try {
    uint32_t job;
    bool again;
};

struct process {
    struct pool *pool;
    uv_process_t handle;
    uv_pipe_t to, from, errors; /* its standard input, output and error */
    uv_timer_t timer;
    uv_write_t init_write, job_write;
    struct buf init, job_frame, input, said /* the last job's standard error, its first part */;
    struct try current; /* .job NO_JOB: idle */
    uint32_t open;      /* handles not yet closed */
    bool exited, ended /* its answers */, silent /* its standard error ended */, closing;
    int64_t status;
    int signal;
    const char *fault; /* why it was killed by us, else NULL */
};

struct pool {
    const struct pool_options *options;
    const struct worker_job *jobs;
    uint32_t count, next;
    VEC(struct try) again;
    struct process *processes;
    uv_loop_t loop;
    uv_signal_t on_int, on_term;
    uint32_t live;
    struct pool_end *end;
    const char *no_start; /* why no process could be started */
    struct arena *arena;  /* the pool's: a few sentences and the list of second tries */
};

static bool take_next(struct pool *pool, struct try *out)
{
    if (pool->end->signal || pool->no_start)
        return false;
    if (pool->again.count) {
        *out = pool->again.data[--pool->again.count];
        return true;
    }
    if (pool->next == pool->count)
        return false;
    *out = (struct try){pool->next++, false};
    return true;
}

/* ---- results ---- */

static void give(struct process *process, struct tu_result *result)
{
    struct pool *pool = process->pool;
    pool->end->finished++;
    pool->options->done(pool->options->context, process->current.job, result);
    process->current.job = NO_JOB;
}

/* A broken invariant of ours says where before it aborts. */
static const char *last_words(struct process *process, struct arena *arena)
{
    const char *found = process->said.data ? strstr(process->said.data, "internal error at ") : NULL;
    return found ? arena_printf(arena, ": %.*s", (int)strcspn(found, "\n"), found) : "";
}

static const char *describe_death(struct process *process, struct arena *arena)
{
    if (process->fault)
        return process->fault;
    if (process->signal)
        return arena_printf(arena, "the process that parsed it died of signal %d (%s)%s", process->signal,
                            strsignal(process->signal), last_words(process, arena));
    return arena_printf(arena, "the process that parsed it ended with status %lld", (long long)process->status);
}

static void mourn(struct process *process)
{
    struct pool *pool = process->pool;
    if (process->current.job == NO_JOB || pool->end->signal)
        return;
    if (!process->current.again) {
        pool->end->retried++;
        *vec_push(pool->arena, &pool->again) = (struct try){process->current.job, true};
        process->current.job = NO_JOB;
        return;
    }
    struct tu_result result;
    result_fail(pool->arena, &result,
                "%s, twice; `spawnlint dump --stage=ir` with this file alone shows it again",
                describe_death(process, pool->arena));
    give(process, &result);
}

/* ---- the life of a process ---- */

static bool start(struct pool *pool, struct process *process);

static void handle_closed(uv_handle_t *handle)
{
    struct process *process = handle->data;
    if (--process->open)
        return;
    struct pool *pool = process->pool;
    buf_free(&process->init);
    buf_free(&process->job_frame);
    buf_free(&process->input);
    mourn(process);
    buf_free(&process->said);
    pool->live--;
    bool more = !pool->end->signal && !pool->no_start && (pool->again.count || pool->next < pool->count);
    if (more)
        start(pool, process);
    if (!pool->live) {
        uv_close((uv_handle_t *)&pool->on_int, NULL);
        uv_close((uv_handle_t *)&pool->on_term, NULL);
    }
}

static void close_all(struct process *process)
{
    if (process->closing)
        return;
    process->closing = true;
    uv_close((uv_handle_t *)&process->handle, handle_closed);
    uv_close((uv_handle_t *)&process->from, handle_closed);
    uv_close((uv_handle_t *)&process->errors, handle_closed);
    uv_close((uv_handle_t *)&process->timer, handle_closed);
    if (!uv_is_closing((uv_handle_t *)&process->to))
        uv_close((uv_handle_t *)&process->to, handle_closed);
}

static void kill_process(struct process *process, const char *fault)
{
    if (!process->fault)
        process->fault = fault;
    if (!process->exited)
        uv_process_kill(&process->handle, SIGKILL);
}

/* Its last answer may still be in the pipe when the system tells of its end. */
static void end_if_over(struct process *process)
{
    if (process->exited && process->ended && process->silent)
        close_all(process);
}

static void on_process_exit(uv_process_t *handle, int64_t status, int signal)
{
    struct process *process = handle->data;
    process->exited = true;
    process->status = status;
    process->signal = signal;
    end_if_over(process);
}

static void on_timeout(uv_timer_t *timer)
{
    struct process *process = timer->data;
    uint32_t limit = process->pool->options->timeout_ms;
    kill_process(process, arena_printf(process->pool->arena, "parsing it took longer than %u seconds",
                                       (limit ? limit : TIMEOUT_DEFAULT_MS) / 1000));
}

/* A failed write shows as the process's death. */
static void on_written(uv_write_t *request, int status)
{
    (void)request;
    (void)status;
}

static void send_frame(struct process *process, uv_write_t *request, struct buf *frame)
{
    frame_end(frame);
    uv_buf_t bytes = uv_buf_init(frame->data, (unsigned)frame->count);
    uv_write(request, (uv_stream_t *)&process->to, &bytes, 1, on_written);
}

/* The next job, or end of file, on which a worker goes home. */
static void feed(struct process *process)
{
    struct pool *pool = process->pool;
    if (!take_next(pool, &process->current)) {
        process->current.job = NO_JOB;
        uv_close((uv_handle_t *)&process->to, handle_closed);
        return;
    }
    struct worker_job job = pool->jobs[process->current.job];
    job.no_instantiations = job.no_instantiations || process->current.again;
    process->said.count = 0;
    frame_begin(&process->job_frame, FRAME_JOB);
    job_write(&process->job_frame, &job);
    uint32_t limit = pool->options->timeout_ms;
    uv_timer_start(&process->timer, on_timeout, limit ? limit : TIMEOUT_DEFAULT_MS, 0);
    send_frame(process, &process->job_write, &process->job_frame);
}

static void on_bytes(uv_stream_t *stream, ssize_t got, const uv_buf_t *chunk);

static void offer_room(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
    (void)handle;
    *out = uv_buf_init(malloc(suggested), (unsigned)suggested);
}

static void take_result(struct process *process, const char *payload, uint64_t length)
{
    struct tu_result result;
    bool fine = process->current.job != NO_JOB && payload[0] == FRAME_RESULT &&
                result_read_frame(process->pool->arena, payload + 1, length - 1, &result);
    if (!fine) {
        kill_process(process, "the process that parsed it answered nonsense");
        return;
    }
    uv_timer_stop(&process->timer);
    result.second_try = process->current.again;
    give(process, &result);
    process->input.count = 0;
    feed(process);
}

static void on_bytes(uv_stream_t *stream, ssize_t got, const uv_buf_t *chunk)
{
    struct process *process = stream->data;
    if (got > 0)
        buf_bytes(&process->input, chunk->base, (size_t)got);
    free(chunk->base);
    if (got < 0) {
        uv_read_stop(stream);
        process->ended = true;
        end_if_over(process);
        return;
    }
    if (process->input.count < FRAME_HEADER || process->fault)
        return;
    uint64_t length = frame_length((const unsigned char *)process->input.data);
    if (!length || process->input.overflow)
        kill_process(process, "the process that parsed it answered nonsense");
    else if (process->input.count == FRAME_HEADER + length)
        take_result(process, process->input.data + FRAME_HEADER, length);
}

static void on_words(uv_stream_t *stream, ssize_t got, const uv_buf_t *chunk)
{
    struct process *process = stream->data;
    if (got > 0)
        buf_bytes(&process->said, chunk->base, (size_t)got);
    free(chunk->base);
    if (got < 0) {
        uv_read_stop(stream);
        process->silent = true;
        end_if_over(process);
    }
}

static void init_handles(struct pool *pool, struct process *process)
{
    *process = (struct process){.pool = pool, .current = {NO_JOB, false}, .open = 5,
                                .input = {.cap = FRAME_MAX + FRAME_HEADER}, .said = {.cap = SAID_MAX}};
    uv_pipe_init(&pool->loop, &process->to, 0);
    uv_pipe_init(&pool->loop, &process->from, 0);
    uv_pipe_init(&pool->loop, &process->errors, 0);
    uv_timer_init(&pool->loop, &process->timer);
    process->to.data = process->from.data = process->errors.data = process->timer.data = process->handle.data = process;
}

static bool start(struct pool *pool, struct process *process)
{
    init_handles(pool, process);
    pool->live++;
    char *argv[] = {(char *)(uintptr_t)pool->options->program, "--worker", NULL};
    uv_stdio_container_t stdio[] = {
        {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE, .data.stream = (uv_stream_t *)&process->to},
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&process->from},
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&process->errors},
    };
    uv_process_options_t options = {.exit_cb = on_process_exit, .file = argv[0], .args = argv, .stdio = stdio,
                                    .stdio_count = 3};
    int failed = uv_spawn(&pool->loop, &process->handle, &options);
    process->handle.data = process;
    if (failed) {
        pool->no_start = uv_strerror(failed);
        close_all(process);
        return false;
    }
    frame_begin(&process->init, FRAME_INIT);
    init_write(&process->init, pool->options->models, pool->options->model_count);
    send_frame(process, &process->init_write, &process->init);
    uv_read_start((uv_stream_t *)&process->from, offer_room, on_bytes);
    uv_read_start((uv_stream_t *)&process->errors, offer_room, on_words);
    feed(process);
    return true;
}

/* ---- the whole ---- */

static void on_signal(uv_signal_t *handle, int signal)
{
    struct pool *pool = handle->data;
    if (!pool->end->signal)
        pool->end->signal = signal;
    for (uint32_t i = 0; i < pool->options->workers; i++)
        if (pool->processes[i].pool && !pool->processes[i].closing)
            kill_process(&pool->processes[i], "interrupted");
}

static void watch_signals(struct pool *pool)
{
    uv_signal_init(&pool->loop, &pool->on_int);
    uv_signal_init(&pool->loop, &pool->on_term);
    pool->on_int.data = pool->on_term.data = pool;
    uv_signal_start(&pool->on_int, on_signal, SIGINT);
    uv_signal_start(&pool->on_term, on_signal, SIGTERM);
}

static enum err_code outcome(const struct pool *pool, struct err *err)
{
    if (pool->end->signal)
        return err_set(err, ERR_CANCELLED, "interrupted: %u of %u files were parsed; what is finished is kept",
                       pool->end->finished, pool->count);
    if (pool->no_start)
        return err_set(err, ERR_IO, "%s can't be started as a worker: %s", pool->options->program, pool->no_start);
    if (pool->end->finished != pool->count)
        BUG("the pool lost %u jobs", pool->count - pool->end->finished);
    return ERR_NONE;
}

enum err_code pool_run(const struct pool_options *options, const struct worker_job *jobs, uint32_t count,
                       struct pool_end *end, struct err *err)
{
    *end = (struct pool_end){0};
    if (!count)
        return ERR_NONE;
    struct pool pool = {.options = options, .jobs = jobs, .count = count, .end = end};
    uint32_t workers = options->workers < count ? options->workers : count;
    if (uv_loop_init(&pool.loop))
        return err_set(err, ERR_IO, "no event loop can be made: too many open files");
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
    sigaction(SIGPIPE, &ignore, &old);
    pool.arena = arena_create("pool");
    pool.processes = calloc(options->workers, sizeof *pool.processes);
    watch_signals(&pool);
    for (uint32_t i = 0; i < workers && !pool.no_start; i++)
        start(&pool, &pool.processes[i]);
    uv_run(&pool.loop, UV_RUN_DEFAULT);
    uv_loop_close(&pool.loop);
    sigaction(SIGPIPE, &old, NULL);
    free(pool.processes);
    arena_destroy(pool.arena);
    return outcome(&pool, err);
}

uint32_t pool_default_workers(void)
{
    unsigned available = uv_available_parallelism();
    return available ? available : 1;
}
