/* rh/observe.h: seeing what tasks do.
 *
 * Trace contexts (W3C traceparent) travel in an rh_ctx or come from the environment's TRACEPARENT; tasks
 * inherit them from their context, else from who spawned them, and panic records carry them.  A dump lists
 * the tasks that run, one JSON line each, where panic records go.  USDT probes (provider `rh`) cost a nop
 * when nobody looks:
 *
 *     spawn(entry, site)   task_begin(id)   task_end(id)   panic(kind, code, task)   recover(frame, task)
 *     join(job or thread)   chan_send(chan)   chan_recv(chan)   chan_close(chan)   ctx_cancel(ctx, code)
 *     breaker(breaker, new state)
 *
 * tools/rh-panics.bt is a bpftrace script that follows them.
 */
#ifndef RH_OBSERVE_H
#define RH_OBSERVE_H

#include <rh/context.h>
#include <rh/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The length of a traceparent text without its NUL. */
#define RH_TRACEPARENT_LENGTH 55

/* Reads "00-<32 hex>-<16 hex>-<2 hex>"; of versions after 00 what follows is passed over.  False: not a valid
 * traceparent, *trace is unchanged.  Any thread. */
RH_API bool rh_trace_parse(const char *text, rh_trace *trace);

/* Writes the 55 characters and a NUL. */
RH_API void rh_trace_format(const rh_trace *trace, char text[RH_TRACEPARENT_LENGTH + 1]);

/* Whether there is one: neither id is all zero. */
RH_API bool rh_trace_valid(const rh_trace *trace);

/* A child of `parent` that carries a copy of the trace.  NULL: no memory, or the trace is not valid. */
RH_API rh_ctx *rh_ctx_with_trace(rh_ctx *parent, const rh_trace *trace);

/* The trace of the context; failing that, of the running task; failing that, the environment's.  False: none.
 */
RH_API bool rh_trace_of(rh_ctx *ctx, rh_trace *trace);

/* Calls visit for each task that runs, as it was at one moment. */
typedef struct rh_task_view {
    uint64_t id;
    rh_ns age;         /* since it began */
    const char *name;  /* or NULL */
    const char *doing; /* what it waits for, or NULL: it runs */
    const void *const
        *spawn_sites; /* RH_SPAWN_DEPTH entries, as in the panic record; valid during the call */
} rh_task_view;
RH_API void rh_task_each_running(void (*visit)(const rh_task_view *view, void *arg), void *arg);

/* Writes a line per running task to the panic log; returns how many.  Not async-signal-safe. */
RH_API size_t rh_task_dump(void);

/* Whether each panic is followed by such a dump (off at first; not for hardware faults). */
RH_API void rh_task_dump_on_panic(bool on);

/* Says what the running task is about to wait for, for dumps; `what` must be static, NULL: it goes on.
 * Returns what was said before, to be put back. */
RH_API const char *rh_task_doing(const char *what);

/* Names the running task in dumps; `name` must be static.  Does nothing outside a task. */
RH_API void rh_task_name(const char *name);

#ifdef __cplusplus
}
#endif
#endif
