/* The drop-ins for pthread_create and thrd_create. */
#include <errno.h>
#include <stdlib.h>
#include <threads.h>

#include "fail.h"
#include "kept.h"
#include "probe.h"
#include "task.h"
#include "trace.h"

char rh_panicked_mark;

struct start {
    rh_spawn_info info;
    union {
        void *(*posix)(void *);
        int (*c11)(void *);
    } entry;
    void *arg;
    union {
        void *posix;
        int c11;
    } result;
};

static struct start *start_new(void *arg, const void *site)
{
    struct start *start = rh_alloc(sizeof *start);
    if (!start)
        return NULL;
    start->arg = arg;
    rh_spawn_capture(&start->info, site);
    rh_trace_from_ctx(NULL, &start->info.context);
    return start;
}

static void call_posix(void *arg)
{
    struct start *start = arg;
    start->result.posix = start->entry.posix(start->arg);
}

static void call_c11(void *arg)
{
    struct start *start = arg;
    start->result.c11 = start->entry.c11(start->arg);
}

static rh_status thread_run(void (*call)(void *), struct start *start)
{
    struct rh_task task = {.ctx = NULL};
    rh_panic_record record;
    rh_kept_forget(pthread_self());
    rh_status status = rh_task_root(&task, &start->info, 0, call, start, &record);
    if (status == RH_PANIC)
        rh_kept_add(pthread_self(), &record);
    return status;
}

void *rh_entry_run(void *entry)
{
    struct start start = *(struct start *)entry;
    free(entry);
    return thread_run(call_posix, &start) == RH_PANIC ? RH_PANICKED : start.result.posix;
}

static int c11_root(void *arg)
{
    struct start start = *(struct start *)arg;
    free(arg);
    return thread_run(call_c11, &start) == RH_PANIC ? RH_THRD_PANICKED : start.result.c11;
}

void *rh_entry_new(void *(*fn)(void *arg), void *arg, const void *site)
{
    struct start *start = start_new(arg, site);
    if (start)
        start->entry.posix = fn;
    return start;
}

void rh_entry_free(void *entry)
{
    free(entry);
}

int rh_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*entry)(void *), void *arg)
{
    int error = rh_fail_point("spawn", EAGAIN);
    struct start *start = error ? NULL : start_new(arg, __builtin_return_address(0));
    if (!start)
        return error ? error : EAGAIN;
    start->entry.posix = entry;
    RH_PROBE2(spawn, entry, start->info.sites[0]);
    error = pthread_create(thread, attr, rh_entry_run, start);
    if (error)
        free(start);
    return error;
}

_Static_assert(_Generic((thrd_t *)0, pthread_t *: 1, default: 0), "thrd_t is not pthread_t here");
_Static_assert(_Generic((thrd_start_t)0, int (*)(void *): 1, default: 0),
               "thrd_start_t is another type here");

int rh_thrd_create(pthread_t *thread, int (*entry)(void *arg), void *arg)
{
    struct start *start = rh_fail_point("spawn", EAGAIN) ? NULL : start_new(arg, __builtin_return_address(0));
    if (!start)
        return thrd_nomem;
    start->entry.c11 = entry;
    RH_PROBE2(spawn, entry, start->info.sites[0]);
    int result = thrd_create(thread, c11_root, start);
    if (result != thrd_success)
        free(start);
    return result;
}
