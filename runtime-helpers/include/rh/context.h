/* rh/context.h: how long work may go on, and who may end it.
 *
 * A context is a node in a tree.  It starts live and ends once, for good: by rh_ctx_cancel (RH_CANCELLED), by
 * its deadline (RH_TIMEOUT), or because an ancestor ended.  Whatever waits with a context, a channel, a read,
 * a group, stops waiting when it ends.  Contexts tell work to stop; they never stop it by force.
 *
 * What always holds
 *   - A child's deadline is no later than its parent's.  A child ends no later than its parent.
 *   - Status goes RH_OK -> RH_CANCELLED or RH_OK -> RH_TIMEOUT, never further; cause and status never change
 *     after that.
 *   - When rh_ctx_cancel returns, every descendant has ended (unless another thread is, at that moment, still
 *     on its way down the same branch).
 *
 * Ownership: reference-counted.  Whoever makes or retains one releases it once.  A child keeps its parent
 * alive, never the other way round: a forgotten parent does not leak through its children.  rh_ctx_live()
 * counts what was never released; RH_LEAKS=1 in the environment lists it at exit.
 *
 * NULL: wherever a function takes a context, NULL stands for rh_ctx_background(), the root that never ends.
 *
 * Threads: every function may be called from any thread.  None is async-signal-safe.  None blocks, but
 * rh_ctx_hook_stop_wait, and rh_ctx_cancel for as long as the hooks it runs.  A context does not cross
 * fork(): the child process may only release it.
 *
 * Locks, for those who change this module: each context has one lock, and no thread ever holds two of them.
 * Going down the tree, a canceller takes references to the children under the parent's lock, lets go of it,
 * and visits them from a work list, so depth costs no stack and there is no lock order to get wrong.  Hooks
 * run with no lock held.
 *
 * Fault points (rh/fail.h): alloc, ctx.timer, ctx.thread, ctx.fd.  Probe (rh/observe.h): ctx_cancel(ctx, code).
 *
 * After Go's context package and nsync's notes.
 */
#ifndef RH_CONTEXT_H
#define RH_CONTEXT_H

#include <rh/status.h>

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rh_ctx rh_ctx;

/* The root: never ends, has no deadline, costs nothing; retain and release do nothing to it. */
RH_API rh_ctx *rh_ctx_background(void);

/* A child of `parent` that can be cancelled by itself.  NULL when there is no memory. */
RH_API rh_ctx *rh_ctx_new(rh_ctx *parent);

/* The same with a deadline: absolute in CLOCK_MONOTONIC (rh_now()), or so many nanoseconds from now.  The
 * earliest deadline among the ancestors wins.  One already past gives a context already ended. */
RH_API rh_ctx *rh_ctx_with_deadline(rh_ctx *parent, rh_ns deadline);
RH_API rh_ctx *rh_ctx_with_timeout(rh_ctx *parent, rh_ns timeout);

/* The same carrying `value` under `key`; keys are compared as addresses, so use the address of a static of
 * yours.  `drop`, if not NULL, is called with the value when the last reference goes; when NULL is returned
 * the value is still the caller's. */
RH_API rh_ctx *rh_ctx_with_value(rh_ctx *parent, const void *key, void *value, void (*drop)(void *value));

/* One more, one fewer reference.  rh_ctx_retain returns its argument.  Releasing does not cancel. */
RH_API rh_ctx *rh_ctx_retain(rh_ctx *ctx);
RH_API void rh_ctx_release(rh_ctx *ctx);

/* Ends `ctx` and all below it with RH_CANCELLED and the cause given; `message` is copied (95 bytes at most)
 * and may be NULL.  False when it had ended before, in which case nothing changes.  Runs the hooks on this
 * thread. */
RH_API bool rh_ctx_cancel(rh_ctx *ctx, int code, const char *message);

/* RH_OK while live, then RH_CANCELLED or RH_TIMEOUT.  A load, and a clock read when there is a deadline. */
RH_API rh_status rh_ctx_status(rh_ctx *ctx);

/* Why it ended: the code and text given to the cancel that reached it ("deadline passed" and ETIMEDOUT for a
 * deadline).  NULL while live.  `code` may be NULL.  The text lives as long as the context. */
RH_API const char *rh_ctx_cause(rh_ctx *ctx, int *code);

/* The effective deadline; RH_FOREVER when there is none. */
RH_API rh_ns rh_ctx_deadline(rh_ctx *ctx);

/* The value under `key` nearest to `ctx` on the way to the root, or NULL. */
RH_API void *rh_ctx_value(rh_ctx *ctx, const void *key);

/* A hook is called once when its context ends: on the cancelling thread, or on a thread of the library when
 * the end is a deadline.  It must be short and must not wait for its own context's canceller.  The memory is
 * the caller's, who keeps it and the context until the hook has been stopped or has run.  Fields are private.
 */
typedef struct rh_ctx_hook {
    void (*fn)(void *arg);
    void *arg;
    rh_ctx *ctx;
    struct rh_ctx_hook *next, *prev;
    bool linked;
} rh_ctx_hook;

/* Arms `hook`.  If the context has ended already, `fn` runs before this returns.  RH_OK, or, with nothing
 * armed, RH_ENOMEM or RH_ESYS when the context has a deadline and the timer could not be had. */
RH_API RH_NODISCARD rh_status rh_ctx_on_cancel(rh_ctx *ctx, rh_ctx_hook *hook, void (*fn)(void *arg),
                                               void *arg);

/* Disarms it.  True: it will never run.  False: it has run or is running on another thread right now.
 * The _wait form returns only when it is not running (at once, if called from inside the hook itself): after
 * it the memory of the hook and of its argument may be reused. */
RH_API bool rh_ctx_hook_stop(rh_ctx_hook *hook);
RH_API bool rh_ctx_hook_stop_wait(rh_ctx_hook *hook);

/* A descriptor that turns readable when the context ends and stays so: for poll, epoll and event loops.  It
 * belongs to the context and is closed with it; do not read, write or close it.  -1 and errno on failure, or
 * EINVAL for the background, which never ends. */
RH_API int rh_ctx_fd(rh_ctx *ctx);

/* How many contexts of this process have not been released. */
RH_API size_t rh_ctx_live(void);

/* Calls `fn` for each, with the address it was made from and its references; `fn` must not make or release
 * contexts.  This is what RH_LEAKS=1 prints at exit. */
RH_API void rh_ctx_each_live(void (*fn)(rh_ctx *ctx, const void *made_at, unsigned refs, void *arg),
                             void *arg);

#ifdef __cplusplus
}
#endif
#endif
