/* ctx.h: the inside of a context, for the modules that make, end and watch one. */
#ifndef RH_SRC_CTX_H
#define RH_SRC_CTX_H

#include <rh/context.h>

#include <pthread.h>
#include <stdatomic.h>

struct rh_ctx {
    _Atomic int state; /* RH_OK until it ends; written once, under lock */
    _Atomic unsigned refs;
    rh_ns deadline; /* these five never change */
    struct rh_ctx *parent;
    const void *key;
    void *value;
    void (*drop)(void *);

    pthread_mutex_t lock; /* guards what follows, down to `fd` */
    pthread_cond_t hook_returned;
    rh_ctx_hook *hooks;
    rh_ctx_hook *running; /* the hook being called now; its memory may be gone already */
    pthread_t runner;
    struct rh_ctx *children;
    int fd;

    struct rh_ctx *next, *prev; /* siblings; under the parent's lock */
    bool linked;
    struct rh_ctx *work; /* next on the work list of the one canceller of the parent */

    size_t timer_slot; /* place in the timer's heap, 0 for none; under the timer's lock */

    struct rh_ctx *live_next, *live_prev; /* under the registry's lock */
    const void *made_at;

    const struct rh_ctx *origin; /* self or the ancestor whose end ended this one; valid once ended */
    int code;
    char message[96];
};

/* Ends ctx and what is below it; false when it had ended.  `message` as in rh_ctx_cancel. */
bool ctx_end(struct rh_ctx *ctx, rh_status status, int code, const char *message);

/* A reference, unless the last one is already gone. */
bool ctx_retain_if_alive(struct rh_ctx *ctx);

/* Arms a hook without a timer, for waiters that watch the deadline themselves; false, and no call, when the
 * context has ended.  NULL is the background. */
bool ctx_watch(struct rh_ctx *ctx, rh_ctx_hook *hook, void (*fn)(void *), void *arg);

void ctx_run_hooks(struct rh_ctx *ctx);

/* The timer ends ctx at its deadline even when nobody looks. */
rh_status ctx_timer_add(struct rh_ctx *ctx);
void ctx_timer_remove(struct rh_ctx *ctx);

/* The registry of live contexts. */
void ctx_registry_add(struct rh_ctx *ctx);
void ctx_registry_remove(struct rh_ctx *ctx);

/* The earlier of `until` and the context's deadline. */
static inline rh_ns ctx_earliest(struct rh_ctx *ctx, rh_ns until)
{
    return ctx && ctx->deadline < until ? ctx->deadline : until;
}

#endif
