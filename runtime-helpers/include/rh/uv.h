/* rh/uv.h: drop-ins for libuv's threads and its work queue.  Needs libuv's headers and library; this library
 * itself does not.
 */
#ifndef RH_UV_H
#define RH_UV_H

#include <stdlib.h>
#include <uv.h>

#include <rh/spawn.h>

struct rh_uv_entry {
    uv_thread_cb entry;
    void *arg;
};

static inline void *rh_uv_call(void *arg)
{
    struct rh_uv_entry call = *(struct rh_uv_entry *)arg;
    free(arg);
    call.entry(call.arg);
    return NULL;
}

static inline void rh_uv_run(void *arg)
{
    (void)rh_entry_run(arg);
}

/* Drop-in for uv_thread_create: 0 or a UV_ error; UV_ENOMEM also where the library's own allocation fails.  A
 * panic ends the thread; its record is written when it happens. */
static inline int rh_uv_thread_create(uv_thread_t *thread, uv_thread_cb entry, void *arg)
{
    struct rh_uv_entry *call = (struct rh_uv_entry *)malloc(sizeof *call);
    void *start = call ? rh_entry_new(rh_uv_call, call, __builtin_return_address(0)) : NULL;
    int error = UV_ENOMEM;
    if (start) {
        call->entry = entry;
        call->arg = arg;
        error = uv_thread_create(thread, rh_uv_run, start);
    }
    if (error) {
        rh_entry_free(start);
        free(call);
    }
    return error;
}

/* What rh_uv_queue_work keeps, in the request's last reserved word, until the after callback. */
struct rh_uv_work {
    uv_work_cb work;
    uv_after_work_cb after;
    rh_spawn_info info;
    rh_status status;
};
enum { RH_UV_RESERVED = 5 };

static inline void rh_uv_work_call(void *arg)
{
    uv_work_t *request = (uv_work_t *)arg;
    ((struct rh_uv_work *)request->reserved[RH_UV_RESERVED])->work(request);
}

static inline void rh_uv_work_run(uv_work_t *request)
{
    struct rh_uv_work *work = (struct rh_uv_work *)request->reserved[RH_UV_RESERVED];
    work->status = rh_task_run(&work->info, rh_uv_work_call, request, NULL);
}

static inline void rh_uv_work_after(uv_work_t *request, int status)
{
    struct rh_uv_work work = *(struct rh_uv_work *)request->reserved[RH_UV_RESERVED];
    free(request->reserved[RH_UV_RESERVED]);
    request->reserved[RH_UV_RESERVED] = NULL;
    if (work.after)
        work.after(request, work.status == RH_PANIC ? UV_ECANCELED : status);
}

/* Drop-in for uv_queue_work: 0 or a UV_ error.  After a panic in `work` its record has been written, and
 * `after` is called with UV_ECANCELED, as for work that was never done. */
static inline int rh_uv_queue_work(uv_loop_t *loop, uv_work_t *request, uv_work_cb work,
                                   uv_after_work_cb after)
{
    struct rh_uv_work *kept = work ? (struct rh_uv_work *)malloc(sizeof *kept) : NULL;
    if (!kept)
        return work ? UV_ENOMEM : UV_EINVAL;
    kept->work = work;
    kept->after = after;
    kept->status = RH_OK;
    rh_spawn_capture(&kept->info, __builtin_return_address(0));
    request->reserved[RH_UV_RESERVED] = kept;
    int error = uv_queue_work(loop, request, rh_uv_work_run, rh_uv_work_after);
    if (error)
        free(kept);
    return error;
}

#endif
